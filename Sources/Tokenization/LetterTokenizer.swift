import Files

/// The tokenizer of models that read a word letter by letter and write it symbol by symbol, such as from spelling to
/// pronunciation. The letters of `vocab.json` are Unicode scalars; `target_vocab.json` numbers the symbols.
package final class LetterTokenizer: Tokenizer {
  /// `tokenizer_class` in `tokenizer_config.json`.
  static let name = "LetterTokenizer"

  private let settings: LetterTokenizerSettings
  private let source: Side
  private let target: Side

  /// - Parameter file: `tokenizer_config.json` of the folder.
  /// - Throws: `FileError` that names the file that is missing or wrong.
  init(_ folder: ModelFolder, _ file: ConfigurationFile) throws {
    settings = try LetterTokenizerSettings(file)
    source = try Side(folder.open("vocab.json"), settings)
    target = try Side(folder.open("target_vocab.json"), settings)
  }

  /// The start, if the model reads one, then the letters, the end of the word, and padding up to `source_length`.
  package func encode(_ text: String) -> EncodedText {
    var result = EncodedText(capacity: text.utf8.count + 2)
    if let start = source.start { result.append(start.id, start.piece, 0..<0) }
    var offset = 0
    for scalar in text.unicodeScalars {
      let letter = settings.lowersCase ? scalar.properties.lowercaseMapping : String(scalar)
      let end = offset + UTF8.width(scalar)
      result.append(source.vocabulary.id(of: letter) ?? source.unknown, letter, offset..<end)
      offset = end
    }
    result.append(source.end, settings.end, offset..<offset)
    while result.ids.count < settings.sourceLength { result.append(source.pad, settings.pad, offset..<offset) }
    return result
  }

  package func encodeTarget(_ text: String) -> EncodedText {
    var result = EncodedText(capacity: text.utf8.count + 2)
    var offset = 0
    for scalars in symbols(of: text) {
      let symbol = String(scalars)
      let end = text.utf8.distance(from: text.startIndex, to: scalars.endIndex)
      result.append(target.vocabulary.id(of: symbol) ?? target.unknown, symbol, offset..<end)
      offset = end
    }
    let end = text.utf8.count
    result.append(target.end, settings.end, end..<end)
    return result
  }

  /// The parts between separators; without a separator, each scalar alone.
  private func symbols(of text: String) -> [Substring.UnicodeScalarView] {
    let scalars = text.unicodeScalars
    guard let separator = settings.separator.unicodeScalars.first else {
      return scalars.indices.map { scalars[$0...$0] }
    }
    return scalars.split { $0 == separator }
  }

  package func decode(_ ids: [Int32]) -> String { decodeWithRanges(ids).text }

  package func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) {
    var text = ""
    let ranges = ids.map { id in
      let start = text.utf8.count
      if let symbol = target.symbol(id) { text += text.isEmpty ? symbol : settings.separator + symbol }
      return start..<text.utf8.count
    }
    return (text, ranges)
  }

  package func pieces(_ ids: [Int32]) -> [String] { ids.map { target.vocabulary.piece($0) ?? settings.unknown } }

  package var sourceVocabularySize: Int { source.vocabulary.size }
  package var targetVocabularySize: Int { target.vocabulary.size }
  package var endToken: Int32 { target.end }
  package var padToken: Int32? { target.pad }
  package var unknownToken: Int32 { target.unknown }
  package var readsWords: Bool { true }

  /// A vocabulary and the ids of its special pieces.
  private struct Side {
    let vocabulary: Vocabulary
    /// Nil if the vocabulary has none.
    let start: (id: Int32, piece: String)?
    let end: Int32
    let unknown: Int32
    let pad: Int32

    init(_ file: InputFile, _ settings: LetterTokenizerSettings) throws {
      let vocabulary = try Vocabulary(file)
      func special(_ piece: String) throws -> Int32 {
        guard let id = vocabulary.id(of: piece) else {
          throw FileError(file: file.path, item: piece, found: "no such piece", expected: "an id for it")
        }
        return id
      }
      start = vocabulary.id(of: settings.start).map { ($0, settings.start) }
      (end, unknown, pad) = (try special(settings.end), try special(settings.unknown), try special(settings.pad))
      self.vocabulary = vocabulary
    }

    /// The symbol of an id; nil for special pieces and unknown ids.
    func symbol(_ id: Int32) -> String? {
      [start?.id, end, unknown, pad].contains(id) ? nil : vocabulary.piece(id)
    }
  }
}

/// The settings of a `LetterTokenizer` in `tokenizer_config.json`.
private struct LetterTokenizerSettings {
  /// `bos_token`, which is read before the letters if `vocab.json` has it.
  let start: String
  /// `eos_token`, after the letters and after the symbols.
  let end: String
  /// `unk_token`, for a letter that `vocab.json` lacks.
  let unknown: String
  /// `pad_token`
  let pad: String
  /// `do_lower_case`: whether letters are looked up in lower case.
  let lowersCase: Bool
  /// `source_length`: number of tokens that the model reads of every word, with padding; 0 if it reads no padding.
  let sourceLength: Int
  /// `target_separator`: one character, or none, between two symbols of a translation.
  let separator: String

  /// - Throws: `FileError`.
  init(_ file: ConfigurationFile) throws {
    start = try file.string("bos_token", default: "<s>")
    end = try file.string("eos_token", default: SpecialPiece.end)
    unknown = try file.string("unk_token", default: SpecialPiece.unknown)
    pad = try file.string("pad_token", default: SpecialPiece.pad)
    lowersCase = try file.boolean("do_lower_case", default: false)
    sourceLength = try file.integer("source_length", in: 0...1024, default: 0)
    separator = try file.string("target_separator", default: "")
    guard separator.unicodeScalars.count <= 1 else {
      throw file.error("target_separator", found: file.found("target_separator"), expected: "one character or none")
    }
  }
}
