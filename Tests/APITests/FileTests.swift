import API
import Documents
import Foundation
import HTTP
import JSON
import Support
import Testing
import Translation

/// `/translate_file` and `/download_file/…`; the stand-in translates into capitals.
@Suite(.timeLimit(.minutes(10))) struct FileTests {
  private let service = StandInService()
  private var caller: Caller { Caller(service) }
  private let limits = JSONLimits(depth: 1, values: 2, repeatedNames: .refused)

  private static let type = "multipart/form-data; boundary=b"

  private func form(
    _ name: String?, _ content: [UInt8], source: String? = "en", target: String? = "fr", joinsCues: String? = nil
  ) -> [UInt8] {
    var body: [UInt8] = []
    func part(_ head: String, _ content: [UInt8]) {
      body += Array("--b\r\nContent-Disposition: form-data; \(head)\r\n\r\n".utf8) + content + Array("\r\n".utf8)
    }
    if let name { part("name=\"file\"; filename=\"\(name)\"", content) }
    if let source { part("name=\"source\"", Array(source.utf8)) }
    if let target { part("name=\"target\"", Array(target.utf8)) }
    if let joinsCues { part("name=\"join_cues\"", Array(joinsCues.utf8)) }
    return body + Array("--b--\r\n".utf8)
  }

  private func request(_ body: [UInt8], headers: HTTPHeaders = ["Host": "mt.example:5000"]) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/translate_file", query: [], headers: headers, body: body)
    request.headers["Content-Type"] = Self.type
    return request
  }

  private func address(_ response: HTTPResponse) throws -> String {
    guard case .object(let members) = try response.body.withUnsafeBytes({ try JSONValue($0, within: limits) }),
      case .string(let address)? = members["translatedFileUrl"]
    else { return "" }
    return address
  }

  /// The path of a file that was translated.
  private func path(_ caller: Caller, name: String = "a.txt", bytes: Int) throws -> String {
    let content = [UInt8](repeating: UInt8(ascii: "a"), count: bytes)
    return try address(caller.call(request(form(name, content), headers: [:])).response)
  }

  @Test func fileIsTranslatedAndFetched() throws {
    let caller = caller
    let file = "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\nyou\r\n"
    let answer = caller.call(request(form("a film.srt", Array(file.utf8)))).response
    #expect(answer.status == 200)
    let address = try address(answer)
    #expect(address.wholeMatch(of: /http:\/\/mt\.example:5000\/download_file\/[0-9a-f]{32}\.srt/) != nil)
    let path = String(address.dropFirst("http://mt.example:5000".count))
    for _ in 0..<2 {
      let fetched = try caller.get(path)
      #expect(fetched.status == 200)
      #expect(fetched.text == "1\r\n00:00:01,000 --> 00:00:02,500\r\nHELLO\r\nYOU\r\n")
      #expect(
        fetched.headers["Content-Disposition"]
          == "attachment; filename=\"a film_fr.srt\"; filename*=UTF-8''a%20film%5Ffr.srt")
      #expect(fetched.headers["Content-Security-Policy"] == "sandbox")
      #expect(fetched.headers["X-Content-Type-Options"] == "nosniff")
    }
    #expect(service.translations.map(\.texts) == [["Hello you"]])
  }

  @Test func cuesAreJoinedIfAsked() {
    let file = "1\n00:00:01,000 --> 00:00:02,000\nA dog\n\n2\n00:00:02,000 --> 00:00:03,000\nruns.\n"
    for joins in ["true", "false"] {
      _ = caller.call(request(form("a.srt", Array(file.utf8), joinsCues: joins))).response
    }
    #expect(service.translations.map(\.texts) == [["A dog runs."], ["A dog", "runs."]])
    #expect(caller.call(request(form("a.srt", Array(file.utf8), joinsCues: "x"))).response.status == 400)
  }

  @Test func brokenArchiveIsRefused() {
    let response = caller.call(request(form("a.docx", Array("PK".utf8)))).response
    #expect(response.status == 400)
    #expect(response.text.contains("expected"))
  }

  @Test func fileOfMarkupIsTranslatedAsMarkup() throws {
    _ = caller.call(request(form("a.md", Array("# *One*\n\ntwo & three\n".utf8)))).response
    #expect(service.translations.map(\.format) == [.html])
    #expect(service.translations.map(\.texts) == [["<m0>One</m0>", "two &amp; three"]])
  }

  @Test func attributesOfFilesAreTranslated() {
    _ = caller.call(request(form("a.html", Array("<p>a</p>".utf8)))).response
    #expect(service.translations.map(\.translatesAttributes) == [true])
  }

  @Test func languageIsDetectedFromTheWholeFile() {
    _ = caller.call(request(form("a.po", Array("msgid \"a\"\nmsgstr \"\"\n".utf8), source: "auto"))).response
    #expect(service.translations.map(\.source) == [nil])
    #expect(service.translations.map(\.isOfOneLanguage) == [true])
  }

  @Test func addressHasTheSchemeAndHostOfTheClient() throws {
    let headers: HTTPHeaders = ["Host": "mt.example", "X-Forwarded-Proto": "https"]
    let proxies = try [#require(AddressRange("10.0.0.0/8"))]
    let caller = Caller(slot: ServiceSlot(service), access: AccessControl(trustedProxies: proxies))
    for (peer, scheme) in [("10.1.2.3", "https"), ("9.9.9.9", "http"), ("", "http")] {
      var request = request(form("a.txt", [97]), headers: headers)
      request.peerAddress = peer
      let address = try address(caller.call(request).response)
      #expect(address.hasPrefix("\(scheme)://mt.example/download_file/"), "\(peer)")
    }
    // An empty Host names no host, as none does.
    for headers: HTTPHeaders in [[:], ["Host": ""]] {
      let bare = try address(caller.call(request(form("a.txt", [97]), headers: headers)).response)
      #expect(bare.hasPrefix("/download_file/"))
    }
  }

  @Test func missingOrWrongFieldsAreNamed() {
    let known = DocumentFormat.all.map { "." + $0.fileExtension }.joined(separator: ", ")
    let cases: [([UInt8], String)] = [
      (form(nil, []), "Invalid request: missing file parameter"),
      (form("", [97]), "Invalid request: empty file"),
      (
        form("a.exe", [97]),
        "Invalid request: file format not supported; supported: \(known)"
      ),
      (form("a.txt", [0xC0, 0xC1]), "file: expected UTF-8, UTF-16 or Windows-1252, found other bytes"),
      (form("a.txt", [97], source: nil), "Invalid request: missing source parameter"),
      (form("a.txt", [97], target: nil), "Invalid request: missing target parameter"),
    ]
    for (body, message) in cases {
      let response = caller.call(request(body)).response
      #expect(response.status == 400)
      #expect(response.text == #"{"error":"\#(message)"}"#)
    }
  }

  @Test(arguments: ["x", "../a.txt", "%2e%2e/etc/passwd", "", "00000000000000000000000000000000.txt"])
  func unknownNamesAreNotFound(name: String) throws {
    let response = try caller.get("/download_file/" + name)
    #expect(response.status == 404)
  }

  /// Also of a file whose texts are short.
  @Test func fileCanHaveFourBytesPerCharacter() {
    let caller = Caller(slot: ServiceSlot(service), settings: ServerSettings(characterLimit: 10))
    for (count, status) in [(40, 200), (41, 413)] {
      let file = [UInt8](repeating: UInt8(ascii: "\n"), count: count)
      let response = caller.call(request(form("a.srt", file))).response
      #expect(response.status == status)
      guard status == 413 else { continue }
      #expect(response.error == "Invalid request: file (41 bytes) exceeds size limit (40 bytes)")
    }
  }

  /// One message is the text of each empty translation.
  @Test func textsOfAShortFileCannotExceedTheLimit() {
    let caller = Caller(slot: ServiceSlot(service), settings: ServerSettings(characterLimit: 1000))
    let file = "msgid \"" + String(repeating: "a", count: 800) + "\"\n" + String(repeating: "msgstr\n", count: 100)
    let response = caller.call(request(form("a.po", Array(file.utf8)))).response
    #expect(response.status == 413)
    #expect(response.text.contains("limit (1000)"), "\(response.text)")
  }

  @Test func readingAFileEndsAtTheDeadline() {
    let file = [UInt8](repeating: UInt8(ascii: "\n"), count: 100_000)
    var late = request(form("a.srt", file), headers: ["X-Request-Timeout-Ms": "1"])
    late.receivedSeconds = -10
    #expect(caller.call(late).response.status == 504)
    #expect(service.translations.isEmpty)
  }

  @Test func oldestFilesAreDroppedFirst() throws {
    let caller = Caller(slot: ServiceSlot(service), settings: ServerSettings(files: TranslatedFiles(quota: 5000)))
    let paths = try (0..<3).map { _ in try path(caller, bytes: 1500) }
    #expect(try paths.map { try caller.get($0).status } == [404, 200, 200])
    let large = caller.call(request(form("a.txt", [UInt8](repeating: 97, count: 5000)))).response
    #expect(large.status == 413)
  }

  @Test func emptyFilesCountAgainstTheQuota() throws {
    let caller = Caller(slot: ServiceSlot(service), settings: ServerSettings(files: TranslatedFiles(quota: 20_000)))
    let paths = try (0..<60).map { _ in try path(caller, bytes: 0) }
    let kept = try paths.map { try caller.get($0).status == 200 }
    #expect(kept.first == false)
    #expect(kept.suffix(20).allSatisfy { $0 })
  }

  @Test func lastOfManyFilesAreKept() throws {
    let caller = Caller(slot: ServiceSlot(service), settings: ServerSettings(files: TranslatedFiles(quota: 1 << 16)))
    let paths = try (0..<1000).map { _ in try path(caller, bytes: 1) }
    let kept = try paths.map { try caller.get($0).status == 200 }
    #expect(kept.drop { !$0 }.allSatisfy { $0 })
    #expect(kept.last == true)
  }

  @Test(arguments: [("x", 200), ("é", 100), ("👩‍👩‍👧‍👦", 8)])
  func longNameIsCutBetweenCharacters(character: String, kept: Int) throws {
    let caller = caller
    let path = try path(caller, name: String(repeating: character, count: 300) + ".srt", bytes: 1)
    let disposition = try #require(try caller.get(path).headers["Content-Disposition"])
    let name = try #require(disposition.split(separator: "''").last?.removingPercentEncoding)
    #expect(name == String(repeating: character, count: kept) + "_fr.srt")
  }

  @Test func fileIsDroppedAfterItsLifetime() throws {
    let files = TranslatedFiles(lifetime: .milliseconds(1))
    let caller = Caller(slot: ServiceSlot(service), settings: ServerSettings(files: files))
    let path = try path(caller, bytes: 1)
    try waitUntil("the file is gone") { try caller.get(path).status != 200 }
    #expect(try caller.get(path).status == 404)
  }

  @Test func filesCanBeTurnedOff() throws {
    let caller = Caller(slot: ServiceSlot(service), settings: ServerSettings(files: nil))
    let message = #"{"error":"Files translation are disabled on this server."}"#
    let response = caller.call(request(form("a.txt", [97]))).response
    #expect(response.status == 403)
    #expect(response.text == message)
    #expect(try caller.get("/download_file/x").status == 403)
    #expect(try caller.get("/frontend/settings").text.contains(#""filesTranslation":false,"supportedFilesFormat":[]"#))
  }

  @Test func fileIsNotReadIfTheQueueIsFull() {
    let caller = Caller(StandInService(failure: .queueFull(retryAfterSeconds: 1)))
    let unreadable = caller.call(request(form("a.txt", [0xFF, 0xFE]))).response
    #expect(unreadable.status == 503)
    #expect(unreadable.headers["Retry-After"] == "1")
  }

  @Test func refusalOfTheServiceIsAnswered() {
    let response = Caller(StandInService(failure: .textTooLong(found: 9, limit: 5))).call(
      request(form("a.txt", [97]))
    ).response
    #expect(response.status == 413)
  }
}
