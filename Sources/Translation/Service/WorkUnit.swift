import Batching
import Decoding
import Models
import Tokenization

/// One clause on its way to a worker.
struct WorkUnit: Sendable {
  /// Number in the catalog; units of different models never share a batch.
  var model: Int
  var request: DecodingRequest
  /// Places of the source tokens that an alignment may link to; nil where none is wanted.
  var alignable: [Int]?
  /// Takes tokens as they become certain; nil where nobody waits for them.
  var listener: (@Sendable ([Int32]) -> Void)?

  /// The same unit, whose alignment is wanted too.
  func alignable(_ clause: EncodedText, in text: String) -> WorkUnit {
    let words = Alignment.words(clause.ranges, in: text)
    var unit = self
    unit.alignable = words.indices.filter { !words[$0].isEmpty }
    return unit
  }

  var payload: BatchPayload<WorkUnit> {
    let length = max(request.source.count, request.options.forcedTarget?.count ?? 0)
    return BatchPayload(self, kind: model, length: length, rows: request.options.rows)
  }
}

/// What came of a unit, and how.
struct UnitAnswer: Sendable {
  /// Without attention where an alignment was wanted of it.
  var result: DecodingResult
  /// Of each target token the place of the source token that it links to; empty where that was not wanted.
  var aligned: [Int]
  /// Of the clause and of its best hypothesis.
  var tokens: TokenCounts
  var timings: Timings
}
