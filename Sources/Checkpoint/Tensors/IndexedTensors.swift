/// A container that keeps its tensors in an index.
protocol IndexedTensors: TensorSource {
  var index: TensorIndex { get }
}

extension IndexedTensors {
  package var tensors: [StoredTensor] { index.tensors }
  package func contains(_ name: String) -> Bool { index.contains(name) }
  package func tensor(_ name: String) throws -> StoredTensor { try index.tensor(name) }
}
