/// A request that no handler gets: what is wrong with it, and what could be read of it.
package struct RefusedRequest: Sendable {
  package var error: RequestError
  package var method: String?
  package var headers: HTTPHeaders

  package init(_ error: RequestError, method: String? = nil, headers: HTTPHeaders = [:]) {
    self.error = error
    self.method = method
    self.headers = headers
  }
}

/// Makes the answer to a refused request, so that every error of the service is written in one place.
package typealias RefusalBody = @Sendable (RefusedRequest) -> HTTPResponse
