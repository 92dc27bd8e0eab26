/// Response bytes on their way to the socket. Large bodies are queued unchanged; small pieces are joined, so that a head
/// and its body leave in one packet.
package struct OutputQueue: Sendable {
  /// Pieces up to this size are copied together.
  private static let joinedBytes = 16 << 10

  private var pieces: [[UInt8]] = []
  /// Index of the first piece that is not completely written, and the bytes of it that are.
  private var first = 0
  private var offset = 0
  package private(set) var count = 0

  package var isEmpty: Bool { count == 0 }
  /// Bytes of memory: a piece is kept whole until its last byte was written.
  var heldBytes: Int { count + offset }

  mutating func append(_ piece: [UInt8]) {
    guard !piece.isEmpty else { return }
    count += piece.count
    if let last = pieces.last, last.count + piece.count <= Self.joinedBytes {
      pieces[pieces.count - 1] += piece
    } else {
      pieces.append(piece)
    }
  }

  /// Calls `body` with the next contiguous bytes; nil if the queue is empty.
  package func withNext<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R? {
    guard first < pieces.count else { return nil }
    return try pieces[first].withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
  }

  mutating func dropFirst(_ bytes: Int) {
    var left = min(bytes, count)
    count -= left
    while left > 0 {
      let step = min(left, pieces[first].count - offset)
      offset += step
      left -= step
      if offset == pieces[first].count {
        pieces[first] = []
        first += 1
        offset = 0
      }
    }
    compact()
  }

  private mutating func compact() {
    if first == pieces.count {
      pieces = []
      first = 0
    } else if first >= 64 {
      pieces.removeFirst(first)
      first = 0
    }
  }
}
