import Checkpoint
import Evaluation
import Models
import Plot
import Terminal

/// The cost of an encoder's pass over a batch as sentences get longer.
///
/// An LSTM's steps wait for one another. A Transformer's positions do not, but it compares all of them in pairs.
struct SpeedByLength {
  static let name = "speed-by-length"
  private static let batch = 32
  private static let width = 512
  private static let lengths = [10, 50, 100, 200, 500, 1000]
  private static let vocabulary = 1024
  private static let lstmShape = EncoderShape.recurrent(inputs: width, hidden: width, gates: 4)
  private static let transformerShape = EncoderShape.transformer(
    dimension: width, layers: 6, heads: 8, feedForward: 2048)

  /// Milliseconds for both encoders in a published tutorial, on a GPU.
  private static let tutorialLSTM = [2.34, 8.92, 17.56, 34.78, 86.34, 172.89]
  private static let tutorialTransformer = [3.12, 4.23, 5.67, 9.34, 28.45, 89.23]

  private struct Timed {
    let name: String
    let shape: EncoderShape
    let seconds: [Double]  // one per length
  }

  private let lstm: Timed
  private let transformer: Timed
  private let repetition: Repetition
  private let threads: Int

  /// Measures both encoders in turn.
  init(repetition: Repetition, threads: Int) {
    let numbers = NumberStream(seed: 1)
    let encoders = [
      LoneEncoder.recurrent(
        .lstm, inputs: Self.width, hidden: Self.width, tokens: Self.vocabulary, numbers: numbers.fill),
      LoneEncoder.transformer(
        dimension: Self.width, layers: 6, heads: 8, feedForward: 2048, tokens: Self.vocabulary,
        positions: Self.lengths.max() ?? 1, numbers: numbers.fill),
    ]
    var seconds: [[Double]] = encoders.map { _ in [] }
    for length in Self.lengths {
      Console.progress("encoders, \(length) tokens")
      let batch = Self.batch(length)
      for (index, encoder) in encoders.enumerated() {
        seconds[index].append(repetition.medianSeconds { encoder.encode(batch) })
      }
    }
    lstm = Timed(name: "LSTM", shape: Self.lstmShape, seconds: seconds[0])
    transformer = Timed(name: "Transformer", shape: Self.transformerShape, seconds: seconds[1])
    self.repetition = repetition
    self.threads = threads
  }

  private static func batch(_ length: Int) -> SourceBatch {
    let sentences = (0..<batch).map { row in (0..<length).map { Int32((row * 7919 + $0 * 104_729) % vocabulary) } }
    return SourceBatch(
      sentences: sentences, pad: 0, options: Array(repeating: RowOptions(), count: batch))
  }

  var section: ReportSection {
    ReportSection(
      name: Self.name, title: "The cost of an encoder as sentences get longer",
      note: """
        Milliseconds of one pass over \(Self.batch) sentences of one length, medians of all passes that fit into \
        \(Int(repetition.seconds)) s, \(threads) thread\(threads == 1 ? "" : "s"), float32, \
        random weights. The LSTM has one layer of \(Self.width) units; the Transformer has 6 layers, 8 heads, width \
        \(Self.width), feed-forward 2,048. Waits: matrix products that depend on the previous one. GFLOP: \
        multiplications and additions in all products. The tutorial's milliseconds are from a GPU.
        """,
      tables: [("lengths", lengthTable), ("growth", growthTable)], plots: [(Self.name, plot)])
  }

  // MARK: Tables

  private var lengthTable: ReportTable {
    var columns = [ReportTable.Column(key: "length", head: "tokens")]
    for timed in [lstm, transformer] {
      let key = timed.name.lowercased()
      columns += [
        ReportTable.Column(key: "\(key)Milliseconds", head: "\(timed.name), ms"),
        ReportTable.Column(key: "\(key)Waits", head: "waits"),
        ReportTable.Column(key: "\(key)Gigaoperations", head: "GFLOP"),
        ReportTable.Column(key: "\(key)GigaoperationsPerSecond", head: "GFLOP/s"),
      ]
    }
    columns += [
      ReportTable.Column(key: "tutorialLSTMMilliseconds", head: "tutorial's LSTM, ms"),
      ReportTable.Column(key: "tutorialTransformerMilliseconds", head: "tutorial's Transformer, ms"),
    ]
    let rows = Self.lengths.enumerated().map { index, length -> [ReportTable.Cell] in
      [.integer(length)] + cells(lstm, index) + cells(transformer, index) + [
        .number(Self.tutorialLSTM[index], digits: 2), .number(Self.tutorialTransformer[index], digits: 2),
      ]
    }
    return ReportTable(columns: columns, rows: rows)
  }

  private func cells(_ timed: Timed, _ index: Int) -> [ReportTable.Cell] {
    let length = Self.lengths[index]
    let operations = timed.shape.operations(batch: Self.batch, length: length)
    return [
      .number(timed.seconds[index] * 1000, digits: 2), .integer(timed.shape.sequentialProducts(length: length)),
      .number(operations / 1e9, digits: 1), .number(operations / timed.seconds[index] / 1e9, digits: 0),
    ]
  }

  /// All four curves as milliseconds by length.
  private var curves: [(name: String, isOurs: Bool, points: [(x: Double, y: Double)])] {
    func points(_ milliseconds: [Double]) -> [(x: Double, y: Double)] {
      zip(Self.lengths, milliseconds).map { (Double($0), $1) }
    }
    return [lstm, transformer].map { ($0.name, true, points($0.seconds.map { $0 * 1000 })) } + [
      ("tutorial's LSTM", false, points(Self.tutorialLSTM)),
      ("tutorial's Transformer", false, points(Self.tutorialTransformer)),
    ]
  }

  private var growthTable: ReportTable {
    let pairs = zip(Self.lengths, Self.lengths.dropFirst())
    let columns =
      [
        ReportTable.Column(key: "encoder", head: "time grows"),
        ReportTable.Column(key: "exponent", head: "exponent of the length"),
      ]
      + pairs.map {
        ReportTable.Column(key: "doubling\($0)To\($1)", head: "factor per doubling, \($0) to \($1)")
      }
    let rows = curves.map { curve -> [ReportTable.Cell] in
      let doublings = zip(curve.points, curve.points.dropFirst()).map {
        ReportTable.Cell.number(PowerLaw.timesByDoubling(from: $0, to: $1), digits: 2)
      }
      let exponent = PowerLaw(curve.points).map { ReportTable.Cell.number($0.exponent, digits: 2) }
      return [.text(curve.name), exponent ?? .none] + doublings
    }
    return ReportTable(columns: columns, rows: rows)
  }

  private var plot: Plot {
    Plot(
      title: "One pass over \(Self.batch) sentences",
      x: Axis("tokens of a sentence", .logarithmic, ticks: Self.lengths.map(Double.init)),
      y: Axis("milliseconds", .logarithmic),
      series: curves.map { Plot.Series(name: $0.name, points: $0.points, isDashed: !$0.isOurs) })
  }
}
