/// A strict, incremental parser of HTTP/1.x requests (RFC 9112): bytes in, events out.
///
/// The events do not depend on how the bytes were split, except for the sizes of body pieces. After a failure nothing
/// more is read.
package struct RequestParser: Sendable {
  package enum Event: Equatable, Sendable {
    case head(RequestHead)
    case body(ArraySlice<UInt8>)
    /// The request is complete; its trailer fields were checked and dropped.
    case end
    case failure(RequestError)
  }

  private enum State {
    case requestLine, headers, ended, failed
    /// Bytes that remain.
    case fixedBody(Int)
    case chunkSize
    case chunkData(Int)
    case chunkEnd, trailers
  }

  /// Fields that frame or route a request come too late after its body (RFC 9110 section 6.5.1): a reader that merges
  /// trailers into the header would be misled.
  private static let neverTrailing = ["Content-Length", "Host", "Transfer-Encoding"]

  private let limits: HTTPLimits
  private var input = LineBuffer()
  private var state = State.requestLine
  private var skippedEmptyLine = false
  private var line: RequestLine?
  /// Header fields of the request that has begun, or that was refused, as far as they were read.
  package private(set) var headers: HTTPHeaders = [:]
  /// Totals of the header fields, later of the trailer fields.
  private var fieldBytes = 0
  private var fieldCount = 0
  private var bodyBytes = 0
  private var extensionBytes = 0

  package init(limits: HTTPLimits) {
    self.limits = limits
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if case .failed = state { return }
    input.append(bytes)
  }

  /// Bytes that were received and belong to no event yet.
  package var bufferedBytes: Int { input.count }

  /// Bytes of memory for a request that has begun: those that wait to be read, and the header fields.
  package var heldBytes: Int { hasBegun ? input.capacity + 2 * fieldBytes : 0 }

  /// Whether a request has begun and not ended.
  package var hasBegun: Bool {
    switch state {
    case .requestLine: input.count > 0
    case .failed: false
    default: true
    }
  }

  /// Whether the request that has begun, or that was refused, is HEAD: an answer to it has no body.
  package private(set) var isHead = false
  package var method: String? { line?.method }

  /// The next event; nil if it takes more bytes.
  package mutating func next() -> Event? {
    do throws(RequestError) {
      return try advance()
    } catch {
      state = .failed
      input = LineBuffer()
      return .failure(error)
    }
  }

  private mutating func advance() throws(RequestError) -> Event? {
    while true {
      switch state {
      case .requestLine: guard try readRequestLine() else { return nil }
      case .headers:
        guard try readField() else { return nil }
        if case .headers = state { continue }
        return try finishHead()
      case .fixedBody(let left): return readBody(left) { $0 == 0 ? .ended : .fixedBody($0) }
      case .chunkSize: guard try readChunkSize() else { return nil }
      case .chunkData(let left): return readBody(left) { $0 == 0 ? .chunkEnd : .chunkData($0) }
      case .chunkEnd: guard try readChunkEnd() else { return nil }
      case .trailers: guard try readField() else { return nil }
      case .ended:
        reset()
        return .end
      case .failed: return nil
      }
    }
  }

  private mutating func reset() {
    state = .requestLine
    skippedEmptyLine = false
    isHead = false
    line = nil
    headers = [:]
    fieldBytes = 0
    fieldCount = 0
    bodyBytes = 0
    extensionBytes = 0
  }

  /// Reads the request line, after at most one empty line (RFC 9112 section 2.2). A byte that cannot begin a method is
  /// refused at once, so that a client that speaks TLS gets an answer.
  private mutating func readRequestLine() throws(RequestError) -> Bool {
    guard let first = input.first else { return false }
    if first == .carriageReturn, !skippedEmptyLine {
      guard try readLineEnd("malformed line end before the request") else { return false }
      skippedEmptyLine = true
      return true
    }
    guard first.isTokenByte else { throw .badRequest("a request begins with a method") }
    isHead = input.starts(with: "HEAD ")
    guard let text = try input.line(limit: limits.requestLineBytes, tooLong: 414, "the request line") else {
      return false
    }
    line = try RequestLine(text)
    state = .headers
    return true
  }

  /// Reads one header or trailer field, or the empty line that ends them.
  private mutating func readField() throws(RequestError) -> Bool {
    let bytesLeft = max(0, limits.headerBytes - fieldBytes)
    guard let text = try input.line(limit: bytesLeft, of: limits.headerBytes, tooLong: 431, "the header fields") else {
      return false
    }
    guard !text.isEmpty else {
      state = .ended
      return true
    }
    fieldBytes += text.count + 2
    fieldCount += 1
    guard fieldCount <= limits.headerCount else {
      throw RequestError(431, "more than \(limits.headerCount) header fields")
    }
    let field = try FieldLine.parse(text)
    if case .headers = state {
      headers.add(field.name, field.value)
    } else if Self.neverTrailing.contains(where: { $0.equalsIgnoringCase(field.name) }) {
      throw .badRequest("a trailer field that must be in the header")
    }
    return true
  }

  private mutating func finishHead() throws(RequestError) -> Event {
    guard let line else { throw .badRequest("malformed request line") }
    let head = try RequestHead(line: line, headers: headers, bodyLimit: limits.bodyBytes)
    fieldBytes = 0
    fieldCount = 0
    switch head.framing {
    case .none, .length(0): state = .ended
    case .length(let bytes): state = .fixedBody(bytes)
    case .chunked: state = .chunkSize
    }
    return .head(head)
  }

  private mutating func readBody(_ left: Int, then next: (Int) -> State) -> Event? {
    let piece = input.take(atMost: left)
    guard !piece.isEmpty else { return nil }
    state = next(left - piece.count)
    return .body(piece)
  }

  private mutating func readChunkSize() throws(RequestError) -> Bool {
    guard let text = try input.line(limit: limits.chunkLineBytes, tooLong: 400, "a chunk size line") else {
      return false
    }
    let chunk = try ChunkSizeLine.parse(text)
    extensionBytes += chunk.extensionBytes
    guard extensionBytes <= limits.chunkExtensionBytes else { throw .badRequest("too many chunk extensions") }
    guard chunk.size <= limits.bodyBytes - bodyBytes else {
      throw RequestError(413, "the body is longer than \(limits.bodyBytes) bytes")
    }
    bodyBytes += chunk.size
    state = chunk.size == 0 ? .trailers : .chunkData(chunk.size)
    return true
  }

  private mutating func readChunkEnd() throws(RequestError) -> Bool {
    guard try readLineEnd("a chunk is longer than its size") else { return false }
    state = .chunkSize
    return true
  }

  /// Reads CRLF; other bytes are refused with this message.
  private mutating func readLineEnd(_ refusal: String) throws(RequestError) -> Bool {
    guard input.count >= 2 else {
      guard input.first == .carriageReturn || input.first == nil else { throw .badRequest(refusal) }
      return false
    }
    guard input.take(atMost: 2).elementsEqual([.carriageReturn, .lineFeed]) else { throw .badRequest(refusal) }
    return true
  }
}

/// The reason for which a request cannot be read, with the status of the response. The connection ends after that
/// response: the beginning of the next request is no longer certain.
package struct RequestError: Error, Equatable, Sendable {
  package var status: Int
  package var message: String

  package init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  /// All connections together hold too many bytes.
  static let tooManyBytes = RequestError(503, "too many bytes of requests are in flight")

  static func badRequest(_ message: String) -> RequestError { RequestError(400, message) }
}

// MARK: - Lines

/// Received bytes that were not parsed yet, taken out by the line or by the piece. Each byte is searched once, even if a
/// line arrives slowly.
private struct LineBuffer: Sendable {
  /// Bytes above which an empty buffer frees its memory, so that idle connections cost little.
  private static let keptCapacity = 4 << 10

  private var bytes: [UInt8] = []
  /// Index of the first unread byte.
  private var start = 0
  /// Index up to which there is no line feed.
  private var searched = 0

  var count: Int { bytes.count - start }
  var capacity: Int { bytes.capacity }
  var first: UInt8? { start < bytes.count ? bytes[start] : nil }

  func starts(with prefix: String) -> Bool { bytes[start...].starts(with: prefix.utf8) }

  mutating func append(_ new: UnsafeRawBufferPointer) {
    if start == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      start = 0
      searched = 0
    } else if start > Self.keptCapacity {
      bytes.removeFirst(start)
      searched -= start
      start = 0
    }
    bytes.append(contentsOf: new)
  }

  /// The next line without its CRLF; nil while it is incomplete. A line above `limit` bytes is refused with `status`, and
  /// a lone carriage return or line feed with 400.
  /// - Parameter total: limit of `what` as a whole, if earlier lines have used a part of it.
  mutating func line(
    limit: Int, of total: Int? = nil, tooLong status: Int = 400, _ what: String = "a line"
  ) throws(RequestError) -> ArraySlice<UInt8>? {
    let end = bytes[searched...].firstIndex(of: .lineFeed)
    guard (end ?? bytes.count) - start <= limit + 1 else {
      throw RequestError(status, "too long: \(what), at most \(total ?? limit) bytes")
    }
    guard let end else {
      searched = bytes.count
      return nil
    }
    guard end > start, bytes[end - 1] == .carriageReturn else {
      throw .badRequest("a line ends with a line feed alone, expected CRLF")
    }
    let line = bytes[start..<(end - 1)]
    guard !line.contains(.carriageReturn) else {
      throw .badRequest("a carriage return inside a line")
    }
    advance(to: end + 1)
    return line
  }

  /// Takes up to `limit` bytes; none if the buffer is empty.
  mutating func take(atMost limit: Int) -> ArraySlice<UInt8> {
    let piece = bytes[start..<(start + min(limit, count))]
    advance(to: piece.endIndex)
    return piece
  }

  private mutating func advance(to index: Int) {
    start = index
    searched = index
    guard index == bytes.count, bytes.capacity > Self.keptCapacity else { return }
    bytes = []
    start = 0
    searched = 0
  }
}

/// `chunk-size [chunk-ext]` (RFC 9112 section 7.1).
///
/// Extensions are ignored, but a malformed one is refused, since readers disagree about its end. So is white space within
/// one, which RFC 9112 permits to readers only.
private enum ChunkSizeLine {
  /// More digits, such as leading zeros, are refused: another reader might ignore some of them.
  private static let maxDigits = 16

  /// Parses a line without its line end.
  /// - Returns: bytes of the chunk, and of the extensions.
  static func parse(_ line: ArraySlice<UInt8>) throws(RequestError) -> (size: Int, extensionBytes: Int) {
    var size = 0
    var index = line.startIndex
    while index < line.endIndex, let digit = line[index].hexadecimalValue {
      let (shifted, overflow) = size.multipliedReportingOverflow(by: 16)
      guard !overflow else { throw .badRequest("a chunk size is too large") }
      size = shifted | Int(digit)
      index += 1
    }
    guard index - line.startIndex <= maxDigits else { throw .badRequest("a chunk size has too many digits") }
    guard index > line.startIndex else { throw .badRequest("malformed chunk size, expected hexadecimal digits") }
    let extensions = line[index...]
    guard areExtensions(extensions) else { throw .badRequest("malformed chunk extension") }
    return (size, extensions.count)
  }

  /// `*( ";" token [ "=" ( token / quoted-string ) ] )`
  private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while rest.popFirst() != nil {
      guard bytes[rest.startIndex - 1] == UInt8(ascii: ";"), dropToken(&rest) else { return false }
      guard rest.first == UInt8(ascii: "=") else { continue }
      rest.removeFirst()
      let isQuoted = rest.first == UInt8(ascii: "\"")
      guard isQuoted ? dropQuoted(&rest) : dropToken(&rest) else { return false }
    }
    return true
  }

  private static func dropToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let before = rest.count
    rest = rest.drop(while: \.isTokenByte)
    return rest.count < before
  }

  /// Drops the bytes from the opening to the closing quote; a backslash escapes the next byte.
  private static func dropQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
    rest.removeFirst()
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return true }
      guard byte.isFieldValueByte else { return false }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = rest.popFirst(), escaped.isFieldValueByte else { return false }
      }
    }
    return false
  }
}
