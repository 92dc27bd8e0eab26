import Foundation

/// The exchange that handlers of `HTTPServer` get.
///
/// `@unchecked Sendable`: `isAnswered` is touched under `lock` only, and `memory` is set before others have the exchange;
/// all else is constant and itself safe.
final class ServerExchange: HTTPExchange, @unchecked Sendable {
  private let client: UInt64
  private let request: UInt64
  private let mailbox: Mailbox
  private let disconnectObserver: DisconnectObserver
  private let refusalBody: RefusalBody
  /// Method and fields of the request, for the response if the exchange is dropped.
  private let method: String
  private let headers: HTTPHeaders
  private let lock = NSLock()
  private var isAnswered = false
  /// The memory that the request has reserved, for as long as a handler holds the exchange.
  var memory: MemoryReservation?

  init(
    client: UInt64, request: UInt64, method: String, headers: HTTPHeaders, mailbox: Mailbox,
    disconnectObserver: DisconnectObserver, refusalBody: @escaping RefusalBody
  ) {
    self.client = client
    self.request = request
    self.method = method
    self.headers = headers
    self.mailbox = mailbox
    self.disconnectObserver = disconnectObserver
    self.refusalBody = refusalBody
  }

  /// A handler that drops its exchange must not leave the client waiting for ever.
  deinit {
    guard !isAnswered else { return }
    let error = RequestError(500, "the request was dropped without an answer")
    respond(refusalBody(RefusedRequest(error, method: method, headers: headers)))
  }

  func respond(_ response: HTTPResponse) {
    guard claim() else { return }
    disconnectObserver.finish()
    post(.whole(response))
  }

  var isAbandoned: Bool { disconnectObserver.isDisconnected }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    disconnectObserver.add(action)
  }

  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? {
    guard claim() else { return nil }
    post(.begin(status: status, headers: headers, filler: filler))
    return ServerResponseStream(
      client: client, request: request, mailbox: mailbox, disconnectObserver: disconnectObserver, memory: memory)
  }

  /// True for the first caller only.
  private func claim() -> Bool {
    lock.withLock {
      defer { isAnswered = true }
      return !isAnswered
    }
  }

  private func post(_ part: Mailbox.ResponsePart) {
    mailbox.post(.response(client: client, request: request, part))
  }
}

/// The rest of a response that was begun. If it is dropped without `finish`, the connection is broken off, so that the
/// client sees that a part is missing.
private final class ServerResponseStream: HTTPResponseStream {
  private let client: UInt64
  private let request: UInt64
  private let mailbox: Mailbox
  private let disconnectObserver: DisconnectObserver
  private let memory: MemoryReservation?

  init(
    client: UInt64, request: UInt64, mailbox: Mailbox, disconnectObserver: DisconnectObserver,
    memory: MemoryReservation?
  ) {
    self.memory = memory
    self.client = client
    self.request = request
    self.mailbox = mailbox
    self.disconnectObserver = disconnectObserver
  }

  deinit { post(.abandon) }

  func send(_ bytes: [UInt8]) {
    post(.piece(bytes))
  }

  func finish(_ last: [UInt8]) {
    disconnectObserver.finish()
    post(.finish(last))
  }

  private func post(_ part: Mailbox.ResponsePart) {
    mailbox.post(.response(client: client, request: request, part))
  }
}

/// Runs actions once if the client of a request leaves before the response is complete.
///
/// `@unchecked Sendable`: `state` is touched under `lock` only.
final class DisconnectObserver: @unchecked Sendable {
  private enum State {
    case waiting([@Sendable () -> Void])
    case disconnected, finished
  }

  private let lock = NSLock()
  private var state = State.waiting([])

  var isDisconnected: Bool {
    lock.withLock {
      if case .disconnected = state { return true }
      return false
    }
  }

  /// Adds an action. It runs at once if the client has left, and never if the response is complete.
  func add(_ action: @escaping @Sendable () -> Void) {
    let isDisconnected = lock.withLock {
      switch state {
      case .waiting(let actions):
        state = .waiting(actions + [action])
        return false
      case .disconnected: return true
      case .finished: return false
      }
    }
    if isDisconnected { action() }
  }

  /// The client has left: runs the actions on this thread.
  func disconnect() {
    for action in end(as: .disconnected) { action() }
  }

  /// The response is complete: drops the actions.
  func finish() {
    _ = end(as: .finished)
  }

  private func end(as final: State) -> [@Sendable () -> Void] {
    lock.withLock {
      guard case .waiting(let actions) = state else { return [] }
      state = final
      return actions
    }
  }
}
