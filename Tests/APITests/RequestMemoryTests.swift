import API
import HTTP
import JSON
import Support
import Testing

@Suite(.timeLimit(.minutes(10))) struct RequestMemoryTests {
  private func expected(
    _ path: String, bytes: Int, headers: HTTPHeaders = [:], settings: ServerSettings = ServerSettings()
  ) -> Int {
    let body = Array(repeating: UInt8(ascii: "a"), count: bytes)
    let request = HTTPRequest(method: "POST", path: path, query: [], headers: headers, body: body)
    return TranslationAPI(slot: ServiceSlot(StandInService()), settings: settings).match(request).expectedBytes
  }

  @Test(arguments: ["/translate", "/v2/translate", "/translate_file", "/detect", "/score"])
  func memoryGrowsWithTheBody(_ path: String) {
    let (small, large) = (expected(path, bytes: 1_000), expected(path, bytes: 100_000))
    #expect(small >= 320_000)
    #expect(large - small == 320 * 99_000)
  }

  @Test func textsAboveTheLimitTakeNoMore() {
    let settings = ServerSettings(characterLimit: 1_000)
    let most = expected("/translate", bytes: 4_000, settings: settings)
    #expect(expected("/translate", bytes: 1 << 20, settings: settings) == most)
  }

  @Test func packedBodyCountsUnpacked() {
    let settings = ServerSettings(bodyLimit: 50_000)
    let plain = expected("/translate", bytes: 50_000, settings: settings)
    #expect(expected("/translate", bytes: 100, headers: ["Content-Encoding": "gzip"], settings: settings) == plain)
  }

  @Test func openRoutesTakeNone() {
    #expect(expected("/suggest", bytes: 1_000) == 0)
  }

  @Test func jobIsOnlyWrittenDown() {
    let prefer: HTTPHeaders = ["Prefer": "respond-async"]
    #expect(expected("/translate", bytes: 1_000, headers: prefer) == 8_000)
    #expect(expected("/jobs", bytes: 1_000) == 8_000)
  }

  @Test func jobWaitsForMemory() throws {
    var settings = ServerSettings()
    settings.memory = MemoryBudget(bytes: 1 << 20)
    let caller = Caller(settings: settings)
    var others: MemoryReservation? = try settings.memory.reserve(768 << 10, for: "another")
    let text = String(repeating: "a ", count: 1_000)
    var request = caller.request("/translate", #"{"q":"\#(text)","source":"en","target":"fr"}"#)
    request.headers["Prefer"] = "respond-async"
    let location = caller.call(request).response.headers["Location"] ?? ""
    #expect(location.hasPrefix("/jobs/"))
    let state = { try caller.get(location).text }
    #expect(try !state().contains("done"))
    others = nil
    #expect(others == nil)
    waitUntil("the job is done") { (try? state().contains("done")) ?? false }
    #expect(settings.memory.reservedBytes == 0)
  }
}
