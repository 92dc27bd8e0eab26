import Evaluation
import Plot

/// The speed of the zoo's models.
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
      name: Self.name, title: "The speed of the zoo's models",
      note: """
        Target tokens per second from text to text, tokenization included: \(test.name), \(test.sources.count) sentences, \
        greedy, medians, one worker, \(threads) thread\(threads == 1 ? "" : "s"), float32.
        """,
      tables: [("models", ReportTable(columns: columns, rows: rows))], plots: [(Self.name, plot)])
  }

  private var plot: Plot {
    let batches = ZooMeasurement.batches.map(Double.init)
    return Plot(
      title: "Target tokens per second, from text to text",
      x: Axis("sentences in a batch", .logarithmic, ticks: batches),
      y: Axis("tokens per second", .logarithmic),
      series: measurements.map { Plot.Series(name: $0.name, points: Array(zip(batches, $0.rates))) })
  }
}

/// The quality of the zoo's models for sentences of different lengths. A model that passes the sentence through one
/// vector loses quality as sentences get longer.
struct QualityByLength {
  static let name = "quality-by-length"
  let measurements: [ZooMeasurement]
  let test: ZooTest

  private struct Scores {
    var all = BLEU()
    var byLength: [SourceLength: BLEU] = [:]
  }

  var section: ReportSection {
    let scores = measurements.map { (measured: $0, greedy: scored($0.translations)) }
    let hasBeams = measurements.contains { $0.beamTranslations != nil }
    let columns =
      [
        ReportTable.Column(key: "model", head: "model"), ReportTable.Column(key: "perplexity", head: "perplexity"),
        ReportTable.Column(key: "bleu", head: "BLEU"),
      ]
      + (hasBeams ? [ReportTable.Column(key: "bleuBeam4", head: "four beams")] : [])
      + SourceLength.allCases.map { ReportTable.Column(key: "bleu\($0.key)", head: "\($0.rawValue) words") }
    let rows = scores.map { measured, greedy -> [ReportTable.Cell] in
      let beam = measured.beamTranslations.map { ReportTable.Cell.number(scored($0).all.score, digits: 1) }
      return [.text(measured.name), .number(measured.perplexity, digits: 2), .number(greedy.all.score, digits: 1)]
        + (hasBeams ? [beam ?? .none] : [])
        + SourceLength.allCases.map { length in
          greedy.byLength[length].map { .number($0.score, digits: 1) } ?? .none
        }
    }
    return ReportSection(
      name: Self.name, title: "Quality by the number of words in the source", note: note,
      tables: [("models", ReportTable(columns: columns, rows: rows))],
      plots: [(Self.name, plot(scores.map { ($0.measured.name, $0.greedy) }))])
  }

  private var note: String {
    let counts = test.sources.reduce(into: [:]) { $0[SourceLength(source: $1), default: 0] += 1 }
    let sizes = SourceLength.allCases.compactMap { length in counts[length].map { "\(length.rawValue): \($0)" } }
    return """
      BLEU on \(test.name), greedy, `\(BLEU.signature)`, equal to sacreBLEU 2.6. Sentences by words of the \
      source: \(sizes.joined(separator: ", ")). Perplexity of the references per token, given the source and the \
      reference so far.
      """
  }

  private func scored(_ translations: [String]) -> Scores {
    var scores = Scores()
    for (index, translation) in translations.enumerated() {
      let bleu = BLEU(hypothesis: translation, reference: test.references[index])
      scores.all = scores.all + bleu
      let length = SourceLength(source: test.sources[index])
      scores.byLength[length] = (scores.byLength[length] ?? BLEU()) + bleu
    }
    return scores
  }

  private func plot(_ scores: [(name: String, greedy: Scores)]) -> Plot {
    Plot(
      title: "BLEU by the length of the source",
      x: Axis("words of the source", .named(SourceLength.allCases.map(\.rawValue))), y: Axis("BLEU", .linear),
      series: scores.map { name, greedy in
        let points = SourceLength.allCases.enumerated().compactMap { place, length in
          greedy.byLength[length].map { (x: Double(place), y: $0.score) }
        }
        return Plot.Series(name: name, points: points)
      })
  }
}
