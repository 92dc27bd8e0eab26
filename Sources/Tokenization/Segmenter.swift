/// A run of normalised bytes and its piece; segments follow each other without gaps.
package struct Segment: Equatable, Sendable {
  package var length: Int
  package var id: Int32
}

/// A way to cut normalised text into pieces. Text that no piece covers becomes single characters with the unknown id.
protocol Segmenter: Sendable {
  /// Cuts a text in time proportional to its length (BPE: times its logarithm).
  func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment]
}

/// Lengths of UTF-8 characters, by lead byte alone or checked (RFC 3629).
enum UTF8Scan {
  static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// The length that the lead byte gives, clipped to the end; a stray continuation byte counts as one.
  @inline(__always)
  static func length(at position: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let lead = bytes[position]
    if lead < 0xC0 { return 1 }
    return min(lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, bytes.count - position)
  }

  /// The length of the character at `position`; 0 if the bytes are none: overlong, a surrogate, too large, or cut short.
  static func wellFormedLength(at position: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let lead = bytes[position]
    switch lead {
    case 0..<0x80: return 1
    case 0xC2..<0xE0: return continues(2, 0x80...0xBF, at: position, in: bytes)
    case 0xE0: return continues(3, 0xA0...0xBF, at: position, in: bytes)
    case 0xED: return continues(3, 0x80...0x9F, at: position, in: bytes)
    case 0xE1..<0xF0: return continues(3, 0x80...0xBF, at: position, in: bytes)
    case 0xF0: return continues(4, 0x90...0xBF, at: position, in: bytes)
    case 0xF1..<0xF4: return continues(4, 0x80...0xBF, at: position, in: bytes)
    case 0xF4: return continues(4, 0x80...0x8F, at: position, in: bytes)
    default: return 0
    }
  }

  private static func continues(
    _ length: Int, _ second: ClosedRange<UInt8>, at position: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int {
    guard bytes.count - position >= length, second.contains(bytes[position + 1]) else { return 0 }
    for offset in 2..<max(length, 2) where bytes[position + offset] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
