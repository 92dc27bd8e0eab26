import Foundation
import Translation

/// Keeps the service busy with a few blocks of lines while it writes what is done, in order. Memory does not grow with
/// the input.
struct LineTranslation {
  private static let linesInBlock = 256
  private static let blocksUnderWay = 4

  private let service: any Translating
  private let beam: Int?
  private let pair: LanguagePair

  init(service: any Translating, beam: Int?) throws {
    guard let pair = service.models.first?.pair else { throw InputError(description: "no model is loaded") }
    self.service = service
    self.beam = beam
    self.pair = pair
  }

  func run() throws {
    var reader = LineReader()
    var blocks: [AwaitedResult<[TranslatedText]>] = []
    var done = 0
    defer { Console.endProgress() }
    while true {
      let lines = try nextLines(&reader)
      if !lines.isEmpty { blocks.append(submit(lines)) }
      if blocks.isEmpty { return }
      guard lines.isEmpty || blocks.count == Self.blocksUnderWay else { continue }
      let translations = try blocks.removeFirst().wait().map(\.text)
      try OutputFile.standardOutput.write(translations.map { $0 + "\n" }.joined())
      done += translations.count
      Console.progress("\(done) lines")
    }
  }

  private func nextLines(_ reader: inout LineReader) throws -> [String] {
    var lines: [String] = []
    while lines.count < Self.linesInBlock, let line = try reader.next() { lines.append(line) }
    return lines
  }

  private func submit(_ lines: [String]) -> AwaitedResult<[TranslatedText]> {
    let block = AwaitedResult<[TranslatedText]>()
    let request = TranslationRequest(texts: lines, source: pair.source, target: pair.target, beam: beam)
    service.translate(request) { block.finish($0) }
    return block
  }
}
