import Models

/// The layers and heads of one kind of attention that a request asks for.
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

  /// What the decoder captures.
  var maps: AttentionMaps {
    switch heads {
    case .all: AttentionMaps(layers: layers, heads: .each(Array(0..<shape.heads)))
    case .indices(let indices): AttentionMaps(layers: layers, heads: .each(indices))
    case .mean: AttentionMaps(layers: layers, heads: .mean)
    case .max: AttentionMaps(layers: layers, heads: .max)
    }
  }

  /// How many weights the answer will hold.
  func count(queries: Int, keys: Int) -> Int { maps.count * queries * keys }

  /// - Parameter values: (maps, queries, keys) as captured.
  func answer(_ values: [Float], queries: Int, keys: Int) -> AttentionWeights {
    let indices = if case .each(let indices) = maps.heads { indices } else { [Int]() }
    return AttentionWeights(
      layers: layers, heads: indices, shape: [layers.count, maps.perLayer, queries, keys], values: values)
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
