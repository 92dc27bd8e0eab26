import Checkpoint
import Evaluation
import Models
import Support
import Testing
import dragoman_bench

struct TrainedEncoderTests {
  @Test(arguments: SequenceFixture.names)
  func statesEqualThoseOfPyTorch(_ name: String) throws {
    let fixture = try SequenceFixture(name)
    let trained = try #require(try TrainedEncoder(ModelFormats.open(directory: fixture.directory)))
    for (sentence, ids) in fixture.expected.sources.enumerated() {
      try expectAlike(trained, ids, fixture.encoderStates(sentence))
    }
  }

  @Test func transformerStatesEqualThoseOfTransformers() throws {
    let fixture = try MarianFixture("marian-untied")
    let trained = try #require(try TrainedEncoder(ModelFormats.open(directory: fixture.directory)))
    for (sentence, ids) in fixture.expected.sources.enumerated() {
      try expectAlike(trained, ids, fixture.tensor(.encoder, sentence: sentence).values)
    }
  }

  @Test(arguments: ["marian-base", "marian-prenorm-gelu"])
  func encoderWithoutDerivativesIsNil(_ name: String) throws {
    let folder = try ModelFormats.open(directory: MarianFixture.root + "/" + name)
    #expect(try TrainedEncoder(folder) == nil)
  }

  private func expectAlike(_ trained: TrainedEncoder, _ ids: [Int32], _ expected: [Float]) throws {
    let states = trained.encoder.encode(Dual(inputs: trained.inputs(ids), directions: []))
    #expect(states.values.count == expected.count)
    let difference = zip(states.values, expected).map { abs($0 - Double($1)) }.max() ?? .infinity
    #expect(difference < 2e-5, "\(difference)")
  }
}
