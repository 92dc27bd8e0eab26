import Files
import Foundation
import JSON

/// The tokenizer of a `tokenizer.json` alone, the file of Hugging Face's `tokenizers`, as far as models of translation use
/// it: Unigram or BPE over words that U+2581 marks, byte fallback, SentencePiece's character maps, and Unicode's forms.
///
/// Every part of the file that would change tokens and is not supported is refused by its name.
///
/// In a few texts, tokens are SentencePiece's and not the library's. White space at the ends of a text is not read, and a
/// U+2581 at its start is a character of the text. A text cannot name special tokens. A character map joins letters of
/// Hangul.
package final class TokenizerJSON: TwoSidedTokenizer {
  package static let name = "tokenizer.json"

  let source: any TokenizerSide
  let target: any TokenizerSide
  package let languages: LanguageTokens?

  /// - Parameter layout: the places of the language tokens; nil takes those of the file's template, else of the tokens'
  ///   spelling.
  /// - Throws: `FileError` that names the part that is missing, wrong or not supported.
  package init(_ folder: ModelFolder, layout: LanguageTokens.Layout? = nil) throws {
    let (cutter, settings) = try Self.read(folder.open(Self.name))
    let side = try SentencePieceSide(cutter, end: settings.template.end)
    (source, target) = (side, side)
    languages = side.languages.map { tokens in
      var tokens = tokens
      tokens.layout = layout ?? settings.template.layout(tokens) ?? tokens.layout
      return tokens
    }
  }

  private static func read(_ file: InputFile) throws -> (SentencePieceTokenizer, TokenizerSettings) {
    let parts = try TokenizerParts(bytes: file.tokenizerBytes(), file: file.path)
    let settings = try TokenizerSettings(parts)
    let model = try settings.model(parts)
    let segmenter = try parts.merges.isEmpty ? nil : parts.segmenter(of: model, splitsWords: settings.splitsWords)
    let tokenizer = try SentencePieceTokenizer(
      model, segmenter: segmenter, joinsUnknown: settings.joinsUnknown, steps: settings.steps)
    return (tokenizer, settings)
  }

  /// The part that cuts texts into pieces, for models that number the pieces themselves.
  static func cutter(_ file: InputFile) throws -> SentencePieceTokenizer { try read(file).0 }

  package func encodeTarget(_ text: String) -> EncodedText { target.encode(text) }
}

// MARK: - The file

/// The members of a `tokenizer.json`.
struct TokenizerParts {
  let file: String
  /// Pieces by id; nil if no piece has the id.
  private(set) var pieces: [(text: String, score: Float)?] = []
  /// Pairs of pieces in the order in which they are joined.
  private(set) var merges: [(left: String, right: String)] = []
  /// Members of the model except `vocab` and `merges`.
  private(set) var model: [String: JSONValue] = [:]
  /// Members of the file except the model.
  private(set) var members: [String: JSONValue] = [:]

  /// One more than the highest id that a file of this size can have without ids that no piece has, and some more.
  /// So a small file takes little memory.
  let idLimit: Int

  private static let limits = JSONLimits(depth: 16, values: 200_000, repeatedNames: .refused)

  /// - Throws: `FileError` that names the first wrong byte.
  init(bytes: [UInt8], file: String) throws {
    self.file = file
    idLimit = min(SentencePieceModel.maxPieces, 1024 + bytes.count / 4)
    do {
      try bytes.withUnsafeBytes { bytes in
        var scanner = JSONScanner(bytes)
        try scanner.object { scanner, name in
          if name == "model" {
            try readModel(&scanner)
          } else {
            members[name] = try JSONValue(&scanner, within: Self.limits)
          }
        }
        try scanner.end()
      }
    } catch let error as JSONError {
      throw FileError(file: file, item: "byte \(error.offset)", found: error.found, expected: error.expected)
    }
    guard !pieces.isEmpty else { throw failure("model.vocab", "no pieces", "at least one") }
  }

  func failure(_ item: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: file, item: item, found: found, expected: expected)
  }

  private mutating func readModel(_ scanner: inout JSONScanner) throws {
    try scanner.object { scanner, name in
      switch name {
      case "vocab": try readVocabulary(&scanner)
      case "merges":
        try scanner.array { scanner in
          merges.append(try Self.merge(&scanner))
          if merges.count > SentencePieceModel.maxPieces { throw scanner.failure(expected: "fewer merges") }
        }
      default: model[name] = try JSONValue(&scanner, within: Self.limits)
      }
    }
  }

  /// Unigram's list of pieces with scores, or the object of pieces and ids of BPE.
  private mutating func readVocabulary(_ scanner: inout JSONScanner) throws {
    if scanner.peek() == UInt8(ascii: "{") {
      try scanner.object { scanner, piece in
        let id = try scanner.integer()
        guard insert(piece, score: 0, id: id) else {
          throw scanner.failure(expected: "an id of its own, below \(idLimit)")
        }
      }
      return
    }
    try scanner.array { scanner in
      try scanner.take("[")
      let piece = try scanner.string()
      try scanner.take(",")
      let score: Float
      switch try scanner.number() {
      case .integer(let value): score = Float(value)
      case .real(let value): score = Float(value)
      default: score = .nan
      }
      try scanner.take("]")
      guard score.isFinite, insert(piece, score: score, id: pieces.count) else {
        throw scanner.failure(expected: "a finite score, and at most \(idLimit) pieces")
      }
    }
  }

  /// - Returns: false if the id is out of range or has a piece.
  mutating func insert(_ piece: String, score: Float, id: Int) -> Bool {
    guard 0..<idLimit ~= id else { return false }
    if id >= pieces.count { pieces.append(contentsOf: repeatElement(nil, count: id + 1 - pieces.count)) }
    guard pieces[id] == nil else { return false }
    pieces[id] = (piece, score)
    return true
  }

  /// A pair as `["a", "b"]`, or as `"a b"` in files of before 2024.
  private static func merge(_ scanner: inout JSONScanner) throws -> (left: String, right: String) {
    if scanner.takeIf("[") {
      let left = try scanner.string()
      try scanner.take(",")
      let right = try scanner.string()
      try scanner.take("]")
      return (left, right)
    }
    let parts = try scanner.string().split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw scanner.failure(expected: "two pieces with a space between them") }
    return (String(parts[0]), String(parts[1]))
  }

  // MARK: Merges

  /// - Throws: `FileError` if a merge has a piece that the vocabulary lacks.
  func segmenter(of model: SentencePieceModel, splitsWords: Bool) throws -> MergeSegmenter {
    let trie = try trie(of: model)
    func id(_ piece: String, _ number: Int) throws -> Int32 {
      guard let id = trie.value(of: piece.utf8) else {
        throw failure("model.merges, number \(number)", "\"\(piece.prefix(40))\"", "a piece of the vocabulary")
      }
      return id
    }
    var ranked: [UInt64: MergeSegmenter.Merge] = [:]
    ranked.reserveCapacity(merges.count)
    for (number, merge) in merges.enumerated() {
      let key = MergeSegmenter.key(try id(merge.left, number), try id(merge.right, number))
      let joined = try id(merge.left + merge.right, number)
      if ranked[key] == nil { ranked[key] = MergeSegmenter.Merge(rank: Int32(number), id: joined) }
    }
    return MergeSegmenter(characters: trie, merges: ranked, unknownID: model.unknownID, splitsWords: splitsWords)
  }

  private func trie(of model: SentencePieceModel) throws -> ByteTrie {
    var builder = ByteTrieBuilder()
    for (id, piece) in model.pieces.enumerated() where piece.kind == .normal || piece.kind == .userDefined {
      builder.insert(piece.text.utf8, value: Int32(id))
    }
    do { return try builder.build() } catch let duplicate as ByteTrieBuilder.DuplicateKey {
      throw failure("model.vocab", "ids \(duplicate.first) and \(duplicate.second) of one piece", "one id for each")
    }
  }
}

// MARK: - Settings

/// The settings of a `tokenizer.json`: each of its steps as the step of SentencePiece that it was made from.
struct TokenizerSettings {
  private(set) var normalization = SentencePieceModel.Normalization()
  private(set) var steps: [UnicodeStep] = []
  let joinsUnknown: Bool
  /// Whether no piece goes across the start of a word.
  let splitsWords: Bool
  let template: TokenTemplate
  private let isUnigram: Bool
  private let usesByteFallback: Bool
  private let unknownID: Int
  private let added: [(id: Int, text: String, isSpecial: Bool)]

  /// - Throws: `FileError` that names a step that is not supported.
  init(_ parts: TokenizerParts) throws {
    normalization.addsDummyPrefix = false
    normalization.removesExtraWhitespace = false
    let reader = StepReader(parts)
    try reader.readNormalizer(into: &normalization, &steps)
    splitsWords = try reader.readPreTokenizer(into: &normalization)
    try reader.checkDecoder()
    template = try TokenTemplate(parts)
    added = try reader.addedTokens()
    let type = parts.model["type"] ?? .string(parts.merges.isEmpty ? "Unigram" : "BPE")
    isUnigram = type == .string("Unigram")
    guard isUnigram || type == .string("BPE") else {
      throw parts.failure("model.type", type.description, "Unigram or BPE")
    }
    for key in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] {
      guard let value = parts.model[key], ![.null, .string(""), .integer(0), .real(0)].contains(value) else { continue }
      throw parts.failure("model.\(key)", value.description, "null: it is not supported")
    }
    if parts.model["ignore_merges"] == .bool(true) {
      throw parts.failure("model.ignore_merges", "true", "false: it is not supported")
    }
    usesByteFallback = parts.model["byte_fallback"] == .bool(true)
    joinsUnknown = isUnigram || parts.model["fuse_unk"] == .bool(true)
    unknownID = try reader.unknownID(isUnigram: isUnigram)
  }

  /// The SentencePiece model that cuts text in the same way.
  /// - Throws: `FileError` if two tokens have one id.
  func model(_ parts: TokenizerParts) throws -> SentencePieceModel {
    var parts = parts
    for token in added where !parts.pieces.indices.contains(token.id) || parts.pieces[token.id] == nil {
      guard parts.insert(token.text, score: 0, id: token.id) else {
        throw parts.failure("added_tokens", "id \(token.id)", "an id below \(parts.idLimit)")
      }
    }
    let kinds = Dictionary(added.map { ($0.id, $0.isSpecial) }, uniquingKeysWith: { first, _ in first })
    let pieces = try parts.pieces.enumerated().map { id, piece in
      guard let piece else { return SentencePieceModel.Piece(text: "<unused>", score: 0, kind: .control) }
      guard 1...SentencePieceModel.maxPieceLength ~= piece.text.utf8.count else {
        throw parts.failure(
          "model.vocab, id \(id)", "\(piece.text.utf8.count) bytes", "1 to \(SentencePieceModel.maxPieceLength)")
      }
      return SentencePieceModel.Piece(text: piece.text, score: piece.score, kind: kind(piece.text, id, kinds[id]))
    }
    var model = SentencePieceModel(
      pieces: pieces, algorithm: isUnigram ? .unigram : .bpe, unknownID: Int32(unknownID), unknownSurface: "<unk>",
      usesByteFallback: usesByteFallback, treatsWhitespaceAsSuffix: false, normalization: normalization,
      denormalization: SentencePieceModel.Normalization(), file: parts.file)
    model.denormalization.charactersMap = []
    return model
  }

  private func kind(_ text: String, _ id: Int, _ isSpecial: Bool?) -> SentencePieceModel.Kind {
    if id == unknownID { return .unknown }
    if let isSpecial { return isSpecial ? .control : .userDefined }
    if usesByteFallback, text.wholeMatch(of: /<0x[0-9A-F]{2}>/) != nil { return .byte }
    // Words are cut before every mark, so that a piece with one in the middle is never found.
    return splitsWords && text.unicodeScalars.dropFirst().contains("\u{2581}") ? .unused : .normal
  }
}

/// The reader of the steps of a `tokenizer.json`.
private struct StepReader {
  private let parts: TokenizerParts

  init(_ parts: TokenizerParts) { self.parts = parts }

  /// The steps of a member: none, one, or those of a `Sequence`.
  private func steps(_ member: String, list: String) throws -> [[String: JSONValue]] {
    switch parts.members[member] {
    case nil, .null?: return []
    case .object(let step)?:
      guard step["type"] == .string("Sequence") else { return [step] }
      guard case .array(let steps)? = step[list] else { throw parts.failure(member, "no \(list)", "a list of steps") }
      return try steps.map {
        guard case .object(let step) = $0 else { throw parts.failure(member, $0.kind, "an object") }
        return step
      }
    case let other?: throw parts.failure(member, other.kind, "an object or null")
    }
  }

  private func name(_ step: [String: JSONValue]) -> String {
    if case .string(let name)? = step["type"] { name } else { "a step without a type" }
  }

  private func unsupported(_ member: String, _ step: [String: JSONValue], _ expected: String) -> FileError {
    parts.failure(member, String(name(step).prefix(80)), expected)
  }

  // MARK: Normalizer

  private static let spaceSymbol = JSONValue.string("\u{2581}")

  func readNormalizer(into rules: inout SentencePieceModel.Normalization, _ unicode: inout [UnicodeStep]) throws {
    for step in try steps("normalizer", list: "normalizers") {
      if let step = UnicodeStep(rawValue: name(step)) {
        guard step == .lowercase || rules.charactersMap.isEmpty && !rules.removesExtraWhitespace else {
          throw parts.failure("normalizer", "\(step.rawValue) after other steps", "the first of the steps")
        }
        unicode.append(step)
        continue
      }
      switch name(step) {
      case "Precompiled":
        guard case .string(let text)? = step["precompiled_charsmap"], let map = Data(base64Encoded: text),
          rules.charactersMap.isEmpty
        else { throw parts.failure("normalizer", "a broken precompiled_charsmap", "one, in base 64") }
        rules.charactersMap = Array(map)
      case "Strip": rules.removesExtraWhitespace = true
      case "Prepend" where step["prepend"] == Self.spaceSymbol: rules.addsDummyPrefix = true
      case "Replace":
        guard let kind = Replacement(step) else {
          throw unsupported("normalizer", step, "one of the spaces alone: the other is not supported")
        }
        if kind == .extraSpaces { rules.removesExtraWhitespace = true }
      default:
        throw unsupported(
          "normalizer", step, "Precompiled, Replace of spaces, Strip, Prepend of U+2581, or one of Unicode's")
      }
    }
  }

  /// The replacements of spaces that converters of SentencePiece models write.
  private enum Replacement {
    case mark, extraSpaces

    init?(_ step: [String: JSONValue]) {
      switch (step["pattern"], step["content"]) {
      // SentencePiece marks the start of a text that begins with a mark too.
      case (.object(["String": .string(" ")]), StepReader.spaceSymbol),
        (.object(["Regex": .string("\\A\u{2581}")]), .string("\u{2581}\u{2581}")):
        self = .mark
      case (.object(["Regex": .string(" {2,}")]), .string(" ")),
        (.object(["Regex": .string(" {2,}")]), StepReader.spaceSymbol),
        (.object(["Regex": .string("\\A +| +\\z")]), .string("")):
        self = .extraSpaces
      default: return nil
      }
    }
  }

  // MARK: Words

  /// - Returns: whether the words are cut apart.
  func readPreTokenizer(into rules: inout SentencePieceModel.Normalization) throws -> Bool {
    var splitsWords = false
    for step in try steps("pre_tokenizer", list: "pretokenizers") {
      switch name(step) {
      case "WhitespaceSplit":
        rules.removesExtraWhitespace = true
        splitsWords = true
      case "Metaspace":
        guard step["replacement"] == Self.spaceSymbol else {
          throw parts.failure("pre_tokenizer.replacement", step["replacement"]?.description ?? "nothing", "U+2581")
        }
        let scheme = step["prepend_scheme"] ?? .string(step["add_prefix_space"] == .bool(false) ? "never" : "always")
        guard [JSONValue.string("always"), .string("first"), .string("never")].contains(scheme) else {
          throw parts.failure("pre_tokenizer.prepend_scheme", scheme.description, "always, first or never")
        }
        rules.addsDummyPrefix = scheme != .string("never")
        if step["split"] != .bool(false) { splitsWords = true }
      default: throw unsupported("pre_tokenizer", step, "Metaspace or WhitespaceSplit")
      }
    }
    return splitsWords
  }

  /// Checks that decoded text is the pieces with spaces for the marks.
  func checkDecoder() throws {
    let known = ["Metaspace", "Replace", "ByteFallback", "Fuse", "Strip"]
    for step in try steps("decoder", list: "decoders") where !known.contains(name(step)) {
      throw unsupported("decoder", step, "one of \(known.joined(separator: ", "))")
    }
  }

  // MARK: Tokens

  func addedTokens() throws -> [(id: Int, text: String, isSpecial: Bool)] {
    guard let list = parts.members["added_tokens"], list != .null else { return [] }
    guard case .array(let tokens) = list else { throw parts.failure("added_tokens", list.kind, "a list") }
    return try tokens.map { token in
      guard case .object(let token) = token, case .integer(let id)? = token["id"],
        case .string(let text)? = token["content"], 0..<SentencePieceModel.maxPieces ~= id
      else { throw parts.failure("added_tokens", token.description, "an object with id and content") }
      return (id, text, token["special"] == .bool(true))
    }
  }

  func unknownID(isUnigram: Bool) throws -> Int {
    if isUnigram {
      guard case .integer(let id)? = parts.model["unk_id"], parts.pieces.indices.contains(id) else {
        throw parts.failure("model.unk_id", parts.model["unk_id"]?.description ?? "nothing", "the id of a piece")
      }
      return id
    }
    guard case .string(let token)? = parts.model["unk_token"],
      let id = parts.pieces.firstIndex(where: { $0?.text == token })
    else { throw parts.failure("model.unk_token", parts.model["unk_token"]?.description ?? "nothing", "a piece") }
    return id
  }
}

// MARK: - Template

/// The special tokens around a text, from the post-processor.
struct TokenTemplate {
  /// Pieces before the text, and after it.
  private let before: [String]
  private let after: [String]
  /// The piece that ends a sentence.
  let end: String

  /// - Throws: `FileError` if the post-processor is no template.
  init(_ parts: TokenizerParts) throws {
    guard let processor = parts.members["post_processor"], processor != .null else {
      (before, after, end) = ([], [], SpecialPiece.end)
      return
    }
    guard case .object(let members) = processor, members["type"] == .string("TemplateProcessing"),
      case .array(let items)? = members["single"]
    else { throw parts.failure("post_processor", processor.description, "TemplateProcessing") }
    var (before, after, hasText) = ([String](), [String](), false)
    for case .object(let item) in items {
      if item["Sequence"] != nil { hasText = true }
      guard case .object(let token)? = item["SpecialToken"], case .string(let piece)? = token["id"] else { continue }
      if hasText { after.append(piece) } else { before.append(piece) }
    }
    guard hasText, let end = after.first else {
      throw parts.failure("post_processor", "a template without text and end", "text and the token that ends it")
    }
    (self.before, self.after, self.end) = (before, after, end)
  }

  /// The places of language tokens; nil if the template has none.
  func layout(_ tokens: LanguageTokens) -> LanguageTokens.Layout? {
    let pieces = tokens.pieces
    if before.contains(where: pieces.contains) { return .sourceBeforeText }
    return after.contains(where: pieces.contains) ? .sourceAfterText : nil
  }
}
