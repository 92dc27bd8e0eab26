/// A request whose head was read and whose body is arriving.
struct ArrivingRequest: Sendable {
  let head: RequestHead
  var body: [UInt8] = []

  /// The request once it is whole.
  func request(peerAddress: String) -> HTTPRequest {
    var request = HTTPRequest(
      method: head.method, path: head.target.path, query: head.target.query, headers: head.headers, body: body)
    request.peerAddress = peerAddress
    return request
  }
}
