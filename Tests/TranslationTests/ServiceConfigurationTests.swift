import Models
import Support
import Testing

@testable import Translation

/// Rows in flight on a worker if the operator names no number.
@Suite struct ServiceConfigurationTests {
  private func model(bytes: Int) -> CatalogModel {
    let summary = ModelSummary(
      architecture: "transformer", precision: "int8", parameters: 1, bytes: bytes, sourceVocabulary: 10,
      targetVocabulary: 10, maxPositions: 10, startToken: 0, endToken: 0, padToken: 0, attention: [:])
    return .resident(
      LoadedModel(
        id: "m", pair: LanguagePair(source: "en", target: "fr"), tokenizer: ScalarTokenizer(), summary: summary,
        options: .init(), makeDecoder: { fatalError("nothing is decoded") }))
  }

  @Test func modelsThatFitACacheNeedFewerRows() {
    #expect(model(bytes: 9_000_000).usefulRows < model(bytes: 75_000_000).usefulRows)
  }

  @Test func operatorsRowLimitTakesPrecedence() throws {
    let model = model(bytes: 1_000)
    var configuration = ServiceConfiguration(modelDirectories: [])
    #expect(configuration.rows(of: [model]) == [model.usefulRows])
    configuration.batching = .whole
    #expect(configuration.rows(of: [model]) == [])
    configuration.maxBatchRows = 3
    #expect(configuration.rows(of: [model]) == [3])
    configuration.batching = .continuous
    #expect(configuration.rows(of: [model, model]) == [3, 3])
  }
}
