import Checkpoint
import Files
import Tensor

/// The configuration of a family that is Dragoman's own.
package protocol SequenceConfiguration: PublishedConfiguration {
  var vocabulary: SequenceVocabulary { get }
}

extension SequenceConfiguration {
  package var vocabularySize: Int { vocabulary.source }
  package var targetVocabularySize: Int { vocabulary.target }
  package var endToken: Int32 { vocabulary.endToken }
  package var startToken: Int32 { vocabulary.startToken }
}

/// Vocabularies and token ids of the families that are Dragoman's own.
package struct SequenceVocabulary: Sendable, Equatable {
  package var source: Int
  package var target: Int
  package var isShared: Bool
  /// Whether the output's matrix is the target's table.
  package var tiesOutput: Bool
  package var padToken: Int32
  package var endToken: Int32
  package var startToken: Int32

  init(_ file: ConfigurationFile) throws {
    let bounds = 2...ModelLimits.maxVocabulary
    source = try file.integer("vocab_size", in: bounds)
    target = try file.integer("decoder_vocab_size", in: bounds, default: source)
    isShared = try file.boolean("share_encoder_decoder_embeddings", default: true)
    tiesOutput = try file.boolean("tie_word_embeddings", default: true)
    guard !isShared || source == target else {
      throw file.error(
        "decoder_vocab_size", found: "\(target)", expected: "vocab_size, \(source), as the embeddings are shared")
    }
    let common = 0...min(source, target) - 1
    padToken = Int32(try file.integer("pad_token_id", in: common))
    endToken = Int32(try file.integer("eos_token_id", in: common))
    startToken = Int32(try file.integer("decoder_start_token_id", in: 0...target - 1))
  }

  /// Settings for `inspect`.
  var settings: [(name: String, value: String)] {
    [("shareEncoderDecoderEmbeddings", "\(isShared)"), ("tieWordEmbeddings", "\(tiesOutput)")]
  }
}

/// The tensors of a family that is Dragoman's own, bound by name. Matrices are (outputs, inputs).
struct SequenceTensors {
  private let tensors: any TensorSource
  private let vocabulary: SequenceVocabulary
  /// Names in the file of tensors that have other names there.
  private let names: [String: String]
  private let directory: String
  private let unused: UnusedNames

  /// - Throws: `FileError` if 8 bits are asked for: their errors add up in states that are fed back.
  init<Format: PublishedFormat>(
    _ format: Format, names: [String: String] = [:], precision: Precision?
  ) throws where Format.Configuration: SequenceConfiguration {
    guard precision != .int8 else {
      throw FileError(
        file: format.folder.directory, item: "precision", found: "int8",
        expected: "float32: recurrent and convolutional models have no other")
    }
    tensors = format.tensors
    vocabulary = format.configuration.vocabulary
    self.names = names
    directory = format.folder.directory
    unused = UnusedNames(names.keys)
  }

  /// Checks the names of tensors, once every layer has its tensors.
  /// - Throws: `FileError` if the configuration names a tensor that no layer has asked for, such as a misspelt one.
  func checkNames() throws {
    guard let name = unused.names.min() else { return }
    throw FileError(
      file: directory + "/config.json", item: "tensor_names", found: "\"\(name.prefix(80))\"",
      expected: "names of tensors that this model has")
  }

  func vector(_ name: String, count: Int) throws -> [Float] { try tensor(name, shape: [count]) }

  func matrix(_ name: String, rows: Int, columns: Int) throws -> StoredTensor {
    try stored(name).expecting(shape: [rows, columns])
  }

  func tensor(_ name: String, shape: [Int]) throws -> [Float] {
    try stored(name).expecting(shape: shape).finiteFloats()
  }

  private func stored(_ name: String) throws -> StoredTensor {
    unused.names.remove(name)
    return try tensors.tensor(names[name] ?? name)
  }

  /// The layer of `name.weight` and, if it has one, `name.bias`.
  func linear(_ name: String, outputs: Int, inputs: Int, hasBias: Bool = true) throws -> Linear {
    try linear(
      matrix("\(name).weight", rows: outputs, columns: inputs),
      bias: hasBias ? vector("\(name).bias", count: outputs) : [Float](repeating: 0, count: outputs))
  }

  func linear(_ stored: StoredTensor, bias: [Float]) throws -> Linear {
    Linear(weight: try Precision.float32.weight([stored]), bias: bias)
  }

  // MARK: Vocabularies

  private func table(_ side: String, _ count: Int, width: Int) throws -> StoredTensor {
    try matrix(vocabulary.isShared ? "shared.weight" : "\(side).embedding.weight", rows: count, columns: width)
  }

  func sourceTable(width: Int) throws -> EmbeddingTable {
    try EmbeddingTable(table("encoder", vocabulary.source, width: width), precision: .float32)
  }

  /// The target's table (V, width) and the layer from states (rows, outputSize) to logits, which can be one.
  func target(width: Int, outputSize: Int) throws -> (EmbeddingTable, OutputLayer) {
    let stored = try table("decoder", vocabulary.target, width: width)
    let bias = try vector("output.bias", count: vocabulary.target)
    if vocabulary.tiesOutput { return try OutputLayer.tied(stored, precision: .float32, bias: bias) }
    let output = try matrix("output.weight", rows: vocabulary.target, columns: outputSize)
    return (try EmbeddingTable(stored, precision: .float32), .whole(try linear(output, bias: bias)))
  }

  // MARK: Summary

  /// - Parameter attentionLayers: number of layers, of one head each, that attend to the source.
  func summary(
    _ architecture: String, _ configuration: some SequenceConfiguration, attentionLayers: Int
  ) -> ModelSummary {
    let parameters = tensors.tensors.reduce(0) { $0 + $1.count }
    return ModelSummary(
      architecture: architecture, precision: Precision.float32.rawValue, parameters: parameters,
      bytes: parameters * MemoryLayout<Float>.size, sourceVocabulary: vocabulary.source,
      targetVocabulary: vocabulary.target, maxPositions: configuration.maxPositions,
      startToken: vocabulary.startToken, endToken: vocabulary.endToken, padToken: vocabulary.padToken,
      attention: attentionLayers > 0 ? [.cross: AttentionShape(layers: attentionLayers, heads: 1)] : [:])
  }
}

/// The keys of `tensor_names` that no layer has asked for.
private final class UnusedNames {
  var names: Set<String>

  init(_ names: some Sequence<String>) { self.names = Set(names) }
}
