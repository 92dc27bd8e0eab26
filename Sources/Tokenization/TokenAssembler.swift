/// Puts decoded tokens together to a text, and keeps where each token's part of it lies.
///
/// Byte tokens wait until the next other token, then their bytes are read as UTF-8; a character's range goes to the
/// last of its bytes, the others stand empty before it. A malformed byte becomes U+FFFD.
struct TokenAssembler {
  private(set) var bytes: [UInt8] = []
  /// One a token, in the order they were appended.
  private(set) var ranges: [Range<Int>] = []
  private var pending: [UInt8] = []

  /// - Parameter tokens: that will be appended.
  init(tokens: Int) {
    ranges.reserveCapacity(tokens)
    bytes.reserveCapacity(8 * tokens)
  }

  mutating func append(byte: UInt8) {
    pending.append(byte)
  }

  mutating func append(_ text: some Collection<UInt8>) {
    flush()
    ranges.append(bytes.count..<bytes.count + text.count)
    bytes.append(contentsOf: text)
  }

  /// Writes out the bytes that wait. Before reading `bytes` or `ranges`.
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
