import Foundation
import HTTP
import Support
import Testing
import Translation

@testable import API

struct DeepLDocumentTests {
  private typealias Part = (name: String, fileName: String?, body: String)

  private func upload(
    _ caller: Caller, _ file: String, named name: String, fields: [String: String] = ["target_lang": "FR"],
    key: String? = nil
  ) -> HTTPResponse {
    var parts: [Part] = fields.map { ($0.key, nil, $0.value) }
    parts.append(("file", name, file))
    let body = parts.map { part in
      let fileName = part.fileName.map { "; filename=\"\($0)\"" } ?? ""
      return "--x\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(fileName)\r\n\r\n\(part.body)\r\n"
    }.joined()
    var request = caller.request("/v2/document", body + "--x--\r\n")
    request.headers["Content-Type"] = "multipart/form-data; boundary=x"
    request.headers["Authorization"] = key.map { "DeepL-Auth-Key \($0)" }
    return caller.call(request).response
  }

  private func handle(_ response: HTTPResponse) throws -> (id: String, key: String) {
    let match = try #require(
      response.text.wholeMatch(of: /\{"document_id":"([0-9a-f]{32})","document_key":"([0-9a-f]{64})"\}/))
    return (String(match.1), String(match.2))
  }

  private func ask(_ caller: Caller, _ id: String, _ key: String, as client: String? = nil) -> HTTPResponse {
    var request = caller.request("/v2/document/" + id, #"{"document_key":"\#(key)"}"#)
    request.headers["Authorization"] = client.map { "DeepL-Auth-Key \($0)" }
    return caller.call(request).response
  }

  /// The status of a document that is no longer in translation.
  private func ended(
    _ caller: Caller, _ document: (id: String, key: String), as client: String? = nil
  ) -> HTTPResponse {
    var status = ask(caller, document.id, document.key, as: client)
    waitUntil("the document's translation has ended") {
      status = ask(caller, document.id, document.key, as: client)
      return !status.text.contains("queued") && !status.text.contains("translating")
    }
    return status
  }

  @Test func documentIsTranslated() throws {
    let caller = Caller()
    let document = try handle(upload(caller, "a boat\n\ntwo boats\n", named: "boats.txt"))
    #expect(
      ended(caller, document).text
        == #"{"document_id":"\#(document.id)","status":"done","billed_characters":18}"#)
    for _ in 0..<2 {
      let file = ask(caller, document.id + "/result", document.key)
      #expect(file.status == 200)
      #expect(file.text == "A BOAT\n\nTWO BOATS\n")
      #expect(file.headers["Content-Disposition"]?.contains("boats_fr.txt") == true)
    }
    #expect(try caller.get("/v2/usage").text.hasPrefix(#"{"character_count":18,"#))
  }

  @Test func documentIsOneRequestInOneLanguage() throws {
    let service = StandInService()
    let cues = (1...300).map { "\($0)\n00:00:01,000 --> 00:00:02,000\nline \($0)\n" }.joined(separator: "\n")
    let caller = Caller(service)
    for source in ["EN", nil] {
      var fields = ["target_lang": "FR", "filename": "film.srt"]
      fields["source_lang"] = source
      let document = try handle(upload(caller, cues, named: "blob", fields: fields))
      #expect(ended(caller, document).text.contains(#""status":"done""#))
      let file = ask(caller, document.id + "/result", document.key).text
      #expect(file == cues.replacing("line", with: "LINE"))
    }
    #expect(service.translations.map(\.texts.count) == [300, 300])
    #expect(service.translations.map(\.source) == ["en", nil])
    #expect(service.translations.allSatisfy { $0.target == "fr" && $0.isOfOneLanguage && $0.terms.isBackground })
  }

  @Test func documentIsTranslatedWithAGlossary() throws {
    let service = StandInService()
    let settings = ServerSettings()
    let caller = Caller(slot: ServiceSlot(service), settings: settings)
    let pair = LanguagePair(source: "en", target: "fr")
    let glossary = try settings.clientGlossaries.create(
      name: "n", dictionaries: [Glossary([Term(source: "a", target: "b")], pair: pair)], owner: nil)
    var fields = ["target_lang": "FR", "source_lang": "EN", "glossary_id": glossary.id]
    let document = try handle(upload(caller, "a boat", named: "a.txt", fields: fields))
    #expect(ended(caller, document).text.contains(#""status":"done""#))
    #expect(service.translations.last?.glossaries.isEmpty == false)
    fields["glossary_id"] = "nothing"
    #expect(upload(caller, "a boat", named: "a.txt", fields: fields).status == 404)
    fields = ["target_lang": "FR", "glossary_id": glossary.id]
    #expect(upload(caller, "a boat", named: "a.txt", fields: fields).text.contains("source_lang: found none"))
  }

  @Test func documentInTranslationIsNotReady() throws {
    let service = StandInService(answers: false)
    let caller = Caller(service)
    let document = try handle(upload(caller, "a", named: "a.md"))
    waitUntil("a block is in translation") { !service.translations.isEmpty }
    #expect(ask(caller, document.id, document.key).text.hasSuffix(#""status":"translating"}"#))
    let early = ask(caller, document.id + "/result", document.key)
    #expect(early.status == 503)
    #expect(early.text == #"{"message":"the document is not translated yet","detail":"loading"}"#)
    service.answerAll()
    #expect(ended(caller, document).text.contains(#""status":"done""#))
  }

  @Test func remainingTimeFollowsTheRate() throws {
    let (time, service) = (StillTime(), StandInService(answers: false))
    let caller = Caller(slot: ServiceSlot(service), ledger: RequestLedger(time: time.source))
    let document = try handle(upload(caller, "a", named: "a.md"))
    waitUntil("the document is in translation") { !service.translations.isEmpty }
    time.pass(6)
    service.translations[0].progress?(0.75)
    #expect(ask(caller, document.id, document.key).text.hasSuffix(#""status":"translating","seconds_remaining":2}"#))
  }

  @Test func documentIsAJobOfItsKey() throws {
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key")
    let caller = Caller(access: AccessControl(keys: keys))
    let document = try handle(upload(caller, "a", named: "a.txt", key: "alice-key"))
    _ = ended(caller, document, as: "alice-key")
    var request = HTTPRequest(method: "GET", path: "/jobs/" + document.id, query: [], headers: [:], body: [])
    #expect(caller.call(request).response.status == 403)
    request.headers["X-API-Key"] = "alice-key"
    #expect(caller.call(request).response.text.contains(#""state":"done""#))
    // A job that is no document has no key of its own.
    var other = caller.request("/jobs", #"{"q":"a","source":"en","target":"fr"}"#)
    other.headers["X-API-Key"] = "alice-key"
    let id = try #require(caller.call(other).response.headers["Location"]).dropFirst("/jobs/".count)
    #expect(ask(caller, String(id), document.key, as: "alice-key").status == 404)
  }

  @Test func documentIsForTheAPIKeyThatBroughtIt() throws {
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key\nbob:bobs-key")
    let caller = Caller(access: AccessControl(keys: keys))
    let document = try handle(upload(caller, "a", named: "a.txt", key: "alice-key"))
    _ = ended(caller, document, as: "alice-key")
    for (client, status) in [("alice-key", 200), ("bobs-key", 404), ("no-such-key", 403), (nil, 403)] {
      for path in [document.id, document.id + "/result"] {
        #expect(ask(caller, path, document.key, as: client).status == status, "\(path) for \(client ?? "nobody")")
      }
    }
  }

  @Test func clientsTakeTurns() throws {
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key\nbob:bobs-key")
    let service = StandInService(answers: false)
    let caller = Caller(slot: ServiceSlot(service), access: AccessControl(keys: keys))
    for name in ["a1", "a2", "a3"] { _ = upload(caller, name, named: "a.txt", key: "alice-key") }
    waitUntil("two documents are in translation") { service.translations.count >= 2 }
    for name in ["a4", "b1"] { _ = upload(caller, name, named: "a.txt", key: name == "b1" ? "bobs-key" : "alice-key") }
    service.answerAll()
    waitUntil("two more are in translation") { service.translations.count >= 4 }
    let texts = service.translations.map { $0.texts[0] }
    #expect(Set(texts[..<2]) == ["a1", "a2"])
    #expect(texts[2...].contains("b1"))
  }

  @Test func otherKeysFindNoDocument() throws {
    let caller = Caller()
    let document = try handle(upload(caller, "a", named: "a.txt"))
    for (id, key) in [
      (document.id, String(repeating: "0", count: 64)), ("nothing", document.key), (document.id, "x"),
      (document.id + "/result/x", document.key),
    ] {
      let refused = ask(caller, id, key)
      #expect(refused.status == 404)
      #expect(refused.text.hasSuffix(#""detail":"not_found"}"#))
    }
    #expect(caller.post("/v2/document/" + document.id, "{}").status == 400)
  }

  @Test(arguments: [
    (["target_lang": "FR", "formality": "less"], "a.txt", "'formality' is not supported for given 'target_lang'"),
    (["source_lang": "EN"], "a.txt", "Invalid request: missing target_lang parameter"),
    (["target_lang": "ZZ"], "a.txt", "zz is not supported; served: en to fr"),
    (["target_lang": "EN", "source_lang": "FR"], "a.txt", "English (en) is not available as a target language"),
    (["target_lang": "FR"], "a.exe", "Invalid request: file format not supported"),
    (["target_lang": "FR"], "", "Invalid request: file format not supported"),
    (["target_lang": "FR", "output_format": "pdf"], "a.txt", "output_format: expected txt for this file, found pdf"),
    (["target_lang": "FR"], "a.docx", "file: expected a ZIP archive"),
  ])
  func refusedUploads(_ fields: [String: String], _ name: String, _ message: String) {
    let refused = upload(Caller(), "not a zip", named: name, fields: fields)
    #expect(refused.status == 400)
    #expect(refused.text.contains(message), "\(refused.text)")
  }

  @Test func failureIsTheStatus() throws {
    let caller = Caller(StandInService(failure: .failed("out of memory")))
    let document = try handle(upload(caller, "a", named: "a.txt"))
    #expect(
      ended(caller, document).text
        == #"{"document_id":"\#(document.id)","status":"error","error_message":"out of memory"}"#)
    #expect(ask(caller, document.id + "/result", document.key).status == 404)
  }

  @Test func charactersOfADocumentCountForItsKey() throws {
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key - 10")
    let caller = Caller(access: AccessControl(keys: keys))
    #expect(upload(caller, "a", named: "a.txt").status == 403)
    #expect(upload(caller, "eleven char", named: "a.txt", key: "alice-key").status == 456)
    let document = try handle(upload(caller, "ten charac", named: "a.txt", key: "alice-key"))
    #expect(upload(caller, "a", named: "a.txt", key: "alice-key").status == 456)
    #expect(ended(caller, document, as: "alice-key").text.contains(#""billed_characters":10"#))
    #expect(upload(caller, "a", named: "a.txt", key: "alice-key").status == 456)
  }

  @Test func filesCanBeTurnedOff() {
    let refused = upload(Caller(settings: ServerSettings(files: nil)), "a", named: "a.txt")
    #expect(refused.status == 403)
  }
}
