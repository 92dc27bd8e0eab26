import Foundation
import HTTP
import JSON
import Support
import Testing
import Translation

@testable import API

/// Jobs as their clients see them.
struct JobTests {
  private static let body = #"{"q":["a boat","two"],"source":"en","target":"fr","explain":["scores"]}"#

  private func members(_ response: HTTPResponse) throws -> JSONValue {
    let limits = JSONLimits(depth: 8, values: 1 << 12, repeatedNames: .refused)
    return try response.body.withUnsafeBytes { try JSONValue($0, within: limits) }
  }

  private func id(_ response: HTTPResponse) throws -> String {
    #expect(response.status == 202, "\(response.text)")
    guard case .string(let id)? = try members(response)["id"] else { throw Refusal.noSuchJob }
    return id
  }

  private func ask(
    _ caller: Caller, _ path: String, method: String = "GET", key: String? = nil, address: String = ""
  ) -> HTTPResponse {
    var request = HTTPRequest(method: method, path: path, query: [], headers: [:], body: [])
    request.headers["Authorization"] = key.map { "Bearer \($0)" }
    request.peerAddress = address
    return caller.call(request).response
  }

  private func submit(
    _ caller: Caller, _ body: String = Self.body, key: String? = nil, address: String = ""
  ) -> HTTPResponse {
    var request = caller.request("/jobs", body)
    request.headers["Authorization"] = key.map { "Bearer \($0)" }
    request.peerAddress = address
    return caller.call(request).response
  }

  private func waitUntilEnded(_ caller: Caller, _ id: String, key: String? = nil) {
    waitUntil("the job has ended") { ask(caller, "/jobs/\(id)", key: key).text.contains(#""ended":"#) }
  }

  private func multipart(_ caller: Caller, _ path: String, _ fields: [String: String], file: String, named: String)
    -> HTTPRequest
  {
    var body = fields.map { "--x\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n" }
      .joined()
    body += "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(named)\"\r\n\r\n\(file)\r\n--x--\r\n"
    var request = caller.request(path, body)
    request.headers["Content-Type"] = "multipart/form-data; boundary=x"
    return request
  }

  // MARK: Answers

  @Test func answerIsThatOfTheRequest() throws {
    let caller = Caller()
    let accepted = submit(caller)
    let id = try id(accepted)
    #expect(accepted.headers["Location"] == "/jobs/\(id)")
    waitUntilEnded(caller, id)
    let status = try members(ask(caller, "/jobs/\(id)"))
    #expect(status["state"] == .string("done"))
    #expect(status["progress"] == .integer(1) || status["progress"] == .real(1))
    #expect(status["characters"] == .integer(9))
    for _ in 0..<2 {
      let answer = ask(caller, "/jobs/\(id)/result")
      #expect(answer.status == 200)
      #expect(answer.headers["Content-Type"] == "application/json")
      #expect(answer.body == caller.post("/translate", Self.body).body)
    }
  }

  @Test(arguments: [
    ("/translate", #"{"q":"a","source":"en","target":"fr"}"#),
    ("/translate", #"{"text":"a","source_lang":"EN","target_lang":"FR"}"#),
    ("/translate", #"{"text":"a","from":"en","to":"fr"}"#),
    ("/translate", #"{"source":["a"],"src_lang":"eng_Latn","tgt_lang":"fra_Latn"}"#),
  ])
  func everyWireCanPreferAJob(_ path: String, _ body: String) throws {
    let caller = Caller()
    var request = caller.request(path, body)
    request.headers["Prefer"] = "return=minimal, respond-async; wait=10"
    #expect(caller.api.match(request).execution == .queued, "files are not written on the event loop")
    let accepted = caller.call(request).response
    #expect(accepted.headers["Preference-Applied"] == "respond-async")
    let id = try id(accepted)
    waitUntilEnded(caller, id)
    let direct = caller.post(path, body)
    let answer = ask(caller, "/jobs/\(id)/result")
    #expect(answer.status == 200)
    #expect(answer.text.filter { !$0.isNumber } == direct.text.filter { !$0.isNumber })
    request.headers["Prefer"] = "respond-sync"
    #expect(caller.call(request).response.status == 200)
  }

  @Test(arguments: ["/jobs", "/translate_file"]) func fileIsTheAnswer(_ path: String) throws {
    let caller = Caller()
    var request = multipart(
      caller, path, ["source": "en", "target": "fr"], file: "a boat\n\ntwo boats\n", named: "boats.txt")
    if path != "/jobs" { request.headers["Prefer"] = "respond-async" }
    let id = try id(caller.call(request).response)
    waitUntilEnded(caller, id)
    let answer = ask(caller, "/jobs/\(id)/result")
    #expect(answer.text == "A BOAT\n\nTWO BOATS\n")
    #expect(answer.headers["Content-Disposition"]?.contains("boats_fr.txt") == true)
    #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
  }

  @Test func jobCanBeLargerThanARequest() throws {
    var settings = ServerSettings(characterLimit: 10)
    settings.jobLimits.characters = 20
    let service = StandInService()
    let caller = Caller(slot: ServiceSlot(service), settings: settings)
    func body(_ count: Int) -> String {
      #"{"q":"\#(String(repeating: "a", count: count))","source":"en","target":"fr"}"#
    }
    let id = try id(submit(caller, body(20)))
    waitUntilEnded(caller, id)
    #expect(service.translations[0].terms.isBackground)
    var file = multipart(caller, "/jobs", ["source": "en", "target": "fr"], file: "a", named: "a.txt")
    file.body = Array(
      String(decoding: file.body, as: UTF8.self).replacing(
        "\r\n\r\na\r\n",
        with: "\r\n\r\n"
          + String(repeating: "a", count: 81) + "\r\n"
      ).utf8)
    #expect(caller.call(file).response.status == 413)
  }

  @Test func prefixIsInTheLocation() throws {
    let caller = Caller(settings: ServerSettings(urlPrefix: try #require(URLPrefix("/mt"))))
    var request = caller.request("/mt/jobs", Self.body)
    let accepted = caller.call(request).response
    let location = try #require(accepted.headers["Location"])
    let job = try id(accepted)
    #expect(location == "/mt/jobs/\(job)")
    request = HTTPRequest(method: "GET", path: location, query: [], headers: [:], body: [])
    #expect(caller.call(request).response.status == 200)
  }

  // MARK: Progress

  @Test func statusTellsTheProgressAndTheRest() throws {
    let (time, service) = (StillTime(), StandInService(answers: false))
    let caller = Caller(slot: ServiceSlot(service), ledger: RequestLedger(time: time.source))
    let id = try id(submit(caller))
    waitUntil("the job is in work") { service.translations.count == 1 }
    #expect(try members(ask(caller, "/jobs/\(id)"))["state"] == .string("running"))
    let early = ask(caller, "/jobs/\(id)/result")
    #expect(early.status == 409)
    #expect(early.headers["Retry-After"] == "1")
    time.pass(10)
    service.translations[0].progress?(0.25)
    let status = try members(ask(caller, "/jobs/\(id)"))
    #expect(status["progress"] == .real(0.25))
    #expect(status["secondsLeft"] == .integer(30))
    #expect(status["created"] == .string("2026-11-21T08:16:49.123Z"))
    service.answerAll()
    waitUntilEnded(caller, id)
  }

  @Test func progressOfSeveralTargetsIsTheirMean() throws {
    let service = StandInService(answers: false, pivoted: [LanguagePair(source: "en", target: "de")])
    let caller = Caller(service)
    var request = caller.request("/translate", #"[{"Text":"a"}]"#)
    request.query = [("api-version", "3.0"), ("from", "en"), ("to", "fr"), ("to", "de")]
    request.headers["Prefer"] = "respond-async"
    let id = try id(caller.call(request).response)
    waitUntil("both are in work") { service.translations.count == 2 }
    service.translations[0].progress?(1)
    #expect(try members(ask(caller, "/jobs/\(id)"))["progress"] == .real(0.5))
  }

  // MARK: Ends

  @Test func cancelledJobIsForgotten() throws {
    let service = StandInService(answers: false)
    let caller = Caller(service)
    let id = try id(submit(caller))
    waitUntil("the job is in work") { service.translations.count == 1 }
    let removed = ask(caller, "/jobs/\(id)", method: "DELETE")
    #expect(try members(removed)["state"] == .string("cancelled"))
    waitUntil("the work is taken back") { service.cancellations == 1 }
    service.answerAll()
    #expect(ask(caller, "/jobs/\(id)").status == 404)
    #expect(ask(caller, "/jobs/\(id)/result").status == 404)
    #expect(ask(caller, "/jobs/\(id)", method: "DELETE").status == 404)
    #expect(try caller.get("/metrics").text.contains(#"dragoman_jobs_total{result="cancelled"} 1"#))
  }

  @Test func failureIsTheAnswer() throws {
    let caller = Caller(StandInService(failure: .failed("out of memory")))
    let id = try id(submit(caller))
    waitUntilEnded(caller, id)
    let status = try members(ask(caller, "/jobs/\(id)"))
    #expect(status["state"] == .string("failed"))
    #expect(status["error"] == .string("out of memory"))
    let answer = ask(caller, "/jobs/\(id)/result")
    #expect(answer.status == 500)
    #expect(answer.text == #"{"error":"out of memory"}"#)
  }

  @Test(arguments: [
    (#"{"q":"a","source":"en"}"#, 400), (#"{"q":"a","source":"en","target":"zz"}"#, 400),
    (#"{"q":"a","source":"fr","target":"en"}"#, 400), (#"{"q":"","source":"en","target":"fr"}"#, 400),
    (#"{"q":"a","source":"en","target":"fr","model":"none"}"#, 400), ("{", 400), ("[]", 400),
    (#"{"q":"a","source":"en","target":"fr","beam":99}"#, 400),
  ])
  func requestIsCheckedBeforeItIsKept(_ body: String, _ status: Int) throws {
    let caller = Caller()
    #expect(submit(caller, body).status == status)
    #expect(ask(caller, "/jobs").text == #"{"jobs":[]}"#)
    #expect(
      caller.call(multipart(caller, "/jobs", ["source": "en", "target": "fr"], file: "a", named: "a.exe"))
        .response.status == 400)
  }

  @Test func answerIsDroppedWhenItsTimeIsOver() throws {
    let time = StillTime()
    let caller = Caller(ledger: RequestLedger(time: time.source))
    let id = try id(submit(caller))
    waitUntilEnded(caller, id)
    time.pass(86_399)
    #expect(ask(caller, "/jobs/\(id)/result").status == 200)
    time.pass(2)
    waitUntil("the job is dropped") { ask(caller, "/jobs/\(id)").status == 404 }
  }

  // MARK: Clients

  @Test func keySeesItsOwnJobsAlone() throws {
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key\nbob:bobs-key")
    let caller = Caller(access: AccessControl(keys: keys))
    let id = try id(submit(caller, key: "alice-key"))
    waitUntilEnded(caller, id, key: "alice-key")
    for path in ["/jobs/\(id)", "/jobs/\(id)/result"] {
      #expect(ask(caller, path, key: "alice-key").status == 200)
      #expect(ask(caller, path, key: "bobs-key").status == 404)
      #expect(ask(caller, path).status == 403)
    }
    #expect(ask(caller, "/jobs", key: "bobs-key").text == #"{"jobs":[]}"#)
    #expect(ask(caller, "/jobs", key: "alice-key").text.contains(id))
    #expect(ask(caller, "/jobs/\(id)", method: "DELETE", key: "bobs-key").status == 404)
    #expect(ask(caller, "/jobs/\(id)", method: "DELETE", key: "alice-key").status == 200)
    #expect(submit(caller).status == 403)
  }

  @Test func withoutKeysAnAddressListsItsOwnJobs() throws {
    let caller = Caller()
    let id = try id(submit(caller, address: "192.0.2.1"))
    #expect(ask(caller, "/jobs", address: "192.0.2.1").text.contains(id))
    #expect(ask(caller, "/jobs", address: "192.0.2.2").text == #"{"jobs":[]}"#)
    #expect(ask(caller, "/jobs/\(id)", address: "192.0.2.2").status == 200, "whoever knows the id")
    for other in ["x", "", "../\(id)", id + "/x", id.uppercased(), String(repeating: "0", count: 32)] {
      #expect(ask(caller, "/jobs/" + other).status == (other.isEmpty ? 200 : 404), "\(other)")
    }
  }

  @Test func charactersCountForTheKeyOnce() throws {
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key - 20")
    let service = StandInService(answers: false)
    let caller = Caller(slot: ServiceSlot(service), access: AccessControl(keys: keys))
    let body = #"{"q":"0123456789ab","source":"en","target":"fr"}"#
    let first = try id(submit(caller, body, key: "alice-key"))
    #expect(submit(caller, body, key: "alice-key").status == 403, "12 of 20 are reserved")
    #expect(ask(caller, "/jobs/\(first)", method: "DELETE", key: "alice-key").status == 200)
    let second = try id(submit(caller, body, key: "alice-key"))
    waitUntil("the job is done") {
      service.answerAll()
      return ask(caller, "/jobs/\(second)", key: "alice-key").text.contains(#""state":"done""#)
    }
    #expect(submit(caller, body, key: "alice-key").status == 403)
    _ = try id(submit(caller, #"{"q":"01234567","source":"en","target":"fr"}"#, key: "alice-key"))
  }

  // MARK: Limits

  @Test func jobsOfAClientAreLimited() throws {
    var settings = ServerSettings()
    settings.jobLimits.perClient = 2
    let caller = Caller(slot: ServiceSlot(StandInService(answers: false)), settings: settings)
    let id = try id(submit(caller, address: "192.0.2.1"))
    #expect(submit(caller, address: "192.0.2.1").status == 202)
    let refused = submit(caller, address: "192.0.2.1")
    #expect(refused.status == 429)
    #expect(refused.text.contains("found 2 jobs, expected fewer than 2"))
    #expect(submit(caller, address: "192.0.2.2").status == 202)
    _ = ask(caller, "/jobs/\(id)", method: "DELETE")
    #expect(submit(caller, address: "192.0.2.1").status == 202)
  }

  @Test func bytesOfJobsAreLimited() throws {
    var settings = ServerSettings()
    settings.jobLimits.bytes = 200_000
    settings.jobLimits.perClient = 1000
    let caller = Caller(slot: ServiceSlot(StandInService(answers: false)), settings: settings)
    let body = #"{"q":"\#(String(repeating: "a", count: 20_000))","source":"en","target":"fr"}"#
    #expect((0..<3).map { _ in submit(caller, body, address: "192.0.2.1").status } == [202, 202, 413])
    #expect((0..<3).map { _ in submit(caller, body, address: "192.0.2.2").status } == [202, 202, 413])
    #expect(submit(caller, body, address: "192.0.2.3").status == 503)
    let large = #"{"q":"\#(String(repeating: "a", count: 90_000))","source":"en","target":"fr"}"#
    #expect(submit(caller, large, address: "192.0.2.4").status == 413)
  }

  @Test func fewJobsAreInWorkAndClientsTakeTurns() throws {
    let service = StandInService(answers: false)
    let caller = Caller(service)
    func body(_ text: String) -> String { #"{"q":"\#(text)","source":"en","target":"fr"}"# }
    for name in ["a1", "a2", "a3", "a4"] { _ = submit(caller, body(name), address: "192.0.2.1") }
    waitUntil("two are in work") { service.translations.count == 2 }
    _ = submit(caller, body("b1"), address: "192.0.2.2")
    #expect(service.translations.count == 2)
    #expect(try caller.get("/metrics").text.contains(#"dragoman_jobs{state="queued"} 3"#))
    service.answerAll()
    waitUntil("two more are in work") { service.translations.count == 4 }
    #expect(service.translations[2...].map { $0.texts[0] }.contains("b1"))
  }
}
