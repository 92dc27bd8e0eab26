import API
import Foundation
import HTTP
import Models
import Testing
import Translation

struct PageTests {
  private static let paths = ["/", "/attention?q=a+b&source=en&target=fr&format=html"]

  @Test(arguments: paths)
  func pageNeedsNothingElse(_ path: String) throws {
    let response = try Caller().get(path)
    #expect(response.status == 200)
    #expect(response.headers["Content-Type"] == "text/html; charset=utf-8")
    #expect(response.body.count < 200_000)
    let text = response.text
    #expect(!text.contains("http:") && !text.contains("https:") && !text.contains("{{"))
    #expect(text.matches(of: /(src|href)="(?!data:|\.\/[a-z]+")/).isEmpty)
    #expect(text.hasPrefix("<!doctype html>") && text.hasSuffix("</html>\n"))
  }

  /// Its own scripts and styles run, by their digests; nothing else does.
  @Test(arguments: paths)
  func policyAllowsOnlyThePagesOwnParts(_ path: String) throws {
    let response = try Caller().get(path)
    let policy = try #require(response.headers["Content-Security-Policy"])
    let directives = policy.components(separatedBy: "; ")
    #expect(directives.contains("default-src 'none'") && directives.contains("connect-src 'self'"))
    #expect(!policy.contains("unsafe"))
    for (tag, directive) in [("script", "script-src"), ("style", "style-src")] {
      let blocks = blocks(tag, in: response.text)
      #expect(blocks.count == 1)
      let sources = blocks.map { "'sha256-\(Data(SHA256.digest(Array($0.utf8))).base64EncodedString())'" }
      #expect(directives.contains("\(directive) \(sources.joined(separator: " "))"))
    }
  }

  /// Nothing in a page's attributes would be run or shown under its policy.
  @Test(arguments: paths)
  func attributesKeepToThePolicy(_ path: String) throws {
    #expect(try Caller().get(path).text.matches(of: /<[^>]*\s(on[a-z]+|style)=/).isEmpty)
  }

  @Test func pageHasThePathsOfTheServer() throws {
    let data = try #require(try jsonBlock(in: Caller().get("/").text, id: "server"))
    #expect(data.contains(#""/translate""#) && data.contains(#""/attention""#))
  }

  /// Tokens are the client's text: none can end the script that holds them or begin another.
  @Test func hostileTokensStayData() throws {
    let hostile = ["</script><script>alert(1)</script>", "<!--", "<img src=x onerror=alert(1)>", "\u{2028}"]
    var answer = StandInService.attention
    answer.sourceTokens = hostile
    let page = String(decoding: AttentionFormat.html.bytes(answer, kinds: [.cross]), as: UTF8.self)
    let data = try #require(jsonBlock(in: page, id: "data"))
    #expect(!data.contains("<"))
    let read = try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
    #expect(read?["sourceTokens"] as? [String] == hostile)
    #expect(page.components(separatedBy: "</script>").count == 3)
  }

  /// FIPS 180-4's examples, and lengths on both sides of a block's end.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
  ])
  func digests(_ message: String, _ digest: String) {
    #expect(SHA256.digest(Array(message.utf8)).map { String(format: "%02x", $0) }.joined() == digest)
  }

  private func blocks(_ tag: String, in text: String) -> [String] {
    text.components(separatedBy: "<\(tag)>").dropFirst().map { $0.components(separatedBy: "</\(tag)>")[0] }
  }

  private func jsonBlock(in text: String, id: String) -> String? {
    let opening = #"<script type="application/json" id="\#(id)">"#
    return text.components(separatedBy: opening).dropFirst().first?.components(separatedBy: "</script>").first
  }
}
