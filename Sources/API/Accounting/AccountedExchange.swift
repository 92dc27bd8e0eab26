import Foundation
import HTTP

/// The exchange that routes get: it keeps the account of its request, names the request in the answer, and hands the
/// account in when there is one.
struct AccountedExchange: HTTPExchange {
  private let inner: any HTTPExchange
  private let account: OpenAccount

  fileprivate let errors: ErrorShape

  /// - Parameter errors: how its client reads what went wrong.
  init(
    _ inner: any HTTPExchange, _ account: RequestAccount, since start: Double, ledger: RequestLedger,
    errors: ErrorShape = .plain
  ) {
    self.errors = errors
    let open = OpenAccount(account, since: start, ledger: ledger)
    self.inner = inner
    self.account = open
    inner.onDisconnect { open.close(status: ErrorStatus.clientLeft) }
  }

  func respond(_ response: HTTPResponse) {
    var response = response
    response.headers[RequestID.field] = account.id
    account.close(status: response.status, bytesOut: response.body.count) { inner.respond(response) }
  }

  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? {
    var headers = headers
    headers[RequestID.field] = account.id
    guard let stream = inner.begin(status: status, headers: headers, filler: filler) else { return nil }
    account.keep { $0.status = status }
    return AccountedStream(inner: stream, account: account)
  }

  var isAbandoned: Bool { inner.isAbandoned }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    inner.onDisconnect(action)
  }

  fileprivate var keyName: String? { account.keyName }

  fileprivate func keep(_ change: (inout RequestAccount) -> Void) {
    account.keep(change)
  }
}

extension HTTPExchange {
  /// Adds to what is known of the request, where an account is kept of it.
  func note(_ change: (inout RequestAccount) -> Void) {
    (self as? AccountedExchange)?.keep(change)
  }

  /// Answers with what the one table has for an error.
  func refuse(_ error: any Error) {
    let shape = (self as? AccountedExchange)?.errors ?? .plain
    respond(shape.response(noted(error)))
  }

  /// What the table has for an error, which the account now gives as the request's.
  func noted(_ error: any Error) -> ErrorStatus {
    let refusal = ErrorStatus(error)
    note { $0.refusal = RequestRefusal(reason: refusal.reason, message: refusal.message) }
    return refusal
  }

  /// The name of the API key that the request came with, where one is needed.
  var keyName: String? { (self as? AccountedExchange)?.keyName }
}

/// An answer in pieces, whose account is closed before its last piece leaves.
private struct AccountedStream: HTTPResponseStream {
  let inner: any HTTPResponseStream
  let account: OpenAccount

  func send(_ bytes: [UInt8]) {
    account.keep { $0.bytesOut += bytes.count }
    inner.send(bytes)
  }

  func finish(_ last: [UInt8]) {
    account.close(bytesOut: last.count) { inner.finish(last) }
  }
}

/// The account of a request that is under way.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`, all else is constant.
private final class OpenAccount: @unchecked Sendable {
  let id: String
  private let start: Double
  private let ledger: RequestLedger
  private let lock = NSLock()
  private var account: RequestAccount
  private var isClosed = false

  init(_ account: RequestAccount, since start: Double, ledger: RequestLedger) {
    id = account.id
    self.account = account
    self.start = start
    self.ledger = ledger
  }

  func keep(_ change: (inout RequestAccount) -> Void) {
    lock.withLock { change(&account) }
  }

  var keyName: String? { lock.withLock { account.key } }

  /// Hands the account in, once, and calls `answer` in any case: an exchange must be answered though its client left.
  /// - Parameters:
  ///   - status: nil where the account has it.
  ///   - bytesOut: that leave now.
  func close(status: Int? = nil, bytesOut: Int = 0, answer: () -> Void = {}) {
    let closed: RequestAccount? = lock.withLock {
      guard !isClosed else { return nil }
      isClosed = true
      account.status = status ?? account.status
      account.bytesOut = account.method == "HEAD" ? 0 : account.bytesOut + bytesOut
      // The router's own answers come without a word on why.
      if account.refusal == nil, account.status == 404 || account.status == 405 {
        account.refusal = RequestRefusal(reason: ErrorStatus.reason(unroutable: account.status), message: "")
      }
      account.seconds = max(0, ledger.time.steadySeconds() - start)
      return account
    }
    if let closed {
      ledger.enter(closed, answer: answer)
    } else {
      answer()
    }
  }
}
