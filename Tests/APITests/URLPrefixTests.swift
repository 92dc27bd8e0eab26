import API
import HTTP
import Support
import Testing

/// Paths as proxies and clients write them.
struct URLPrefixTests {
  private static let body = #"{"q":"a","source":"en","target":"fr"}"#

  private func caller(_ prefix: String) throws -> Caller {
    Caller(settings: ServerSettings(urlPrefix: try #require(URLPrefix(prefix))))
  }

  @Test(arguments: ["/translate", "//translate", "/translate/", "///translate//", "//translate/"])
  func slashesMerge(_ path: String) throws {
    #expect(Caller().post(path, Self.body).status == 200)
    #expect(try caller("/mt").post(path, Self.body).status == 200)
    #expect(try caller("/mt").post("/mt" + path, Self.body).status == 200)
    #expect(try caller("/mt").post("//mt" + path, Self.body).status == 200)
  }

  @Test(arguments: [
    "/trans/late", "/translate/x", "/mttranslate", "/MT/translate", "/mt/mt/translate", "/x/mt/translate",
  ])
  func otherPathsAreUnknown(_ path: String) throws {
    #expect(try caller("/mt").post(path, Self.body).status == 404)
  }

  @Test func pathsBelowAFolderMerge() throws {
    #expect(try Caller().get("//v2/languages/").status == 200)
    #expect(try Caller().get("//v2//nothing").text.hasPrefix(#"{"message":"no such path"#))
    #expect(try Caller().get("/").status == 200)
    #expect(try Caller().get("//").status == 200)
  }

  @Test(arguments: [
    ("/mt", "/mt"), ("mt", "/mt"), ("/mt/", "/mt"), ("//a//b/", "/a/b"), ("/", ""), ("", ""),
    ("/a.b-c_d~1", "/a.b-c_d~1"),
  ])
  func prefixIsRead(_ text: String, _ path: String) {
    #expect(URLPrefix(text)?.text == path)
  }

  @Test(arguments: ["/a b", "/a?b", "/é", "/..", "/a/../b", "http://host/a", "/a\"b", "/a%20b"])
  func otherTextsAreNoPrefix(_ text: String) {
    #expect(URLPrefix(text) == nil)
  }

  @Test func pageLinksAndDocumentHaveThePrefix() throws {
    let caller = try caller("/mt")
    let moved = try caller.get("/mt")
    #expect(moved.status == 308)
    #expect(moved.headers["Location"] == "/mt/")
    #expect(try caller.get("/mt/").headers["Content-Type"] == "text/html; charset=utf-8")
    #expect(try caller.get("/mt/spec").text.contains(#""servers":[{"url":"/mt"}]"#))
    #expect(try Caller().get("/spec").text.contains(#""servers":[{"url":"/"}]"#))
  }

  @Test func addressOfATranslatedFileHasThePrefix() throws {
    let caller = try caller("/mt")
    let form =
      "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n"
      + "--x\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nen\r\n"
      + "--x\r\nContent-Disposition: form-data; name=\"target\"\r\n\r\nfr\r\n--x--\r\n"
    var request = caller.request("/mt/translate_file", form)
    request.headers["Content-Type"] = "multipart/form-data; boundary=x"
    request.headers["Host"] = "a.example"
    let answer = caller.call(request).response
    #expect(answer.text.hasPrefix(#"{"translatedFileUrl":"http://a.example/mt/download_file/"#))
    let name = try #require(answer.text.split(separator: "/").last?.dropLast(2))
    #expect(try caller.get("/mt/download_file/\(name)").text == "HELLO")
    request.headers["Host"] = ""
    #expect(caller.call(request).response.text.hasPrefix(#"{"translatedFileUrl":"/mt/download_file/"#))
  }
}
