import JSON
import Models
import Translation

/// The `json` format of `/attention` (api.md).
enum AttentionJSON {
  /// - Parameter kinds: in the order they are to stand.
  static func write(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    let floats = answer.weights.values.reduce(0) { $0 + $1.values.count }
    var writer = JSONWriter(capacity: 1024 + 10 * floats)
    writer.object { writer in
      header(&writer, answer)
      writer.name("attention")
      writer.object { writer in
        for kind in kinds {
          guard let weights = answer.weights[kind] else { continue }
          writer.name(kind.rawValue)
          write(&writer, weights)
        }
      }
    }
    return writer.bytes
  }

  private static func header(_ writer: inout JSONWriter, _ answer: AttentionAnswer) {
    let texts = [
      ("model", answer.model), ("architecture", answer.architecture), ("source", answer.source),
      ("target", answer.target),
    ]
    for (name, text) in texts {
      writer.name(name)
      writer.string(text)
    }
    writer.name("sentences")
    writer.integer(answer.sentences)
    writer.name("clauses")
    writer.integer(answer.clauses)
    if !answer.repairs.isEmpty {
      writer.name("repairs")
      writer.array(of: answer.repairs) { writer, repair in
        writer.object { writer in
          writer.name("kind")
          writer.string(repair.kind.rawValue)
          writer.name("action")
          writer.string(repair.action.rawValue)
        }
      }
    }
    let tokens = [
      ("sourceTokens", answer.sourceTokens), ("targetTokens", answer.targetTokens),
      ("decoderTokens", answer.decoderTokens),
    ]
    for (name, pieces) in tokens {
      writer.name(name)
      writer.array(of: pieces) { $0.string($1) }
    }
  }

  private static func write(_ writer: inout JSONWriter, _ weights: AttentionWeights) {
    writer.object { writer in
      for (name, numbers) in [("layers", weights.layers), ("heads", weights.heads), ("shape", weights.shape)] {
        writer.name(name)
        writer.array(of: numbers) { $0.integer($1) }
      }
      writer.name("weights")
      nested(&writer, weights)
    }
  }

  /// The weights alone, in as many brackets as they have dimensions.
  static func nested(_ writer: inout JSONWriter, _ weights: AttentionWeights) {
    nested(&writer, weights.values[...], weights.shape[...])
  }

  /// - Parameter values: row-major, as many as the product of `shape`.
  private static func nested(_ writer: inout JSONWriter, _ values: ArraySlice<Float>, _ shape: ArraySlice<Int>) {
    writer.array { writer in
      guard let length = shape.first, length > 0 else { return }
      if shape.count == 1 { return values.forEach { writer.probability($0) } }
      let stride = values.count / length
      for index in 0..<length {
        let start = values.startIndex + index * stride
        nested(&writer, values[start..<start + stride], shape.dropFirst())
      }
    }
  }
}
