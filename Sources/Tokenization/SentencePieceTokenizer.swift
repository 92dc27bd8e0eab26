import Files

/// Conversion of text to pieces and back under one SentencePiece model, equal to the `sentencepiece` library's.
package final class SentencePieceTokenizer: Sendable {
  package struct Token: Sendable, Equatable {
    package var id: Int32
    /// The piece in the model's spelling; for a run of unknown characters, their own normalised text.
    package var piece: String
    /// The bytes of the input that it covers.
    package var range: Range<Int>
  }

  package let model: SentencePieceModel
  private let normalizer: Normalizer
  private let denormalizer: Normalizer?
  private let segmenter: any Segmenter
  /// Ids by byte; empty without byte fallback.
  private let byteIDs: [Int32]
  /// Values of byte pieces by id.
  private let byteValues: [Int32: UInt8]
  /// Whether a run of unknown characters is one token.
  private let joinsUnknown: Bool
  /// Changes of the text before it is normalised.
  private let steps: [UnicodeStep]

  /// - Throws: `FileError`.
  package convenience init(_ file: InputFile) throws {
    try self.init(SentencePieceModel(file))
  }

  /// - Throws: `FileError` if pieces contradict each other or the character map is corrupt.
  package convenience init(_ model: SentencePieceModel) throws {
    try self.init(model, segmenter: nil, joinsUnknown: true)
  }

  /// - Parameters:
  ///   - segmenter: cuts normalised text; nil takes the model's own.
  ///   - joinsUnknown: whether a run of unknown characters is one token.
  ///   - steps: changes of the text before it is normalised.
  init(
    _ model: SentencePieceModel, segmenter own: (any Segmenter)?, joinsUnknown: Bool, steps: [UnicodeStep] = []
  ) throws {
    self.model = model
    self.steps = steps
    self.joinsUnknown = joinsUnknown
    do {
      let userDefined = try Self.userDefinedTrie(model)
      normalizer = try Normalizer(
        model.normalization, userDefined: userDefined, whitespaceAsSuffix: model.treatsWhitespaceAsSuffix,
        file: model.file)
      switch model.algorithm {
      case .unigram: segmenter = try own ?? UnigramSegmenter(model)
      case .bpe: segmenter = try own ?? BPESegmenter(model, userDefined: userDefined)
      }
    } catch let duplicate as ByteTrieBuilder.DuplicateKey {
      throw FileError(
        file: model.file, item: "piece \(duplicate.second)", found: "the text of piece \(duplicate.first)",
        expected: "a text of its own")
    }
    denormalizer = try Self.denormalizer(model)
    byteValues = try BytePieces.values(model)
    byteIDs = try BytePieces.ids(byteValues, model)
  }

  private static func userDefinedTrie(_ model: SentencePieceModel) throws -> ByteTrie {
    var builder = ByteTrieBuilder()
    for (id, piece) in model.pieces.enumerated() where piece.kind == .userDefined {
      builder.insert(piece.text.utf8, value: Int32(id))
    }
    return try builder.build()
  }

  private static func denormalizer(_ model: SentencePieceModel) throws -> Normalizer? {
    guard !model.denormalization.charactersMap.isEmpty else { return nil }
    return try Normalizer(
      model.denormalization, userDefined: ByteTrieBuilder().build(), whitespaceAsSuffix: false, file: model.file)
  }

  // MARK: - Encoding

  /// Cuts a text into tokens, without an end of sentence.
  package func encode(_ text: String) -> [Token] {
    var text = text
    return text.withUTF8 { encode($0) }
  }

  /// Cuts any bytes into tokens; malformed bytes count as U+FFFD.
  package func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Token] {
    let normalized = normalize(bytes)
    return normalized.bytes.withUnsafeBufferPointer { text in
      tokens(of: text, offsets: normalized.offsets)
    }
  }

  package func normalize(_ text: String) -> NormalizedText {
    var text = text
    return text.withUTF8(normalize)
  }

  private func normalize(_ bytes: UnsafeBufferPointer<UInt8>) -> NormalizedText {
    guard !steps.isEmpty else { return normalizer.normalize(bytes) }
    let changed = steps.apply(bytes)
    var normalized = changed.bytes.withUnsafeBufferPointer(normalizer.normalize)
    normalized.offsets = normalized.offsets.map { changed.offsets[$0] }
    return normalized
  }

  private func tokens(of text: UnsafeBufferPointer<UInt8>, offsets: [Int]) -> [Token] {
    let segments = segmenter.segments(of: text)
    var tokens: [Token] = []
    tokens.reserveCapacity(segments.count)
    var position = 0
    var index = 0
    while index < segments.count {
      let segment = segments[index]
      let start = position
      position += segment.length
      index += 1
      if segment.id != model.unknownID {
        let range = offsets[start]..<offsets[position]
        tokens.append(Token(id: segment.id, piece: model.pieces[Int(segment.id)].text, range: range))
      } else if !byteIDs.isEmpty {
        appendBytes(text[start..<position], offsets[start]..<offsets[position], to: &tokens)
      } else {
        while joinsUnknown, index < segments.count, segments[index].id == model.unknownID {
          position += segments[index].length
          index += 1
        }
        let piece = String(decoding: text[start..<position], as: UTF8.self)
        tokens.append(Token(id: segment.id, piece: piece, range: offsets[start]..<offsets[position]))
      }
    }
    return tokens
  }

  /// Appends an unknown character as its bytes; the last of them covers the character, the others are empty.
  private func appendBytes(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ range: Range<Int>, to tokens: inout [Token]) {
    for (index, byte) in bytes.enumerated() {
      let id = byteIDs[Int(byte)]
      let covered = index + 1 == bytes.count ? range : range.lowerBound..<range.lowerBound
      tokens.append(Token(id: id, piece: model.pieces[Int(id)].text, range: covered))
    }
  }

  // MARK: - Decoding

  /// The text of some ids. Ids that the model does not have count as unknown.
  package func decode(_ ids: [Int32]) -> String {
    let text = assemble(ids).text
    guard let denormalizer else { return text }
    return String(decoding: denormalizer.normalize(text).bytes, as: UTF8.self)
  }

  /// The text of some ids before it is denormalised, with the range of each id.
  func assemble(_ ids: [Int32]) -> TokenAssembler {
    var assembler = TokenAssembler(tokens: ids.count)
    var start = SentenceStart(model.normalization)
    for id in ids {
      if let byte = byteValues[id] {
        assembler.append(byte: byte)
        continue
      }
      assembler.flush()
      start.update(isEmpty: assembler.bytes.isEmpty)
      assembler.append(Array(surface(of: id, &start).utf8), joinsSpaces: joinsSpaces(before: id))
    }
    assembler.flush()
    return assembler
  }

  /// Whether a space before a piece is not written twice: a model that never reads two in a row has no reason to.
  private func joinsSpaces(before id: Int32) -> Bool {
    model.normalization.removesExtraWhitespace && model.pieces.indices.contains(Int(id))
      && model.pieces[Int(id)].kind == .normal
  }

  private func surface(of id: Int32, _ start: inout SentenceStart) -> String {
    guard model.pieces.indices.contains(Int(id)) else { return model.unknownSurface }
    let piece = model.pieces[Int(id)]
    switch piece.kind {
    case .control: return ""
    case .unknown: return model.unknownSurface
    case .normal, .userDefined, .unused, .byte: return start.strip(piece.text).replacingSpaceSymbols()
    }
  }

  /// The value of a byte piece `<0xNN>`; nil for other pieces.
  package func byteValue(of id: Int32) -> UInt8? { byteValues[id] }
}

/// Removal of the white space symbol that the encoder puts before a text, once or as often as it comes.
private struct SentenceStart {
  private let strips: Bool
  private let stripsAll: Bool
  private var isHere = true
  private var hasStripped = false

  init(_ rules: SentencePieceModel.Normalization) {
    strips = rules.addsDummyPrefix || rules.removesExtraWhitespace
    stripsAll = rules.removesExtraWhitespace
  }

  mutating func update(isEmpty: Bool) {
    if hasStripped || !isEmpty { isHere = false }
    hasStripped = false
  }

  mutating func strip(_ piece: String) -> String {
    guard isHere, strips, piece.utf8.starts(with: Normalizer.spaceSymbol) else { return piece }
    hasStripped = !stripsAll
    return String(piece.unicodeScalars.dropFirst())
  }
}

extension String {
  /// The text with U+2581 replaced by the space that it represents.
  func replacingSpaceSymbols() -> String {
    let symbol = Normalizer.spaceSymbol
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    for byte in utf8 {
      bytes.append(byte)
      // No other character ends in these bytes.
      if byte == symbol[symbol.count - 1], bytes.suffix(symbol.count).elementsEqual(symbol) {
        bytes.removeLast(symbol.count)
        bytes.append(UInt8(ascii: " "))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The pieces `<0x00>` to `<0xFF>`, in which byte fallback writes unknown characters.
enum BytePieces {
  /// Values of the byte pieces by id.
  /// - Throws: `FileError` if a byte piece is misspelt.
  static func values(_ model: SentencePieceModel) throws -> [Int32: UInt8] {
    var values: [Int32: UInt8] = [:]
    for (id, piece) in model.pieces.enumerated() where piece.kind == .byte {
      guard let value = value(piece.text) else {
        throw FileError(
          file: model.file, item: "piece \(id)", found: "the byte piece \(piece.text)", expected: "<0x00> to <0xFF>")
      }
      values[Int32(id)] = value
    }
    return values
  }

  /// Ids of the byte pieces by byte; empty if the model does not use byte fallback.
  /// - Throws: `FileError` if a byte has no piece or two.
  static func ids(_ values: [Int32: UInt8], _ model: SentencePieceModel) throws -> [Int32] {
    guard model.usesByteFallback else { return [] }
    var ids: [Int32?] = Array(repeating: nil, count: 256)
    for (id, value) in values { ids[Int(value)] = id }
    let found = ids.compactMap { $0 }
    guard found.count == 256, values.count == 256 else {
      throw FileError(
        file: model.file, item: "byte pieces", found: "\(values.count) for \(found.count) bytes",
        expected: "one for each of 256, as byte_fallback is on")
    }
    return found
  }

  private static func value(_ piece: String) -> UInt8? {
    let text = Array(piece.utf8)
    guard text.count == 6, text.starts(with: "<0x".utf8), text[5] == UInt8(ascii: ">") else { return nil }
    let digits = piece.dropFirst(3).dropLast()
    guard digits.allSatisfy({ $0.isNumber || ("A"..."F").contains($0) }) else { return nil }
    return UInt8(digits, radix: 16)
  }
}
