import Decoding
import Foundation
import Models
import Support
import Testing

/// Rules about repetition, against `transformers`; `make_repetition_fixture.py` made the answers.
struct RepetitionTests {
  private struct Case: Decodable {
    var source: [Int32]
    var beam: Int
    var penalty: Float
    var run: Int
    var target: [Int32]
  }

  @Test func translationsAreThoseOfTransformers() throws {
    let fixture = try MarianFixture("marian-base")
    let json = try Data(contentsOf: URL(fileURLWithPath: MarianFixture.root + "/repetition.json"))
    let cases = try JSONDecoder().decode([Case].self, from: json)
    let format = try ModelFormats.open(directory: fixture.directory)
    let model = try format.loadModel(ModelPreferences(precision: .float32))
    let generation = try format.decoding(with: format.loadTokenizer()).generation
    let requests = cases.map { expected in
      var options = DecodingOptions(generation, positions: 24)
      options.beam = expected.beam
      options.repetitionPenalty = expected.penalty
      options.uniqueRun = expected.run
      options.logProbs = false
      return DecodingRequest(source: expected.source, options: options)
    }
    #expect(cases.count == 200)
    let found = SentenceDecoder(model: model).decode(requests, rowLimit: 64).results
    for (expected, result) in zip(cases, found) { #expect(result.hypotheses[0].tokens == expected.target) }
  }
}
