import Foundation
import JSON
import Testing
import dragoman_bench

struct ReportTests {
  private let table = ReportTable(
    columns: [
      ReportTable.Column(key: "encoder", head: "encoder"), ReportTable.Column(key: "length", head: "tokens"),
      ReportTable.Column(key: "milliseconds", head: "ms"), ReportTable.Column(key: "norm", head: "norm"),
    ],
    rows: [
      [.text("LSTM"), .integer(1000), .number(-12345.678, digits: 1), .magnitude(1.5e-40)],
      [.text("other"), .integer(10), .number(2.25, digits: 2), .none],
    ])

  @Test func markdownHasRoundedAndGroupedFigures() {
    #expect(
      table.markdown == """
        | encoder | tokens | ms | norm |
        | --- | --- | --- | --- |
        | LSTM | 1,000 | -12,345.7 | 1.50e-40 |
        | other | 10 | 2.25 |  |
        """)
    #expect(table.text.split(separator: "\n").count == 3)
    #expect(table.text.contains("LSTM     1,000   -12,345.7  1.50e-40"))
  }

  @Test func jsonHasUnroundedFigures() {
    var writer = JSONWriter()
    table.write(to: &writer)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self) == """
        [{"encoder":"LSTM","length":1000,"milliseconds":-12345.678,"norm":1.5e-40},\
        {"encoder":"other","length":10,"milliseconds":2.25,"norm":null}]
        """)
  }

  @Test func onlyMarkedPartsAreReplaced() throws {
    var page = MarkedPage(
      path: "page.md", text: "a\n<!-- bench b -->\nold\n<!-- /bench b -->\nc <!-- bench d --><!-- /bench d -->")
    try page.replace("b", with: "new")
    try page.replace("b", with: "newer")
    try page.replace("d", with: "x")
    #expect(
      page.text == "a\n<!-- bench b -->\nnewer\n<!-- /bench b -->\nc <!-- bench d -->\nx\n<!-- /bench d -->")
  }

  @Test(arguments: [
    "", "<!-- bench b -->", "<!-- /bench b --> <!-- bench b -->", "<!-- bench bc --><!-- /bench bc -->",
  ])
  func missingPartIsReported(_ text: String) {
    var page = MarkedPage(path: "page.md", text: text)
    #expect {
      try page.replace("b", with: "new")
    } throws: {
      "\($0)".hasPrefix("page.md: found no part b, expected the lines <!-- bench b -->")
    }
    #expect(page.text == text)
  }

  @Test func perplexityIsTheNumberOfEquallyLikelyTokens() {
    let quarter = Float(0.25).logarithm
    let perplexity = Perplexity(logProbs: [[quarter, quarter], [quarter]])
    #expect(perplexity.tokens == 3)
    #expect(abs(perplexity.value - 4) < 1e-6)
  }
}

extension Float {
  fileprivate var logarithm: Float { Float(log(Double(self))) }
}
