import Checkpoint
import Decoding
import Foundation
import Models
import Tokenization

/// One model as it is served: its name, its languages and what translates.
package struct LoadedModel: Sendable {
  package let id: String
  package let pair: LanguagePair
  private let engine: TranslationEngine

  package init(id: String, pair: LanguagePair, engine: TranslationEngine) {
    self.id = id
    self.pair = pair
    self.engine = engine
  }

  /// Loads a folder as published, named by its folder's name.
  /// - Parameter pair: where the folder does not say.
  /// - Throws: `FileError`.
  package init(
    directory: String, pair fallback: LanguagePair? = nil, preferences: ModelPreferences = ModelPreferences()
  ) throws {
    let folder = try CheckpointFolder.open(directory: directory)
    self.init(
      id: URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent,
      pair: try LanguagePair(folder: directory, fallback: fallback),
      engine: try TranslationEngine(folder, preferences))
  }

  var tokenizer: any Tokenizer { engine.tokenizer }
  var summary: ModelSummary { engine.summary }
  /// The checkpoint's own; its `maxLength` is the ceiling for every request.
  var options: DecodingOptions { engine.options }
  var guidedLayer: Int? { engine.guidedLayer }
  var longestSource: Int { engine.longestSource }
  /// Captures the most-attended of `candidates` per step: by the head that was trained to align, else by all heads of
  /// the last layer. None if the model has no attention to the source.
  func alignment(_ candidates: [Int]) -> AttentionCapture {
    guard let shape = summary.attention[.cross] else { return .none }
    return .alignment(
      AlignmentCapture(
        layer: guidedLayer ?? shape.layers - 1, head: guidedLayer == nil ? nil : 0, candidates: candidates))
  }

  var targetLimit: TargetLimit { engine.targetLimit ?? .ofLoops }

  /// One for each worker.
  func makeDecoder() -> any StepwiseDecoding { engine.makeDecoder() }

  /// A line of `/models`.
  package var served: ServedModel {
    ServedModel(
      id: id, architecture: summary.architecture, parameters: summary.parameters, bytes: summary.bytes, pair: pair,
      precision: summary.precision, vocabulary: summary.targetVocabulary, attention: summary.attentionKinds)
  }
}
