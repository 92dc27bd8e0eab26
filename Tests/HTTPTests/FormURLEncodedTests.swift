import HTTP
import Testing

struct FormURLEncodedTests {
  private func decode(_ text: String, maximumFields: Int = 1000) throws -> [[String]] {
    try FormURLEncoded.decode(Array(text.utf8), maximumFields: maximumFields).map { [$0.name, $0.value] }
  }

  @Test func decodesPairs() throws {
    #expect(try decode("q=Hello+world%21&source=en") == [["q", "Hello world!"], ["source", "en"]])
    #expect(
      try decode("a&b=&=c&&d=e=f&%71=%C3%A9") == [["a", ""], ["b", ""], ["", "c"], ["d", "e=f"], ["q", "é"]])
    #expect(try decode("") == [])
    #expect(try decode("q=%00") == [["q", "\0"]])
  }

  @Test(arguments: ["q=%", "q=%4", "q=%zz", "q=%FF", "%C3=1", "q=%ED%A0%80", "q=%C0%80"])
  func refusesBrokenEscapesAndText(text: String) {
    #expect(throws: FormError.self) { try decode(text) }
  }

  @Test func refusesRawBytesThatAreNotText() {
    #expect(throws: FormError.self) { try FormURLEncoded.decode([0x71, 0x3D, 0xFF]) }
  }

  @Test func boundsTheNumberOfFields() throws {
    #expect(try decode("a&b&c", maximumFields: 3).count == 3)
    #expect(throws: FormError.self) { try decode("a&b&c&d", maximumFields: 3) }
  }
}
