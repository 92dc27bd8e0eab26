import Files

/// One side of a Marian checkpoint: a SentencePiece model that cuts text, and the vocabulary that numbers its pieces.
/// The ids inside the `.spm` file are never the model's.
struct MarianSide: Sendable {
  static let end = "</s>"
  static let unknown = "<unk>"
  static let pad = "<pad>"

  let tokenizer: SentencePieceTokenizer
  let vocabulary: Vocabulary
  let endToken: Int32
  let unknownToken: Int32
  let padToken: Int32?
  /// By SentencePiece id; the unknown token where the vocabulary lacks the piece.
  private let modelIDs: [Int32]

  /// - Throws: `FileError` where the vocabulary lacks `</s>` or `<unk>`.
  init(tokenizer: SentencePieceTokenizer, vocabulary: Vocabulary, file: String) throws {
    func special(_ piece: String) throws -> Int32 {
      guard let id = vocabulary.id(of: piece) else {
        throw FileError(file: file, item: piece, found: "no such piece", expected: "an id for it")
      }
      return id
    }
    self.tokenizer = tokenizer
    self.vocabulary = vocabulary
    endToken = try special(Self.end)
    let unknownToken = try special(Self.unknown)
    self.unknownToken = unknownToken
    padToken = vocabulary.id(of: Self.pad)
    modelIDs = tokenizer.model.pieces.map { vocabulary.id(of: $0.text) ?? unknownToken }
  }

  /// - Parameter prefix: a language code at the start of the text, which is one token of its own.
  func encode(_ text: String, prefix: Range<Int>? = nil) -> EncodedText {
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
      result.append(endToken, Self.end, bytes.count..<bytes.count)
      return result
    }
  }

  /// What is unknown to SentencePiece may still be in the vocabulary.
  private func modelID(of token: SentencePieceTokenizer.Token) -> Int32 {
    if token.id == tokenizer.model.unknownID { return vocabulary.id(of: token.piece) ?? unknownToken }
    return modelIDs[Int(token.id)]
  }
}
