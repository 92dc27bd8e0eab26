import Files
import JSON

/// The tokenizer of a CTranslate2 folder: lists of pieces whose places are the ids, and SentencePiece models beside them
/// that cut a text into pieces, or a `tokenizer.json`. Without these, the words between spaces are the pieces.
///
/// SentencePiece's own ids and special pieces mean nothing here.
package final class CTranslate2Tokenizer: TwoSidedTokenizer {
  /// The tokens of a model that are no text.
  package struct SpecialTokens: Sendable {
    package var unknown: String
    package var start: String
    package var end: String
    /// The token that the decoder is fed first; nil if the file names none.
    package var decoderStart: String?
    /// Whether the source begins with `start`.
    package var startsSource: Bool
    /// Whether the source ends with `end`.
    package var endsSource: Bool
    /// The token that every translation begins with, and that is no text of it; nil for none.
    package var prefix: String?

    package init(
      unknown: String, start: String, end: String, decoderStart: String?, startsSource: Bool, endsSource: Bool,
      prefix: String? = nil
    ) {
      self.prefix = prefix
      self.unknown = unknown
      self.start = start
      self.end = end
      self.decoderStart = decoderStart
      self.startsSource = startsSource
      self.endsSource = endsSource
    }
  }

  /// The files that tell how texts are cut into pieces.
  package enum Cutting: Sendable {
    /// SentencePiece models of source and target, which can be one file.
    case sentencePiece(source: InputFile, target: InputFile)
    /// `tokenizer.json`
    case json(InputFile)

    package var path: String {
      switch self {
      case .sentencePiece(let source, _): source.path
      case .json(let file): file.path
      }
    }

    fileprivate func open() throws -> (source: SentencePieceTokenizer, target: SentencePieceTokenizer) {
      switch self {
      case .json(let file):
        let cutter = try TokenizerJSON.cutter(file)
        return (cutter, cutter)
      case .sentencePiece(let source, let target):
        let cutter = try SentencePieceTokenizer(source)
        return (cutter, source.path == target.path ? cutter : try SentencePieceTokenizer(target))
      }
    }
  }

  let source: any TokenizerSide
  let target: any TokenizerSide

  /// - Parameters:
  ///   - cutting: nil cuts at spaces.
  ///   - layout: places of language tokens; nil for those that their spelling tells.
  /// - Throws: `FileError` if a SentencePiece model is broken, or a list lacks a token that its side needs.
  package init(
    source: PieceList, target: PieceList, cutting: Cutting?, tokens: SpecialTokens,
    layout: LanguageTokens.Layout? = nil
  ) throws {
    let cutters = try cutting?.open()
    self.source = try PieceListSide(
      source, cutter: cutters?.source, tokens: tokens, before: tokens.startsSource ? [tokens.start] : [],
      after: tokens.endsSource ? [tokens.end] : [], layout: layout)
    self.target = try PieceListSide(target, cutter: cutters?.target, tokens: tokens, before: [], after: [tokens.end])
    try cutters?.target.refuseDenormalization()
  }

  package func encodeTarget(_ text: String) -> EncodedText { target.encode(text) }
}

// MARK: Lists of pieces

/// A vocabulary file of CTranslate2: a JSON array of strings, or lines of text. A piece's place is its id.
package struct PieceList: Sendable {
  package let path: String
  let vocabulary: Vocabulary

  /// Number of ids.
  package let count: Int

  /// - Parameter unknown: the unknown token, which is appended if the list lacks it.
  /// - Throws: `FileError` if the file is no such list.
  package init(_ file: InputFile, isJSON: Bool, unknown: String) throws {
    path = file.path
    let bytes = try file.tokenizerBytes()
    let pieces = try isJSON ? Self.array(bytes, path) : Self.lines(bytes, path)
    vocabulary = try Vocabulary(list: pieces, appending: unknown, file: path)
    count = max(pieces.count, vocabulary.size)
  }

  /// Whether some pieces are tokens of languages.
  package var namesLanguages: Bool { LanguageTokens(in: vocabulary.pieces) != nil }

  package func id(of piece: String) -> Int32? { vocabulary.id(of: piece) }

  private static func array(_ bytes: [UInt8], _ path: String) throws -> [String] {
    do {
      return try bytes.withUnsafeBytes { bytes in
        var pieces: [String] = []
        var scanner = JSONScanner(bytes)
        try scanner.array { pieces.append(try $0.string()) }
        try scanner.end()
        return pieces
      }
    } catch let error as JSONError {
      throw FileError(file: path, item: "byte \(error.offset)", found: error.found, expected: error.expected)
    }
  }

  /// A carriage return ends a line only if one ends every line: else it is a piece's.
  private static func lines(_ bytes: [UInt8], _ path: String) throws -> [String] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let mark = UInt8(ascii: "\r")
    let drops = lines.allSatisfy { $0.last == mark }
    return try lines.enumerated().map { index, line in
      guard let piece = String(validating: drops ? line.dropLast() : line, as: UTF8.self) else {
        throw FileError(file: path, item: "line \(index + 1)", found: "other bytes", expected: "a piece in UTF-8")
      }
      return piece
    }
  }
}

// MARK: One side

/// A list of pieces with a way to cut texts into them.
private struct PieceListSide: TokenizerSide {
  private let vocabulary: Vocabulary
  private let cutter: SentencePieceTokenizer?
  private let detokenizer: Detokenizer
  private let before: [(id: Int32, piece: String)]
  private let after: [(id: Int32, piece: String)]
  /// The end of sentence as the only token of a text without tokens, which models cannot read.
  private let end: (id: Int32, piece: String)
  let unknownToken: Int32
  let padToken: Int32?
  let languages: LanguageTokens?

  /// - Parameters:
  ///   - before: special tokens before each text.
  ///   - after: special tokens behind each text.
  /// - Throws: `FileError` if the list lacks one of them.
  init(
    _ list: PieceList, cutter: SentencePieceTokenizer?, tokens: CTranslate2Tokenizer.SpecialTokens, before: [String],
    after: [String], layout: LanguageTokens.Layout? = nil
  ) throws {
    func special(_ piece: String) throws -> (id: Int32, piece: String) {
      guard let id = list.id(of: piece) else {
        throw FileError(file: list.path, item: piece, found: "no such piece", expected: "the special token")
      }
      return (id, piece)
    }
    vocabulary = list.vocabulary
    self.cutter = cutter
    self.before = try before.map(special)
    self.after = try after.map(special)
    // A source that never ends can have a list without an end.
    end = try list.id(of: tokens.end).map { ($0, tokens.end) } ?? special(tokens.unknown)
    unknownToken = try special(tokens.unknown).id
    padToken = list.id(of: SpecialPiece.pad)
    let names = [tokens.end, tokens.unknown, tokens.start, tokens.decoderStart, tokens.prefix, SpecialPiece.pad]
    var languages = LanguageTokens(in: list.vocabulary.pieces)
    if let layout { languages?.layout = layout }
    self.languages = languages
    let silent = names.compactMap { $0.flatMap(list.id) } + (languages?.ids.sorted() ?? [])
    detokenizer =
      cutter.map { Detokenizer($0, list.vocabulary, special: silent) }
      ?? Detokenizer(words: list.vocabulary, special: silent)
  }

  var size: Int { vocabulary.size }
  var endToken: Int32 { end.id }

  func piece(_ id: Int32) -> String? { vocabulary.piece(id) }

  func decode(_ ids: [Int32]) -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>]) { detokenizer.decode(ids) }

  func encode(_ text: String) -> EncodedText {
    let prefix = languagePrefix(of: text)
    let start = prefix?.range.upperBound ?? 0
    let rest = String(decoding: text.utf8.dropFirst(start), as: UTF8.self)
    let pieces = cutter.map { $0.encode(rest).map { ($0.piece, $0.range) } } ?? Self.words(rest)
    var result = EncodedText(capacity: before.count + pieces.count + after.count + 1)
    for special in before { result.append(special.id, special.piece, 0..<0) }
    if let prefix { result.append(prefix.id, prefix.piece, prefix.range) }
    for (piece, range) in pieces {
      let moved = range.lowerBound + start..<range.upperBound + start
      result.append(vocabulary.id(of: piece) ?? unknownToken, piece, moved)
    }
    let count = text.utf8.count
    for special in after { result.append(special.id, special.piece, count..<count) }
    if result.ids.isEmpty { result.append(end.id, end.piece, count..<count) }
    return result
  }

  /// A code such as `>>fra<<` at the start of the text, if the list has it as a piece.
  private func languagePrefix(of text: String) -> (id: Int32, piece: String, range: Range<Int>)? {
    guard let range = LanguagePrefix.range(in: text) else { return nil }
    let piece = String(decoding: text.utf8.prefix(range.upperBound), as: UTF8.self)
    return vocabulary.id(of: piece).map { ($0, piece, range) }
  }

  /// The words between spaces, with the spaces before them in their ranges.
  private static func words(_ text: String) -> [(String, Range<Int>)] {
    var words: [(String, Range<Int>)] = []
    var start = 0
    var word: [UInt8] = []
    func finish(at end: Int) {
      guard !word.isEmpty else { return }
      words.append((String(decoding: word, as: UTF8.self), start..<end))
      (start, word) = (end, [])
    }
    for (offset, byte) in text.utf8.enumerated() {
      if byte == UInt8(ascii: " ") { finish(at: offset) } else { word.append(byte) }
    }
    finish(at: text.utf8.count)
    return words
  }
}
