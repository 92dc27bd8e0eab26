import HTTP
import JSON

/// A request that is answered later, and what became of it; the bytes of the request and of its answer are kept beside
/// it.
struct JobRecord: Sendable, Equatable {
  /// 128 random bits, by which the client finds the job.
  let id: String
  /// A further secret, for clients that find a job by it instead of by a key.
  let secret: String
  /// The identity of the client, as `RequestTerms` has it.
  let client: String
  /// The name of the API key; nil if keys are not needed.
  let key: String?
  /// The path of the request.
  let path: String
  /// Milliseconds since 1970.
  let created: Int
  /// Number of characters of all texts.
  let characters: Int
  /// Bytes of the request's body, and of the answer's once there is one.
  var bodyBytes: Int
  /// Nil as long as there is no answer.
  var end: End?

  struct End: Sendable, Equatable {
    /// Milliseconds since 1970.
    var time: Int
    /// The status of the answer.
    var status: Int
    /// The reason why there is no translation.
    var failure: String?
  }

  /// Bytes that a job takes beside bodies: its record in memory, or blocks of its files.
  private static let overheadBytes = 8 << 10

  /// Bytes to count for the job. As long as there is no answer, it has room for one that is as long as the request.
  var heldBytes: Int { Self.heldBytes(bodyBytes: end == nil ? 2 * bodyBytes : bodyBytes) }

  static func heldBytes(bodyBytes: Int) -> Int { bodyBytes + overheadBytes }

  var hasFailed: Bool { end.map { $0.status >= 400 } ?? false }

  /// Whether the client of a request can see the job. Without keys, whoever knows the id can.
  func isVisible(to key: String?) -> Bool { self.key == nil || self.key == key }
}

/// The request or the answer of a job, as far as it is kept.
struct JobMessage: Sendable {
  var query: [(name: String, value: String)] = []
  var headers: HTTPHeaders = [:]
  var body: [UInt8]

  /// Header fields that decide how a request is read.
  private static let requestFields = ["Content-Type", "Content-Encoding"]

  init(query: [(name: String, value: String)] = [], headers: HTTPHeaders, body: [UInt8]) {
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// A request without the key in its header or its query.
  init(_ request: HTTPRequest) {
    query = request.query.filter { !AccessControl.fieldNames.contains($0.name) }
    for name in Self.requestFields { headers[name] = request.headers[name] }
    body = request.body
  }
}

// MARK: - Files

/// A record with a message, as a file has them: a line of JSON, then the body.
struct JobFile: Sendable {
  var record: JobRecord
  var message: JobMessage

  /// The reason why bytes are no such file.
  struct Fault: Error {
    var item: String
    var found = "another value"
    var expected = "what the server writes"
  }

  private static let version = 1
  private static let limits = JSONLimits(depth: 4, values: 1 << 16, repeatedNames: .refused)

  init(_ record: JobRecord, _ message: JobMessage) {
    self.record = record
    self.message = message
  }

  /// - Throws: `Fault`.
  init(_ bytes: [UInt8]) throws(Fault) {
    guard let lineEnd = bytes.firstIndex(of: 0x0A) else { throw Fault(item: "first line", found: "no end of it") }
    try self.init(head: bytes[..<lineEnd])
    message.body = Array(bytes[(lineEnd + 1)...])
    guard message.body.count == record.bodyBytes else {
      throw Fault(item: "body", found: "\(message.body.count) bytes", expected: "\(record.bodyBytes)")
    }
  }

  /// Reads a record, and a message without its body.
  /// - Parameter line: the first line, without its end.
  init(head line: ArraySlice<UInt8>) throws(Fault) {
    guard let value = try? line.withUnsafeBytes({ try JSONValue($0, within: Self.limits) }),
      value["version"] == .integer(Self.version)
    else { throw Fault(item: "first line") }
    func text(_ name: String) throws(Fault) -> String {
      guard case .string(let text)? = value[name] else { throw Fault(item: name) }
      return text
    }
    func number(_ name: String, _ range: ClosedRange<Int> = 0...Int.max) throws(Fault) -> Int {
      guard case .integer(let number)? = value[name], range.contains(number) else { throw Fault(item: name) }
      return number
    }
    record = JobRecord(
      id: try text("id"), secret: try text("secret"), client: try text("client"), key: try? text("key"),
      path: try text("path"), created: try number("created", 0...1 << 52), characters: try number("characters"),
      bodyBytes: try number("bodyBytes", 0...1 << 40))
    guard JobFile.isID(record.id) else { throw Fault(item: "id") }
    if value["ended"] != nil {
      record.end = JobRecord.End(
        time: try number("ended", 0...1 << 52), status: try number("status", 100...599), failure: try? text("failure"))
    }
    message = JobMessage(headers: [:], body: [])
    message.query = try Self.pairs("query", value["query"])
    for field in try Self.pairs("headers", value["headers"]) {
      guard Self.isSafe(field.name), Self.isSafe(field.value) else { throw Fault(item: "headers") }
      message.headers.add(field.name, field.value)
    }
  }

  /// Whether a text is an id as the server makes them, so that it can name a file.
  static func isID(_ text: String) -> Bool {
    text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Whether a text can be part of a header line.
  private static func isSafe(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }

  private static func pairs(_ name: String, _ value: JSONValue?) throws(Fault) -> [(name: String, value: String)] {
    guard case .array(let elements)? = value else { throw Fault(item: name) }
    var pairs: [(name: String, value: String)] = []
    for element in elements {
      guard case .array(let texts) = element, texts.count == 2, case .string(let name) = texts[0],
        case .string(let value) = texts[1]
      else { throw Fault(item: name) }
      pairs.append((name, value))
    }
    return pairs
  }

  var bytes: [UInt8] {
    var writer = JSONWriter(capacity: 1 << 10)
    writer.object { writer in
      writer.member("version", Self.version)
      writer.member("id", record.id)
      writer.member("secret", record.secret)
      writer.member("client", record.client)
      writer.member("key", ifPresent: record.key)
      writer.member("path", record.path)
      writer.member("created", record.created)
      writer.member("characters", record.characters)
      writer.member("bodyBytes", record.bodyBytes)
      writer.member("ended", ifPresent: record.end?.time)
      writer.member("status", ifPresent: record.end?.status)
      writer.member("failure", ifPresent: record.end?.failure)
      writer.member("query", arrayOf: message.query) { writer, pair in
        writer.array(of: [pair.name, pair.value]) { $0.string($1) }
      }
      writer.member("headers", arrayOf: message.headers.fields) { writer, field in
        writer.array(of: [field.name, field.value]) { $0.string($1) }
      }
    }
    return writer.bytes + [0x0A] + message.body
  }
}
