import Files

/// One side of a model in Marian's own layout.
protocol NativeSide: Sendable {
  /// With the end of sentence.
  func encode(_ text: String) -> EncodedText
  /// Without white space around it; one range a token.
  func decode(_ ids: [Int32]) -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>])
  /// Nil for an id that the vocabulary lacks.
  func piece(_ id: Int32) -> String?
  /// One more than the highest id.
  var size: Int { get }
  var endToken: Int32 { get }
  var unknownToken: Int32 { get }
  var padToken: Int32? { get }
}

/// A SentencePiece model whose ids are the model's.
struct SentencePieceSide: NativeSide {
  private let tokenizer: SentencePieceTokenizer
  let endToken: Int32
  let padToken: Int32?

  /// - Throws: `FileError` where the model has no end of sentence, or changes text after decoding.
  init(_ tokenizer: SentencePieceTokenizer) throws {
    let model = tokenizer.model
    func control(_ piece: String) -> Int32? {
      model.pieces.firstIndex { $0.kind == .control && $0.text == piece }.map(Int32.init)
    }
    guard let end = control(MarianSide.end) else {
      throw FileError(
        file: model.file, item: MarianSide.end, found: "no such piece", expected: "a control piece of that name")
    }
    guard model.denormalization.charactersMap.isEmpty else {
      throw FileError(
        file: model.file, item: "denormalizer_spec", found: "a character map", expected: "none")
    }
    self.tokenizer = tokenizer
    endToken = end
    padToken = control(MarianSide.pad)
  }

  func encode(_ text: String) -> EncodedText {
    let tokens = tokenizer.encode(text)
    var result = EncodedText(capacity: tokens.count + 1)
    for token in tokens { result.append(token.id, token.piece, token.range) }
    let end = text.utf8.count
    result.append(endToken, MarianSide.end, end..<end)
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

/// A list that numbers what a SentencePiece model makes of a text.
struct ListedSide: NativeSide {
  private let side: MarianSide
  private let detokenizer: MarianDetokenizer

  /// - Throws: `FileError` where the list lacks `</s>` or `<unk>`.
  init(_ tokenizer: SentencePieceTokenizer, list: String) throws {
    side = try MarianSide(tokenizer: tokenizer, vocabulary: Vocabulary(path: list), file: list)
    detokenizer = MarianDetokenizer(side)
  }

  func encode(_ text: String) -> EncodedText { side.encode(text, prefix: LanguagePrefix.range(in: text)) }

  func decode(_ ids: [Int32]) -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>]) { detokenizer.decode(ids) }

  func piece(_ id: Int32) -> String? { side.vocabulary.piece(id) }

  var size: Int { side.vocabulary.size }
  var endToken: Int32 { side.endToken }
  var unknownToken: Int32 { side.unknownToken }
  var padToken: Int32? { side.padToken }
}
