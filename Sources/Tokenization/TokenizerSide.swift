import Files

/// One side of a model, source or target: a text to ids with the end of sentence, and ids to a text.
protocol TokenizerSide: Sendable {
  /// Cuts a text into tokens; the end of sentence comes last.
  func encode(_ text: String) -> EncodedText
  /// The text without white space around it, and one range per token.
  func decode(_ ids: [Int32]) -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>])
  /// The piece of an id; nil if the vocabulary lacks it.
  func piece(_ id: Int32) -> String?
  /// One more than the highest id.
  var size: Int { get }
  var endToken: Int32 { get }
  var unknownToken: Int32 { get }
  var padToken: Int32? { get }
  /// The tokens that name languages; nil if the vocabulary has none.
  var languages: LanguageTokens? { get }
}

/// A tokenizer whose source side reads and whose target side writes. Ids that a search needs are the target's.
protocol TwoSidedTokenizer: Tokenizer {
  var source: any TokenizerSide { get }
  var target: any TokenizerSide { get }
}

extension TwoSidedTokenizer {
  package func encode(_ text: String) -> EncodedText { source.encode(text) }

  package func decode(_ ids: [Int32]) -> String { decodeWithRanges(ids).text }

  package func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) {
    let decoded = target.decode(ids)
    return (String(decoding: decoded.bytes, as: UTF8.self), decoded.ranges)
  }

  package func pieces(_ ids: [Int32]) -> [String] {
    let target = target
    return ids.map { target.piece($0) ?? SpecialPiece.unknown }
  }

  package var sourceVocabularySize: Int { source.size }
  package var targetVocabularySize: Int { target.size }
  package var endToken: Int32 { target.endToken }
  package var padToken: Int32? { target.padToken }
  package var unknownToken: Int32 { target.unknownToken }
  package var readsWords: Bool { false }
  package var languages: LanguageTokens? { source.languages }
}

/// Spellings of the special pieces.
enum SpecialPiece {
  static let end = "</s>"
  static let unknown = "<unk>"
  static let pad = "<pad>"
}

// MARK: - Ids of SentencePiece

/// A SentencePiece model whose ids are the model's.
struct SentencePieceSide: TokenizerSide {
  private let tokenizer: SentencePieceTokenizer
  let endToken: Int32
  let padToken: Int32?
  let languages: LanguageTokens?

  /// - Parameter end: the control piece that ends a sentence.
  /// - Throws: `FileError` if the model has no end of sentence, or changes text after decoding.
  init(_ tokenizer: SentencePieceTokenizer, end piece: String = SpecialPiece.end) throws {
    let model = tokenizer.model
    func control(_ piece: String) -> Int32? {
      model.pieces.firstIndex { $0.kind == .control && $0.text == piece }.map(Int32.init)
    }
    guard let end = control(piece) else {
      throw FileError(
        file: model.file, item: piece, found: "no such piece", expected: "a control piece of that name")
    }
    try tokenizer.refuseDenormalization()
    self.tokenizer = tokenizer
    endToken = end
    padToken = control(SpecialPiece.pad)
    languages = LanguageTokens(in: model.pieces.lazy.map(\.text))
  }

  func encode(_ text: String) -> EncodedText {
    let tokens = tokenizer.encode(text)
    var result = EncodedText(capacity: tokens.count + 1)
    for token in tokens { result.append(token.id, token.piece, token.range) }
    let end = text.utf8.count
    result.append(endToken, SpecialPiece.end, end..<end)
    return result
  }

  func decode(_ ids: [Int32]) -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>]) {
    tokenizer.assemble(ids).stripped()
  }

  func piece(_ id: Int32) -> String? {
    tokenizer.model.pieces.indices.contains(Int(id)) ? tokenizer.model.pieces[Int(id)].text : nil
  }

  var size: Int { tokenizer.model.pieces.count }
  var unknownToken: Int32 { tokenizer.model.unknownID }
}

extension SentencePieceTokenizer {
  /// - Throws: `FileError` if the model changes text after decoding, which the ranges of tokens do not follow.
  func refuseDenormalization() throws {
    guard model.denormalization.charactersMap.isEmpty else {
      throw FileError(file: model.file, item: "denormalizer_spec", found: "a character map", expected: "none")
    }
  }
}

// MARK: - Ids of a list

/// A SentencePiece model that cuts text, and a vocabulary that numbers its pieces. The ids inside the `.spm` file are
/// never the model's.
struct ListedSide: TokenizerSide {
  private let tokenizer: SentencePieceTokenizer
  private let vocabulary: Vocabulary
  private let detokenizer: Detokenizer
  let endToken: Int32
  let unknownToken: Int32
  let padToken: Int32?
  let languages: LanguageTokens?
  /// Ids of the model by SentencePiece id; the unknown token if the vocabulary lacks the piece.
  private let modelIDs: [Int32]

  /// - Throws: `FileError` if the list is broken or lacks `</s>` or `<unk>`.
  init(_ tokenizer: SentencePieceTokenizer, list: InputFile) throws {
    try self.init(tokenizer, vocabulary: Vocabulary(list), file: list.path)
  }

  /// - Parameters:
  ///   - file: path of the vocabulary, for messages.
  ///   - languages: the tokens that name languages; nil finds them by their spelling.
  init(
    _ tokenizer: SentencePieceTokenizer, vocabulary: Vocabulary, file: String, languages: LanguageTokens? = nil
  ) throws {
    func special(_ piece: String) throws -> Int32 {
      guard let id = vocabulary.id(of: piece) else {
        throw FileError(file: file, item: piece, found: "no such piece", expected: "an id for it")
      }
      return id
    }
    self.tokenizer = tokenizer
    self.vocabulary = vocabulary
    endToken = try special(SpecialPiece.end)
    let unknownToken = try special(SpecialPiece.unknown)
    self.unknownToken = unknownToken
    padToken = vocabulary.id(of: SpecialPiece.pad)
    self.languages = languages ?? LanguageTokens(in: vocabulary.pieces)
    modelIDs = tokenizer.model.pieces.map { vocabulary.id(of: $0.text) ?? unknownToken }
    let special = [endToken, unknownToken, padToken].compactMap { $0 } + (languages?.ids.sorted() ?? [])
    detokenizer = Detokenizer(tokenizer, vocabulary, special: special)
  }

  func encode(_ text: String) -> EncodedText { encode(text, prefix: LanguagePrefix.range(in: text)) }

  /// - Parameter prefix: a language code at the start of the text, which is one token of its own.
  func encode(_ text: String, prefix: Range<Int>?) -> EncodedText {
    var text = text
    return text.withUTF8 { bytes in
      let start = prefix?.upperBound ?? 0
      let tokens = tokenizer.encode(UnsafeBufferPointer(rebasing: bytes[start...]))
      var result = EncodedText(capacity: tokens.count + 2)
      if let prefix {
        let piece = String(decoding: bytes[prefix], as: UTF8.self)
        result.append(vocabulary.id(of: piece) ?? unknownToken, piece, prefix)
      }
      for token in tokens {
        let range = token.range.lowerBound + start..<token.range.upperBound + start
        result.append(modelID(of: token), token.piece, range)
      }
      result.append(endToken, SpecialPiece.end, bytes.count..<bytes.count)
      return result
    }
  }

  /// A piece that is unknown to SentencePiece can still be in the vocabulary.
  private func modelID(of token: SentencePieceTokenizer.Token) -> Int32 {
    if token.id == tokenizer.model.unknownID { return vocabulary.id(of: token.piece) ?? unknownToken }
    return modelIDs[Int(token.id)]
  }

  func decode(_ ids: [Int32]) -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>]) { detokenizer.decode(ids) }

  func piece(_ id: Int32) -> String? { vocabulary.piece(id) }

  var size: Int { vocabulary.size }
}

/// Ids of a list to text: pieces put together, byte pieces read as UTF-8, U+2581 as a space, special tokens left out,
/// white space around the whole stripped.
struct Detokenizer: Sendable {
  private enum Spelling {
    /// U+2581 is a space.
    case sentencePiece
    /// A space stands before each word.
    case words
  }

  private let vocabulary: Vocabulary
  private let spelling: Spelling
  /// Ids without a text.
  private let silent: Set<Int32>
  /// Values of byte pieces by id.
  private let bytes: [Int32: UInt8]

  init(_ tokenizer: SentencePieceTokenizer, _ vocabulary: Vocabulary, special: [Int32]) {
    var silent = Set(special)
    var bytes: [Int32: UInt8] = [:]
    for (number, piece) in tokenizer.model.pieces.enumerated() where piece.kind == .control || piece.kind == .byte {
      guard let id = vocabulary.id(of: piece.text) else { continue }
      if let byte = tokenizer.byteValue(of: Int32(number)) { bytes[id] = byte } else { silent.insert(id) }
    }
    self.init(vocabulary: vocabulary, spelling: .sentencePiece, silent: silent, bytes: bytes)
  }

  /// Pieces that are words, put together with a space between two.
  init(words vocabulary: Vocabulary, special: [Int32]) {
    self.init(vocabulary: vocabulary, spelling: .words, silent: Set(special), bytes: [:])
  }

  private init(vocabulary: Vocabulary, spelling: Spelling, silent: Set<Int32>, bytes: [Int32: UInt8]) {
    self.vocabulary = vocabulary
    self.spelling = spelling
    self.silent = silent
    self.bytes = bytes
  }

  func decode(_ ids: [Int32]) -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>]) {
    var assembler = TokenAssembler(tokens: ids.count)
    for id in ids {
      if silent.contains(id) {
        assembler.append(EmptyCollection())
      } else if let byte = bytes[id] {
        assembler.append(byte: byte)
      } else if let piece = vocabulary.piece(id) {
        assembler.append(
          spelling == .words ? [UInt8(ascii: " ")] + Array(piece.utf8) : Array(piece.replacingSpaceSymbols().utf8))
      } else {
        assembler.append(EmptyCollection())
      }
    }
    assembler.flush()
    return assembler.stripped()
  }
}
