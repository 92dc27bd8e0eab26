import Foundation
import Models

/// A model small enough to search by hand: what follows depends on the sentence's first token and the last one alone.
final class BigramModel: TranslationModel {
  static let vocabulary = 5
  static let end: Int32 = 0
  static let start: Int32 = 4
  let shortlist: [Int32]?

  init(shortlist: [Int32]? = nil) { self.shortlist = shortlist }

  var summary: ModelSummary {
    ModelSummary(
      architecture: "bigram", precision: "float32", parameters: 0, bytes: 0, sourceVocabulary: 100,
      targetVocabulary: Self.vocabulary, maxPositions: 64, startToken: Self.start, endToken: Self.end, padToken: 4,
      attention: [.cross: AttentionShape(layers: 1, heads: 1), .decoder: AttentionShape(layers: 1, heads: 1)])
  }

  func makeSession() -> any DecodingSession { BigramSession(shortlist: shortlist) }

  /// Logits (vocabulary); the end of sentence is unlikely at first, so that hypotheses have some length.
  static func logits(source: Int32, last: Int32) -> [Float] {
    (0..<vocabulary).map { token in
      Float(sin(Double(source) * 1.7 + Double(last) * 2.9 + Double(token) * 4.1)) * 2 - (token == Int(end) ? 0.5 : 0)
    }
  }

  static func logProbs(source: Int32, last: Int32) -> [Double] {
    let x = logits(source: source, last: last).map(Double.init)
    let total = log(x.map { exp($0) }.reduce(0, +))
    return x.map { $0 - total }
  }
}

final class BigramSession: DecodingSession {
  private struct Row {
    var source: [Int32]
    var position = 0
  }

  private let shortlist: [Int32]?
  private var rows: [Row] = []
  private var logits = UnsafeMutablePointer<Float>.allocate(capacity: 4096)

  init(shortlist: [Int32]?) { self.shortlist = shortlist }
  deinit { logits.deallocate() }

  var rowCount: Int { rows.count }

  func admit(_ batch: SourceBatch) -> [EncoderAttention?] {
    for (index, length) in batch.lengths.enumerated() {
      let start = index * batch.longest
      rows.append(Row(source: Array(batch.ids[start..<(start + length)])))
    }
    return batch.options.map { $0.capture.contains(.encoder) ? EncoderAttention(weights: [1]) : nil }
  }

  func select(_ parents: [Int]) { rows = parents.map { rows[$0] } }

  func step(_ tokens: [Int32]) -> UnsafeMutablePointer<Float> {
    let tokensKnown = shortlist ?? Array(0..<Int32(BigramModel.vocabulary))
    for row in rows.indices {
      rows[row].position += 1
      // Rows of one sentence stand side by side; a shortlist packs them from where the first of them starts.
      let first = rows.firstIndex { $0.source == rows[row].source } ?? row
      let start = first * BigramModel.vocabulary + (row - first) * tokensKnown.count
      let all = BigramModel.logits(source: rows[row].source[0], last: tokens[row])
      for (place, token) in tokensKnown.enumerated() {
        logits[start + place] = all[Int(token)]
      }
    }
    return logits
  }

  func candidates(row: Int) -> [Int32]? { shortlist }

  /// The step's number at every place, so that a test can tell which step's weights it got.
  func attention(row: Int, kind: AttentionKind) -> [Float] {
    let step = Float(rows[row].position)
    switch kind {
    case .cross: return rows[row].source.map { _ in step }
    case .decoder: return Array(repeating: step, count: rows[row].position)
    case .encoder: return []
    }
  }
}
