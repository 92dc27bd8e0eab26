import Tensor

/// A recurrent or convolutional encoder-decoder, whose weights the sessions of all workers share.
package final class SequenceModel: TranslationModel {
  package let summary: ModelSummary
  private let session: @Sendable () -> SequenceSession

  /// - Parameter output: the output layer of the sessions.
  init(summary: ModelSummary, output: OutputLayer, session: @escaping @Sendable () -> SequenceSession) {
    var summary = summary
    summary.copiedBytes = output.copiedBytes
    self.summary = summary
    self.session = session
  }

  package func makeSession() -> any DecodingSession { session() }
}

/// The computation of an architecture whose decoder attends to the source alone, or to nothing: the mutable half of one
/// worker, without its rows.
protocol SequenceSteps: AnyObject {
  var scratch: LinearScratch { get }
  /// The source side of all rows.
  var store: SourceStore { get }

  /// Encodes sentences and appends the state of one row for each.
  /// - Returns: the rows in the store per sentence.
  func admit(_ batch: SourceBatch) -> [SourceRows]

  /// Makes the state of row i a copy of that of the former row `parents[i]`.
  func select(_ parents: [Int])

  /// Computes one step of the first rows.
  /// - Parameters:
  ///   - tokens: (rows that step)
  ///   - recorder: takes the weights of the attention to the source.
  /// - Returns: the states that the output layer reads (rows, R).
  func advance(_ tokens: [Int32], _ rows: [DecoderRow], _ recorder: StepRecorder) -> UnsafePointer<Float>
}

/// One worker's rows of a recurrent or convolutional model.
final class SequenceSession: DecodingSession {
  private let steps: any SequenceSteps
  private let outputs: OutputReader
  private let recorder = StepRecorder()
  private var rows: [DecoderRow] = []

  init(_ steps: any SequenceSteps, outputs: OutputReader) {
    self.steps = steps
    self.outputs = outputs
  }

  var rowCount: Int { rows.count }

  func admit(_ batch: SourceBatch) -> [[Float]] {
    let sources = steps.scratch.withTeam { steps.admit(batch) }
    for (index, (source, options)) in zip(sources, batch.options).enumerated() {
      let ids = batch.ids[(index * batch.longest)..<(index * batch.longest + source.length)]
      let plan = outputs.plan(options.output, source: ids)
      rows.append(
        DecoderRow(
          sentence: SourceSentence(source, in: steps.store, output: plan, capture: options.capture)))
    }
    return Array(repeating: [], count: batch.count)
  }

  func select(_ parents: [Int]) {
    steps.select(parents)
    rows = parents.map { rows[$0] }
  }

  func avoid(_ positions: AvoidedPositions, row: Int) { rows[row].avoided = positions }

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
