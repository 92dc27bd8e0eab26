import API
import Compression
import HTTP
import Support
import Testing

/// Bodies that clients have packed.
struct ContentCodingTests {
  private static let body = #"{"q":"a dog","source":"en","target":"fr"}"#
  private static let answer = #"{"translatedText":"A DOG"}"#

  private func response(
    _ body: [UInt8], _ coding: String, settings: ServerSettings = ServerSettings()
  ) -> HTTPResponse {
    let caller = Caller(settings: settings)
    var request = caller.request("/translate", "")
    request.body = body
    request.headers["Content-Encoding"] = coding
    return caller.call(request).response
  }

  @Test(arguments: ["gzip", "x-gzip", "GZIP", "identity, gzip"])
  func gzipIsRead(_ coding: String) {
    #expect(response(GzipFile.member(Array(Self.body.utf8)), coding).text == Self.answer)
  }

  @Test(arguments: ["identity", ""])
  func bodyThatIsNotPackedIsRead(_ coding: String) {
    #expect(response(Array(Self.body.utf8), coding).text == Self.answer)
  }

  @Test(arguments: ["br", "zstd", "deflate", "gzip, gzip", "gzip, br", "nonsense"])
  func otherCodingsAreRefused(_ coding: String) {
    let refused = response(Array(Self.body.utf8), coding)
    #expect(refused.status == 415)
    #expect(refused.headers["Accept-Encoding"] == "gzip")
    #expect(refused.error == "content coding \(coding) is not supported; expected gzip or none")
  }

  @Test func brokenPackingIsRefused() {
    let packed = GzipFile.member(Array(Self.body.utf8))
    #expect(response(Array(Self.body.utf8), "gzip").status == 400)
    #expect(response(Array(packed.dropLast(3)), "gzip").status == 400)
    var changed = packed
    changed[changed.count - 6] ^= 1
    #expect(response(changed, "gzip").error?.hasPrefix("Invalid gzip body: found CRC-32") == true)
  }

  @Test(arguments: [0, 1, 70_000, 3_000_000])
  func unpackedBodyHasTheLimitOfBodies(_ excess: Int) {
    let limit = 200_000
    let settings = ServerSettings(bodyLimit: limit)
    let frame = #"{"source":"en","target":"fr","q":""}"#
    let text = String(repeating: "a", count: limit - frame.utf8.count + excess)
    let body = frame.dropLast(2) + text + #""}"#
    let answer = response(GzipFile.member(Array(body.utf8)), "gzip", settings: settings)
    #expect(answer.status == (excess == 0 ? 200 : 413))
    if excess > 0 { #expect(answer.error == "the unpacked body is longer than 200000 bytes") }
  }
}
