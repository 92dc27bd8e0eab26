import Documents
import Foundation
import Terminal
import Translation

/// A translation of a document by a service: the same bytes as those of `/translate_file`.
package struct FileTranslation {
  private static let maxBlocksInFlight = 4

  private let service: any Translator
  private let beam: Int?
  private let pair: LanguagePair
  private let textsPerBlock: Int

  /// - Parameters:
  ///   - service: its first model is used.
  ///   - pair: the languages; nil for those of a model with one pair.
  ///   - beam: the number of hypotheses; nil for the model's own.
  ///   - textsPerBlock: the number of texts that are one request.
  /// - Throws: `InputError` if the service has no model, or one of several pairs and none is given.
  package init(
    service: any Translator, pair: LanguagePair? = nil, beam: Int?, textsPerBlock: Int = 64
  ) throws {
    guard let model = service.models.first else { throw InputError("no model is loaded") }
    self.pair = try model.pair(given: pair)
    self.service = service
    self.beam = beam
    self.textsPerBlock = textsPerBlock
  }

  /// Translates the file `input` into the file `output`, which is written once all texts are translated.
  /// - Parameter joinsCues: whether a sentence that runs over cues of subtitles is one text.
  /// - Throws: `InputError`, `OutputError`, `DocumentError`, or the service's `TranslationError`.
  package func run(from input: String, to output: String, joinsCues: Bool = false) throws {
    guard let format = DocumentFormat(fileName: input) else {
      let known = DocumentFormat.all.map { "." + $0.fileExtension }.joined(separator: ", ")
      throw InputError("\(input): expected a name that ends in one of \(known)")
    }
    guard let data = FileManager.default.contents(atPath: input) else { throw InputError("\(input): cannot read") }
    let document = try format.read([UInt8](data), joinsCues: joinsCues)
    let translations = try translations(of: document)
    try OutputFile(path: output).write(try document.written(translations))
  }

  private func translations(of document: Document) throws -> [String] {
    var rest = document.texts.map(\.text)[...]
    let count = rest.count
    var blocks: [AwaitedResult<[TranslatedText]>] = []
    var translations: [String] = []
    defer { Console.endProgress() }
    while !rest.isEmpty || !blocks.isEmpty {
      if !rest.isEmpty {
        blocks.append(submit(Array(rest.prefix(textsPerBlock)), isMarkup: document.isMarkup))
        rest = rest.dropFirst(textsPerBlock)
      }
      guard rest.isEmpty || blocks.count == Self.maxBlocksInFlight else { continue }
      translations += try blocks.removeFirst().wait().map(\.text)
      Console.progress("\(translations.count) of \(count) texts")
    }
    return translations
  }

  private func submit(_ texts: [String], isMarkup: Bool) -> AwaitedResult<[TranslatedText]> {
    let block = AwaitedResult<[TranslatedText]>()
    var request = TranslationRequest(texts: texts, source: pair.source, target: pair.target, beam: beam)
    request.format = isMarkup ? .html : .text
    service.translate(request) { block.finish($0) }
    return block
  }
}
