import Compression
import HTTP
import JSON
import Translation

/// The fields of a request, from a JSON body, a form, or the query. A field of the body takes precedence over one of the
/// query; `null` counts as absent.
struct RequestFields {
  static let mediaTypes = "application/json, application/x-www-form-urlencoded, multipart/form-data"

  /// The error for JSON under the media type that curl sends with `-d` alone.
  private static let undeclaredJSON =
    "Invalid form: expected name=value, found '{'; for JSON, set Content-Type: application/json"

  /// Limits on JSON bodies. No request needs more than three levels. The last of repeated names counts, as in most
  /// readers.
  static let limits = JSONLimits(depth: 32, values: 1 << 20, repeatedNames: .lastWins)

  private struct Field {
    var value: JSONValue
    /// Whether the value comes from a form or a query, in which a number is its digits.
    var isText: Bool
  }

  private var fields: [String: Field] = [:]
  /// Parts of a form that are files, by field name; files of text are in `fields` too.
  private var files: [String: MultipartForm.Part] = [:]
  /// The elements of a JSON array that is the whole body; nil if the body is anything else.
  private(set) var elements: [JSONValue]?
  /// The scheme, host and path by which the client calls the server; the path alone if it names no host.
  let origin: String
  let path: String
  /// Whether the answer is wanted as events.
  let wantsEvents: Bool

  /// - Parameters:
  ///   - isSecure: whether the client sent the request over TLS.
  ///   - settings: the limit of bodies, and the path of the server.
  /// - Throws: `Refusal` if the body is malformed, or its type or coding is not supported.
  init(_ request: HTTPRequest, isSecure: Bool = false, settings: ServerSettings) throws {
    path = request.path
    wantsEvents = EventStream.isWanted(request.headers)
    let host = request.headers["Host"].flatMap { $0.isEmpty ? nil : $0 }
    origin = (host.map { (isSecure ? "https://" : "http://") + $0 } ?? "") + settings.urlPrefix.text
    add(texts: request.query)
    guard !request.body.isEmpty else { return }
    let field = request.headers["Content-Type"].flatMap { $0.isEmpty ? nil : $0 } ?? "application/json"
    guard let type = MediaType(field), Self.isUTF8(type) else { throw Refusal.unsupportedMediaType(field) }
    let body = try Self.unpacked(request, limit: settings.bodyLimit)
    do {
      switch type.name {
      case "application/json": try add(json: body)
      // A browser's script that declares nothing sends JSON under this type.
      case "text/plain" where body.first { $0 > 0x20 }.map { [0x5B, 0x7B].contains($0) } ?? false: try add(json: body)
      case "application/x-www-form-urlencoded":
        if body.first == UInt8(ascii: "{") { throw Refusal.malformed(Self.undeclaredJSON) }
        add(texts: try FormURLEncoded.decode(body))
      case "multipart/form-data": try add(parts: MultipartForm.parse(body, mediaType: type))
      default: throw Refusal.unsupportedMediaType(field)
      }
    } catch let error as FormError {
      throw Refusal.malformed("Invalid form: \(error.message)")
    }
  }

  /// The fields of the query alone, of a request whose body cannot be read.
  init(queryOf request: HTTPRequest) {
    path = request.path
    wantsEvents = EventStream.isWanted(request.headers)
    origin = ""
    add(texts: request.query)
  }

  /// More bytes than a decoder holds back, so that a body over the limit reaches the check before the decoder gives up.
  private static let decoderBytes = 256 << 10

  /// The body as it was before its content coding (RFC 9110 section 8.4): gzip, or none.
  private static func unpacked(_ request: HTTPRequest, limit: Int) throws -> [UInt8] {
    let codings = request.headers.list("Content-Encoding").filter { $0 != "identity" && !$0.isEmpty }
    guard let coding = codings.first else { return request.body }
    guard codings.count == 1, ["gzip", "x-gzip"].contains(coding) else {
      throw Refusal.unsupportedContentCoding(codings.joined(separator: ", "))
    }
    let unpacked = UnpackedBody()
    do {
      try request.body.withUnsafeBytes { packed in
        try Gzip.decode(packed, limit: limit + decoderBytes) { piece in
          unpacked.bytes += piece
          guard unpacked.bytes.count <= limit else { throw Refusal.unpackedBodyTooLarge(limit: limit) }
        }
      }
    } catch let error as DecompressionError {
      throw Refusal.malformed("Invalid gzip body: \(error)")
    }
    return unpacked.bytes
  }

  /// Checks that the body is no array.
  /// - Parameter takesArray: whether the route reads arrays.
  func checkShape(takesArray: Bool) throws {
    guard elements == nil || takesArray else {
      throw Refusal.malformed("Invalid JSON format: expected an object, found an array")
    }
  }

  private static func isUTF8(_ type: MediaType) -> Bool {
    ["utf-8", "utf8", "us-ascii"].contains(type.parameters["charset"]?.lowercased() ?? "utf-8")
  }

  private mutating func add(parts: [MultipartForm.Part]) throws {
    for part in parts where part.fileName != nil { files[part.name] = part }
    add(
      texts: try parts.compactMap { part in
        if let text = part.text { return (part.name, text) }
        if part.fileName != nil { return nil }
        throw Refusal.malformed("\(part.name.excerpt): expected UTF-8, found other bytes")
      })
  }

  private mutating func add(json body: [UInt8]) throws {
    let document: JSONValue
    do {
      document = try body.withUnsafeBytes { try JSONValue($0, within: Self.limits) }
    } catch let error as JSONError {
      throw Refusal.malformed("Invalid JSON format: \(error)")
    }
    if case .array(let values) = document {
      elements = values
      return
    }
    guard case .object(let members) = document else {
      throw Refusal.malformed("Invalid JSON format: expected an object, found \(document.kind)")
    }
    for (name, value) in members where value != .null { fields[name] = Field(value: value, isText: false) }
  }

  /// Adds fields of a form or a query; a name that occurs several times becomes an array.
  private mutating func add(texts pairs: [(name: String, value: String)]) {
    for (name, texts) in Dictionary(grouping: pairs, by: \.name) {
      let values = texts.map { JSONValue.string($0.value) }
      fields[name] = Field(value: values.count == 1 ? values[0] : .array(values), isText: true)
    }
  }

  func file(_ name: String) -> MultipartForm.Part? { files[name] }

  /// A file that must be present.
  func requiredFile(_ name: String) throws -> MultipartForm.Part {
    guard let file = files[name] else { throw Refusal.missing(name) }
    return file
  }

  /// A string; nil if the field is absent. Forms also send fields that were left empty, which count as absent.
  func string(_ name: String) throws -> String? {
    guard let field = fields[name] else { return nil }
    guard case .string(let text) = field.value else { throw wrongType(name, expected: "a string", field) }
    return field.isText && text.isEmpty ? nil : text
  }

  /// A string that must be present and not empty.
  func required(_ name: String) throws -> String {
    guard let text = try string(name), !text.isEmpty else {
      throw Refusal.missing(name)
    }
    return text
  }

  /// Whether all of some fields are present, empty or not, and none of others.
  func have(_ names: String..., without others: String...) -> Bool {
    names.allSatisfy { fields[$0] != nil } && others.allSatisfy { fields[$0] == nil }
  }

  /// The value of a field; nil if it is absent.
  func value(_ name: String) -> JSONValue? { fields[name]?.value }

  /// Whether a field is present and not empty.
  func holds(_ name: String) -> Bool {
    switch fields[name]?.value {
    case nil, .null, .string(""), .array([]): false
    default: true
    }
  }

  /// A string, or the digits of a number.
  func word(_ name: String) throws -> String? {
    if case .integer(let number)? = fields[name]?.value { return String(number) }
    return try string(name)
  }

  /// A boolean of JSON, or a word of a form: `1`, `0`, `true`, `false`.
  func boolean(_ name: String) throws -> Bool? {
    guard let field = fields[name] else { return nil }
    if case .bool(let value) = field.value { return value }
    switch try word(name)?.lowercased() {
    case nil, "": return nil
    case "1", "true": return true
    case "0", "false": return false
    case .some(let found): throw Refusal.malformed("\(name): expected true or false, found \(found.excerpt)")
    }
  }

  /// One of some words; nil if the field is absent or empty. Any other word is refused.
  func word(_ name: String, of supported: [String]) throws -> String? {
    guard let text = try string(name), !text.isEmpty else { return nil }
    if supported.contains(text) { return text }
    throw Refusal.malformed("\(text.excerpt) \(name) is not supported; supported: \(supported.joined(separator: ", "))")
  }

  /// The language code in `source`, in lower case; nil for `auto`, which asks for detection.
  func sourceLanguage() throws -> String? {
    let code = try required("source").lowercased()
    return code == "auto" ? nil : code
  }

  /// A number, or its digits in a form.
  func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let field = fields[name] else { return nil }
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let number: Int
    switch field.value {
    case .integer(let value): number = value
    case .string(let text) where field.isText && text.isEmpty: return nil
    case .string(let text) where field.isText:
      guard let value = Int(text) else {
        throw Refusal.malformed("\(name): expected \(expected), found \(text.excerpt)")
      }
      number = value
    case .real(let value): throw Refusal.malformed("\(name): expected \(expected), found \(value)")
    default: throw wrongType(name, expected: expected, field)
    }
    guard range.contains(number) else { throw Refusal.malformed("\(name): expected \(expected), found \(number)") }
    return number
  }

  /// A number, or its digits in a form.
  func number(_ name: String, in range: ClosedRange<Float>) throws -> Float? {
    guard let field = fields[name] else { return nil }
    let number: Float?
    switch field.value {
    case .integer(let value): number = Float(value)
    case .real(let value): number = Float(value)
    case .string(let text) where field.isText && text.isEmpty: return nil
    case .string(let text) where field.isText: number = Float(text)
    default: number = nil
    }
    guard let number, range.contains(number) else {
      throw Refusal.malformed(
        "\(name): expected a number from \(range.lowerBound) to \(range.upperBound), found \(field.value)")
    }
    return number
  }

  /// The number of further translations, read as LibreTranslate does: a number or its digits; below 0 counts as 0.
  func alternatives(upTo limit: Int) throws -> Int {
    let name = "alternatives"
    guard let field = fields[name] else { return 0 }
    let number: Int?
    switch field.value {
    case .integer(let value): number = value
    case .string(let text) where field.isText && text.isEmpty: return 0
    case .string(let text): number = Int(text.filter { $0 != " " })
    default: number = nil
    }
    guard let number else {
      throw Refusal.malformed("Invalid request: \(name) parameter is not a number: found \(field.value)")
    }
    guard number <= limit else {
      throw Refusal.malformed("Invalid request: \(name) parameter must be <= \(limit), found \(number)")
    }
    return max(0, number)
  }

  /// A string or an array of strings.
  func texts(_ name: String) throws -> Texts? {
    guard let field = fields[name] else { return nil }
    switch field.value {
    case .string(let text): return Texts(values: [text], isArray: false)
    case .array(let elements): return Texts(values: try strings(elements, name), isArray: true)
    default: throw wrongType(name, expected: "a string or an array of strings", field)
    }
  }

  /// Words or numbers, as an array or separated by commas.
  func list(_ name: String) throws -> [String]? {
    guard let field = fields[name] else { return nil }
    switch field.value {
    case .string(let text): return items(text)
    case .integer(let number): return [String(number)]
    case .array(let elements): return try strings(elements, name, orNumbers: true).flatMap(items)
    default: throw wrongType(name, expected: "an array", field)
    }
  }

  struct Texts {
    var values: [String]
    var isArray: Bool
  }

  private func items(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.filter { $0 != " " } }
  }

  private func strings(_ elements: [JSONValue], _ name: String, orNumbers: Bool = false) throws -> [String] {
    try elements.enumerated().map { index, element in
      switch element {
      case .string(let text): return text
      case .integer(let number) where orNumbers: return String(number)
      default: throw Refusal.malformed("\(name)[\(index)]: expected a string, found \(element.kind)")
      }
    }
  }

  private func wrongType(_ name: String, expected: String, _ field: Field) -> Refusal {
    .malformed("\(name): expected \(expected), found \(field.value.kind)")
  }
}

/// The bytes that a decoder hands over piece by piece.
private final class UnpackedBody {
  var bytes: [UInt8] = []
}

// MARK: - Header fields

extension RequestTerms {
  static let timeoutField = "X-Request-Timeout-Ms"
  private static let timeouts = 1...Int(Int32.max)

  /// The terms of a request, from its header.
  /// - Parameters:
  ///   - client: the identity of the client.
  ///   - now: the current time in seconds, of the clock that `receivedSeconds` is of.
  /// - Throws: `Refusal` for a malformed timeout.
  init(_ request: HTTPRequest, client: String, now: Double) throws {
    self.init(client: client)
    if let received = request.receivedSeconds { waitedMilliseconds = Int(max(0, now - received) * 1000) }
    guard let text = request.headers[Self.timeoutField] else { return }
    guard let timeout = Int(text), Self.timeouts.contains(timeout) else {
      throw Refusal.malformed(
        "\(Self.timeoutField): expected a whole number from \(Self.timeouts.lowerBound) to "
          + "\(Self.timeouts.upperBound), found \(text.excerpt)")
    }
    timeoutMilliseconds = timeout
  }
}
