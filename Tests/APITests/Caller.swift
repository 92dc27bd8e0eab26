import API
import Foundation
import HTTP
import Support

/// Calls the API as the server would, without a socket.
struct Caller {
  let api: TranslationAPI

  init(_ service: StandInService?) {
    self.init(slot: ServiceSlot(service))
  }

  init(
    slot: ServiceSlot = ServiceSlot(StandInService()), access: AccessControl = AccessControl(),
    ledger: RequestLedger = RequestLedger(), settings: ServerSettings = ServerSettings()
  ) {
    api = TranslationAPI(slot: slot, access: access, ledger: ledger, settings: settings)
  }

  /// Posts JSON to a service that answers from another thread.
  func start(_ path: String, _ json: String) -> RecordedExchange {
    call(request(path, json))
  }

  /// A post of JSON.
  func request(_ path: String, _ json: String) -> HTTPRequest {
    HTTPRequest(
      method: "POST", path: path, query: [], headers: ["Content-Type": "application/json"], body: Array(json.utf8))
  }

  func call(_ request: HTTPRequest) -> RecordedExchange {
    let exchange = RecordedExchange()
    api.match(request).action(request, exchange)
    return exchange
  }

  /// `target` can have a query of plain characters.
  func get(_ target: String, method: String = "GET") throws -> HTTPResponse {
    let halves = target.split(separator: "?", maxSplits: 1)
    let query = try halves.count == 2 ? FormURLEncoded.decode(Array(halves[1].utf8)) : []
    return call(HTTPRequest(method: method, path: String(halves[0]), query: query, headers: [:], body: [])).response
  }

  func post(_ path: String, _ body: String, type: String = "application/json") -> HTTPResponse {
    post(path, Array(body.utf8), type: type)
  }

  func post(_ path: String, _ body: [UInt8], type: String = "application/json") -> HTTPResponse {
    call(HTTPRequest(method: "POST", path: path, query: [], headers: ["Content-Type": type], body: body)).response
  }
}

/// `@unchecked Sendable`: the variables are only touched under `lock`.
final class RecordedExchange: HTTPExchange, @unchecked Sendable {
  private let lock = NSLock()
  private var answers: [HTTPResponse] = []
  private var departures: [@Sendable () -> Void] = []
  private var hasLeft = false
  private let answered = Signal()

  func respond(_ response: HTTPResponse) {
    lock.withLock { answers.append(response) }
    answered.signal()
  }

  /// A stream counts as answered once it is whole.
  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? {
    RecordedStream(HTTPResponse(status: status, headers: headers), of: self)
  }

  /// For services that answer from another thread.
  func awaitResponse() -> HTTPResponse {
    answered.wait()
    return response
  }

  var isAbandoned: Bool { lock.withLock { hasLeft } }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    lock.withLock { departures.append(action) }
  }

  func disconnect() {
    let actions = lock.withLock {
      hasLeft = true
      return departures
    }
    for action in actions { action() }
  }

  var count: Int { lock.withLock { answers.count } }

  /// The answer; one of status 0 if there is none, or more than one.
  var response: HTTPResponse {
    lock.withLock { answers.count == 1 ? answers[0] : HTTPResponse(status: 0) }
  }
}

/// `@unchecked Sendable`: the response is only touched under `lock`.
private final class RecordedStream: HTTPResponseStream, @unchecked Sendable {
  private let lock = NSLock()
  private var response: HTTPResponse
  private let exchange: RecordedExchange

  init(_ response: HTTPResponse, of exchange: RecordedExchange) {
    self.response = response
    self.exchange = exchange
  }

  func send(_ bytes: [UInt8]) { lock.withLock { response.body += bytes } }

  func finish(_ last: [UInt8]) {
    send(last)
    exchange.respond(lock.withLock { response })
  }
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}

extension TemporaryFolder {
  /// The API keys of a new file in this folder, whose lines have a name and a key each.
  func keys(_ lines: String) throws -> KeyStore {
    try KeyStore(path: write("keys", text: lines), report: { _ in })
  }
}
