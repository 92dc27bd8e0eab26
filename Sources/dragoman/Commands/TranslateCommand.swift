import Dispatch
import Foundation
import Tensor
import Terminal
import Translation

/// `dragoman translate`: translates standard input line by line, or a document.
///
/// Lines that come slowly are answered at once, so that a person or a program can wait for each answer.
enum TranslateCommand: Command {
  static let name = "translate"
  static let summary = "Translates stdin to stdout, line by line, or a document."
  static let usage = "--model DIR [flags] < INPUT > OUTPUT, or --model DIR [flags] --input FILE --output FILE"
  static let input = Flag.optionalText("input", "FILE", "document to translate; - for standard input")
  static let joinCues = Flag.toggle("join-cues", "translate sentences that run over cues of subtitles as one")
  static let output = Flag.optionalText("output", "FILE", "file for the translated document; - for standard output")
  static let format = Flag.documentFormat(
    "format", "kind of the document, as its name would end: docx, srt, md …; the ending of --input if absent")
  static let flags: [any FlagDeclaration] = [
    ModelFlags.model, ModelFlags.beam, ModelFlags.workers, ModelFlags.maxBatchTokens,
    ModelFlags.pair, ModelFlags.precision, ModelFlags.noShortlist, ModelFlags.glossary, input, output, format, joinCues,
  ]

  static func run(_ values: FlagValues) throws -> Int32 {
    let document = try document(values)
    let glossaries = try RequestGlossaries.files(values)
    var configuration = ServiceConfiguration(modelDirectories: [try values.required(ModelFlags.model)])
    configuration.workers = values[ModelFlags.workers]
    CoreTeam.start(threads: configuration.workers)
    configuration.maxBatchTokens = values[ModelFlags.maxBatchTokens]
    configuration.pair = values[ModelFlags.pair]
    configuration.preferences = ModelFlags.preferences(values)
    configuration.characterLimit = .max
    configuration.maxQueuedSentences = .max
    configuration.maxQueuedTokens = .max
    let service = try TranslationService(configuration: configuration)
    service.warmUp()
    if let document {
      try FileTranslation(
        service: service, pair: values[ModelFlags.pair], beam: values[ModelFlags.beam], glossaries: glossaries
      ).run(document, joinsCues: values[joinCues])
      return 0
    }
    try LineTranslation(
      service: service, pair: values[ModelFlags.pair], beam: values[ModelFlags.beam], glossaries: glossaries
    ).run(from: LineReader(), to: .standardOutput)
    return 0
  }
}

extension TranslateCommand {
  /// The document to translate; nil if lines are.
  /// - Throws: `UsageError` if one flag of it is missing, or `InputError` if its kind is not known.
  private static func document(_ values: FlagValues) throws -> FileTranslation.Place? {
    let (input, output, format) = (values[input], values[output], values[format])
    guard input != nil || output != nil || format != nil else { return nil }
    guard (input == nil) == (output == nil) else {
      throw UsageError("--input and --output: found one of them, expected both or neither")
    }
    return try FileTranslation.Place(input: input ?? "-", output: output ?? "-", format: format)
  }
}

/// A translation of lines by a service, in the lines' order. A few blocks of lines are in flight at a time, so that
/// memory does not grow with the input.
package struct LineTranslation {
  private static let maxBlocksInFlight = 4
  /// The wait for a further line of a block, before the lines so far are translated.
  private static let lineWaitMilliseconds: Int32 = 20

  private let service: any Translator
  private let beam: Int?
  private let pair: LanguagePair
  private let glossaries: RequestGlossaries
  private let linesPerBlock: Int

  /// - Parameters:
  ///   - service: its first model is used.
  ///   - pair: the languages; nil for those of a model with one pair.
  ///   - beam: the number of hypotheses; nil for the model's own.
  ///   - glossaries: the terms that translations must have.
  ///   - linesPerBlock: the number of lines that are one request.
  /// - Throws: `InputError` if the service has no model, or one of several pairs and none is given.
  package init(
    service: any Translator, pair: LanguagePair? = nil, beam: Int?,
    glossaries: RequestGlossaries = RequestGlossaries(), linesPerBlock: Int = 256
  ) throws {
    guard let model = service.models.first else { throw InputError("no model is loaded") }
    let pair = try model.pair(given: pair)
    self.service = service
    self.beam = beam
    self.pair = pair
    self.glossaries = glossaries
    self.linesPerBlock = linesPerBlock
  }

  /// - Throws: `InputError`, `OutputError`, or the service's `TranslationError`.
  package func run(from input: LineReader, to output: OutputFile) throws {
    var input = input
    var blocks: [AwaitedResult<[TranslatedText]>] = []
    var lineCount = 0
    let showsProgress = !input.isTerminal
    defer { if showsProgress { Console.endProgress() } }
    while true {
      let lines = try nextLines(&input, waitsForFirst: blocks.isEmpty)
      if !lines.isEmpty { blocks.append(submit(lines)) }
      if blocks.isEmpty { return }
      guard lines.isEmpty || blocks.count == Self.maxBlocksInFlight else { continue }
      let translations = try blocks.removeFirst().wait().map(\.text)
      try output.write(translations.map { $0 + "\n" }.joined())
      lineCount += translations.count
      if showsProgress { Console.progress("\(lineCount) lines") }
    }
  }

  /// Reads a block of lines, as many as there are at the moment.
  /// - Parameter waitsForFirst: whether to wait for one line at least.
  /// - Returns: no lines at the end, or if none has come.
  private func nextLines(_ input: inout LineReader, waitsForFirst: Bool) throws -> [String] {
    var lines: [String] = []
    while lines.count < linesPerBlock {
      if !lines.isEmpty || !waitsForFirst {
        guard try input.hasLine(waitMilliseconds: Self.lineWaitMilliseconds) else { break }
      }
      guard let line = try input.next() else { break }
      lines.append(line)
    }
    return lines
  }

  private func submit(_ lines: [String]) -> AwaitedResult<[TranslatedText]> {
    let block = AwaitedResult<[TranslatedText]>()
    var request = TranslationRequest(texts: lines, source: pair.source, target: pair.target, beam: beam)
    request.glossaries = glossaries
    service.translate(request) { block.finish($0) }
    return block
  }
}

extension ServedModel {
  /// The pair that a command translates: the model's only one, or the one given.
  /// - Throws: `InputError` if the model has several and none is given.
  func pair(given pair: LanguagePair?) throws -> LanguagePair {
    if let only = languages.pair { return only }
    guard let pair else { throw InputError("the model translates \(languages): expected --pair, such as --pair en-fr") }
    return pair
  }
}

/// A service's answer for a command that waits for it.
///
/// `@unchecked Sendable`: `result` is written before the semaphore is signalled, and read after the wait.
final class AwaitedResult<Value: Sendable>: @unchecked Sendable {
  private let finished = DispatchSemaphore(value: 0)
  private var result: Result<Value, TranslationError> = .failure(.cancelled)

  func finish(_ result: Result<Value, TranslationError>) {
    self.result = result
    finished.signal()
  }

  func wait() throws -> Value {
    finished.wait()
    return try result.get()
  }

  /// - Parameter tick: called a few times per second until the result is there.
  func wait(_ tick: () -> Void) throws -> Value {
    while finished.wait(timeout: .now() + .milliseconds(200)) == .timedOut { tick() }
    return try result.get()
  }
}
