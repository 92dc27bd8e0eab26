import HTTP
import Testing

struct HTTPDateTests {
  /// The first is the example of RFC 9110; the others from `date -u -d @N`.
  @Test(arguments: [
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
  ])
  func formatsDates(unixSeconds: Int, expected: String) {
    #expect(HTTPDate.text(unixSeconds: unixSeconds) == expected)
  }
}
