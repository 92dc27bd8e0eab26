import Archive
import Decoding
import Dispatch
import Files
import Foundation
import Models
import Synchronization
import Tensor
import Tokenization

/// A model as it is served: its name, its languages, its tokenizer and its weights.
package struct LoadedModel: Sendable {
  package let id: String
  package let languages: ModelLanguages
  /// The pair to translate: the first of `languages`, until `translating` chooses another.
  package private(set) var pair: LanguagePair
  /// The tokenizer for `pair`.
  package private(set) var tokenizer: any Tokenizer
  package let summary: ModelSummary
  /// Bytes in memory: the weights, and about as much as tokenizer and shortlist take.
  package private(set) var residentBytes: Int
  /// The checkpoint's own options; their `maxLength` is the ceiling for every request.
  package private(set) var options: DecodingOptions
  /// The number of tokens at the start of every translation that name its language.
  private(set) var leadTokens = 0
  /// The limit of target tokens that the checkpoint gives; nil if it gives none.
  package let ownTargetLimit: TargetLimit?
  /// The most source tokens, end of sentence included, that are translated at once. Models are good for sentences as
  /// long as those that they learnt from, which are often shorter than their positions allow.
  package let maxSourceTokens: Int
  /// The decoder layer, from 0, whose first head of cross-attention was trained to align; nil if none was.
  let guidedLayer: Int?
  /// The maker's note; nil if the folder has none.
  package let card: ModelCard?
  /// Makes a decoder; each worker needs one.
  package let makeDecoder: @Sendable () -> any StepwiseDecoding
  /// The texts of the target tokens.
  let tokenTexts: VocabularyTexts
  /// The decoders of the service's workers.
  let decoders: DecoderPool
  /// The right to use the model if a store can remove it; nil if it stays.
  private(set) var lease: ModelLease?

  package init(
    id: String, languages: ModelLanguages, tokenizer: any Tokenizer, summary: ModelSummary, options: DecodingOptions,
    targetLimit: TargetLimit? = nil, maxSourceTokens: Int? = nil, guidedLayer: Int? = nil,
    card: ModelCard? = nil, makeDecoder: @escaping @Sendable () -> any StepwiseDecoding
  ) {
    self.id = id
    self.languages = languages
    pair = languages.first
    self.tokenizer = StandInTokenizer(tokenizer)
    self.summary = summary
    residentBytes = summary.memoryBytes
    self.options = options
    ownTargetLimit = targetLimit
    self.maxSourceTokens = min(summary.maxPositions, maxSourceTokens ?? .max)
    self.guidedLayer = guidedLayer
    self.card = card
    self.makeDecoder = makeDecoder
    tokenTexts = VocabularyTexts(tokenizer)
    decoders = DecoderPool(makeDecoder)
  }

  /// A model of one pair.
  package init(
    id: String, pair: LanguagePair, tokenizer: any Tokenizer, summary: ModelSummary, options: DecodingOptions,
    targetLimit: TargetLimit? = nil, maxSourceTokens: Int? = nil, guidedLayer: Int? = nil,
    makeDecoder: @escaping @Sendable () -> any StepwiseDecoding
  ) {
    self.init(
      id: id, languages: ModelLanguages(pair), tokenizer: tokenizer, summary: summary, options: options,
      targetLimit: targetLimit, maxSourceTokens: maxSourceTokens, guidedLayer: guidedLayer, makeDecoder: makeDecoder)
  }

  /// The model with the tokens of a pair, which is one of `languages` in any spelling.
  package func translating(_ pair: LanguagePair) -> LoadedModel {
    guard let prompt = tokenizer.languages?.prompt(source: pair.source, target: pair.target) else { return self }
    var model = self
    model.pair = pair
    model.tokenizer = PromptedTokenizer(tokenizer, prompt)
    model.options.startToken = prompt.startToken
    if let first = prompt.firstTarget {
      model.options.forcedStartToken = first.id
      model.leadTokens = 1
    }
    return model
  }

  /// Loads a folder, or an archive of one, in any of the formats that can be read; its id is the folder's name.
  /// - Parameters:
  ///   - id: the id instead of the folder's name.
  ///   - fallback: the languages, if the folder does not give them.
  /// - Throws: `FileError`.
  package init(
    directory: String, id: String? = nil, pair fallback: LanguagePair? = nil,
    preferences: ModelPreferences = ModelPreferences()
  ) throws {
    let folder = try ModelFolder.open(directory)
    try self.init(ModelFormats.open(folder), in: folder, id: id, pair: fallback, preferences: preferences)
  }

  /// - Throws: `FileError`, also if a file of the folder has changed since it was opened.
  package init(
    _ format: any ModelFormat, in folder: ModelFolder, id: String? = nil, pair fallback: LanguagePair?,
    preferences: ModelPreferences
  ) throws {
    let (model, tokenizer) = try concurrently({ try format.loadModel(preferences) }) { try format.loadTokenizer() }
    let decoding = try format.decoding(with: tokenizer)
    let languages = try ModelLanguages(folder: folder, tokens: tokenizer.languages, fallback: fallback)
    self.init(
      id: id ?? folder.name, languages: languages, tokenizer: tokenizer, summary: model.summary,
      options: DecodingOptions(decoding.generation, positions: model.summary.maxPositions),
      targetLimit: decoding.maxLengthFactor.map { TargetLimit(factor: $0, slack: 0) },
      maxSourceTokens: decoding.maxSourceTokens, guidedLayer: decoding.guidedLayer, card: try ModelCard(folder),
      makeDecoder: { DecodingLoop(model: model) })
    residentBytes += Self.bytesBesideWeights(in: folder, format, tokenizer)
    try checkVocabularies(folder.directory)
    try folder.checkUnchanged()
  }

  /// The memory of a model beside its weights: its other files, the tables of its vocabularies, and the activations of
  /// its decoders.
  static func bytesBesideWeights(
    in folder: ModelFolder, _ format: any ModelFormat, _ tokenizer: any Tokenizer
  ) -> Int {
    let weights = format.tensors.tensors.reduce(0) { $0 + $1.range.count }
    let pieces = tokenizer.sourceVocabularySize + tokenizer.targetVocabularySize
    return max(0, folder.openedBytes - weights) + bytesPerPiece * pieces + weights / weightsPerActivation
  }

  /// Measured with vocabularies of 32,000 pieces.
  private static let bytesPerPiece = 100
  /// Bytes of weights per byte of activations, measured with two workers of a small model, and batches of 32 sentences
  /// of a large one.
  private static let weightsPerActivation = 4

  private func checkVocabularies(_ directory: String) throws {
    for (item, found, expected) in [
      ("source vocabulary", tokenizer.sourceVocabularySize, summary.sourceVocabulary),
      ("target vocabulary", tokenizer.targetVocabularySize, summary.targetVocabulary),
    ] where found > expected {
      throw FileError(
        file: directory, item: item, found: "\(found) ids in the tokenizer",
        expected: "at most the model's \(expected)")
    }
    guard tokenizer.endToken == summary.endToken else {
      throw FileError(
        file: directory, item: "end of sentence", found: "id \(tokenizer.endToken) in the tokenizer",
        expected: "\(summary.endToken), the model's")
    }
  }

  func leased(_ lease: ModelLease) -> LoadedModel {
    var model = self
    model.lease = lease
    return model
  }

  var targetLimit: TargetLimit { ownTargetLimit ?? .againstLoops }

  /// Captures the most-attended of `candidates` per step: by the head that was trained to align, else by all heads of
  /// the last layer. None if the model has no attention to the source.
  func alignment(_ candidates: [Int]) -> AttentionCapture {
    guard let shape = summary.attention[.cross] else { return .none }
    return .alignment(
      AlignmentCapture(
        layer: guidedLayer ?? shape.layers - 1, head: guidedLayer == nil ? nil : 0, candidates: candidates))
  }

  /// The model's entry in the answer of `/models`.
  package var served: ServedModel {
    ServedModel(
      id: id, architecture: summary.architecture, parameters: summary.parameters, bytes: summary.memoryBytes,
      languages: languages, precision: summary.precision, vocabulary: summary.targetVocabulary,
      attention: summary.attentionKinds, card: card)
  }
}

/// The decoders of a model that no worker uses at the moment. They hold activations, and leave with the model.
// @unchecked: `idle` is only touched under `lock`, and a decoder is used by the worker alone that took it.
final class DecoderPool: @unchecked Sendable {
  private static let made = Atomic<UInt64>(0)

  /// A number that no other model of this process has or had.
  let modelIdentity = DecoderPool.made.wrappingAdd(1, ordering: .relaxed).newValue
  private let make: @Sendable () -> any StepwiseDecoding
  private let lock = NSLock()
  private var idle: [any StepwiseDecoding] = []

  init(_ make: @escaping @Sendable () -> any StepwiseDecoding) { self.make = make }

  func take() -> any StepwiseDecoding { lock.withLock { idle.popLast() } ?? make() }

  /// - Parameter decoder: one with nothing in flight.
  func put(_ decoder: any StepwiseDecoding) { lock.withLock { idle.append(decoder) } }
}

/// The most target tokens for a source: `factor` times the source's, and `slack` more.
package struct TargetLimit: Sendable, Equatable {
  package let factor: Float
  package let slack: Int

  /// The limit for checkpoints that give none: a translation that loops stops there rather than at its last position.
  ///
  /// Translations between natural languages stay well below it; a source of 20 tokens can become 92.
  static let againstLoops = TargetLimit(factor: 3, slack: 32)

  package init(factor: Float, slack: Int) {
    self.factor = factor
    self.slack = slack
  }

  /// - Parameters:
  ///   - sourceTokens: number of source tokens, end of sentence included, as in the tokens that it returns.
  ///   - ceiling: the most tokens that the model can give at all, never exceeded.
  package func tokens(sourceTokens: Int, ceiling: Int) -> Int {
    let limit = (factor * Float(sourceTokens)).rounded(.up) + Float(slack)
    return limit < Float(ceiling) ? max(1, Int(limit)) : ceiling
  }
}

/// Runs two pieces of work at the same time, the first on this thread; on a `BackgroundThread` one after the other.
/// - Throws: the error of the first, or else of the second.
private func concurrently<First, Second: Sendable>(
  _ first: () throws -> First, _ second: @escaping @Sendable () throws -> Second
) throws -> (First, Second) {
  guard !BackgroundThread.isCurrent else { return (try first(), try second()) }
  // Written before the group is left, read afterwards.
  nonisolated(unsafe) var other = Result<Second, any Error>.failure(CancellationError())
  let group = DispatchGroup()
  DispatchQueue.global().async(group: group) { other = Result { try second() } }
  let own = Result { try first() }
  group.wait()
  return (try own.get(), try other.get())
}
