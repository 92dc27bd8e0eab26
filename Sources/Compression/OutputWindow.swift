/// The output of a decoder: the latest bytes, which matches refer to, and a sink for bytes that leave the window.
///
/// The window holds at most twice its distance plus 128 KiB, however long the output is. It grows with the output,
/// so that a header cannot ask for memory that its data does not fill.
final class OutputWindow {
  /// Receives the output in order, in pieces.
  typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  /// Bytes produced so far.
  private(set) var total = 0
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0
  private var sent = 0
  private let maxCapacity: Int
  private let maxDistance: Int
  private let limit: Int
  private let sink: Sink

  /// - parameter maxDistance: the greatest distance of a match, in bytes
  /// - parameter limit: the most bytes that the output can have
  init(maxDistance: Int, limit: Int, sink: @escaping Sink) {
    self.maxDistance = maxDistance
    self.limit = limit
    self.sink = sink
    maxCapacity = 2 * maxDistance + (128 << 10)
    capacity = min(maxCapacity, 64 << 10)
    bytes = .allocate(capacity: capacity)
  }

  deinit {
    bytes.deallocate()
  }

  @inline(__always)
  func append(_ byte: UInt8) throws {
    if count == capacity || total == limit { try makeRoom(1) }
    bytes[count] = byte
    count &+= 1
    total &+= 1
  }

  func append(_ source: UnsafeRawBufferPointer) throws {
    var rest = source[...]
    while !rest.isEmpty {
      let piece = rest.prefix(64 << 10)
      try makeRoom(piece.count)
      UnsafeMutableRawBufferPointer(start: bytes + count, count: piece.count)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: piece))
      count += piece.count
      total += piece.count
      rest = rest.dropFirst(piece.count)
    }
  }

  func append(repeating byte: UInt8, count repeats: Int) throws {
    try makeRoom(repeats)
    (bytes + count).update(repeating: byte, count: repeats)
    count += repeats
    total += repeats
  }

  /// Appends `length` bytes, at most 128 KiB, that begin `distance` bytes before the end. The two ranges can overlap.
  @inline(__always)
  func copy(distance: Int, length: Int) throws {
    guard distance > 0, distance <= min(total, maxDistance) else {
      throw DecompressionError(
        "a match that refers to \(distance) bytes back", expected: "1 to \(min(total, maxDistance))")
    }
    if capacity &- count < length || limit &- total < length { try makeRoom(length) }
    let target = bytes + count
    let source = target - distance
    if distance >= length {
      target.update(from: source, count: length)
    } else {
      for i in 0..<length { target[i] = source[i] }
    }
    count &+= length
    total &+= length
  }

  /// Hands the remaining bytes to the sink.
  func finish() throws {
    if sent < count { try sink(UnsafeRawBufferPointer(start: bytes + sent, count: count - sent)) }
    sent = count
  }

  /// Makes sure that `length` further bytes, at most 128 KiB, fit the buffer and the limit.
  private func makeRoom(_ length: Int) throws {
    guard length <= limit - total else {
      throw DecompressionError("more than \(limit) unpacked bytes", expected: "at most \(limit)")
    }
    if capacity - count >= length { return }
    if capacity < maxCapacity {
      let larger = min(maxCapacity, max(2 * capacity, count + length))
      let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
      moved.update(from: bytes, count: count)
      bytes.deallocate()
      bytes = moved
      capacity = larger
      if capacity - count >= length { return }
    }
    try finish()
    let kept = min(count, maxDistance)
    bytes.update(from: bytes + (count - kept), count: kept)
    count = kept
    sent = kept
  }
}

/// An error in packed data: the found and the expected.
package struct DecompressionError: Error, Equatable, CustomStringConvertible {
  package let found: String
  package let expected: String

  package init(_ found: String, expected: String) {
    self.found = found
    self.expected = expected
  }

  package var description: String { "found \(found), expected \(expected)" }

  static let truncated = DecompressionError("the end of the data", expected: "more bytes")
}
