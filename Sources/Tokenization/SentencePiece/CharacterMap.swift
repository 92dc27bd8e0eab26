import Files

/// SentencePiece's precompiled character map: which input strings are replaced by which.
///
/// The blob is the size of a Darts double array in bytes (u32), the array (u32 units), then a pool of NUL-terminated
/// replacements. A unit holds a label (bits 0 to 7 and 31), "a value hangs below" (bit 8), and the offset of its
/// children (bits 10 to 30, times 256 where bit 9 is set); a value unit holds a position in the pool.
struct CharacterMap: Sendable {
  /// No character decomposes into nearly as many; bounds how far a hostile map can blow text up.
  static let replacementLimit = 1024
  /// Keys are a few characters long; bounds the walk through a hostile, cyclic array.
  static let keyLimit = 256

  let units: [UInt32]
  let pool: [UInt8]

  /// - Throws: `FileError` where the blob's parts do not fit each other.
  init(blob: [UInt8], file: String) throws {
    func failure(_ found: String, _ expected: String) -> FileError {
      FileError(file: file, item: "precompiled_charsmap", found: found, expected: expected)
    }
    guard !blob.isEmpty else {
      units = []
      pool = []
      return
    }
    guard blob.count > 4 else { throw failure("\(blob.count) bytes", "at least a size and one unit") }
    let size = Int(Self.word(blob, at: 0))
    guard size > 0, size % 4 == 0, size <= blob.count - 4 else {
      throw failure("an array of \(size) bytes in \(blob.count)", "a multiple of 4 that fits")
    }
    let pool = Array(blob[(4 + size)...])
    guard pool.isEmpty || pool.last == 0 else { throw failure("an open last replacement", "a NUL at the end") }
    if let long = pool.split(separator: 0).first(where: { $0.count > Self.replacementLimit }) {
      throw failure("a replacement of \(long.count) bytes", "at most \(Self.replacementLimit)")
    }
    units = (0..<size / 4).map { Self.word(blob, at: 4 + 4 * $0) }
    self.pool = pool
  }

  private static func word(_ blob: [UInt8], at position: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(blob[position + $1]) << UInt32(8 * $1) }
  }
}

/// Look-up over a borrowed map.
struct CharacterMapWalk {
  let units: UnsafeBufferPointer<UInt32>
  let pool: UnsafeBufferPointer<UInt8>

  var isEmpty: Bool { units.isEmpty }

  /// The longest key at the start of `bytes[start...]`, and its replacement's place in the pool.
  @inline(__always)
  func longest(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (length: Int, replacement: Range<Int>)? {
    guard !units.isEmpty else { return nil }
    var node = Self.offset(units[0])
    var best: (length: Int, value: Int)?
    let end = min(bytes.count, start + CharacterMap.keyLimit)
    var position = start
    while position < end {
      let byte = bytes[position]
      node ^= Int(byte)
      guard byte != 0, node < units.count else { break }
      let unit = units[node]
      guard unit & 0x8000_00FF == UInt32(byte) else { break }
      position += 1
      node ^= Self.offset(unit)
      if unit & 0x100 != 0, node < units.count {
        best = (position - start, Int(units[node] & 0x7FFF_FFFF))
      }
    }
    guard let best, best.value < pool.count else { return nil }
    var close = best.value
    while pool[close] != 0 { close += 1 }
    return (best.length, best.value..<close)
  }

  /// Whether `byte`, followed by any ASCII byte or the end, can only stand for itself.
  func isPlain(_ byte: UInt8) -> Bool {
    guard !units.isEmpty, byte != 0 else { return true }
    let node = Self.offset(units[0]) ^ Int(byte)
    guard node < units.count, units[node] & 0x8000_00FF == UInt32(byte) else { return true }
    if units[node] & 0x100 != 0 { return false }
    let children = node ^ Self.offset(units[node])
    return (1..<0x80).allSatisfy { next in
      let child = children ^ next
      return child >= units.count || units[child] & 0x8000_00FF != UInt32(next)
    }
  }

  @inline(__always)
  private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 0x200) >> 6)) }
}
