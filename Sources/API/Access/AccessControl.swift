import HTTP

/// The admission of clients to guarded routes: by API key, and within a rate limit.
package struct AccessControl: Sendable {
  private let keys: KeyStore?
  private let perMinute: Int?
  private let clients: ClientAddress
  let time: TimeSource
  private let addresses = RateLimiter<IPAddress>()
  private let names = RateLimiter<String>()

  /// - Parameters:
  ///   - keys: the keys of which every request needs one; nil if keys are not needed.
  ///   - perMinute: limit on requests of one address, or with one key that has no limit of its own; nil for no limit.
  ///   - trustedProxies: proxies whose forwarding fields are believed.
  package init(
    keys: KeyStore? = nil, perMinute: Int? = nil, trustedProxies: [AddressRange] = [], time: TimeSource = .system
  ) {
    self.keys = keys
    self.perMinute = perMinute
    self.time = time
    clients = ClientAddress(trusted: trustedProxies)
  }

  /// The key of a request; nil if keys are not needed. A request without a valid key counts for its address.
  /// - Parameter fields: the fields of the request, in which the key can also be. They are not read if the header has a
  ///   key, nor if the address is over its limit.
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

  /// Checks the limit of the address before reading the fields, which takes work. The request is not counted yet, because
  /// with a valid key it counts for the key.
  private func key(in fields: () throws -> RequestFields, of request: HTTPRequest) throws -> String {
    if let (limit, address) = limitedAddress(of: request) {
      try check(addresses.wait(of: address, perMinute: limit, now: time.steadySeconds()), limit)
    }
    let fields = try fields()
    for name in Self.fieldNames {
      if let key = try fields.string(name) { return key }
    }
    return ""
  }

  /// Counts a request for its key, or for its address if keys are not needed.
  /// - Throws: `Refusal.tooManyRequests`.
  func count(_ request: HTTPRequest, for key: APIKey?) throws {
    guard let key else { return try countAddress(of: request) }
    guard let limit = key.perMinute ?? perMinute else { return }
    try check(names.take(key.name, perMinute: limit, now: time.steadySeconds()), limit)
  }

  /// The identity of a client: its key, or else the address that the request came from.
  func client(of request: HTTPRequest, _ key: APIKey?) -> String {
    if let key { return "key \(key.name)" }
    return clients.of(request).map { "address \($0.subscriber.high) \($0.subscriber.low)" } ?? ""
  }

  /// The identity of a client whose request is not read yet: its key if the header has a known one, else its address.
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

  /// The address to count a request for, with its limit; nil if there is no limit.
  private func limitedAddress(of request: HTTPRequest) -> (perMinute: Int, subscriber: IPAddress)? {
    guard let perMinute, let address = clients.of(request) else { return nil }
    return (perMinute, address.subscriber)
  }

  private func check(_ wait: Double?, _ limit: Int) throws {
    guard let wait else { return }
    throw Refusal.tooManyRequests(perMinute: limit, retryAfterSeconds: max(1, Int(wait.rounded(.up))))
  }

  /// Fields of a body or a query that can hold the key: LibreTranslate's, DeepL's old one, DeepLX's, Google's.
  static let fieldNames = ["api_key", "auth_key", "token", "key"]
  /// Header fields that hold a key alone: those of many services, of Azure, and of Google.
  private static let headerFields = ["X-API-Key", "Ocp-Apim-Subscription-Key", "X-Goog-Api-Key"]
  private static let schemes = ["bearer", "deepl-auth-key"]

  /// The key in the header: with a scheme, alone in `Authorization`, or in a field of its own.
  private static func key(in headers: HTTPHeaders) -> String? {
    let words = (headers["Authorization"] ?? "").split(separator: " ")
    if words.count == 2, schemes.contains(words[0].lowercased()) { return String(words[1]) }
    // A scheme without a key is what clients send if their user gave none.
    if words.count == 1, !(schemes + ["basic"]).contains(words[0].lowercased()) { return String(words[0]) }
    return headerFields.lazy.compactMap { headers[$0] }.first { !$0.isEmpty }
  }
}
