import Files
import Foundation
import Support
import Testing
import Translation

/// A service whose models are loaded at their first use.
@Suite struct StoredModelsTests {
  private let clock = ManualClock()

  private func model(
    _ source: String, _ target: String, load: @escaping @Sendable () throws -> Void = {}
  ) -> StoredModel {
    let id = "\(source)-\(target)"
    let pair = LanguagePair(source: source, target: target)
    return StoredModel(
      key: StoredModel.Key(path: id), id: id, languages: ModelLanguages(pair), estimatedBytes: 28
    ) { [clock] in
      try load()
      return LoadedModel.shouting(id: id, pair: pair, clock: clock)
    }
  }

  private func service(
    _ models: [StoredModel], limit: Int? = nil, timeoutMilliseconds: Int? = nil
  ) throws -> (TranslationService, ModelStore) {
    let store = ModelStore(limits: ModelStore.Limits(bytes: limit))
    let service = try TranslationService(
      configuration: ServiceConfiguration(
        modelDirectories: [], workers: 2, requestTimeoutMilliseconds: timeoutMilliseconds),
      models: models.map(CatalogModel.stored), store: store)
    service.warmUp()
    return (service, store)
  }

  private func translate(
    _ service: TranslationService, _ text: String, _ source: String?, _ target: String
  ) -> Result<String, TranslationError> {
    let outcome = Outcome<[TranslatedText]>()
    service.translate(
      TranslationRequest(texts: [text], source: source, target: target), completion: outcome.receive)
    return outcome.wait().map { $0.map(\.text).joined() }
  }

  @Test func modelIsLoadedForARequest() throws {
    let (service, _) = try service([model("en", "fr"), model("en", "de")])
    #expect(service.models.map(\.isLoaded) == [false, false])
    #expect(service.models.map(\.architecture) == [nil, nil])
    #expect(try translate(service, "a dog", "en", "fr").get() == "A DOG")
    #expect(service.models.map(\.isLoaded) == [true, false])
    #expect(service.models[0].architecture == "shouting")
    #expect(service.models[0].idleSeconds != nil)
    #expect(try translate(service, "a cat", "en", "fr").get() == "A CAT")
  }

  @Test func pivotLoadsBothModels() throws {
    let (service, _) = try service([model("fr", "en"), model("en", "de")], limit: 56)
    #expect(try translate(service, "un chien", "fr", "de").get() == "UN CHIEN")
    #expect(service.models.map(\.isLoaded) == [true, true])
  }

  @Test func textsOfSeveralLanguagesLoadAModelEach() throws {
    let (service, _) = try service([model("fr", "en"), model("de", "en"), model("es", "en")])
    let outcome = Outcome<[TranslatedText]>()
    let texts = [
      "Le chat est assis devant la maison et regarde les oiseaux.", "Der Hund schläft heute unter dem großen Tisch.",
    ]
    service.translate(TranslationRequest(texts: texts, source: nil, target: "en"), completion: outcome.receive)
    #expect(try outcome.wait().get().count == 2)
    #expect(service.models.map(\.isLoaded) == [true, true, false])
  }

  @Test func manyRequestsOfManyModelsAreAllAnswered() throws {
    let languages = ["fr", "de", "es", "it", "pt", "nl"]
    let (service, store) = try service(languages.map { model($0, "en") }, limit: 60)
    let outcomes = (0..<120).map { index in
      let outcome = Outcome<[TranslatedText]>()
      service.translate(
        TranslationRequest(texts: ["text \(index)"], source: languages[index * 7 % 6], target: "en"),
        completion: outcome.receive)
      return outcome
    }
    for (index, outcome) in outcomes.enumerated() { #expect(try outcome.wait().get()[0].text == "TEXT \(index)") }
    #expect(store.usedBytes <= 60)
  }

  @Test func deadlineHoldsWhileAModelIsLoaded() throws {
    let gate = Signal()
    let (service, _) = try service([model("en", "fr") { gate.wait() }], timeoutMilliseconds: 50)
    #expect(translate(service, "a", "en", "fr") == .failure(.deadlinePassed))
    gate.signal()
  }

  @Test func waitingRequestIsCancelled() throws {
    let gate = Signal()
    let (service, _) = try service([model("en", "fr") { gate.wait() }])
    let outcome = Outcome<[TranslatedText]>()
    let request = service.translate(
      TranslationRequest(texts: ["a"], source: "en", target: "fr"), completion: outcome.receive)
    request.cancel()
    #expect(throws: TranslationError.cancelled) { try outcome.wait().get() }
    gate.signal()
    #expect(try translate(service, "b", "en", "fr").get() == "B")
    #expect(outcome.count == 1)
  }

  @Test func modelThatCannotBeLoadedIsNamed() throws {
    let fault = FileError(file: "en-fr/model.bin", item: "file", found: "nothing", expected: "weights")
    let (service, _) = try service([model("en", "fr") { throw fault }, model("en", "de")])
    #expect(
      translate(service, "a", "en", "fr")
        == .failure(.modelUnavailable("model.bin: file: found nothing, expected weights")))
    #expect(service.models[0].failure == "model.bin: file: found nothing, expected weights")
    #expect(try translate(service, "a", "en", "de").get() == "A")
  }

  @Test func modelsThatNeverFitAreNamedWithTheirBytes() throws {
    let (service, _) = try service([model("fr", "en"), model("en", "de")], limit: 50)
    #expect(translate(service, "a", "fr", "de") == .failure(.modelsTooLarge(["fr-en", "en-de"], found: 56, limit: 50)))
    #expect(try translate(service, "a", "fr", "en").get() == "A")
  }

  @Test func wrongRequestsLoadNothing() throws {
    let (service, store) = try service([model("en", "fr")])
    guard case .failure(.pairNotServed) = translate(service, "a", "fr", "de") else {
      Issue.record("the pair was served")
      return
    }
    #expect(store.usedBytes == 0)
  }

  @Test func drainWaitsForRequestsThatWaitForTheirModel() throws {
    let gate = Signal()
    let (service, _) = try service([model("en", "fr") { gate.wait() }])
    let outcome = Outcome<[TranslatedText]>()
    service.translate(TranslationRequest(texts: ["a"], source: "en", target: "fr"), completion: outcome.receive)
    let drained = Signal()
    service.drain { drained.signal() }
    gate.signal()
    #expect(try outcome.wait().get()[0].text == "A")
    drained.wait()
  }
}
