import HTTP
import Testing

struct MediaTypeTests {
  @Test func readsNamesAndParameters() throws {
    let type = try #require(MediaType("Application/JSON ; Charset=\"utf\\-8\"; a=b;; charset=other"))
    #expect(type.name == "application/json")
    #expect(type.parameters == ["charset": "utf-8", "a": "b"])
  }

  @Test(arguments: ["", "text", "text/", "/plain", "a/b/c", "a b/c", "a/b; c", "a/b; c=", "a/b; c=\"d", "a/b; c=d e"])
  func refusesMalformedTypes(text: String) {
    #expect(MediaType(text) == nil)
  }
}
