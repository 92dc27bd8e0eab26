import API
import Foundation
import Testing
import Translation

struct CatalogueTests {
  @Test func languages() throws {
    let expected =
      #"[{"code":"en","name":"English","targets":["fr"]},{"code":"fr","name":"French","targets":[]}]"#
    #expect(try Caller().get("/languages").text == expected)
    // Some clients post.
    #expect(Caller().post("/languages", "{}").text == expected)
    #expect(Caller().post("/languages", "", type: "").text == expected)
  }

  @Test func languagesBehindAPivotAreTargets() throws {
    let service = StandInService(pivoted: [
      LanguagePair(source: "en", target: "de"), LanguagePair(source: "fr", target: "de"),
    ])
    let expected =
      #"[{"code":"de","name":"German","targets":[]},{"code":"en","name":"English","targets":["de","fr"]},"#
      + #"{"code":"fr","name":"French","targets":["de"]}]"#
    #expect(try Caller(service).get("/languages").text == expected)
  }

  @Test func modelThatIsNotLoadedHasItsIdAndLanguages() throws {
    let model = ServedModel(
      id: "en-fr", architecture: nil, parameters: nil, bytes: 48,
      languages: ModelLanguages(LanguagePair(source: "en", target: "fr")), precision: nil, vocabulary: nil,
      attention: [])
    var unloaded = model
    unloaded.isLoaded = false
    unloaded.failure = "no weights"
    let expected =
      #"[{"id":"en-fr","source":"en","target":"fr","bytes":48,"attention":[],"loaded":false,"failure":"no weights"}]"#
    #expect(try Caller(StandInService(models: [unloaded])).get("/models").text == expected)
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
  func noRequestChangesTheModels(method: String) throws {
    #expect(try Caller().get("/models", method: method).status == 405)
    let operations = Caller().api.operations.filter { $0.path.contains("models") }
    #expect(Set(operations.map(\.method)) == ["GET"])
  }

  @Test func models() throws {
    let expected =
      #"[{"id":"en-fr","architecture":"transformer","source":"en","target":"fr","precision":"float32","#
      + #""parameters":12,"bytes":48,"vocabulary":7,"attention":["cross","encoder"],"#
      + #""loaded":true,"quality":{"purpose":"tests","demonstration":true,"scores":{"a, BLEU":26.5}}}]"#
    #expect(try Caller().get("/models").text == expected)
  }

  @Test func readiness() throws {
    let loaded = Caller()
    #expect(try loaded.get("/health").text == #"{"status":"ok"}"#)
    #expect(try loaded.get("/health/ready").status == 200)
    #expect(try loaded.get("/health/ready", method: "HEAD").status == 200)
    let draining = Caller(StandInService(isReady: false))
    #expect(try draining.get("/health").status == 200)
    #expect(try draining.get("/health/ready").status == 503)
  }

  @Test func drainEndsReadinessAlone() throws {
    let slot = ServiceSlot(StandInService())
    let caller = Caller(slot: slot)
    slot.beginDrain()
    #expect(try caller.get("/health/ready").status == 503)
    #expect(try caller.get("/languages").status == 200)
  }

  @Test func anotherServiceReplacesTheFirst() async throws {
    let slot = ServiceSlot(StandInService())
    let caller = Caller(slot: slot)
    let next = StandInService(pivoted: [LanguagePair(source: "en", target: "de")])
    await withCheckedContinuation { retired in
      slot.install(next) { retired.resume() }
    }
    #expect(try caller.get("/languages").text.contains("German"))
  }

  @Test func serviceIsNotRetiredWhileARequestIsHandedToIt() async throws {
    let slot = ServiceSlot(StandInService())
    let order = Order()
    await withCheckedContinuation { retired in
      try? slot.withService { _ in
        slot.install(StandInService()) {
          order.add("retired")
          retired.resume()
        }
        order.add("handed over")
      }
    }
    #expect(order.contents == ["handed over", "retired"])
  }

  @Test func requestsAreRefusedBeforeTheModelsAreLoaded() throws {
    let loading = Caller(nil)
    #expect(try loading.get("/health").status == 200)
    for path in ["/health/ready", "/languages", "/models", "/attention?q=a&source=en&target=fr"] {
      let response = try loading.get(path)
      #expect(response.status == 503)
      #expect(response.headers["Retry-After"] == "2")
    }
    #expect(loading.post("/translate", #"{"q":"a","source":"en","target":"fr"}"#).status == 503)
  }
}

/// A record of events in their order.
///
/// `@unchecked Sendable`: `happened` is only touched under `lock`.
private final class Order: @unchecked Sendable {
  private let lock = NSLock()
  private var happened: [String] = []

  var contents: [String] { lock.withLock { happened } }

  func add(_ what: String) { lock.withLock { happened.append(what) } }
}
