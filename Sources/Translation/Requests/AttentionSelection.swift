import Models

/// Takes the layers and heads that were asked for out of all that a model gave.
struct AttentionSelection: Sendable {
  let kind: AttentionKind
  /// What the model has.
  let shape: AttentionShape
  let layers: [Int]
  let heads: HeadSelection

  /// - Throws: `invalid` for a layer or head that the model has not.
  init(kind: AttentionKind, shape: AttentionShape, layers: [Int]?, heads: HeadSelection) throws(TranslationError) {
    self.kind = kind
    self.shape = shape
    self.layers = layers ?? Array(0..<shape.layers)
    self.heads = heads
    try Self.check(self.layers, field: "layers", kind, count: shape.layers)
    if case .indices(let indices) = heads { try Self.check(indices, field: "heads", kind, count: shape.heads) }
  }

  /// How many weights the answer will hold.
  func count(queries: Int, keys: Int) -> Int {
    let heads =
      switch heads {
      case .all: shape.heads
      case .indices(let indices): indices.count
      case .mean, .max: 1
      }
    return layers.count * heads * queries * keys
  }

  /// - Parameters:
  ///   - weights: (L, H, queries, keys) of all layers and heads.
  func weights(_ weights: [Float], queries: Int, keys: Int) -> AttentionWeights {
    let indices: [Int] =
      switch heads {
      case .all: Array(0..<shape.heads)
      case .indices(let indices): indices
      case .mean, .max: []
      }
    let area = queries * keys
    func head(_ layer: Int, _ head: Int) -> ArraySlice<Float> {
      let start = (layer * shape.heads + head) * area
      return weights[start..<start + area]
    }
    let values = layers.flatMap { layer in
      indices.isEmpty
        ? pooled((0..<shape.heads).map { head(layer, $0) }, area: area) : indices.flatMap { head(layer, $0) }
    }
    return AttentionWeights(
      layers: layers, heads: indices, shape: [layers.count, max(indices.count, 1), queries, keys], values: values)
  }

  private func pooled(_ heads: [ArraySlice<Float>], area: Int) -> [Float] {
    var result = [Float](repeating: 0, count: area)
    for head in heads {
      for (index, weight) in head.enumerated() {
        result[index] = self.heads == .max ? max(result[index], weight) : result[index] + weight
      }
    }
    return self.heads == .max ? result : result.map { $0 / Float(heads.count) }
  }

  private static func check(
    _ indices: [Int], field: String, _ kind: AttentionKind, count: Int
  ) throws(TranslationError) {
    guard !indices.isEmpty else { throw .invalid(field: field, message: "found none, expected at least one") }
    guard Set(indices).count == indices.count else {
      throw .invalid(field: field, message: "found one twice, expected each once")
    }
    if let wrong = indices.first(where: { !(0..<count).contains($0) }) {
      throw .invalid(
        field: field, message: "found \(wrong), expected 0 to \(count - 1) for \(kind.rawValue) attention")
    }
  }
}
