/// Bytes in, events of HTTP/1.x requests out (RFC 9112, strictly). Pure and incremental: the events do not depend
/// on how the bytes were cut, but for the sizes of body pieces. After a failure nothing more is read.
package struct RequestParser: Sendable {
  package enum Event: Equatable, Sendable {
    case head(RequestHead)
    case body(ArraySlice<UInt8>)
    /// The request is whole; its trailer fields were checked and dropped.
    case end
    case failure(RequestError)
  }

  private enum State {
    case requestLine, headers, ended, failed
    /// Bytes that are left.
    case fixedBody(Int)
    case chunkSize
    case chunkData(Int)
    case chunkEnd, trailers
  }

  /// What frames or routes a request comes too late behind its body (RFC 9110 section 6.5.1); a reader that merges
  /// trailers into the header would be misled.
  private static let neverTrailing = ["Content-Length", "Host", "Transfer-Encoding"]

  private let limits: HTTPLimits
  private var input = LineBuffer()
  private var state = State.requestLine
  private var skippedEmptyLine = false
  private var line: RequestLine?
  /// Of the request that has begun, or that was refused, as far as they were read.
  package private(set) var headers: HTTPHeaders = [:]
  /// Of the header fields, later of the trailer fields.
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

  /// Bytes that were taken in and belong to no event yet.
  package var bufferedBytes: Int { input.count }

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

  /// The next event, nil when that takes more bytes.
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

  /// One empty line before a request is let pass (RFC 9112 section 2.2). What can not begin a method is refused at
  /// its first byte, so that a client that speaks TLS here is told at once.
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

  /// One header or trailer field, or the empty line that ends them.
  private mutating func readField() throws(RequestError) -> Bool {
    let room = max(0, limits.headerBytes - fieldBytes)
    guard let text = try input.line(limit: room, of: limits.headerBytes, tooLong: 431, "the header fields") else {
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
      throw .badRequest("a trailer field that must stand in the header")
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

  /// CRLF; whatever else stands there is refused with that message.
  private mutating func readLineEnd(_ refusal: String) throws(RequestError) -> Bool {
    guard input.count >= 2 else {
      guard input.first == .carriageReturn || input.first == nil else { throw .badRequest(refusal) }
      return false
    }
    guard input.take(atMost: 2).elementsEqual([.carriageReturn, .lineFeed]) else { throw .badRequest(refusal) }
    return true
  }
}
