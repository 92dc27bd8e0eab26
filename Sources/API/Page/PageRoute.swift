import HTTP
import JSON

/// `GET /`: the page.
struct PageRoute: Sendable {
  private static let page = AssembledPage("page/page.html")

  private let response: HTTPResponse

  /// - Parameter paths: what the server answers, so that the page offers nothing else.
  init(paths: [String]) {
    let page = Self.page
    var writer = JSONWriter()
    writer.object {
      $0.name("paths")
      $0.array(of: paths) { $0.string($1) }
    }
    response = HTTPResponse(page: page.bytes(data: writer.bytes), policy: page.policy)
  }

  @Sendable func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    exchange.respond(response)
  }
}
