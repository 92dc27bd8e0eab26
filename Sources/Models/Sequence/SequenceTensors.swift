import Checkpoint
import Files
import Tensor

/// Binds tensors of the families that are Dragoman's own: names as in their configuration's documentation, matrices
/// (outputs, inputs).
struct SequenceTensors {
  private let tensors: any TensorSource
  private let vocabulary: SequenceVocabulary
  /// What the file calls tensors that it calls otherwise.
  private let names: [String: String]
  private let directory: String
  private let unused: UnusedNames

  /// - Throws: `FileError` where another precision is asked for: with states that go round, the steps of 8 bits add up.
  init<Configuration: OwnConfiguration>(
    _ folder: PublishedFolder<Configuration>, names: [String: String] = [:], precision: Precision?
  ) throws {
    guard precision != .int8 else {
      throw FileError(
        file: folder.directory, item: "precision", found: "int8",
        expected: "float32: recurrent and convolutional models have no other")
    }
    tensors = folder.tensors
    vocabulary = folder.configuration.vocabulary
    self.names = names
    directory = folder.directory
    unused = UnusedNames(names.keys)
  }

  /// To be called once every layer has its tensors.
  /// - Throws: `FileError` if the configuration names a tensor that no layer has asked for: a name that is misspelt would
  ///   have no effect.
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

  func tensor(_ name: String, shape: [Int]) throws -> [Float] { try stored(name).expecting(shape: shape).floats() }

  private func stored(_ name: String) throws -> StoredTensor {
    unused.names.remove(name)
    return try tensors.tensor(names[name] ?? name)
  }

  /// `name.weight` and, unless it has none, `name.bias`.
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

  /// The target's table (V, width) and the layer from states (rows, outputSize) to logits; one thing where they are tied.
  func target(width: Int, outputSize: Int) throws -> (EmbeddingTable, OutputLayer) {
    let stored = try table("decoder", vocabulary.target, width: width)
    let bias = try vector("output.bias", count: vocabulary.target)
    if vocabulary.tiesOutput { return try OutputLayer.tied(stored, precision: .float32, bias: bias) }
    let output = try matrix("output.weight", rows: vocabulary.target, columns: outputSize)
    return (try EmbeddingTable(stored, precision: .float32), .whole(try linear(output, bias: bias)))
  }

  // MARK: Summary

  /// - Parameter attention: layers of one head each that look at the source; none where there are none.
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

/// The keys of `tensor_names` that no layer has asked for yet.
private final class UnusedNames {
  var names: Set<String>

  init(_ names: some Sequence<String>) { self.names = Set(names) }
}
