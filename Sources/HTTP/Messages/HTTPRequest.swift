/// A complete and checked request.
package struct HTTPRequest: Sendable, Equatable {
  package var method: String
  /// The path, percent-decoded, without the query.
  package var path: String
  /// Pairs of the query string in their order, percent-decoded, with `+` as a space.
  package var query: [(name: String, value: String)]
  package var headers: HTTPHeaders
  package var body: [UInt8]
  /// The numeric address that the request came from, without a port; empty if unknown.
  package var peerAddress = ""
  /// Time at which the request was complete, in seconds of the steady clock of `Moment`; nil if unknown.
  package var receivedSeconds: Double?

  package init(
    method: String, path: String, query: [(name: String, value: String)], headers: HTTPHeaders, body: [UInt8]
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// Approximate bytes of memory.
  var heldBytes: Int {
    let fields = headers.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 }
    return query.reduce(body.count + path.utf8.count + fields + 512) {
      $0 + $1.name.utf8.count + $1.value.utf8.count + 64
    }
  }

  package static func == (a: HTTPRequest, b: HTTPRequest) -> Bool {
    a.method == b.method && a.path == b.path && a.headers == b.headers && a.body == b.body
      && a.peerAddress == b.peerAddress && a.query.elementsEqual(b.query, by: ==)
  }
}
