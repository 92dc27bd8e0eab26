import HTTP
import Support
import Testing

struct MultipartFormTests {
  private func parse(_ text: String, boundary: String = "X", maximumParts: Int = 1000) throws -> [MultipartForm.Part] {
    let mediaType = try #require(MediaType("multipart/form-data; boundary=\"\(boundary)\""))
    return try MultipartForm.parse(Array(text.utf8), mediaType: mediaType, maximumParts: maximumParts)
  }

  private static let field = "Content-Disposition: form-data; name=\"q\"\r\n\r\n"

  @Test func readsFieldsAndFiles() throws {
    let parts = try parse(
      "preamble\r\n--X\r\n\(Self.field)Hello\r\n--X \r\nContent-Disposition: form-data; name=file; "
        + "filename=\"a\\\"b.txt\"\r\nContent-Type: text/plain\r\n\r\none\r\n--Xy\r\n-two\r\n\r\n--X--\r\nepilogue")
    #expect(parts.map(\.name) == ["q", "file"])
    #expect(parts.first?.text == "Hello")
    #expect(parts.last?.fileName == "a\"b.txt")
    #expect(parts.last?.contentType == "text/plain")
    #expect(parts.last?.text == "one\r\n--Xy\r\n-two\r\n")
  }

  @Test func readsTheShortestForms() throws {
    #expect(try parse("--X\r\n\(Self.field)\r\n--X--").map(\.body) == [[]])
    #expect(try parse("--X--\r\n").isEmpty)
  }

  @Test func anyBytesCanBeContent() throws {
    let mediaType = try #require(MediaType("multipart/form-data; boundary=X"))
    let content: [UInt8] = [0, 0xFF, 0x0D, 0x0A, 0x2D, 0x0D, 0x0A, 0x2D, 0x2D, 0x0D]
    let body = Array("--X\r\n\(Self.field)".utf8) + content + Array("\r\n--X--\r\n".utf8)
    let part = try #require(try MultipartForm.parse(body, mediaType: mediaType).first)
    #expect(part.body == content)
    #expect(part.text == nil)
  }

  @Test(arguments: [
    "", "X", "--X", "--X\r\n", "--X\r\n\r\n", "--X\r\nA: b\r\n",
    "--X\r\nContent-Disposition: form-data\r\n\r\na\r\n--X--",
    "--X\r\nContent-Disposition: attachment; name=q\r\n\r\na\r\n--X--",
    "--X\r\nContent-Disposition: form-data; name=\"q\r\n\r\na\r\n--X--", "--X\r\n folded\r\n\r\na\r\n--X--",
    "--X\nContent-Disposition: form-data; name=q\n\na\n--X--",
  ])
  func refusesMalformedBodies(text: String) {
    #expect(throws: FormError.self) { try parse(text) }
  }

  @Test func truncatedBodiesAreRefused() throws {
    let whole = "--X\r\n\(Self.field)Hello\r\n--X\r\n\(Self.field)World\r\n--X--"
    #expect(try parse(whole).count == 2)
    for length in 0..<whole.utf8.count {
      let cut = String(decoding: Array(whole.utf8).prefix(length), as: UTF8.self)
      #expect(throws: FormError.self, "cut after \(length) bytes") { try parse(cut) }
    }
  }

  @Test func boundsPartsAndHeaders() throws {
    let part = "--X\r\n\(Self.field)a\r\n"
    #expect(try parse(String(repeating: part, count: 3) + "--X--", maximumParts: 3).count == 3)
    #expect(throws: FormError.self) { try parse(String(repeating: part, count: 4) + "--X--", maximumParts: 3) }
    let headers = String(repeating: "A: b\r\n", count: 20)
    #expect(throws: FormError.self) { try parse("--X\r\n\(headers)\(Self.field)a\r\n--X--") }
    #expect(throws: FormError.self) { try parse("--X--", boundary: String(repeating: "X", count: 71)) }
    let none = try #require(MediaType("multipart/form-data"))
    #expect(throws: FormError.self) { try MultipartForm.parse([], mediaType: none) }
  }

  @Test func randomBodiesNeverTrap() throws {
    let mediaType = try #require(MediaType("multipart/form-data; boundary=X"))
    let pieces = ["--X", "\r\n", "--", Self.field, "a", "\n", " ", "A: b\r\n", "\""].map { Array($0.utf8) }
    var random = SplitMix(state: 1)
    var read = 0
    for _ in 0..<5000 {
      let body = (0..<Int.random(in: 0...12, using: &random)).flatMap { _ in
        pieces.randomElement(using: &random) ?? []
      }
      read += (try? MultipartForm.parse(body, mediaType: mediaType)) == nil ? 0 : 1
    }
    #expect(read > 0)
  }
}
