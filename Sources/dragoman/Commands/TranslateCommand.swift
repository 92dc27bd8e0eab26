import Foundation
import Tensor
import Translation

/// `dragoman translate`: a file, line by line, in its order.
enum TranslateCommand: Command {
  static let name = "translate"
  static let summary = "Translates stdin to stdout, line by line."
  static let usage = "--model DIR [flags] < INPUT > OUTPUT"
  static let flags: [any FlagDeclaration] = [
    CommonFlags.model, CommonFlags.beam, CommonFlags.workers, CommonFlags.maxBatchTokens,
    CommonFlags.pair, CommonFlags.precision, CommonFlags.noShortlist,
  ]

  static func run(_ values: FlagValues) throws -> Int32 {
    var configuration = ServiceConfiguration(
      modelDirectories: [try CommonFlags.required(values, CommonFlags.model)])
    configuration.workers = values[CommonFlags.workers]
    CoreTeam.start(threads: configuration.workers)
    configuration.maxBatchTokens = values[CommonFlags.maxBatchTokens]
    configuration.pair = values[CommonFlags.pair]
    configuration.preferences = CommonFlags.preferences(values)
    configuration.characterLimit = .max
    configuration.maxQueuedSentences = .max
    configuration.maxQueuedTokens = .max
    let service = try TranslationService(configuration: configuration)
    service.warmUp()
    try LineTranslation(service: service, beam: values[CommonFlags.beam]).run()
    return 0
  }
}
