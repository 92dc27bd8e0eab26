import HTTP

/// Who may ask, and how often.
package struct AccessControl: Sendable {
  private let keys: KeyStore?
  private let perMinute: Int?
  private let clients: ClientAddress
  let time: TimeSource
  private let addresses = RateLimiter<IPAddress>()
  private let names = RateLimiter<String>()

  /// - Parameters:
  ///   - keys: one of which every request needs; nil where none is needed.
  ///   - perMinute: requests of one address, or with one key that has no limit of its own; nil for any number.
  ///   - trustedProxies: whose word counts on where a request came from.
  package init(
    keys: KeyStore? = nil, perMinute: Int? = nil, trustedProxies: [AddressRange] = [], time: TimeSource = .system
  ) {
    self.keys = keys
    self.perMinute = perMinute
    self.time = time
    clients = ClientAddress(trusted: trustedProxies)
  }

  /// The key of a request, where one is needed. Without one that is right the request counts for its address.
  /// - Parameter fields: where the key may be too; not looked at unless needed, nor where the address has asked too often.
  /// - Throws: `Refusal`, or what `fields` throws.
  func key(of request: HTTPRequest, fields: () throws -> RequestFields) throws -> APIKey? {
    guard let keys else { return nil }
    do {
      let text = try Self.key(in: request.headers) ?? key(in: fields, of: request)
      guard let key = keys.key(text) else { throw text.isEmpty ? Refusal.keyMissing : Refusal.keyUnknown }
      return key
    } catch {
      try countAddress(of: request)
      throw error
    }
  }

  /// Whether the address may ask is looked at before the fields are read, which takes work. It is not counted yet, as
  /// with a key that is right the request counts for the key.
  private func key(in fields: () throws -> RequestFields, of request: HTTPRequest) throws -> String {
    if let (limit, address) = limitedAddress(of: request) {
      try check(addresses.wait(of: address, perMinute: limit, now: time.steadySeconds()), limit)
    }
    return try fields().string("api_key") ?? ""
  }

  /// Counts a request for its key, or for its address where none is needed.
  /// - Throws: `Refusal.tooManyRequests`.
  func count(_ request: HTTPRequest, for key: APIKey?) throws {
    guard let key else { return try countAddress(of: request) }
    guard let limit = key.perMinute ?? perMinute else { return }
    try check(names.take(key.name, perMinute: limit, now: time.steadySeconds()), limit)
  }

  /// What tells one client from another: its key, or else where the request came from.
  func client(of request: HTTPRequest, _ key: APIKey?) -> String {
    if let key { return "key \(key.name)" }
    return clients.of(request).map { "address \($0.subscriber.high) \($0.subscriber.low)" } ?? ""
  }

  /// The client in whose turn a request waits that was not read yet: its key if the header has one that is known.
  func client(of request: HTTPRequest) -> String {
    client(of: request, Self.key(in: request.headers).flatMap { keys?.key($0) })
  }

  /// The scheme that a request was sent with, which only a trusted proxy can say; others have sent it as it is.
  func isSecure(_ request: HTTPRequest) -> Bool {
    request.headers["X-Forwarded-Proto"] == "https" && clients.trustsSender(of: request)
  }

  private func countAddress(of request: HTTPRequest) throws {
    guard let (limit, address) = limitedAddress(of: request) else { return }
    try check(addresses.take(address, perMinute: limit, now: time.steadySeconds()), limit)
  }

  /// nil where no limit holds.
  private func limitedAddress(of request: HTTPRequest) -> (perMinute: Int, subscriber: IPAddress)? {
    guard let perMinute, let address = clients.of(request) else { return nil }
    return (perMinute, address.subscriber)
  }

  private func check(_ wait: Double?, _ limit: Int) throws {
    guard let wait else { return }
    throw Refusal.tooManyRequests(perMinute: limit, retryAfterSeconds: max(1, Int(wait.rounded(.up))))
  }

  /// As most send it, and as DeepL's clients do.
  private static func key(in headers: HTTPHeaders) -> String? {
    let words = (headers["Authorization"] ?? "").split(separator: " ")
    guard words.count == 2, ["bearer", "deepl-auth-key"].contains(words[0].lowercased()) else { return nil }
    return String(words[1])
  }
}
