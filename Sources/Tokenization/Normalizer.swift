import Files

/// Normalised text, which the segmenters cut, and the origin of each of its bytes.
package struct NormalizedText: Sendable, Equatable {
  package var bytes: [UInt8]
  /// For each byte the position in the input that produced it; then one more, the end of the input that was consumed.
  package var offsets: [Int]

  package static let empty = NormalizedText(bytes: [], offsets: [0])
}

/// SentencePiece's normalisation: replacements of the character map, and white space folded and marked with U+2581.
/// User-defined pieces stay unchanged, malformed bytes become U+FFFD.
package struct Normalizer: Sendable {
  static let spaceSymbol: [UInt8] = [0xE2, 0x96, 0x81]

  private let map: CharacterMap
  private let userDefined: ByteTrie
  /// By byte, whether it stays unchanged if an ASCII byte or the end follows.
  private let isPlain: [Bool]
  private let addsPrefix: Bool
  private let addsSuffix: Bool
  private let removesExtraWhitespace: Bool
  private let space: [UInt8]

  /// - Parameters:
  ///   - userDefined: pieces that stay unchanged.
  ///   - whitespaceAsSuffix: whether the dummy space goes to the end.
  ///   - file: path of the file, for messages.
  /// - Throws: `FileError` if the character map is corrupt.
  package init(
    _ rules: SentencePieceModel.Normalization, userDefined: ByteTrie, whitespaceAsSuffix: Bool, file: String
  ) throws {
    let map = try CharacterMap(blob: rules.charactersMap, file: file)
    self.map = map
    self.userDefined = userDefined
    isPlain = Self.plainBytes(map, userDefined)
    addsPrefix = rules.addsDummyPrefix && !whitespaceAsSuffix
    addsSuffix = rules.addsDummyPrefix && whitespaceAsSuffix
    removesExtraWhitespace = rules.removesExtraWhitespace
    space = rules.escapesWhitespace ? Self.spaceSymbol : [0x20]
  }

  private static func plainBytes(_ map: CharacterMap, _ userDefined: ByteTrie) -> [Bool] {
    withWalks(map, userDefined) { mapWalk, userWalk in
      (UInt8(0)...0xFF).map { byte in
        byte < 0x80 && byte != 0x20 && mapWalk.isPlain(byte)
          && userWalk.child(of: ByteTrieWalk.root, by: byte) < 0
      }
    }
  }

  private static func withWalks<Result>(
    _ map: CharacterMap, _ userDefined: ByteTrie, _ body: (CharacterMapWalk, ByteTrieWalk) -> Result
  ) -> Result {
    map.units.withUnsafeBufferPointer { units in
      map.pool.withUnsafeBufferPointer { pool in
        userDefined.nodes.withUnsafeBufferPointer { nodes in
          body(CharacterMapWalk(units: units, pool: pool), ByteTrieWalk(nodes: nodes))
        }
      }
    }
  }

  package func normalize(_ text: String) -> NormalizedText {
    var text = text
    return text.withUTF8 { normalize($0) }
  }

  /// Normalises any bytes, well-formed or not.
  package func normalize(_ input: UnsafeBufferPointer<UInt8>) -> NormalizedText {
    Self.withWalks(map, userDefined) { mapWalk, userWalk in
      UTF8Scan.replacement.withUnsafeBufferPointer { replacement in
        isPlain.withUnsafeBufferPointer { isPlain in
          let units = UnitScanner(
            input: input, map: mapWalk, userDefined: userWalk, malformed: replacement, isPlain: isPlain)
          return walk(units)
        }
      }
    }
  }

  private func walk(_ units: UnitScanner) -> NormalizedText {
    var position = 0
    if removesExtraWhitespace { position = units.skipSpaces() }
    guard position < units.input.count else { return .empty }

    var output = NormalizedOutput(capacity: units.input.count, space: space)
    if addsPrefix { output.appendSpace(from: position) }
    var followsSpace = removesExtraWhitespace
    while position < units.input.count {
      let plain = units.plainRun(from: position)
      if plain > position {
        output.append(units.input, position..<plain)
        position = plain
        followsSpace = false
        continue
      }
      let unit = units.unit(at: position)
      followsSpace = output.append(unit.output, from: position, droppingSpaces: followsSpace)
      if !removesExtraWhitespace { followsSpace = false }
      position += unit.consumed
    }
    var end = position
    if removesExtraWhitespace { end = output.stripTrailingSpaces() ?? end }
    if addsSuffix { output.appendSpace(from: end) }
    return output.finished(end: end)
  }
}

/// The input, cut into the units that are replaced as a whole.
private struct UnitScanner {
  let input: UnsafeBufferPointer<UInt8>
  let map: CharacterMapWalk
  let userDefined: ByteTrieWalk
  let malformed: UnsafeBufferPointer<UInt8>
  let isPlain: UnsafeBufferPointer<Bool>

  /// The end of the run of bytes from `start` that stay unchanged.
  @inline(__always)
  func plainRun(from start: Int) -> Int {
    var position = start
    while position < input.count, isPlain[Int(input[position])],
      position + 1 == input.count || input[position + 1] < 0x80
    {
      position += 1
    }
    return position
  }

  /// The replacement of the input at `position`, and the number of bytes that it replaces.
  func unit(at position: Int) -> (output: UnsafeBufferPointer<UInt8>, consumed: Int) {
    if let symbol = userDefined.longest(in: input, from: position) {
      return (slice(input, position..<position + symbol.length), symbol.length)
    }
    if let match = map.longest(in: input, from: position) {
      return (slice(map.pool, match.replacement), match.length)
    }
    let length = UTF8Scan.wellFormedLength(at: position, in: input)
    return length == 0 ? (malformed, 1) : (slice(input, position..<position + length), length)
  }

  /// - Returns: the start of the first unit that is more than one space.
  func skipSpaces() -> Int {
    var position = 0
    while position < input.count {
      let unit = unit(at: position)
      guard unit.output.count == 1, unit.output[0] == 0x20 else { break }
      position += unit.consumed
    }
    return position
  }

  private func slice(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[range])
  }
}

/// The result while it grows.
private struct NormalizedOutput {
  private var bytes: [UInt8] = []
  private var offsets: [Int] = []
  private let space: [UInt8]

  init(capacity: Int, space: [UInt8]) {
    self.space = space
    bytes.reserveCapacity(capacity + capacity / 2 + 8)
    offsets.reserveCapacity(capacity + capacity / 2 + 8)
  }

  mutating func appendSpace(from source: Int) {
    for byte in space { append(byte, from: source) }
  }

  /// Appends bytes that stay unchanged.
  mutating func append(_ input: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[range]))
    offsets.append(contentsOf: range)
  }

  /// - Returns: whether the output now ends in white space of `unit`; `droppingSpaces` if nothing of it was appended.
  mutating func append(
    _ unit: UnsafeBufferPointer<UInt8>, from source: Int, droppingSpaces: Bool
  ) -> Bool {
    var start = 0
    if droppingSpaces {
      while start < unit.count, unit[start] == 0x20 { start += 1 }
    }
    guard start < unit.count else { return droppingSpaces }
    for byte in unit[start...] {
      if byte == 0x20 { appendSpace(from: source) } else { append(byte, from: source) }
    }
    return unit[unit.count - 1] == 0x20
  }

  private mutating func append(_ byte: UInt8, from source: Int) {
    bytes.append(byte)
    offsets.append(source)
  }

  /// - Returns: the start of the stripped white space in the input; nil if there was none.
  mutating func stripTrailingSpaces() -> Int? {
    var end: Int?
    while bytes.count >= space.count, bytes.suffix(space.count).elementsEqual(space) {
      end = offsets[bytes.count - space.count]
      bytes.removeLast(space.count)
      offsets.removeLast(space.count)
    }
    return end
  }

  consuming func finished(end: Int) -> NormalizedText {
    offsets.append(end)
    return NormalizedText(bytes: bytes, offsets: offsets)
  }
}

/// SentencePiece's precompiled character map: input strings and their replacements.
///
/// The blob is the size of a Darts double array in bytes (u32), the array (u32 units), then a pool of NUL-terminated
/// replacements. A unit holds a label in bits 0 to 7 and 31, and whether it has a value in bit 8. The offset of its
/// children is in bits 10 to 30, times 256 if bit 9 is set. A value unit holds a position in the pool.
struct CharacterMap: Sendable {
  /// The most bytes of a replacement, more than any character decomposes into. It bounds the growth of text under a
  /// hostile map.
  static let maxReplacementLength = 1024
  /// The most bytes of a key, which is a few characters long. It bounds the walk through a hostile, cyclic array.
  static let maxKeyLength = 256

  let units: [UInt32]
  let pool: [UInt8]

  /// - Throws: `FileError` if the blob's parts do not fit each other.
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
    if let long = pool.split(separator: 0).first(where: { $0.count > Self.maxReplacementLength }) {
      throw failure("a replacement of \(long.count) bytes", "at most \(Self.maxReplacementLength)")
    }
    units = (0..<size / 4).map { Self.word(blob, at: 4 + 4 * $0) }
    self.pool = pool
  }

  private static func word(_ blob: [UInt8], at position: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(blob[position + $1]) << UInt32(8 * $1) }
  }
}

/// The look-up in a borrowed map.
struct CharacterMapWalk {
  let units: UnsafeBufferPointer<UInt32>
  let pool: UnsafeBufferPointer<UInt8>

  var isEmpty: Bool { units.isEmpty }

  /// The longest key at the start of `bytes[start...]`, and the range of its replacement in the pool.
  @inline(__always)
  func longest(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (length: Int, replacement: Range<Int>)? {
    guard !units.isEmpty else { return nil }
    var node = Self.offset(units[0])
    var best: (length: Int, value: Int)?
    let end = min(bytes.count, start + CharacterMap.maxKeyLength)
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

  /// Whether `byte` stays unchanged if any ASCII byte or the end follows.
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
