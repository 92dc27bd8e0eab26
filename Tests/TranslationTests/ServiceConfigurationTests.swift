import Models
import Testing

@testable import Translation

/// Rows in flight on a worker if the operator names no number.
@Suite struct ServiceConfigurationTests {
  private func summary(bytes: Int) -> ModelSummary {
    ModelSummary(
      architecture: "transformer", precision: "int8", parameters: 1, bytes: bytes, sourceVocabulary: 10,
      targetVocabulary: 10, maxPositions: 10, startToken: 0, endToken: 0, padToken: 0, attention: [:])
  }

  @Test func modelsThatFitACacheNeedFewerRows() {
    #expect(summary(bytes: 9_000_000).usefulRows < summary(bytes: 75_000_000).usefulRows)
  }

  @Test func operatorsRowLimitTakesPrecedence() throws {
    let model = LoadedModel(
      id: "m", pair: LanguagePair(source: "en", target: "fr"),
      tokenizer: ScalarTokenizer(), summary: summary(bytes: 1_000), options: .init(),
      makeDecoder: { fatalError("nothing is decoded") })
    var configuration = ServiceConfiguration(modelDirectories: [])
    #expect(configuration.rows(of: [model]) == [model.summary.usefulRows])
    configuration.batching = .whole
    #expect(configuration.rows(of: [model]) == [])
    configuration.maxBatchRows = 3
    #expect(configuration.rows(of: [model]) == [3])
    configuration.batching = .continuous
    #expect(configuration.rows(of: [model, model]) == [3, 3])
  }
}
