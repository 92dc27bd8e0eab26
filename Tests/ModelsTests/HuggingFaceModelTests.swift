import Checkpoint
import Decoding
import Models
import Support
import Tensor
import Testing

/// Tiny checkpoints with every switch of the mathematics, against the values of `transformers`.
struct HuggingFaceModelTests {
  static func options(_ folder: HuggingFaceMarianFormat, beam: Int = 1) -> DecodingOptions {
    var options = DecodingOptions(folder.generation, positions: folder.configuration.maxPositions)
    options.beam = beam
    options.hypotheses = beam
    return options
  }

  static func worst(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
  }

  /// All sentences in one session, each row with its own target; a row leaves when its target is done.
  @Test(arguments: MarianFixture.names)
  func logitsOfAMixedBatchMatchTheReference(name: String) throws {
    let fixture = try MarianFixture(name)
    let model = try ModelFormats.load(directory: fixture.directory)
    let session = model.makeSession()
    let sources = fixture.expected.sources
    _ = session.admit(
      SourceBatch(sentences: sources, pad: model.summary.padToken, options: sources.map { _ in .everything(model) }))
    let vocabulary = model.summary.targetVocabulary
    var rows = Array(sources.indices)
    var t = 0
    while !rows.isEmpty {
      let targets = fixture.expected.targets
      session.step(rows.map { t == 0 ? model.summary.startToken : targets[$0][t - 1] })
      for (row, sentence) in rows.enumerated() {
        let expected = try fixture.tensor(.logits, sentence: sentence).values
        let logits = session.logits(row: row)
        let found = (0..<Int32(vocabulary)).compactMap { logits[$0] }
        #expect(Self.worst(found, expected[(t * vocabulary)..<((t + 1) * vocabulary)]) < 1e-3)
      }
      t += 1
      let going = rows.indices.filter { t < targets[rows[$0]].count }
      session.select(going)
      rows = going.map { rows[$0] }
    }
    #expect(session.rowCount == 0)
  }

  @Test(arguments: MarianFixture.names)
  func attentionOfEveryHeadMatchesTheReference(name: String) throws {
    let fixture = try MarianFixture(name)
    let folder = try HuggingFaceMarianFormat(directory: fixture.directory)
    let model = try folder.loadModel(ModelPreferences())
    let requests = zip(fixture.expected.sources, fixture.expected.targets).map { source, target in
      var options = Self.options(folder)
      options.forcedTarget = target
      options.capture = model.summary.everyAttention
      return DecodingRequest(source: source, options: options)
    }
    let results = SentenceDecoder(model: model).decode(requests).results
    for (sentence, result) in results.enumerated() {
      for (kind, value) in [
        (AttentionKind.encoder, MarianFixture.Value.encoderAttention), (.decoder, .decoderAttention),
        (.cross, .crossAttention),
      ] {
        let found = try #require(result.attention[kind])
        let expected = try fixture.tensor(value, sentence: sentence)
        #expect(Self.worst(found, expected.values) < 1e-4, "\(kind) of sentence \(sentence)")
        let width = try #require(expected.shape.last)
        for start in stride(from: 0, to: found.count, by: width) {
          #expect(abs(found[start..<(start + width)].reduce(0, +) - 1) < 1e-4)
        }
      }
    }
  }

  @Test(arguments: MarianFixture.names)
  func greedyTokensMatchAloneAndTogether(name: String) throws {
    let fixture = try MarianFixture(name)
    let folder = try HuggingFaceMarianFormat(directory: fixture.directory)
    let decoder = SentenceDecoder(model: try folder.loadModel(ModelPreferences()))
    let requests = fixture.expected.sources.map { DecodingRequest(source: $0, options: Self.options(folder)) }
    for rowLimit in [.max, 1, 2] {
      let results = decoder.decode(requests, rowLimit: rowLimit).results
      #expect(results.map { $0.hypotheses[0].tokens } == fixture.expected.greedy)
    }
    for (request, expected) in zip(requests, fixture.expected.greedy) {
      #expect(decoder.decode([request]).results[0].hypotheses[0].tokens == expected)
    }
  }

  /// Not all logits are computed if only the likeliest token is asked for.
  @Test(arguments: MarianFixture.names)
  func greedyTokensMatchWithoutScores(name: String) throws {
    let fixture = try MarianFixture(name)
    let folder = try HuggingFaceMarianFormat(directory: fixture.directory)
    let decoder = SentenceDecoder(model: try folder.loadModel(ModelPreferences()))
    let requests = fixture.expected.sources.enumerated().map { index, source in
      var options = Self.options(folder)
      options.logProbs = index % 3 == 0
      return DecodingRequest(source: source, options: options)
    }
    #expect(decoder.decode(requests).results.map { $0.hypotheses[0].tokens } == fixture.expected.greedy)
  }

  @Test(arguments: MarianFixture.names)
  func beamsAndScoresMatchTheReference(name: String) throws {
    let fixture = try MarianFixture(name)
    let folder = try HuggingFaceMarianFormat(directory: fixture.directory)
    let decoder = SentenceDecoder(model: try folder.loadModel(ModelPreferences()))
    let requests = fixture.expected.sources.map {
      DecodingRequest(source: $0, options: Self.options(folder, beam: 4))
    }
    let results = decoder.decode(requests).results
    for (sentence, result) in results.enumerated() {
      #expect(result.hypotheses.map(\.tokens) == fixture.expected.beam[sentence])
      #expect(Self.worst(result.hypotheses.map(\.score), fixture.expected.beamScores[sentence]) < 1e-3)
    }
  }

  /// A tied float32 output layer is also there in 8 bits, and packed for beams.
  @Test func copiesOfTheOutputLayerAreCounted() throws {
    let fixture = try MarianFixture("marian-base")
    let summary = try ModelFormats.load(directory: fixture.directory).summary
    let width = try SafetensorsFile(path: fixture.directory + "/model.safetensors").tensor("model.shared.weight").shape[
      1]
    let copies = PackedMatrix.isAvailable ? 5 * summary.targetVocabulary * width : 0
    #expect(summary.memoryBytes == summary.bytes + copies)
  }
}
