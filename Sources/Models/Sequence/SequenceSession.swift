import Tensor

/// How a decoder computes that attends to the source alone, if to anything: the mutable half of one worker, without the
/// rows themselves.
protocol SequenceSteps: AnyObject {
  var scratch: LinearScratch { get }
  /// Of what the rows read of their sources.
  var store: SourceStore { get }

  /// Encodes the sentences and appends the state of a row for each.
  /// - Returns: of each sentence, where in the store it lies.
  func admit(_ batch: SourceBatch) -> [SourcePlace]

  /// Row i's state becomes a copy of what was row `parents[i]`'s.
  func select(_ parents: [Int])

  /// One step of the first rows, which keep what attention they were asked for.
  /// - Parameter tokens: (rows that step)
  /// - Returns: what the output layer reads (rows, R).
  func advance(_ tokens: [Int32], _ rows: inout [SequenceRow]) -> UnsafePointer<Float>
}

/// One row under way.
struct SequenceRow {
  let sentence: SourceSentence
  /// Steps made, the one under way included.
  private(set) var position = 0
  private let keepsAttention: Bool
  /// Cross-attention of the last step.
  private(set) var attention: [Float] = []  // (L, 1, S)

  init(sentence: SourceSentence, keepsAttention: Bool) {
    self.sentence = sentence
    self.keepsAttention = keepsAttention
  }

  mutating func begin() {
    position += 1
    attention.removeAll(keepingCapacity: true)
  }

  /// - Parameter weights: (S) of the next layer.
  mutating func keep(_ weights: UnsafePointer<Float>) {
    guard keepsAttention else { return }
    attention += UnsafeBufferPointer(start: weights, count: sentence.length)
  }
}

/// One worker's rows of a recurrent or convolutional model.
final class SequenceSession: DecodingSession {
  private let steps: any SequenceSteps
  private let outputs: RowOutputs
  private var rows: [SequenceRow] = []

  init(_ steps: any SequenceSteps, outputs: RowOutputs) {
    self.steps = steps
    self.outputs = outputs
  }

  var rowCount: Int { rows.count }

  func admit(_ batch: SourceBatch) -> [EncoderAttention?] {
    let places = steps.scratch.withTeam { steps.admit(batch) }
    for (index, (place, options)) in zip(places, batch.options).enumerated() {
      let ids = batch.ids[(index * batch.longest)..<(index * batch.longest + place.length)]
      let plan = outputs.plan(options.output, source: ids)
      rows.append(
        SequenceRow(
          sentence: SourceSentence(place, in: steps.store, output: plan),
          keepsAttention: options.capture.contains(.cross)))
    }
    return Array(repeating: nil, count: batch.count)
  }

  func select(_ parents: [Int]) {
    steps.select(parents)
    rows = parents.map { rows[$0] }
  }

  func step(_ tokens: [Int32]) {
    for row in tokens.indices { rows[row].begin() }
    steps.scratch.withTeam {
      let x = steps.advance(tokens, &rows)
      outputs.read(
        x, rows.prefix(tokens.count).lazy.map { OutputReader.Row(plan: $0.sentence.output, step: $0.position) },
        scratch: steps.scratch)
    }
  }

  func outcome(row: Int) -> RowOutcome { outputs.outcome(row, rows[row].sentence.output) }

  func attention(row: Int, kind: AttentionKind) -> [Float] { kind == .cross ? rows[row].attention : [] }
}
