/// What a SentencePiece `.spm` file says: its pieces, and how text is normalised and cut into them.
///
/// Format: `sentencepiece_model.proto` of https://github.com/google/sentencepiece.
package struct SentencePieceModel: Sendable {
  package enum Kind: UInt64, Sendable {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  package struct Piece: Sendable {
    package var text: String
    /// Log-probability (unigram) or minus the merge's rank (BPE); always finite.
    package var score: Float
    package var kind: Kind
  }

  package enum Algorithm: UInt64, Sendable {
    case unigram = 1
    case bpe = 2
  }

  /// How text becomes the bytes that are cut into pieces, or pieces become text again.
  package struct Normalization: Sendable {
    /// The precompiled character map, empty for identity.
    package var charactersMap: [UInt8] = []
    package var addsDummyPrefix = true
    package var removesExtraWhitespace = true
    package var escapesWhitespace = true

    package init() {}
  }

  /// By id.
  package var pieces: [Piece]
  package var algorithm: Algorithm
  package var unknownID: Int32
  /// What an unknown piece is decoded to.
  package var unknownSurface: String
  package var usesByteFallback: Bool
  /// The white space symbol ends a word's last piece instead of starting its first.
  package var treatsWhitespaceAsSuffix: Bool
  package var normalization: Normalization
  /// Applied to decoded text where it has a character map; almost no model has one.
  package var denormalization: Normalization
  /// Named in the errors of whatever is built from the model.
  package var file: String

  /// More pieces than the largest vocabularies (about 260,000) have.
  package static let pieceLimit = 1 << 20
  /// No piece or user-defined symbol in use comes near; it bounds the work per input byte.
  package static let pieceLengthLimit = 1024
}

extension SentencePieceModel {
  /// - Throws: `FileError`.
  package init(path: String) throws {
    try self.init(bytes: TokenizerFile.read(path), file: path)
  }
}
