import Files

/// The contents of a SentencePiece `.spm` file: its pieces, and how text is normalised and cut into them.
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

  /// The steps from text to the bytes that are cut into pieces, or from pieces to text.
  package struct Normalization: Sendable {
    /// The precompiled character map; empty for identity.
    package var charactersMap: [UInt8] = []
    package var addsDummyPrefix = true
    package var removesExtraWhitespace = true
    package var escapesWhitespace = true

    package init() {}
  }

  /// Pieces by id.
  package var pieces: [Piece]
  package var algorithm: Algorithm
  package var unknownID: Int32
  /// Text that an unknown piece is decoded to.
  package var unknownSurface: String
  package var usesByteFallback: Bool
  /// Whether the white space symbol ends a word's last piece instead of starting its first.
  package var treatsWhitespaceAsSuffix: Bool
  package var normalization: Normalization
  /// Rules for decoded text, used if they have a character map; almost no model has one.
  package var denormalization: Normalization
  /// Path of the file, for messages.
  package var file: String

  /// The most pieces, four times as many as in the largest vocabularies.
  package static let maxPieces = 1 << 20
  /// The most bytes of a piece, more than in any model in use. It bounds the work per byte of input.
  package static let maxPieceLength = 1024
}

extension SentencePieceModel {
  /// - Throws: `FileError` if the file is no valid model, or one of a kind that is not supported.
  package init(_ file: InputFile) throws {
    try self.init(bytes: file.tokenizerBytes(), file: file.path)
  }
}

extension SentencePieceModel {
  /// - Parameter file: path of the file, for messages.
  /// - Throws: `FileError` if the bytes are no valid model, or one of a kind that is not supported.
  package init(bytes: [UInt8], file: String) throws {
    self = try bytes.withUnsafeBytes { bytes in
      var parser = SentencePieceParser(bytes: bytes, file: file)
      return try parser.model()
    }
  }
}

/// The parser of the fields that matter for inference; unknown fields are skipped, as protobuf asks.
private struct SentencePieceParser {
  let bytes: UnsafeRawBufferPointer
  let file: String
  var pieces: [SentencePieceModel.Piece] = []
  var algorithm: UInt64 = 1
  var unknownSurface = " \u{2047} "
  var usesByteFallback = false
  var treatsWhitespaceAsSuffix = false
  var normalization = SentencePieceModel.Normalization()
  var denormalization = SentencePieceModel.Normalization()

  init(bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  mutating func model() throws -> SentencePieceModel {
    var reader = ProtobufReader(bytes, file: file)
    while let field = try reader.next() {
      switch field.number {
      case 1: try addPiece(reader.message(block(field, "piece \(pieces.count)")))
      case 2: try readTrainer(reader.message(block(field, "trainer_spec")))
      case 3: try read(reader.message(block(field, "normalizer_spec")), into: &normalization)
      case 5: try read(reader.message(block(field, "denormalizer_spec")), into: &denormalization)
      default: break
      }
    }
    return SentencePieceModel(
      pieces: pieces, algorithm: try checkedAlgorithm(), unknownID: try checkedUnknown(),
      unknownSurface: unknownSurface, usesByteFallback: usesByteFallback,
      treatsWhitespaceAsSuffix: treatsWhitespaceAsSuffix, normalization: normalization,
      denormalization: denormalization, file: file)
  }

  private mutating func addPiece(_ message: ProtobufReader) throws {
    let item = "piece \(pieces.count)"
    guard pieces.count < SentencePieceModel.maxPieces else {
      throw failure(item, "more pieces", "at most \(SentencePieceModel.maxPieces)")
    }
    var piece = SentencePieceModel.Piece(text: "", score: 0, kind: .normal)
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 1: piece.text = try string(field, item)
      case 2: piece.score = try score(field, item)
      case 3: piece.kind = try kind(field, item)
      default: break
      }
    }
    guard (1...SentencePieceModel.maxPieceLength).contains(piece.text.utf8.count) else {
      throw failure(
        item, "a text of \(piece.text.utf8.count) bytes", "1 to \(SentencePieceModel.maxPieceLength)")
    }
    pieces.append(piece)
  }

  private mutating func readTrainer(_ message: ProtobufReader) throws {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 3: algorithm = try number(field, "trainer_spec.model_type")
      case 24: treatsWhitespaceAsSuffix = try number(field, "trainer_spec.treat_whitespace_as_suffix") != 0
      case 35: usesByteFallback = try number(field, "trainer_spec.byte_fallback") != 0
      case 44: unknownSurface = try string(field, "trainer_spec.unk_surface")
      default: break
      }
    }
  }

  private func read(_ message: ProtobufReader, into rules: inout SentencePieceModel.Normalization) throws {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 2: rules.charactersMap = Array(bytes[try block(field, "precompiled_charsmap")])
      case 3: rules.addsDummyPrefix = try number(field, "add_dummy_prefix") != 0
      case 4: rules.removesExtraWhitespace = try number(field, "remove_extra_whitespaces") != 0
      case 5: rules.escapesWhitespace = try number(field, "escape_whitespaces") != 0
      default: break
      }
    }
  }
}

// MARK: - Checks

extension SentencePieceParser {
  private func checkedAlgorithm() throws -> SentencePieceModel.Algorithm {
    if let known = SentencePieceModel.Algorithm(rawValue: algorithm) { return known }
    let found = [3: "word", 4: "char"][algorithm].map { "the \($0) model" } ?? "model type \(algorithm)"
    throw failure("trainer_spec.model_type", found, "unigram (1) or BPE (2)")
  }

  private func checkedUnknown() throws -> Int32 {
    let unknowns = pieces.indices.filter { pieces[$0].kind == .unknown }
    guard unknowns.count == 1 else {
      throw failure("pieces", "\(unknowns.count) of type UNKNOWN among \(pieces.count)", "exactly one")
    }
    return Int32(unknowns[0])
  }

  private func block(_ field: ProtobufReader.Field, _ item: String) throws -> Range<Int> {
    guard case .bytes(let range) = field.value else { throw wrongType(field, item, "a block of bytes") }
    return range
  }

  private func number(_ field: ProtobufReader.Field, _ item: String) throws -> UInt64 {
    guard case .varint(let value) = field.value else { throw wrongType(field, item, "a number") }
    return value
  }

  private func string(_ field: ProtobufReader.Field, _ item: String) throws -> String {
    guard let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[try block(field, item)]), as: UTF8.self)
    else {
      throw failure(item, "malformed UTF-8", "UTF-8")
    }
    return text
  }

  private func score(_ field: ProtobufReader.Field, _ item: String) throws -> Float {
    guard case .fixed32(let bits) = field.value else { throw wrongType(field, item, "a 32-bit float") }
    let value = Float(bitPattern: bits)
    guard value.isFinite else { throw failure(item, "a score of \(value)", "a finite one") }
    return value
  }

  private func kind(_ field: ProtobufReader.Field, _ item: String) throws -> SentencePieceModel.Kind {
    let value = try number(field, item)
    guard let kind = SentencePieceModel.Kind(rawValue: value) else {
      throw failure(item, "type \(value)", "1 to 6")
    }
    return kind
  }

  private func wrongType(_ field: ProtobufReader.Field, _ item: String, _ expected: String) -> FileError {
    failure(item, "a field of another wire type at byte \(field.offset)", expected)
  }

  private func failure(_ item: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: file, item: item, found: found, expected: expected)
  }
}
