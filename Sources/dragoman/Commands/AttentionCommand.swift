import API
import Foundation
import Models
import Tensor
import Terminal
import Translation

/// `dragoman attention`: writes the attention weights of one translated sentence to a file.
package enum AttentionCommand: Command {
  package static let name = "attention"
  package static let summary = "Translates a sentence and writes its attention weights."
  package static let usage = "TEXT --model DIR [flags]"
  package static let flags: [any FlagDeclaration] = [
    ModelFlags.model, output, format, translation, kinds, layers, heads, sentence,
    ModelFlags.pair, ModelFlags.precision, ModelFlags.noShortlist,
  ]
  package static let operands = ["TEXT"]

  private static let output = Flag.optionalText(
    "output", "FILE", "file to write: .html is a page to open, .json, .npz for NumPy; standard output if absent")
  private static let format = Flag.optionalChoice(
    "format", AttentionFormat.allCases, "format if the file's name does not say it; json if absent")
  private static let translation = Flag.optionalText(
    "translation", "TEXT", "explain this translation instead of searching for one")
  private static let kinds = Flag.words(
    "kind", "KINDS", default: [], "any of cross, encoder, decoder, comma-separated", AttentionWords.kinds)
  private static let layers = Flag.words(
    "layers", "LAYERS", default: nil, "indices from 0, comma-separated", AttentionWords.layers)
  private static let heads = Flag.words(
    "heads", "HEADS", default: .all, "indices from 0, comma-separated, or mean or max", AttentionWords.heads)
  private static let sentence = Flag.integer(
    "sentence", "N", default: 0, in: 0...Int(Int32.max), "index of the sentence in a longer text")

  package static func run(_ values: FlagValues) throws -> Int32 {
    let format = try format(values)
    let kinds = values[kinds]
    let bytes = try format.bytes(answer(values, kinds), kinds: kinds)
    try (values[output].map { try OutputFile(path: $0) } ?? .standardOutput).write(bytes)
    return 0
  }

  private static func format(_ values: FlagValues) throws -> AttentionFormat {
    if let format = values[format] { return format }
    guard let path = values[output] else { return .json }
    let suffix = URL(fileURLWithPath: path).pathExtension
    guard let format = AttentionFormat(rawValue: suffix == "htm" ? "html" : suffix) else {
      throw UsageError("--output: found \(path), expected a name in .html, .json or .npz, or a --format")
    }
    return format
  }

  private static func answer(_ values: FlagValues, _ kinds: [AttentionKind]) throws -> AttentionAnswer {
    var configuration = ServiceConfiguration(
      modelDirectories: [try values.required(ModelFlags.model)], workers: 1)
    configuration.pair = values[ModelFlags.pair]
    configuration.preferences = ModelFlags.preferences(values)
    CoreTeam.start(threads: ProcessInfo.processInfo.activeProcessorCount)
    let service = try TranslationService(configuration: configuration)
    guard let model = service.models.first else { throw UsageError("--model: found no model") }
    let pair = try model.pair(given: values[ModelFlags.pair])
    service.warmUp()
    let request = AttentionRequest(
      text: values.operands[0], source: pair.source, target: pair.target,
      translation: values[translation], kinds: kinds, layers: values[layers], heads: values[heads],
      sentence: values[sentence])
    return try service.answer(request)
  }
}

extension TranslationService {
  /// Computes the attention and waits for it.
  fileprivate func answer(_ request: AttentionRequest) throws -> AttentionAnswer {
    let awaited = AwaitedResult<AttentionAnswer>()
    attention(request) { awaited.finish($0) }
    return try awaited.wait()
  }
}
