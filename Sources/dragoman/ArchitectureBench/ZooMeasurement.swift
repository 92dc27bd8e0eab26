import Evaluation
import Foundation
import Translation

/// One model of the zoo at work on a test.
struct ZooMeasurement {
  static let batches = [1, 8, 32, 128]

  let name: String
  let parameters: Int
  /// Target tokens a second, from text to text, a batch size each.
  let rates: [Double]
  /// Greedy.
  let translations: [String]
  /// With four hypotheses, where asked for.
  let beamTranslations: [String]?

  /// - Parameter withBeam: whether to search with four hypotheses too.
  init(_ model: ZooModel, _ test: ZooTest, repetition: Repetition, withBeam: Bool) throws {
    name = model.name
    parameters = model.engine.summary.parameters
    var rates: [Double] = []
    var translations: [String] = []
    for batch in Self.batches {
      Console.progress("\(model.name), batches of \(batch)")
      let (rate, texts) = Self.measure(try Self.run(model, test, batch: batch, beam: 1), repetition)
      rates.append(rate)
      translations = texts
    }
    self.rates = rates
    self.translations = translations
    beamTranslations = withBeam ? try Self.run(model, test, batch: 32, beam: 4).run().translations : nil
  }

  private static func run(_ model: ZooModel, _ test: ZooTest, batch: Int, beam: Int) throws -> BenchRun {
    try BenchRun(
      BenchSettings(
        model: model.directory, preferences: ModelPreferences(), lines: test.sources, batchSize: batch, beam: beam,
        workers: 1))
  }

  /// The median of runs over the whole text, and what they wrote.
  private static func measure(_ run: BenchRun, _ repetition: Repetition) -> (Double, [String]) {
    var rates: [Double] = []
    var translations: [String] = []
    var spent = 0.0
    while rates.isEmpty || (spent < repetition.seconds && rates.count < repetition.most) {
      let result = run.run()
      let seconds = result.seconds + result.tokenizationSeconds
      rates.append(Double(result.targetTokens) / seconds)
      translations = result.translations
      spent += seconds
    }
    return (Repetition.median(rates), translations)
  }
}
