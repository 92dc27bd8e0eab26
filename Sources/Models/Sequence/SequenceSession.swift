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

  /// One step of the first rows.
  /// - Parameters:
  ///   - tokens: (rows that step)
  ///   - recorder: takes the weights of the attention to the source.
  /// - Returns: what the output layer reads (rows, R).
  func advance(_ tokens: [Int32], _ rows: [DecoderRow], _ recorder: StepRecorder) -> UnsafePointer<Float>
}

/// One worker's rows of a recurrent or convolutional model.
final class SequenceSession: DecodingSession {
  private let steps: any SequenceSteps
  private let outputs: RowOutputs
  private let recorder = StepRecorder()
  private var rows: [DecoderRow] = []

  init(_ steps: any SequenceSteps, outputs: RowOutputs) {
    self.steps = steps
    self.outputs = outputs
  }

  var rowCount: Int { rows.count }

  func admit(_ batch: SourceBatch) -> [[Float]] {
    let places = steps.scratch.withTeam { steps.admit(batch) }
    for (index, (place, options)) in zip(places, batch.options).enumerated() {
      let ids = batch.ids[(index * batch.longest)..<(index * batch.longest + place.length)]
      let plan = outputs.plan(options.output, source: ids)
      rows.append(
        DecoderRow(
          sentence: SourceSentence(place, in: steps.store, output: plan, capture: options.capture)))
    }
    return Array(repeating: [], count: batch.count)
  }

  func select(_ parents: [Int]) {
    steps.select(parents)
    rows = parents.map { rows[$0] }
  }

  func step(_ tokens: [Int32]) {
    for row in tokens.indices { rows[row].position += 1 }
    recorder.begin(rows, count: tokens.count)
    steps.scratch.withTeam {
      let x = steps.advance(tokens, rows, recorder)
      outputs.read(
        x, rows.prefix(tokens.count).lazy.map { OutputReader.Row(plan: $0.sentence.output, step: $0.position) },
        scratch: steps.scratch)
    }
  }

  func outcome(row: Int) -> RowOutcome { outputs.outcome(row, rows[row].sentence.output) }

  func attention(row: Int) -> StepAttention { recorder.attention(row: row) }
}
