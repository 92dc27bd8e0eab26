import Checkpoint
import Decoding
import Files
import Foundation
import Models
import Support
import Testing

/// Tiny recurrent and convolutional checkpoints with every switch of the mathematics. The reference is PyTorch on one
/// sentence at a time, without padding.
struct SequenceModelTests {
  private struct Opened {
    let expected: SequenceFixture.Expected
    let fixture: SequenceFixture
    let model: any TranslationModel
    let options: DecodingOptions

    init(_ name: String) throws {
      fixture = try SequenceFixture(name)
      expected = fixture.expected
      let format = try ModelFormats.open(directory: fixture.directory)
      model = try format.loadModel(ModelPreferences())
      let generation = try #require(
        (format as? RecurrentFormat)?.generation ?? (format as? ConvolutionalFormat)?.generation)
      options = DecodingOptions(generation, positions: model.summary.maxPositions)
    }

    func request(_ source: [Int32]) -> DecodingRequest { DecodingRequest(source: source, options: options) }
  }

  /// All sentences in one session, each row with its own target; sentences enter one step apart and a row leaves when
  /// its target is done.
  @Test(arguments: SequenceFixture.names, [true, false])
  func logitsOfAMixedBatchMatchTheReference(name: String, entersTogether: Bool) throws {
    let opened = try Opened(name)
    let (model, expected) = (opened.model, opened.expected)
    let session = model.makeSession()
    let vocabulary = model.summary.targetVocabulary
    var waiting = Array(expected.sources.indices)
    var rows: [(sentence: Int, step: Int)] = []
    repeat {
      let entering = waiting.prefix(entersTogether ? waiting.count : 1)
      waiting.removeFirst(entering.count)
      _ = session.admit(
        SourceBatch(
          sentences: entering.map { expected.sources[$0] }, pad: model.summary.padToken,
          options: entering.map { _ in .everything(model) }))
      rows += entering.map { ($0, 0) }
      session.step(rows.map { $0.step == 0 ? model.summary.startToken : expected.targets[$0.sentence][$0.step - 1] })
      for (row, place) in rows.enumerated() {
        let logits = session.logits(row: row)
        let found = (0..<Int32(vocabulary)).compactMap { logits[$0] }
        let all = try opened.fixture.logits(place.sentence)
        #expect(
          HuggingFaceModelTests.worst(found, Array(all[(place.step * vocabulary)..<((place.step + 1) * vocabulary)]))
            < 1e-4)
      }
      let going = rows.indices.filter { rows[$0].step + 1 < expected.targets[rows[$0].sentence].count }.reversed()
      session.select(Array(going))
      rows = going.map { (rows[$0].sentence, rows[$0].step + 1) }
    } while !rows.isEmpty || !waiting.isEmpty
    #expect(session.rowCount == 0)
  }

  @Test(arguments: SequenceFixture.attending)
  func attentionToTheSourceMatchesTheReference(name: String) throws {
    let opened = try Opened(name)
    let requests = zip(opened.expected.sources, opened.expected.targets).map { source, target in
      var request = opened.request(source)
      request.options.forcedTarget = target
      request.options.capture = opened.model.summary.everyAttention
      return request
    }
    let results = SentenceDecoder(model: opened.model).decode(requests).results
    for (sentence, result) in results.enumerated() {
      let found = try #require(result.attention[.cross])
      #expect(try HuggingFaceModelTests.worst(found, opened.fixture.crossAttention(sentence)) < 1e-4)
      let shape = try #require(opened.model.summary.attention[.cross])
      let (target, source) = (opened.expected.targets[sentence], opened.expected.sources[sentence])
      #expect(found.count == shape.layers * shape.heads * target.count * source.count)
    }
    #expect(opened.model.summary.attention.keys.elementsEqual([.cross]))
  }

  @Test(arguments: SequenceFixture.plain)
  func modelsWithoutAttentionOfferNone(name: String) throws {
    #expect(try Opened(name).model.summary.attention.isEmpty)
  }

  @Test(arguments: SequenceFixture.names)
  func greedyTokensMatchAloneAndAmong64(name: String) throws {
    let opened = try Opened(name)
    let decoder = SentenceDecoder(model: opened.model)
    var random = SplitMix(state: 7)
    let others = (0..<60).map { _ in
      (0..<Int.random(in: 0...20, using: &random)).map { _ in Int32.random(in: 2...17, using: &random) } + [0]
    }
    let sources = opened.expected.sources + others
    let together = decoder.decode(sources.map(opened.request)).results.map { $0.hypotheses[0].tokens }
    #expect(Array(together.prefix(opened.expected.sources.count)) == opened.expected.greedy)
    let fewAtOnce = decoder.decode(sources.map(opened.request), rowLimit: 5).results.map { $0.hypotheses[0].tokens }
    #expect(fewAtOnce == together)
    for (source, tokens) in zip(sources, together) {
      #expect(decoder.decode([opened.request(source)]).results[0].hypotheses[0].tokens == tokens)
    }
  }

  /// A beam keeps rows, drops rows and lets one go on as several. Its scores must be those of the same translation
  /// decoded alone. (At the greatest length the end is forced and costs nothing: left out.)
  @Test(arguments: SequenceFixture.names)
  func beamsScoreAsTheModelDoes(name: String) throws {
    let opened = try Opened(name)
    let decoder = SentenceDecoder(model: opened.model)
    let requests = opened.expected.sources.map { source in
      var request = opened.request(source)
      (request.options.beam, request.options.hypotheses, request.options.lengthPenalty) = (4, 4, 0)
      return request
    }
    var compared = 0
    for (request, result) in zip(requests, decoder.decode(requests).results) {
      #expect(result.hypotheses.count == 4)
      for hypothesis in result.hypotheses where hypothesis.tokens.count < opened.options.maxLength {
        var forced = opened.request(request.source)
        forced.options.forcedTarget = hypothesis.tokens
        let alone = decoder.decode([forced]).results[0].hypotheses[0].logProbs.reduce(0, +)
        #expect(abs(hypothesis.score - alone) < 1e-3)
        compared += 1
      }
    }
    #expect(compared > 0)
  }

  @Test func renamedTensorsAreFound() throws {
    let fixture = try SequenceFixture("recurrent-gru")
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: fixture.directory)
    let weights = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/model.safetensors"))
    let name = try #require(weights.range(of: Data("output.bias".utf8)))
    var changed = weights
    changed.replaceSubrange(name, with: Data("xutput.bias".utf8))
    try folder.write("model.safetensors", changed)
    #expect(throws: FileError.self) { try ModelFormats.load(directory: folder.path) }
    let said = try String(contentsOfFile: folder.path + "/config.json", encoding: .utf8)
    try folder.write(
      "config.json",
      text: said.replacing("{", with: #"{"tensor_names":{"output.bias":"xutput.bias"},"#, maxReplacements: 1))
    let request = try Opened("recurrent-gru").request(fixture.expected.sources[0])
    let renamed = SentenceDecoder(model: try ModelFormats.load(directory: folder.path))
    #expect(renamed.decode([request]).results[0].hypotheses[0].tokens == fixture.expected.greedy[0])
  }

  @Test func unusedTensorNamesAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: SequenceFixture("recurrent-gru").directory)
    let said = try String(contentsOfFile: folder.path + "/config.json", encoding: .utf8)
    try folder.write(
      "config.json",
      text: said.replacing("{", with: #"{"tensor_names":{"output.bais":"output.bias"},"#, maxReplacements: 1))
    let error = thrownError(FileError.self) { try ModelFormats.load(directory: folder.path) }
    #expect(error?.item == "tensor_names")
    #expect(error?.found == "\"output.bais\"")
  }

  @Test func eightBitsAreRefused() throws {
    let folder = try ModelFormats.open(directory: SequenceFixture("recurrent-gru").directory)
    #expect(throws: FileError.self) { try folder.loadModel(ModelPreferences(precision: .int8)) }
  }
}
