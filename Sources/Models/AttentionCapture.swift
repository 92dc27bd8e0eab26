import Tensor

/// The attention that one sentence asks its session to capture. Weights are reduced to it in the step that computes
/// them, so that nothing else is ever held.
package enum AttentionCapture: Sendable, Hashable {
  case none
  /// One source position per step, for word alignment.
  case alignment(AlignmentCapture)
  /// Weights of some layers and heads, per kind of attention.
  case weights([AttentionKind: AttentionMaps])

  package var isNone: Bool {
    if case .none = self { true } else { false }
  }

  /// The part of the capture that a model can give: without kinds, layers and heads that it lacks, and without
  /// candidates beyond the sentence.
  /// - Parameter source: source tokens of the sentence.
  package func limited(to shapes: [AttentionKind: AttentionShape], source: Int) -> AttentionCapture {
    switch self {
    case .none: return .none
    case .alignment(var wanted):
      guard let shape = shapes[.cross], 0..<shape.layers ~= wanted.layer, 0..<shape.heads ~= wanted.head ?? 0 else {
        return .none
      }
      wanted.candidates.removeAll { !(0..<source ~= $0) }
      return wanted.candidates.isEmpty ? .none : .alignment(wanted)
    case .weights(let maps):
      var limited: [AttentionKind: AttentionMaps] = [:]
      for (kind, var wanted) in maps {
        guard let shape = shapes[kind] else { continue }
        wanted.layers.removeAll { !(0..<shape.layers ~= $0) }
        if case .each(let heads) = wanted.heads { wanted.heads = .each(heads.filter { 0..<shape.heads ~= $0 }) }
        if wanted.count > 0 { limited[kind] = wanted }
      }
      return limited.isEmpty ? .none : .weights(limited)
    }
  }

  /// Upper bound of the memory that decoding holds for the captured attention of one sentence, result included.
  /// - Parameters:
  ///   - source: source tokens of the sentence.
  ///   - target: limit of its target tokens.
  ///   - beam: hypotheses kept per step.
  /// - Returns: bytes.
  package func heldBytes(source: Int, target: Int, beam: Int) -> Int {
    // A beam holds as many finished hypotheses as running ones.
    let steps = target * (beam == 1 ? 1 : 2 * beam)
    switch self {
    case .none: return 0
    case .alignment: return (steps + target) * MemoryLayout<Int32>.size
    case .weights(let maps):
      let (cross, decoder) = (maps[.cross]?.count ?? 0, maps[.decoder]?.count ?? 0)
      let floats =
        (steps + target) * (cross * source + decoder * target) + (maps[.encoder]?.count ?? 0) * source * source
      return floats * MemoryLayout<Float>.size
    }
  }
}

/// The three places where an encoder-decoder can attend.
package enum AttentionKind: String, CaseIterable, Sendable {
  /// Decoder steps over source tokens.
  case cross
  /// Source tokens over source tokens.
  case encoder
  /// Decoder steps over earlier decoder steps.
  case decoder
}

/// The number of layers and heads that a model has of one kind of attention.
package struct AttentionShape: Sendable, Equatable {
  package var layers: Int
  package var heads: Int

  package init(layers: Int, heads: Int) {
    self.layers = layers
    self.heads = heads
  }
}

/// The most-attended source position of each step, by the cross-attention of one layer.
package struct AlignmentCapture: Sendable, Hashable {
  /// Decoder layer, from 0.
  package var layer: Int
  /// The head that was trained to align; nil sums all heads of the layer.
  package var head: Int?
  /// Source positions to choose from; the first one wins a tie.
  package var candidates: [Int]

  package init(layer: Int, head: Int?, candidates: [Int]) {
    self.layer = layer
    self.head = head
    self.candidates = candidates
  }

  /// The candidate of greatest weight.
  /// - Parameter weights: (H, S); candidates are below S.
  func mostAttended(_ weights: UnsafePointer<Float>, heads: Int, keys: Int) -> Int32 {
    let chosen = head.map { $0..<($0 + 1) } ?? 0..<heads
    var (best, greatest) = (candidates[0], -Float.infinity)
    for (rank, key) in candidates.enumerated() {
      var total: Float = 0
      for head in chosen { total += weights[head * keys + key] }
      if rank == 0 || greatest < total { (best, greatest) = (key, total) }
    }
    return Int32(truncatingIfNeeded: best)
  }
}

/// Weight maps (queries, keys) of one kind of attention: some layers, and their heads one by one or pooled.
package struct AttentionMaps: Sendable, Hashable {
  package enum Heads: Sendable, Hashable {
    case each([Int])
    case mean
    case max
  }

  /// In the order of the result.
  package var layers: [Int]
  package var heads: Heads

  package init(layers: [Int], heads: Heads) {
    self.layers = layers
    self.heads = heads
  }

  /// Every layer and head of a model.
  package init(every shape: AttentionShape) {
    self.init(layers: Array(0..<shape.layers), heads: .each(Array(0..<shape.heads)))
  }

  /// Maps of one layer.
  package var perLayer: Int {
    if case .each(let heads) = heads { heads.count } else { 1 }
  }

  package var count: Int { layers.count * perLayer }

  /// Adds a row of one head's weights to the maps of its layer. Heads come in ascending order, from 0.
  /// - Parameters:
  ///   - weights: (keys)
  ///   - maps: the row in the layer's first map; other maps are `stride` floats apart.
  func add(
    _ weights: UnsafePointer<Float>, keys: Int, head: Int, of heads: Int, to maps: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    if case .each(let chosen) = self.heads {
      for (index, wanted) in chosen.enumerated() where wanted == head {
        (maps + index * stride).update(from: weights, count: keys)
      }
      return
    }
    if head == 0 { maps.update(repeating: 0, count: keys) }
    for key in 0..<keys {
      maps[key] = self.heads == .max ? Swift.max(maps[key], weights[key]) : maps[key] + weights[key]
    }
    guard self.heads == .mean, head == heads - 1 else { return }
    for key in 0..<keys { maps[key] /= Float(heads) }
  }
}

/// The captured attention of one row's last step, valid until its session steps again.
package struct StepAttention {
  /// The most-attended candidate of an alignment; nil if no alignment was asked for.
  package var aligned: Int32?
  package var cross: UnsafeBufferPointer<Float>  // (maps, S)
  package var decoder: UnsafeBufferPointer<Float>  // (maps, t + 1)

  package init(
    aligned: Int32? = nil, cross: UnsafeBufferPointer<Float> = .init(start: nil, count: 0),
    decoder: UnsafeBufferPointer<Float> = .init(start: nil, count: 0)
  ) {
    self.aligned = aligned
    self.cross = cross
    self.decoder = decoder
  }
}

// MARK: Capturing

/// A session's room for the attention captured in one step, reused by every step.
final class StepRecorder {
  private let weights = FloatBuffer()
  private var slots: [Slot] = []  // (rows that step); empty if none captures
  /// Whether any row of the step captures attention.
  private(set) var isActive = false

  private struct Slot {
    var capture: AttentionCapture
    var aligned: Int32?
    var cross = 0..<0
    var decoder = 0..<0
  }

  /// Makes room for one step of the first `count` rows, whose positions include this step.
  func begin(_ rows: [DecoderRow], count: Int) {
    isActive = rows.prefix(count).contains { $0.sentence.captures }
    slots.removeAll(keepingCapacity: true)
    guard isActive else { return }
    var end = 0
    for row in rows.prefix(count) {
      var slot = Slot(capture: row.sentence.capture)
      if case .weights(let maps) = row.sentence.capture {
        slot.cross = end..<(end + (maps[.cross]?.count ?? 0) * row.sentence.length)
        slot.decoder = slot.cross.upperBound..<(slot.cross.upperBound + (maps[.decoder]?.count ?? 0) * row.position)
        end = slot.decoder.upperBound
      }
      slots.append(slot)
    }
    weights.reserve(end)
    weights.base.update(repeating: 0, count: end)
  }

  /// Takes what a row's sentence asks for of one layer's weights.
  /// - Parameter scores: (H, keys)
  func record(
    _ kind: AttentionKind, row: Int, layer: Int, _ scores: UnsafePointer<Float>, heads: Int, keys: Int
  ) {
    switch slots[row].capture {
    case .none: return
    case .alignment(let wanted):
      guard kind == .cross, layer == wanted.layer else { return }
      slots[row].aligned = wanted.mostAttended(scores, heads: heads, keys: keys)
    case .weights(let maps):
      guard let wanted = maps[kind], let index = wanted.layers.firstIndex(of: layer) else { return }
      let slot = kind == .cross ? slots[row].cross : slots[row].decoder
      let first = weights.base + slot.lowerBound + index * wanted.perLayer * keys
      for head in 0..<heads {
        wanted.add(scores + head * keys, keys: keys, head: head, of: heads, to: first, stride: keys)
      }
    }
  }

  /// The captured attention of a row.
  func attention(row: Int) -> StepAttention {
    guard slots.indices.contains(row) else { return StepAttention() }
    let slot = slots[row]
    return StepAttention(
      aligned: slot.aligned,
      cross: UnsafeBufferPointer(start: weights.base + slot.cross.lowerBound, count: slot.cross.count),
      decoder: UnsafeBufferPointer(start: weights.base + slot.decoder.lowerBound, count: slot.decoder.count))
  }
}
