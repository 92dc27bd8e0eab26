/// The server's application: finds what answers each request.
package protocol HTTPHandler: Sendable {
  /// Finds the action that answers a request. Called once per request on the event loop's thread, so it reads the
  /// request's head alone, in time linear in its length.
  func match(_ request: HTTPRequest) -> RouteMatch

  /// The client in whose turn a request waits for a handler thread, and whose memory it takes. Called on the event loop's
  /// thread.
  func client(of request: HTTPRequest) -> String
}

extension HTTPHandler {
  package func client(of request: HTTPRequest) -> String { request.peerAddress }
}

/// The action for one request, and the thread that it runs on.
package struct RouteMatch: Sendable {
  /// Answers a request now or later, from any thread. Must answer the exchange exactly once.
  package typealias Action = @Sendable (_ request: HTTPRequest, _ exchange: any HTTPExchange) -> Void

  package var execution: HandlerExecution
  /// The most memory that the action can come to take beside the request itself.
  package var expectedBytes: Int
  package var action: Action

  package init(_ execution: HandlerExecution, expectedBytes: Int = 0, _ action: @escaping Action) {
    self.execution = execution
    self.expectedBytes = expectedBytes
    self.action = action
  }
}

/// The thread on which a request's action is called.
package enum HandlerExecution: Sendable, Equatable {
  /// The event loop's thread, however busy it is: the action takes well under a millisecond and waits for nothing. For
  /// health checks, which must not wait for other work.
  case immediate
  /// The event loop's thread while it has time, else a handler thread: the action takes well under a millisecond and
  /// waits for nothing.
  case brief
  /// A handler thread, when it is the client's turn.
  case queued
}

// MARK: - Answering

/// The way back to the client that sent one request.
package protocol HTTPExchange: Sendable {
  /// Sends the answer. Only the first call of this or `begin` counts.
  func respond(_ response: HTTPResponse)

  /// Sends the head of an answer of unknown length, whose body follows in pieces.
  /// - Parameter filler: bytes without a meaning that can be sent between any two pieces. They are sent to a peer that
  ///   has ended its input, to learn whether it has left; if they are empty, the next piece tells.
  /// - Returns: nil if the exchange was answered before.
  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)?

  /// Whether the client has left, so that further work for it is in vain.
  var isAbandoned: Bool { get }

  /// Runs `action` once if the client leaves before its answer is whole, and at once if it has left already.
  func onDisconnect(_ action: @escaping @Sendable () -> Void)
}

/// The body of an answer that was begun. Pieces leave in the order of the calls.
package protocol HTTPResponseStream: Sendable {
  func send(_ bytes: [UInt8])

  /// Ends the answer with these bytes as its last. Further calls do nothing.
  func finish(_ last: [UInt8])
}

// MARK: - Refusing

/// A request that reaches no handler: its error, and the parts of it that could be read.
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

/// Makes the answer to a refused request, so that the service writes every error in one place.
package typealias RefusalBody = @Sendable (RefusedRequest) -> HTTPResponse
