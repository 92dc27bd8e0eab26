/// Text as the segmenters cut it, and where each of its bytes came from.
package struct NormalizedText: Sendable, Equatable {
  package var bytes: [UInt8]
  /// For each byte the start, in the input's bytes, of what produced it; then one more, the end of what was consumed.
  package var offsets: [Int]

  package static let empty = NormalizedText(bytes: [], offsets: [0])
}

/// SentencePiece's normalisation: replaces what the character map names, folds white space and marks it with U+2581.
/// User-defined pieces pass through untouched, malformed bytes become U+FFFD.
package struct Normalizer: Sendable {
  static let spaceSymbol: [UInt8] = [0xE2, 0x96, 0x81]

  private let map: CharacterMap
  private let userDefined: ByteTrie
  /// By byte: stands for itself where an ASCII byte or the end follows.
  private let isPlain: [Bool]
  private let addsPrefix: Bool
  private let addsSuffix: Bool
  private let removesExtraWhitespace: Bool
  private let space: [UInt8]

  /// - Parameters:
  ///   - userDefined: pieces that are kept verbatim.
  ///   - whitespaceAsSuffix: the dummy space goes to the end.
  ///   - file: named in errors.
  /// - Throws: `FileError` where the character map is corrupt.
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

  /// Takes any bytes, well-formed or not.
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

/// Cuts the input into the units that are replaced as a whole.
private struct UnitScanner {
  let input: UnsafeBufferPointer<UInt8>
  let map: CharacterMapWalk
  let userDefined: ByteTrieWalk
  let malformed: UnsafeBufferPointer<UInt8>
  let isPlain: UnsafeBufferPointer<Bool>

  /// The end of the run of bytes from `start` that stand for themselves.
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

  /// What the input at `position` becomes, and how much of it.
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

  /// - Returns: where the first unit starts that is more than one space.
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

/// The growing result.
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

  /// Bytes that stand for themselves.
  mutating func append(_ input: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[range]))
    offsets.append(contentsOf: range)
  }

  /// - Returns: whether the output now ends in white space of `unit`'s; `droppingSpaces` where nothing was left of it.
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

  /// - Returns: where the stripped white space started in the input; nil where there was none.
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
