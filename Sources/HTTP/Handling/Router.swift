/// Sends requests to handlers by method and path. An unknown path is 404, a known one with another method 405 with
/// `Allow`; HEAD goes to GET, OPTIONS is answered here.
package struct Router: HTTPHandler {
  private var routes: [String: [String: any HTTPHandler]] = [:]
  /// Beginnings of paths that were registered with `/*` after them, the longest first; each ends with a slash.
  private var folders: [String] = []
  private let errorBody: ErrorBody

  /// `errorBody` makes the 404 and 405 answers.
  package init(errorBody: @escaping ErrorBody) {
    self.errorBody = errorBody
  }

  /// A path matches exactly; one that ends in `/*` also everything below it, where no longer one does.
  package mutating func add(_ method: String, _ path: String, _ handler: any HTTPHandler) {
    routes[path, default: [:]][method] = handler
    guard path.hasSuffix("/*"), !folders.contains(String(path.dropLast())) else { return }
    folders.append(String(path.dropLast()))
    folders.sort { $0.utf8.count > $1.utf8.count }
  }

  package mutating func add(
    _ method: String, _ path: String,
    _ handle: @escaping @Sendable (_ request: HTTPRequest, _ exchange: any HTTPExchange) -> Void
  ) {
    add(method, path, ClosureHandler(handle: handle))
  }

  package func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    guard let methods = methods(for: request.path) else {
      return exchange.respond(errorBody(404, "no such path: \(Self.excerpt(request.path))"))
    }
    if let handler = methods[request.method] ?? (request.method == "HEAD" ? methods["GET"] : nil) {
      return handler.handle(request, exchange)
    }
    let allowed = Self.allowed(methods)
    if request.method == "OPTIONS" {
      return exchange.respond(HTTPResponse(status: 204, headers: ["Allow": allowed]))
    }
    var response = errorBody(405, "\(Self.excerpt(request.path)) does not know \(request.method), only \(allowed)")
    response.headers["Allow"] = allowed
    exchange.respond(response)
  }

  package func execution(of request: HTTPRequest) -> HandlerExecution {
    guard let methods = methods(for: request.path) else { return .queued }
    let handler = methods[request.method] ?? (request.method == "HEAD" ? methods["GET"] : nil)
    return handler?.execution(of: request) ?? .queued
  }

  private func methods(for path: String) -> [String: any HTTPHandler]? {
    if path == "*" { return routes.values.reduce(into: [:]) { $0.merge($1) { first, _ in first } } }
    if let exact = routes[path] { return exact }
    return Self.folder(of: path.utf8, among: folders).flatMap { routes[$0 + "*"] }
  }

  /// The longest of the folders in which a path lies.
  ///
  /// It is looked up on the event loop for paths of any length and form, so it takes time for the bytes of the folders
  /// alone.
  /// - Parameter folders: the longest first.
  static func folder(of path: some Sequence<UInt8>, among folders: [String]) -> String? {
    folders.first { path.starts(with: $0.utf8) }
  }

  /// The beginning of a path, as much as error messages quote.
  private static func excerpt(_ path: String) -> String {
    String(String.UnicodeScalarView(path.unicodeScalars.prefix(80)))
  }

  private static func allowed(_ methods: [String: any HTTPHandler]) -> String {
    var names = Set(methods.keys).union(["OPTIONS"])
    if names.contains("GET") { names.insert("HEAD") }
    return names.sorted().joined(separator: ", ")
  }
}

private struct ClosureHandler: HTTPHandler {
  let handle: @Sendable (HTTPRequest, any HTTPExchange) -> Void

  func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    handle(request, exchange)
  }
}
