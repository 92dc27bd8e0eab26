import HTTP
import Testing

struct HTTPHeadersTests {
  @Test func namesCompareWithoutCase() {
    var headers: HTTPHeaders = ["Content-Type": "a", "X-A": "1", "x-a": "2"]
    #expect(headers["content-TYPE"] == "a")
    #expect(headers.values("X-a") == ["1", "2"])
    headers["X-A"] = "3"
    #expect(headers.values("x-a") == ["3"])
    headers["x-A"] = nil
    #expect(headers["X-A"] == nil)
  }

  @Test func listsSplitAtCommas() {
    let headers: HTTPHeaders = ["Connection": "Close ,\tupgrade", "connection": "", "Other": "x"]
    #expect(headers.list("Connection") == ["close", "upgrade", ""])
    #expect(headers.list("none") == [])
  }
}
