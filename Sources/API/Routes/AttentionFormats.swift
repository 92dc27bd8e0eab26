import Archive
import HTTP
import JSON
import Models
import Translation

/// The formats of attention weights, for answers of `/attention` and files of `dragoman attention`.
package enum AttentionFormat: String, CaseIterable, Sendable {
  /// The server's own JSON.
  case json
  /// JSON for the views of BertViz.
  case bertviz
  /// An archive of NumPy arrays.
  case npz
  /// The attention explorer with the weights inside, a page that needs nothing else.
  case html

  /// Writes an answer.
  /// - Parameter kinds: the kinds in the order of writing; empty for all that the answer has.
  package func bytes(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    let asked = kinds.isEmpty ? AttentionKind.allCases : kinds
    let present = asked.filter { answer.weights[$0] != nil }
    switch self {
    case .json: return AttentionJSON.write(answer, kinds: present)
    case .bertviz: return AttentionBertViz.write(answer, kinds: present)
    case .npz: return AttentionArchive.write(answer, kinds: present)
    case .html: return AttentionPage.write(answer, kinds: present)
    }
  }

  /// The answer of `/attention`.
  /// - Parameter kinds: the kinds that were asked for.
  func response(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> HTTPResponse {
    let bytes = bytes(answer, kinds: kinds)
    switch self {
    case .json, .bertviz: return HTTPResponse(json: bytes)
    case .npz:
      let name = #"attachment; filename="attention.npz""#
      return HTTPResponse(
        status: 200, headers: ["Content-Type": "application/zip", "Content-Disposition": name], body: bytes)
    case .html: return HTTPResponse(page: bytes, policy: AttentionPage.policy)
    }
  }
}

// MARK: - JSON

/// The `json` format.
private enum AttentionJSON {
  /// - Parameter kinds: the kinds in the order of writing.
  static func write(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    let floats = answer.weights.values.reduce(0) { $0 + $1.values.count }
    var writer = JSONWriter(capacity: 1024 + 10 * floats)
    writer.object { writer in
      header(&writer, answer)
      writer.member(
        "attention",
        object: { writer in
          for kind in kinds {
            guard let weights = answer.weights[kind] else { continue }
            writer.member(kind.rawValue, object: { write(&$0, weights) })
          }
        })
    }
    return writer.bytes
  }

  private static func header(_ writer: inout JSONWriter, _ answer: AttentionAnswer) {
    writer.member("model", answer.model)
    writer.member("architecture", answer.architecture)
    writer.member("source", answer.source)
    writer.member("target", answer.target)
    writer.member("sentences", answer.sentences)
    writer.member("clauses", answer.clauses)
    if !answer.repairs.isEmpty {
      writer.member("repairs", arrayOf: answer.repairs) { writer, repair in
        writer.object { writer in
          writer.member("kind", repair.kind.rawValue)
          writer.member("action", repair.action.rawValue)
        }
      }
    }
    writer.member("sourceTokens", answer.sourceTokens)
    writer.member("targetTokens", answer.targetTokens)
    writer.member("decoderTokens", answer.decoderTokens)
  }

  private static func write(_ writer: inout JSONWriter, _ weights: AttentionWeights) {
    writer.member("layers", weights.layers)
    writer.member("heads", weights.heads)
    writer.member("shape", weights.shape)
    writer.name("weights")
    nested(&writer, weights)
  }

  /// Writes the weights alone, as arrays within arrays, one level per dimension.
  static func nested(_ writer: inout JSONWriter, _ weights: AttentionWeights) {
    nested(&writer, weights.values[...], weights.shape[...])
  }

  /// - Parameter values: row-major; their number is the product of `shape`.
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

// MARK: - BertViz

/// The `bertviz` format: the parameters that BertViz 1.4 hands to the scripts of both its views, and the tokens as its
/// Python functions take them.
///
/// The head view reads `layer` and `heads`, the model view `display_mode`, `include_heads` and `total_heads`; each ignores
/// the parameters of the other. A row is labelled by the token that its step was given, as in the examples of BertViz.
/// The views have one list of layers and one of heads for all kinds, so only layers and heads that every kind has are
/// written.
private struct AttentionBertViz {
  private let answer: AttentionAnswer
  private let parts: [(kind: AttentionKind, weights: AttentionWeights)]
  private let layers: [Int]
  private let heads: [Int]

  /// - Parameter kinds: the kinds in the order of writing.
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
      writer.member("attention", arrayOf: parts) { attention(&$0, $1.kind, $1.weights) }
      settings(&writer)
      writer.member("encoder_tokens", answer.sourceTokens)
      writer.member("decoder_tokens", answer.decoderTokens)
    }
    return writer.bytes
  }

  private func attention(_ writer: inout JSONWriter, _ kind: AttentionKind, _ weights: AttentionWeights) {
    writer.object { writer in
      writer.member("name", kind.rawValue.capitalized)
      writer.name("attn")
      AttentionJSON.nested(&writer, weights.narrowed(layers: layers, heads: heads))
      writer.member("left_text", words(kind == .encoder ? answer.sourceTokens : answer.decoderTokens))
      writer.member("right_text", words(kind == .decoder ? answer.decoderTokens : answer.sourceTokens))
    }
  }

  /// The tokens as BertViz shows them: with a space at the start of each word.
  private func words(_ tokens: [String]) -> [String] {
    tokens.map { $0.replacing("▁", with: " ") }
  }

  private func settings(_ writer: inout JSONWriter) {
    writer.member("default_filter", "0")
    writer.member("root_div_id", "bertviz")
    writer.member("display_mode", "dark")
    for name in ["layer", "heads"] {
      writer.name(name)
      writer.null()
    }
    writer.member("include_layers", layers)
    writer.member("include_heads", heads)
    writer.member("total_heads", heads.count)
  }
}

extension AttentionWeights {
  /// Indices along the head axis, on which pooled heads are one.
  fileprivate var headIndices: [Int] { heads.isEmpty ? [0] : heads }

  /// The weights of some layers and heads.
  /// - Parameters:
  ///   - layers: a part of `layers`.
  ///   - heads: a part of `headIndices`.
  fileprivate func narrowed(layers: [Int], heads: [Int]) -> AttentionWeights {
    guard layers != self.layers || heads != headIndices else { return self }
    let area = shape[2] * shape[3]
    let offsets = layers.compactMap(self.layers.firstIndex).flatMap { layer in
      heads.compactMap(headIndices.firstIndex).map { (layer * shape[1] + $0) * area }
    }
    return AttentionWeights(
      layers: layers, heads: heads, shape: [layers.count, heads.count, shape[2], shape[3]],
      values: offsets.flatMap { values[$0..<$0 + area] })
  }
}

// MARK: - NumPy

/// The `npz` format, for `numpy.load`: an array of float32 per kind, (L, H, queries, keys), and the tokens as arrays of
/// texts.
private enum AttentionArchive {
  /// - Parameter kinds: the kinds in the order of writing.
  static func write(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    var archive = ZipWriter()
    for kind in kinds {
      guard let weights = answer.weights[kind] else { continue }
      archive.add(kind.rawValue + ".npy", NumpyArray(weights.values, shape: weights.shape).bytes)
    }
    let tokens = [
      ("source_tokens", answer.sourceTokens), ("target_tokens", answer.targetTokens),
      ("decoder_tokens", answer.decoderTokens),
    ]
    for (name, pieces) in tokens { archive.add(name + ".npy", NumpyArray(pieces).bytes) }
    return archive.finish()
  }
}

// MARK: - Page

/// The `html` format: the attention explorer of the page at `/` with its data inside, which can be kept as a file.
private enum AttentionPage {
  private static let page = AssembledPage("page/attention.html")

  /// The Content-Security-Policy for the answer's head; the page contains it too, for when it is read from a file.
  static var policy: String { page.policy }

  /// - Parameter kinds: the kinds in the order of writing.
  static func write(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    page.bytes(data: AttentionJSON.write(answer, kinds: kinds))
  }
}
