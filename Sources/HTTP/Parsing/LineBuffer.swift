/// Bytes that arrived and were not read yet, taken out by the line or by the piece. A line is searched once however
/// slowly it arrives.
struct LineBuffer: Sendable {
  /// Beyond this an emptied buffer gives its memory back, so that idle connections cost little.
  private static let keptCapacity = 4 << 10

  private var bytes: [UInt8] = []
  /// Where the unread part begins.
  private var start = 0
  /// Up to where no line feed was found.
  private var searched = 0

  var count: Int { bytes.count - start }
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

  /// The next line without its CRLF, nil while it is incomplete. A line above `limit` bytes is refused with `status`,
  /// a carriage return or line feed alone with 400.
  /// - Parameter total: bytes that `what` may have, where lines before this one have taken some of them.
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

  /// Up to `limit` bytes, none if none are there.
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
