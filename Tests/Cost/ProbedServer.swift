import API
import Dispatch
import Documents
import Foundation
import HTTP
import Translation

/// The server without sockets and weights: bytes of a connection go in, the answer's status comes out.
struct ProbedServer {
  /// Bytes that are received at once.
  private static let pieceBytes = 65_536

  private let api: TranslationAPI

  init() throws {
    let service = try TranslationService.echoing()
    service.warmUp()
    var settings = ServerSettings()
    settings.characterLimit = 10_000_000
    settings.batchLimit = 1_000_000
    api = TranslationAPI(
      slot: ServiceSlot(service), access: AccessControl(), ledger: RequestLedger(), settings: settings)
  }

  /// The status of the answer to the last request among the bytes; nil if the bytes hold no whole request.
  func status(of bytes: [UInt8]) -> Int? {
    let now = Moment(seconds: 1000, unixSeconds: 784_111_777)
    var connection = Connection(
      limits: HTTPLimits(), timeouts: HTTPTimeouts(), peerAddress: "192.0.2.1", refusalBody: api.refusalBody, now: now)
    var status: Int?
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Self.pieceBytes)
      let actions = bytes[start..<end].withUnsafeBytes { connection.received($0, now: now) }
      start = end
      for case .start(let id, let request) in actions {
        let response = answer(to: request)
        status = response.status
        _ = connection.respond(to: id, response, now: now)
      }
      var written = 0
      connection.output.withNext { first in
        // A refusal is written without a request that was started.
        if status == nil { status = Int(String(decoding: first.dropFirst(9).prefix(3), as: UTF8.self)) }
        written = first.count
      }
      if written > 0 { _ = connection.sent(written, now: now) }
    }
    return status
  }

  private func answer(to request: HTTPRequest) -> HTTPResponse {
    let exchange = WaitedExchange()
    api.match(request).action(request, exchange)
    return exchange.response()
  }
}

/// An exchange whose answer is waited for. The pieces of a stream are its body.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
private final class WaitedExchange: HTTPExchange, HTTPResponseStream, @unchecked Sendable {
  private let lock = NSLock()
  private let answered = DispatchSemaphore(value: 0)
  private var answer = HTTPResponse(status: 0)

  func respond(_ response: HTTPResponse) {
    lock.withLock { answer = response }
    answered.signal()
  }

  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? {
    lock.withLock { answer = HTTPResponse(status: status, headers: headers) }
    return self
  }

  func send(_ bytes: [UInt8]) { lock.withLock { answer.body += bytes } }

  func finish(_ last: [UInt8]) {
    send(last)
    answered.signal()
  }

  var isAbandoned: Bool { false }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {}

  func response() -> HTTPResponse {
    answered.wait()
    return lock.withLock { answer }
  }
}
