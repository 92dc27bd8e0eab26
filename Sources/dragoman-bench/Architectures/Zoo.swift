import Benchmark
import Decoding
import Evaluation
import Files
import Foundation
import Models
import Terminal
import Translation

/// A model of a zoo, which is a set of models that were trained on the same text.
struct ZooModel {
  let name: String
  let directory: String
  let pair: LanguagePair
  let format: any ModelFormat
  let engine: LoadedModel

  private init(name: String, directory: String) throws {
    self.name = name
    self.directory = directory
    let folder = try ModelFolder(directory: directory)
    format = try ModelFormats.open(folder)
    engine = try LoadedModel(format, in: folder, pair: nil, preferences: ModelPreferences())
    pair = engine.pair
  }

  /// The models in the subfolders of `directory`, in the order of their architectures' invention.
  ///
  /// Models can be compared only if they translate between the same languages. The most frequent pair is taken.
  ///
  /// - Throws: `FileError` if a model cannot be loaded or if there is none.
  static func all(in directory: String) throws -> [ZooModel] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let models = try names.sorted().compactMap { name -> ZooModel? in
      let path = directory + "/" + name
      guard FileManager.default.fileExists(atPath: path + "/config.json") else { return nil }
      return try ZooModel(name: name, directory: path)
    }
    let pairs = Dictionary(grouping: models, by: \.pair).values
    guard let comparable = pairs.max(by: { $0.count < $1.count }) else {
      throw FileError(
        file: directory, item: "zoo", found: "no model", expected: "folders of models, as in models/zoo")
    }
    return comparable.sorted { ($0.age, $0.name) < ($1.age, $1.name) }
  }

  private static let inventions = ["rnn", "lstm", "gru", "convolutional", "transformer"]

  /// The rank of the architecture. Attention came to recurrent models after the GRU and before the convolutional
  /// models.
  private var age: Int {
    let architecture = Self.inventions.firstIndex(of: engine.summary.architecture) ?? Self.inventions.count
    let attends = engine.summary.attention[.cross] != nil
    return attends && architecture <= 2 ? 5 : 2 * architecture
  }

  /// The first tokens of a text, read as one sentence without an end.
  ///
  /// - Throws: `FileError` if the text has fewer tokens, or the model fewer positions.
  func tokens(_ text: [String], count: Int) throws -> [Int32] {
    var ids: [Int32] = []
    for line in text where ids.count < count {
      ids += engine.tokenizer.encode(line).ids.filter { $0 != engine.summary.endToken }
    }
    let positions = engine.summary.maxPositions
    guard ids.count >= count, positions >= count else {
      throw FileError(
        file: directory, item: "positions", found: "\(positions), and a text of \(ids.count) tokens",
        expected: "\(count) of each")
    }
    return Array(ids.prefix(count))
  }
}

/// A text and its translation by a person, line by line.
struct ZooTest {
  let name: String
  let sources: [String]
  let references: [String]

  /// - Parameter prefix: the path of both files without their endings, which are the languages, such as `.en` and `.de`.
  /// - Throws: `InputError` if a file cannot be read or the files differ in length.
  init(prefix: String, pair: LanguagePair) throws {
    name = URL(filePath: prefix).lastPathComponent
    sources = try LineReader.lines(of: "\(prefix).\(pair.source)")
    references = try LineReader.lines(of: "\(prefix).\(pair.target)")
    guard sources.count == references.count, !sources.isEmpty else {
      throw InputError(
        "\(prefix): found \(sources.count) and \(references.count) lines, expected the same number in both")
    }
  }
}

/// The measurement of one model of the zoo on a test.
struct ZooMeasurement {
  static let batches = [1, 8, 32, 128]

  let name: String
  let parameters: Int
  /// Target tokens per second from text to text, one rate per batch size.
  let rates: [Double]
  /// Translations of the greedy search.
  let translations: [String]
  /// See `Perplexity`.
  let perplexity: Double
  /// Translations of a beam of four hypotheses; nil if these were not asked for.
  let beamTranslations: [String]?

  /// - Parameter withBeam: whether to translate with four hypotheses too.
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
    perplexity = Perplexity(model.engine, test).value
    beamTranslations = withBeam ? try Self.run(model, test, batch: 32, beam: 4).run().translations : nil
  }

  private static func run(_ model: ZooModel, _ test: ZooTest, batch: Int, beam: Int) throws -> DecodingBenchmark {
    try DecodingBenchmark(
      DecodingBenchmark.Settings(
        model: model.directory, preferences: ModelPreferences(), lines: test.sources, batchSize: batch, beam: beam,
        workers: 1))
  }

  /// The median rate of several runs over the whole text, and their translations.
  private static func measure(_ run: DecodingBenchmark, _ repetition: Repetition) -> (Double, [String]) {
    var rates: [Double] = []
    var translations: [String] = []
    var spent = 0.0
    while rates.isEmpty || (spent < repetition.seconds && rates.count < repetition.maxRuns) {
      let result = run.run()
      let seconds = result.seconds + result.tokenizationSeconds
      rates.append(Double(result.targetTokens) / seconds)
      translations = result.translations
      spent += seconds
    }
    return (Repetition.median(rates), translations)
  }
}

/// The perplexity of a model as a conditional language model: how many tokens it hesitates between, on average, when the
/// reference so far is given at each step (teacher forcing).
///
/// It is exp(-mean log-probability) over all target tokens, end of sentence included. Models can be compared only if
/// they share a vocabulary.
package struct Perplexity {
  private static let batch = 32
  package private(set) var tokens = 0
  private var sum = 0.0

  package init(logProbs: [[Float]]) {
    for sentence in logProbs { add(sentence) }
  }

  init(_ model: LoadedModel, _ test: ZooTest) {
    var options = DecodingOptions()
    options.hypotheses = 1
    let decoder = SentenceDecoder(model.makeDecoder())
    let requests = zip(test.sources, test.references).map { source, reference in
      var options = options
      options.forcedTarget = model.tokenizer.encodeTarget(reference).ids
      return DecodingRequest(source: model.tokenizer.encode(source).ids, options: options)
    }
    for start in stride(from: 0, to: requests.count, by: Self.batch) {
      let batch = Array(requests[start..<min(start + Self.batch, requests.count)])
      for result in decoder.decode(batch).results { add(result.hypotheses.first?.logProbs ?? []) }
    }
  }

  private mutating func add(_ logProbs: [Float]) {
    tokens += logProbs.count
    sum += logProbs.reduce(0) { $0 + Double($1) }
  }

  /// Not a number without any token.
  package var value: Double { exp(-sum / Double(tokens)) }
}
