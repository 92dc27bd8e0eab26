/// The text of decoded tokens, with the range of each token.
///
/// Byte tokens wait until the next other token, then their bytes are read as UTF-8. A character's range is that of the
/// last of its bytes; the ranges of the others are empty. A malformed byte becomes U+FFFD.
struct TokenAssembler {
  private(set) var bytes: [UInt8] = []
  /// Ranges in `bytes`, one per token, in the order in which they were appended.
  private(set) var ranges: [Range<Int>] = []
  private var pending: [UInt8] = []

  /// - Parameter tokens: number of tokens that will be appended.
  init(tokens: Int) {
    ranges.reserveCapacity(tokens)
    bytes.reserveCapacity(8 * tokens)
  }

  mutating func append(byte: UInt8) {
    pending.append(byte)
  }

  /// - Parameter joinsSpaces: whether a space in front of the text takes the place of a token that is a space.
  mutating func append(_ text: some Collection<UInt8>, joinsSpaces: Bool = false) {
    flush()
    if joinsSpaces, text.first == Self.space, let last = ranges.last, bytes[last].elementsEqual([Self.space]) {
      bytes.removeLast()
      ranges[ranges.count - 1] = last.lowerBound..<last.lowerBound
    }
    ranges.append(bytes.count..<bytes.count + text.count)
    bytes.append(contentsOf: text)
  }

  private static let space = UInt8(ascii: " ")

  /// Writes out the bytes that wait; needed before `bytes` and `ranges` are read.
  mutating func flush() {
    guard !pending.isEmpty else { return }
    pending.withUnsafeBufferPointer { pending in
      var position = 0
      while position < pending.count {
        let length = UTF8Scan.wellFormedLength(at: position, in: pending)
        let start = bytes.count
        ranges.append(contentsOf: repeatElement(start..<start, count: max(length, 1) - 1))
        if length == 0 {
          bytes.append(contentsOf: UTF8Scan.replacement)
        } else {
          bytes.append(contentsOf: pending[position..<position + length])
        }
        ranges.append(start..<bytes.count)
        position += max(length, 1)
      }
    }
    pending.removeAll(keepingCapacity: true)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension TokenAssembler {
  /// The text without white space around it, and one range per token within it. To be called after `flush`.
  func stripped() -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>]) {
    let kept = Self.kept(bytes)
    let moved = ranges.map { range in
      let clamped = range.clamped(to: kept)
      return clamped.lowerBound - kept.lowerBound..<clamped.upperBound - kept.lowerBound
    }
    return (bytes[kept], moved)
  }

  private static func kept(_ bytes: [UInt8]) -> Range<Int> {
    let text = Substring(String(decoding: bytes, as: UTF8.self)).unicodeScalars
    guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
    else { return 0..<0 }
    let start = text[..<first].reduce(0) { $0 + UTF8.width($1) }
    return start..<start + text[first...last].reduce(0) { $0 + UTF8.width($1) }
  }

  /// Whether a scalar is white space or one of ASCII's four information separators.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}
