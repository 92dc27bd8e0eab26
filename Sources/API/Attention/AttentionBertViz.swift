import JSON
import Models
import Translation

/// The `bertviz` format of `/attention`: the parameters that BertViz 1.4 hands to the scripts of both its views, and the
/// tokens as its Python functions take them.
///
/// Its head view reads `layer` and `heads`, its model view `display_mode`, `include_heads` and `total_heads`; what the
/// other needs, each leaves alone. Rows stand for what a step was given, as in its own examples.
enum AttentionBertViz {
  /// - Parameter kinds: in the order they are to stand.
  static func write(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    let floats = answer.weights.values.reduce(0) { $0 + $1.values.count }
    var writer = JSONWriter(capacity: 1024 + 10 * floats)
    writer.object { writer in
      writer.name("attention")
      writer.array { writer in
        for kind in kinds { answer.weights[kind].map { attention(&writer, kind, $0, answer) } }
      }
      settings(&writer, kinds.first.flatMap { answer.weights[$0] })
      for (name, tokens) in [("encoder_tokens", answer.sourceTokens), ("decoder_tokens", answer.decoderTokens)] {
        writer.name(name)
        writer.array(of: tokens) { $0.string($1) }
      }
    }
    return writer.bytes
  }

  private static func attention(
    _ writer: inout JSONWriter, _ kind: AttentionKind, _ weights: AttentionWeights, _ answer: AttentionAnswer
  ) {
    writer.object { writer in
      writer.name("name")
      writer.string(kind.rawValue.capitalized)
      writer.name("attn")
      AttentionJSON.nested(&writer, weights)
      writer.name("left_text")
      words(&writer, kind == .encoder ? answer.sourceTokens : answer.decoderTokens)
      writer.name("right_text")
      words(&writer, kind == .decoder ? answer.decoderTokens : answer.sourceTokens)
    }
  }

  /// As BertViz shows them: a word's start is a space.
  private static func words(_ writer: inout JSONWriter, _ tokens: [String]) {
    writer.array(of: tokens) { $0.string($1.replacing("▁", with: " ")) }
  }

  private static func settings(_ writer: inout JSONWriter, _ weights: AttentionWeights?) {
    let heads = weights?.shape[1] ?? 0
    writer.name("default_filter")
    writer.string("0")
    writer.name("root_div_id")
    writer.string("bertviz")
    for name in ["layer", "heads"] {
      writer.name(name)
      writer.null()
    }
    writer.name("include_layers")
    writer.array(of: weights?.layers ?? []) { $0.integer($1) }
    writer.name("display_mode")
    writer.string("dark")
    writer.name("include_heads")
    writer.array(of: weights.map { $0.heads.isEmpty ? [0] : $0.heads } ?? []) { $0.integer($1) }
    writer.name("total_heads")
    writer.integer(heads)
  }
}
