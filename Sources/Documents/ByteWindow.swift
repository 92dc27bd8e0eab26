/// A stretch of the bytes of a file, addressed by their places in the file.
///
/// Bytes are added at its end while the file is read, and dropped at its start once they are written.
struct ByteWindow {
  private var bytes: [UInt8] = []
  /// The place of the first byte in the file.
  private(set) var start = 0

  var end: Int { start + bytes.count }

  mutating func append(_ piece: [UInt8]) { bytes += piece }

  /// Drops the bytes before a place.
  mutating func drop(before place: Int) {
    guard place > start else { return }
    bytes.removeFirst(min(place - start, bytes.count))
    start = place
  }

  /// The bytes of a range, as far as they are in the window.
  subscript(range: Range<Int>) -> ArraySlice<UInt8> {
    let lower = min(max(range.lowerBound - start, 0), bytes.count)
    return bytes[lower..<max(lower, min(range.upperBound - start, bytes.count))]
  }
}
