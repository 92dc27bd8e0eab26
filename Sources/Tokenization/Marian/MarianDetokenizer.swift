/// Ids of a Marian checkpoint's target side to text: pieces put together, byte pieces read as UTF-8, U+2581 as a
/// space, special tokens left out, white space around the whole stripped.
struct MarianDetokenizer: Sendable {
  private enum Part {
    case nothing
    case byte(UInt8)
    case text([UInt8])
  }

  /// By model id.
  private let parts: [Part]

  init(_ side: MarianSide) {
    let special = [side.endToken, side.unknownToken, side.padToken].compactMap { $0 }
    var kinds: [String: (kind: SentencePieceModel.Kind, byte: UInt8?)] = [:]
    for (id, piece) in side.tokenizer.model.pieces.enumerated() where piece.kind == .control || piece.kind == .byte {
      kinds[piece.text] = (piece.kind, side.tokenizer.byteValue(of: Int32(id)))
    }
    parts = side.vocabulary.pieces.enumerated().map { id, piece in
      guard let piece, !special.contains(Int32(id)) else { return .nothing }
      if let known = kinds[piece] { return known.byte.map(Part.byte) ?? .nothing }
      return .text(Array(piece.replacingSpaceSymbols().utf8))
    }
  }

  /// - Returns: the text's UTF-8, and one range a token.
  func decode(_ ids: [Int32]) -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>]) {
    var assembler = TokenAssembler(tokens: ids.count)
    for id in ids {
      switch parts.indices.contains(Int(id)) ? parts[Int(id)] : .nothing {
      case .nothing: assembler.append(EmptyCollection())
      case .byte(let byte): assembler.append(byte: byte)
      case .text(let text): assembler.append(text)
      }
    }
    assembler.flush()
    return assembler.stripped()
  }
}
