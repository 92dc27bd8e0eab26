/// Valid requests, each with the expected result.
enum SampleRequests {
  static let get = "GET /languages?a=b+c&d=%C3%A9 HTTP/1.1\r\nHost: localhost:5000\r\nAccept: */*\r\n\r\n"
  static let post =
    "POST /translate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"q\":\"x\"}"
  static let chunked =
    "POST /translate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    + "4\r\nWiki\r\n6;name=value;q=\"a;\\\"b\"\r\npedia \r\nB\r\nin \r\nchunks\r\n0\r\nTrailer: dropped\r\n\r\n"
  static let old = "GET / HTTP/1.0\r\n\r\n"
  static let absolute = "GET http://other.example:81/path?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"
  static let asterisk = "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"
  static let afterEmptyLine = "\r\nGET /b HTTP/1.1\r\nhost:a\r\nX-Empty:\r\nX-Space: \t a \t \r\n\r\n"
  static let emptyBody = "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
  static let expecting = "PUT /d HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi"

  static let all = [get, post, chunked, old, absolute, asterisk, afterEmptyLine, emptyBody, expecting]
}
