import JSON
import Models
import Translation

/// The `bertviz` format of `/attention`: the parameters that BertViz 1.4 hands to the scripts of both its views, and the
/// tokens as its Python functions take them.
///
/// Its head view reads `layer` and `heads`, its model view `display_mode`, `include_heads` and `total_heads`; what the
/// other needs, each leaves alone. Rows stand for what a step was given, as in its own examples. Its views have one list
/// of layers and one of heads for all kinds: those that every kind has are given.
struct AttentionBertViz {
  private let answer: AttentionAnswer
  private let parts: [(kind: AttentionKind, weights: AttentionWeights)]
  private let layers: [Int]
  private let heads: [Int]

  /// - Parameter kinds: in the order they are to stand.
  static func write(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    AttentionBertViz(answer, kinds: kinds).bytes
  }

  private init(_ answer: AttentionAnswer, kinds: [AttentionKind]) {
    self.answer = answer
    let parts = kinds.compactMap { kind in answer.weights[kind].map { (kind: kind, weights: $0) } }
    layers = Self.common(parts.map(\.weights.layers))
    heads = Self.common(parts.map(\.weights.headIndices))
    self.parts = parts
  }

  private static func common(_ lists: [[Int]]) -> [Int] {
    (lists.first ?? []).filter { index in lists.allSatisfy { $0.contains(index) } }
  }

  private var bytes: [UInt8] {
    var writer = JSONWriter(capacity: 1024 + parts.reduce(0) { $0 + 10 * $1.weights.values.count })
    writer.object { writer in
      writer.name("attention")
      writer.array(of: parts) { attention(&$0, $1.kind, $1.weights) }
      settings(&writer)
      for (name, tokens) in [("encoder_tokens", answer.sourceTokens), ("decoder_tokens", answer.decoderTokens)] {
        writer.name(name)
        writer.array(of: tokens) { $0.string($1) }
      }
    }
    return writer.bytes
  }

  private func attention(_ writer: inout JSONWriter, _ kind: AttentionKind, _ weights: AttentionWeights) {
    writer.object { writer in
      writer.name("name")
      writer.string(kind.rawValue.capitalized)
      writer.name("attn")
      AttentionJSON.nested(&writer, weights.narrowed(layers: layers, heads: heads))
      writer.name("left_text")
      words(&writer, kind == .encoder ? answer.sourceTokens : answer.decoderTokens)
      writer.name("right_text")
      words(&writer, kind == .decoder ? answer.decoderTokens : answer.sourceTokens)
    }
  }

  /// As BertViz shows them: a word's start is a space.
  private func words(_ writer: inout JSONWriter, _ tokens: [String]) {
    writer.array(of: tokens) { $0.string($1.replacing("▁", with: " ")) }
  }

  private func settings(_ writer: inout JSONWriter) {
    for (name, word) in [("default_filter", "0"), ("root_div_id", "bertviz"), ("display_mode", "dark")] {
      writer.name(name)
      writer.string(word)
    }
    for name in ["layer", "heads"] {
      writer.name(name)
      writer.null()
    }
    for (name, indices) in [("include_layers", layers), ("include_heads", heads)] {
      writer.name(name)
      writer.array(of: indices) { $0.integer($1) }
    }
    writer.name("total_heads")
    writer.integer(heads.count)
  }
}

extension AttentionWeights {
  /// Of pooled heads, one.
  fileprivate var headIndices: [Int] { heads.isEmpty ? [0] : heads }

  /// - Parameters:
  ///   - layers: some of these.
  ///   - heads: some of `headIndices`.
  fileprivate func narrowed(layers: [Int], heads: [Int]) -> AttentionWeights {
    guard layers != self.layers || heads != headIndices else { return self }
    let area = shape[2] * shape[3]
    let places = layers.compactMap(self.layers.firstIndex).flatMap { layer in
      heads.compactMap(headIndices.firstIndex).map { (layer * shape[1] + $0) * area }
    }
    return AttentionWeights(
      layers: layers, heads: heads, shape: [layers.count, heads.count, shape[2], shape[3]],
      values: places.flatMap { values[$0..<$0 + area] })
  }
}
