import Files

/// The tokenizer of models that read a word letter by letter and say it symbol by symbol, as from spelling to
/// pronunciation. The letters of `vocab.json` are Unicode scalars; `target_vocab.json` numbers the symbols.
package final class LetterTokenizer: Tokenizer {
  /// What `tokenizer_config.json` calls it, as `tokenizer_class`.
  static let name = "LetterTokenizer"

  private let settings: LetterTokenizerSettings
  private let source: Side
  private let target: Side

  /// - Throws: `FileError` naming the file that is missing or wrong.
  package convenience init(directory: String) throws {
    try self.init(directory: directory, ConfigurationFile(path: directory + "/tokenizer_config.json"))
  }

  init(directory: String, _ file: ConfigurationFile) throws {
    settings = try LetterTokenizerSettings(file)
    source = try Side(path: directory + "/vocab.json", settings)
    target = try Side(path: directory + "/target_vocab.json", settings)
  }

  /// Letters with the end of the word behind them, before them the start where the model reads one, and padding where it
  /// always reads as many tokens.
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

  /// The parts between separators; without a separator each scalar by itself.
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

  /// A vocabulary and where its special pieces are in it.
  private struct Side {
    let vocabulary: Vocabulary
    /// Nil where the vocabulary has none.
    let start: (id: Int32, piece: String)?
    let end: Int32
    let unknown: Int32
    let pad: Int32

    init(path: String, _ settings: LetterTokenizerSettings) throws {
      let vocabulary = try Vocabulary(path: path)
      func special(_ piece: String) throws -> Int32 {
        guard let id = vocabulary.id(of: piece) else {
          throw FileError(file: path, item: piece, found: "no such piece", expected: "an id for it")
        }
        return id
      }
      start = vocabulary.id(of: settings.start).map { ($0, settings.start) }
      (end, unknown, pad) = (try special(settings.end), try special(settings.unknown), try special(settings.pad))
      self.vocabulary = vocabulary
    }

    /// Nil for what says nothing.
    func symbol(_ id: Int32) -> String? {
      [start?.id, end, unknown, pad].contains(id) ? nil : vocabulary.piece(id)
    }
  }
}
