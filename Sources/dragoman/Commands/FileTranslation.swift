import Documents
import Foundation
import Synchronization
import Terminal
import Translation

/// A translation of a document by a service: the same bytes as those of `/translate_file`.
package struct FileTranslation {
  /// The file to translate, and the file for its translation; `-` is standard input or output.
  package struct Place {
    let input: String
    let output: String
    let format: DocumentFormat

    /// - Parameter format: the kind of the document; nil for that of the input's name.
    /// - Throws: `InputError` if the name says no kind that is known.
    package init(input: String, output: String, format: DocumentFormat? = nil) throws {
      guard let format = format ?? DocumentFormat(fileName: input) else {
        throw InputError(
          input == "-"
            ? "--format is missing, expected the kind of the document on standard input"
            : "\(input): the ending of the name is not known, expected \(DocumentFormat.endings), or --format")
      }
      self.input = input
      self.output = output
      self.format = format
    }
  }

  private static let maxBlocksInFlight = 4

  private let service: any Translator
  private let beam: Int?
  private let pair: LanguagePair
  private let glossaries: RequestGlossaries
  private let textsPerBlock: Int

  /// - Parameters:
  ///   - service: its first model is used.
  ///   - pair: the languages; nil for those of a model with one pair.
  ///   - beam: the number of hypotheses; nil for the model's own.
  ///   - glossaries: the terms that translations must have.
  ///   - textsPerBlock: the number of texts that are one request.
  /// - Throws: `InputError` if the service has no model, or one of several pairs and none is given.
  package init(
    service: any Translator, pair: LanguagePair? = nil, beam: Int?,
    glossaries: RequestGlossaries = RequestGlossaries(), textsPerBlock: Int = 64
  ) throws {
    guard let model = service.models.first else { throw InputError("no model is loaded") }
    self.pair = try model.pair(given: pair)
    self.service = service
    self.beam = beam
    self.glossaries = glossaries
    self.textsPerBlock = textsPerBlock
  }

  /// Translates a document. The output is written once all texts are translated.
  /// - Parameter joinsCues: whether a sentence that runs over cues of subtitles is one text.
  /// - Throws: `InputError`, `OutputError`, `DocumentError`, or the service's `TranslationError`.
  package func run(_ place: Place, joinsCues: Bool = false) throws {
    let bytes = place.input == "-" ? try InputBytes.ofStandardInput() : try InputBytes.ofFile(place.input)
    let document = try place.format.read(bytes, joinsCues: joinsCues)
    let written = try document.written(translations(of: document))
    try (place.output == "-" ? OutputFile.standardOutput : OutputFile(path: place.output)).write(written)
  }

  private func translations(of document: Document) throws -> [String] {
    var rest = document.texts[...]
    var bar = ProgressBar(total: rest.reduce(0) { $0 + $1.text.utf8.count }, unit: "bytes")
    var done = 0
    var blocks: [Block] = []
    var translations: [String] = []
    defer { Console.endProgress() }
    while !rest.isEmpty || !blocks.isEmpty {
      if !rest.isEmpty {
        blocks.append(submit(rest.prefix(textsPerBlock).map(\.text), isMarkup: document.isMarkup))
        rest = rest.dropFirst(textsPerBlock)
      }
      guard rest.isEmpty || blocks.count == Self.maxBlocksInFlight else { continue }
      translations += try blocks[0].result.wait { bar.show(done + blocks.reduce(0) { $0 + $1.doneBytes }) }.map(\.text)
      done += blocks.removeFirst().bytes
      bar.show(done)
    }
    return translations
  }

  /// Texts that are one request, in translation.
  private final class Block: Sendable {
    let bytes: Int
    let result = AwaitedResult<[TranslatedText]>()
    private let part = Mutex(0.0)

    init(bytes: Int) { self.bytes = bytes }

    /// Bytes that are translated so far.
    var doneBytes: Int { Int(Double(bytes) * part.withLock { $0 }) }

    func advance(to part: Double) { self.part.withLock { $0 = max($0, part) } }
  }

  private func submit(_ texts: [String], isMarkup: Bool) -> Block {
    let block = Block(bytes: texts.reduce(0) { $0 + $1.utf8.count })
    var request = TranslationRequest(texts: texts, source: pair.source, target: pair.target, beam: beam)
    request.format = isMarkup ? .html : .text
    request.translatesAttributes = true
    request.isTextOnly = true
    request.glossaries = glossaries
    request.progress = { block.advance(to: $0) }
    service.translate(request) { block.result.finish($0) }
    return block
  }
}

extension Flag where Value == DocumentFormat? {
  static func documentFormat(_ name: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: "FORMAT", help: help, defaultValue: nil,
      parse: { texts in
        let text = texts.last ?? ""
        guard let format = DocumentFormat(fileName: "." + text.drop { $0 == "." }) else {
          throw FlagMismatch(expected: "one of \(DocumentFormat.endings)", found: text)
        }
        return format
      })
  }
}
