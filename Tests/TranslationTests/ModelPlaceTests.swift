import Support
import Testing
import Translation

struct ModelPlaceTests {
  @Test(
    arguments: [
      ("models/en-fr", nil, "models/en-fr"), ("small=models/en-fr", "small", "models/en-fr"),
      ("a.b_c-1=/m=n", "a.b_c-1", "/m=n"), ("m/a=b", nil, "m/a=b"), ("=m", nil, "=m"), ("a=", nil, "a="), ("", nil, ""),
    ] as [(String, String?, String)])
  func nameComesBeforeTheFolder(_ text: String, _ id: String?, _ directory: String) {
    #expect(ModelPlace(text).id == id)
    #expect(ModelPlace(text).directory == directory)
  }

  @Test func twoFoldersOfOneNameGetIDs() throws {
    let fixture = try MarianFixture("marian-base")
    let twice = ServiceConfiguration(modelDirectories: [fixture.directory, fixture.directory], workers: 1)
    let message = failureMessage { _ = try TranslationService(configuration: twice) }
    #expect(message.hasSuffix(": two models have this id; --model NAME=DIR gives one another"), "\(message)")
    let named = ServiceConfiguration(modelDirectories: [fixture.directory, "other=" + fixture.directory], workers: 1)
    let service = try TranslationService(configuration: named)
    #expect(service.models.map(\.id).last == "other")
    #expect(Set(service.models.map(\.id)).count == 2)
  }
}
