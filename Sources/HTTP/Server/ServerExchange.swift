import Foundation

/// The exchange that handlers of `HTTPServer` get.
///
/// `@unchecked Sendable`: `isAnswered` is touched under `lock` only, all else is constant and itself safe.
final class ServerExchange: HTTPExchange, @unchecked Sendable {
  private let client: UInt64
  private let request: UInt64
  private let mailbox: Mailbox
  private let notice: DepartureNotice
  private let refusalBody: RefusalBody
  /// Of the request, for the answer to one that is dropped.
  private let method: String
  private let headers: HTTPHeaders
  private let lock = NSLock()
  private var isAnswered = false

  init(
    client: UInt64, request: UInt64, method: String, headers: HTTPHeaders, mailbox: Mailbox, notice: DepartureNotice,
    refusalBody: @escaping RefusalBody
  ) {
    self.client = client
    self.request = request
    self.method = method
    self.headers = headers
    self.mailbox = mailbox
    self.notice = notice
    self.refusalBody = refusalBody
  }

  /// A handler that forgot its exchange must not leave the client waiting for ever.
  deinit {
    guard !isAnswered else { return }
    let error = RequestError(500, "the request was dropped without an answer")
    respond(refusalBody(RefusedRequest(error, method: method, headers: headers)))
  }

  func respond(_ response: HTTPResponse) {
    guard claim() else { return }
    notice.settle()
    post(.whole(response))
  }

  var isAbandoned: Bool { notice.hasLeft }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    notice.add(action)
  }

  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? {
    guard claim() else { return nil }
    post(.begin(status: status, headers: headers, filler: filler))
    return ServerResponseStream(client: client, request: request, mailbox: mailbox, notice: notice)
  }

  /// True for the first caller only.
  private func claim() -> Bool {
    lock.withLock {
      defer { isAnswered = true }
      return !isAnswered
    }
  }

  private func post(_ part: Mailbox.Part) {
    mailbox.post(.answer(client: client, request: request, part))
  }
}

/// The rest of an answer that was begun. Given up without `finish`, the connection is broken off, so that the client
/// sees that a part is missing.
private final class ServerResponseStream: HTTPResponseStream {
  private let client: UInt64
  private let request: UInt64
  private let mailbox: Mailbox
  private let notice: DepartureNotice

  init(client: UInt64, request: UInt64, mailbox: Mailbox, notice: DepartureNotice) {
    self.client = client
    self.request = request
    self.mailbox = mailbox
    self.notice = notice
  }

  deinit { mailbox.post(.answer(client: client, request: request, .abandon)) }

  func send(_ bytes: [UInt8]) {
    mailbox.post(.answer(client: client, request: request, .piece(bytes)))
  }

  func finish(_ last: [UInt8]) {
    notice.settle()
    mailbox.post(.answer(client: client, request: request, .finish(last)))
  }
}
