import Plot

/// How fast the models of the zoo translate.
struct ZooSpeed {
  static let name = "zoo-speed"
  let measurements: [ZooMeasurement]
  let test: ZooTest
  let threads: Int

  var section: ReportSection {
    let columns =
      [ReportTable.Column(key: "model", head: "model"), ReportTable.Column(key: "parameters", head: "parameters")]
      + ZooMeasurement.batches.map { ReportTable.Column(key: "batch\($0)", head: "batches of \($0)") }
    let rows = measurements.map { measured -> [ReportTable.Cell] in
      [.text(measured.name), .integer(measured.parameters)] + measured.rates.map { .number($0, digits: 0) }
    }
    return ReportSection(
      name: Self.name, title: "How fast the models of the zoo translate",
      note: """
        Target tokens a second from text to text, tokenization included: \(test.name), \(test.sources.count) sentences, \
        greedy, medians, one worker, \(threads) thread\(threads == 1 ? "" : "s"), float32.
        """,
      tables: [("models", ReportTable(columns: columns, rows: rows))], plots: [(Self.name, plot)])
  }

  private var plot: Plot {
    let batches = ZooMeasurement.batches.map(Double.init)
    return Plot(
      title: "Target tokens a second, from text to text", x: Axis("sentences in a batch", .logarithmic, ticks: batches),
      y: Axis("tokens a second", .logarithmic),
      series: measurements.map { Plot.Series(name: $0.name, points: Array(zip(batches, $0.rates))) })
  }
}
