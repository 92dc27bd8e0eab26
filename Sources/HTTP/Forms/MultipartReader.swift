/// Walks over a multipart body once, from boundary to boundary.
struct MultipartReader {
  private let bytes: [UInt8]
  /// CRLF, two hyphens and the boundary: what ends a part.
  private let delimiter: [UInt8]
  /// How far the search may move when a byte does not fit, for each byte that may stand at the delimiter's end.
  private let shifts: [Int]
  private var position = 0
  private(set) var isAtEnd = false

  init(_ bytes: [UInt8], boundary: [UInt8]) {
    self.bytes = bytes
    delimiter = [.carriageReturn, .lineFeed] + Array("--".utf8) + boundary
    var shifts = [Int](repeating: delimiter.count, count: 256)
    for (index, byte) in delimiter.dropLast().enumerated() { shifts[Int(byte)] = delimiter.count - 1 - index }
    self.shifts = shifts
  }

  /// Moves behind the first boundary, which may also stand at the very beginning; false if there is none.
  mutating func skipToFirstPart() -> Bool {
    if bytes.starts(with: delimiter.dropFirst(2)) {
      position = delimiter.count - 2
      return endBoundary()
    }
    return takeContent() != nil
  }

  /// The next line without its CRLF; nil if there is none.
  mutating func takeLine() -> ArraySlice<UInt8>? {
    guard let feed = bytes[position...].firstIndex(of: .lineFeed), feed > position,
      bytes[feed - 1] == .carriageReturn
    else { return nil }
    defer { position = feed + 1 }
    return bytes[position..<(feed - 1)]
  }

  /// What stands before the next boundary; then moves behind that. Nil if there is none.
  mutating func takeContent() -> ArraySlice<UInt8>? {
    let start = position
    while let found = nextDelimiter() {
      position = found + delimiter.count
      if endBoundary() { return bytes[start..<found] }
    }
    return nil
  }

  /// After a boundary: two hyphens at the last, then white space and a line end. False if something else follows,
  /// which makes it the beginning of a longer line and no boundary.
  private mutating func endBoundary() -> Bool {
    var rest = bytes[position...]
    let isLast = rest.starts(with: "--".utf8)
    if isLast { rest = rest.dropFirst(2) }
    rest = rest.drop { $0 == .space || $0 == .tab }
    guard rest.starts(with: [.carriageReturn, .lineFeed]) || isLast && rest.isEmpty else { return false }
    isAtEnd = isLast
    position = min(rest.startIndex + 2, bytes.count)
    return true
  }

  /// Horspool's search. In the worst case as long as the delimiter (at most 74) times the body.
  private func nextDelimiter() -> Int? {
    var index = position
    while index + delimiter.count <= bytes.count {
      if bytes[index..<(index + delimiter.count)].elementsEqual(delimiter) { return index }
      index += shifts[Int(bytes[index + delimiter.count - 1])]
    }
    return nil
  }
}
