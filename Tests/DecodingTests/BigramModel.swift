import CKernels
import Decoding
import Foundation
import Models

/// A model small enough to search by hand: the logits depend on the first source token and the last target token alone.
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
      attention: Dictionary(
        uniqueKeysWithValues: AttentionKind.allCases.map { ($0, AttentionShape(layers: 1, heads: 1)) }))
  }

  func makeSession() -> any DecodingSession { BigramSession(shortlist: shortlist) }

  /// Logits (vocabulary); the end of sentence is unlikely at first, so that hypotheses have some length.
  static func logits(source: Int32, last: Int32) -> [Float] {
    (0..<vocabulary).map { token in
      let angle = Double(source) * 1.7 + Double(last) * 2.9 + Double(token) * 4.1
      let wave = Float(sin(angle)) * 2
      return token == Int(end) ? wave - 0.5 : wave
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
    var options: RowOptions
    var position = 0
    var last: Int32 = 0
    var avoided = AvoidedPositions()
  }

  private let shortlist: [Int32]?
  private var rows: [Row] = []
  private let entries = UnsafeMutablePointer<ck_entry>.allocate(capacity: 64)
  private let weights = UnsafeMutablePointer<Float>.allocate(capacity: 64)
  private let watched = UnsafeMutablePointer<Float>.allocate(capacity: 64)

  init(shortlist: [Int32]?) { self.shortlist = shortlist }
  deinit {
    entries.deallocate()
    weights.deallocate()
    watched.deallocate()
  }

  var rowCount: Int { rows.count }

  func admit(_ batch: SourceBatch) -> [[Float]] {
    for (index, length) in batch.lengths.enumerated() {
      let start = index * batch.longest
      rows.append(Row(source: Array(batch.ids[start..<(start + length)]), options: batch.options[index]))
    }
    return batch.options.map { options in
      if case .weights(let maps) = options.capture, maps[.encoder] != nil { [1] } else { [] }
    }
  }

  func select(_ parents: [Int]) { rows = parents.map { rows[$0] } }

  /// The model sees its first source token always.
  func avoid(_ positions: AvoidedPositions, row: Int) { rows[row].avoided = positions }

  func step(_ tokens: [Int32]) {
    for row in tokens.indices {
      rows[row].position += 1
      rows[row].last = tokens[row]
    }
  }

  /// The outcome by the definition of `OutputRequest`, token by token.
  func outcome(row: Int) -> RowOutcome {
    let (row, request) = (rows[row], rows[row].options.output)
    let logits = BigramModel.logits(source: row.source[0], last: row.last)
    let known = shortlist.map { Set($0).union(request.target) } ?? Set(0..<Int32(BigramModel.vocabulary))
    let allowed = known.subtracting(request.forbidden)
      .subtracting(row.position <= request.minLength ? [BigramModel.end] : [])
    let best = allowed.sorted { (logits[Int($0)], $1) > (logits[Int($1)], $0) }
    let count = min(request.best + request.growth * row.position, BigramModel.vocabulary)
    for rank in 0..<count {
      entries[rank] =
        rank < best.count
        ? ck_entry(value: logits[Int(best[rank])], index: best[rank])
        : ck_entry(value: -.infinity, index: BigramModel.end)
    }
    for (index, token) in request.watched.prefix(64).enumerated() { watched[index] = logits[Int(token)] }
    let summed = request.normalizer == .allowed ? allowed : known
    let target = row.position <= request.target.count ? logits[Int(request.target[row.position - 1])] : -.infinity
    return RowOutcome(
      entries: entries, count: count,
      normalizer: request.normalizer == .none ? 0 : log(summed.sorted().reduce(0) { $0 + exp(logits[Int($1)]) }),
      target: target, watched: watched)
  }

  /// The step's number at every position, so that a test can tell which step's weights it got.
  func attention(row: Int) -> StepAttention {
    let row = rows[row]
    weights.update(repeating: Float(row.position), count: 64)
    switch row.options.capture {
    case .none: return StepAttention()
    case .alignment(let wanted): return StepAttention(aligned: wanted.candidates.first.map(Int32.init))
    case .weights(let maps):
      return StepAttention(
        cross: UnsafeBufferPointer(start: weights, count: maps[.cross] == nil ? 0 : row.source.count),
        decoder: UnsafeBufferPointer(start: weights, count: maps[.decoder] == nil ? 0 : row.position))
    }
  }
}

/// Texts of the model's tokens: 1, 2 and 4 begin words, 3 goes on with one; "ab" can be one token, or two.
struct BigramTexts: TokenTexts {
  func text(of token: Int32) -> String { ["", " ab", " a", "b", " c"][Int(token)] }
}
