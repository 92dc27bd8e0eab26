import API
import Foundation
import HTTP
import Support
import Testing
import Translation

/// DeepL's calls for glossaries, with a folder and without.
struct DeepLGlossaryTests {
  private static let one =
    #"{"name":"n","source_lang":"EN","target_lang":"FR","entries":"dog\tcanidé\ncat\tfélin","entries_format":"tsv"}"#

  private func send(
    _ method: String, _ path: String, _ body: String = "", key: String? = nil, to caller: Caller
  ) throws -> HTTPResponse {
    let halves = path.split(separator: "?", maxSplits: 1)
    let query = try halves.count == 2 ? FormURLEncoded.decode(Array(halves[1].utf8)) : []
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    if let key { headers["Authorization"] = "DeepL-Auth-Key \(key)" }
    return caller.call(
      HTTPRequest(method: method, path: String(halves[0]), query: query, headers: headers, body: Array(body.utf8))
    ).response
  }

  private func id(_ response: HTTPResponse) throws -> String {
    let match = try #require(response.text.firstMatch(of: /"glossary_id":"([^"]+)"/))
    return String(match.1)
  }

  @Test func glossaryIsCreatedUsedAndDeleted() throws {
    let service = StandInService()
    let caller = Caller(service)
    let created = try send("POST", "/v2/glossaries", Self.one, to: caller)
    #expect(created.status == 201)
    #expect(created.text.contains(#""name":"n","ready":true,"creation_time":"20"#))
    #expect(created.text.contains(#""source_lang":"en","target_lang":"fr","entry_count":2"#))
    let id = try id(created)
    let listed = try send("GET", "/v2/glossaries", to: caller).text
    #expect(listed == #"{"glossaries":[\#(created.text)]}"#)
    #expect(try send("GET", "/v2/glossaries/\(id)", to: caller).text == created.text)
    let entries = try send("GET", "/v2/glossaries/\(id)/entries", to: caller)
    #expect(entries.text == "dog\tcanidé\ncat\tfélin")
    #expect(entries.headers["Content-Type"] == "text/tab-separated-values; charset=utf-8")
    let body = #"{"text":["A dog."],"source_lang":"EN","target_lang":"FR","glossary_id":"\#(id)"}"#
    #expect(try send("POST", "/v2/translate", body, to: caller).status == 200)
    #expect(service.translations.last?.glossaries.isEmpty == false)
    #expect(try send("DELETE", "/v2/glossaries/\(id)", to: caller).status == 204)
    #expect(try send("DELETE", "/v2/glossaries/\(id)", to: caller).status == 404)
    #expect(try send("POST", "/v2/translate", body, to: caller).status == 404)
  }

  @Test func dictionariesOfAGlossaryAreChanged() throws {
    let caller = Caller()
    let body =
      #"{"name":"n","dictionaries":[{"source_lang":"en","target_lang":"fr","entries":"dog\tcanidé"},"#
      + #"{"source_lang":"fr","target_lang":"en","entries":"chien,hound","entries_format":"csv"}]}"#
    let created = try send("POST", "/v3/glossaries", body, to: caller)
    #expect(created.status == 201)
    let address = "/v3/glossaries/\(try id(created))"
    let more =
      #"{"name":"m","dictionaries":[{"source_lang":"en","target_lang":"fr","entries":"dog\ttoutou\ncat\tmatou"}]}"#
    let changed = try send("PATCH", address, more, to: caller).text
    #expect(changed.contains(#""name":"m""#))
    #expect(changed.contains(#"{"source_lang":"en","target_lang":"fr","entry_count":2}"#))
    let query = "?source_lang=EN&target_lang=FR"
    let entries = try send("GET", address + "/entries" + query, to: caller).text
    #expect(entries.contains(#""entries":"dog\ttoutou\ncat\tmatou","entries_format":"tsv""#))
    let put = #"{"source_lang":"en","target_lang":"fr","entries":"fox\trenard"}"#
    let replaced = try send("PUT", address + "/dictionaries", put, to: caller).text
    #expect(replaced == #"{"source_lang":"en","target_lang":"fr","entry_count":1}"#)
    #expect(try send("DELETE", address + "/dictionaries" + query, to: caller).status == 204)
    #expect(try send("GET", address + "/entries" + query, to: caller).status == 404)
    #expect(try send("GET", address, to: caller).text.contains(#""source_lang":"fr""#))
  }

  @Test func dictionariesOfFormsAreRead() throws {
    let caller = Caller()
    func send(_ method: String, _ path: String, _ form: String) -> HTTPResponse {
      caller.call(
        HTTPRequest(
          method: method, path: path, query: [], headers: ["Content-Type": "application/x-www-form-urlencoded"],
          body: Array(form.utf8))
      ).response
    }
    func dictionary(_ number: Int, _ source: String, _ target: String, _ entries: String) -> String {
      let place = "dictionaries%5B\(number)%5D."
      return "&\(place)source_lang=\(source)&\(place)target_lang=\(target)&\(place)entries=\(entries)"
    }
    let two = dictionary(0, "en", "fr", "dog%09chien") + dictionary(1, "fr", "en", "chien%09dog%0Achat%09cat")
    let created = send("POST", "/v3/glossaries", "name=n" + two)
    #expect(created.status == 201 && created.text.contains(#""target_lang":"en","entry_count":2"#))
    let address = "/v3/glossaries/\(try id(created))"
    let changed = send("PATCH", address, "name=m" + dictionary(0, "en", "fr", "cat%09chat"))
    #expect(changed.text.contains(#""target_lang":"fr","entry_count":2"#))
    let replaced = send("PUT", address + "/dictionaries", String(dictionary(0, "en", "fr", "a%09b").dropFirst()))
    #expect(replaced.text == #"{"source_lang":"en","target_lang":"fr","entry_count":1}"#)
  }

  @Test func keysDoNotSeeEachOthersGlossaries() throws {
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key\nbob:bobs-key")
    let caller = Caller(access: AccessControl(keys: keys))
    let id = try id(send("POST", "/v2/glossaries", Self.one, key: "alice-key", to: caller))
    #expect(try send("GET", "/v2/glossaries", key: "bobs-key", to: caller).text == #"{"glossaries":[]}"#)
    for method in ["GET", "DELETE"] {
      #expect(try send(method, "/v2/glossaries/\(id)", key: "bobs-key", to: caller).status == 404)
      #expect(try send(method, "/v3/glossaries/\(id)", key: "bobs-key", to: caller).status == 404)
    }
    let body = #"{"text":["A dog."],"source_lang":"EN","target_lang":"FR","glossary_id":"\#(id)"}"#
    #expect(try send("POST", "/v2/translate", body, key: "bobs-key", to: caller).status == 404)
    #expect(try send("POST", "/v2/translate", body, key: "alice-key", to: caller).status == 200)
    #expect(try send("POST", "/v2/glossaries", Self.one, to: caller).status == 403)
  }

  @Test func glossariesSurviveARestart() throws {
    let folder = try TemporaryFolder()
    let reports = Reports()
    func caller() throws -> Caller {
      var settings = ServerSettings()
      settings.clientGlossaries = try GlossaryStore(folder: folder.path + "/kept", report: reports.add)
      return Caller(settings: settings)
    }
    let before = try caller()
    let created = try send("POST", "/v2/glossaries", Self.one, to: before)
    let other = try send("POST", "/v2/glossaries", Self.one, to: before)
    _ = try send("DELETE", "/v2/glossaries/\(try id(other))", to: before)
    _ = try folder.write("kept/broken.json", text: #"{"id":"../x"}"#)
    let after = try caller()
    #expect(try send("GET", "/v2/glossaries", to: after).text == #"{"glossaries":[\#(created.text)]}"#)
    #expect(try send("GET", "/v2/glossaries/\(try id(created))/entries", to: after).text.hasPrefix("dog\tcanidé"))
    #expect(reports.all.count == 1)
    #expect(reports.all[0].contains("broken.json"))
  }

  @Test(arguments: [
    (#"{"name":"n","source_lang":"en","target_lang":"fr"}"#, "missing entries parameter"),
    (#"{"source_lang":"en","target_lang":"fr","entries":"a\tb"}"#, "missing name parameter"),
    (#"{"name":"n","source_lang":"en","target_lang":"en","entries":"a\tb"}"#, "expected two codes"),
    (#"{"name":"n","source_lang":"en","target_lang":"fr","entries":"a"}"#, "line 1: expected a source and a target"),
    (#"{"name":"n","source_lang":"en","target_lang":"fr","entries":"a\tb\na\tc"}"#, "line 2: found a twice"),
    (
      #"{"name":"n","source_lang":"en","target_lang":"fr","entries":"a\tb","entries_format":"x"}"#,
      "expected tsv or csv"
    ),
    (#"{"name":"n","source_lang":"en","target_lang":"fr","entries":"\"a,b","entries_format":"csv"}"#, "closing quote"),
  ])
  func wrongGlossariesAreRefused(_ body: String, _ message: String) throws {
    let response = try send("POST", "/v2/glossaries", body, to: Caller())
    #expect(response.status == 400)
    #expect(response.text.contains(message))
  }
}
