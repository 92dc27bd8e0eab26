import HTTP

/// Where a request really came from: behind proxies that are trusted, what they say in `X-Forwarded-For`.
package struct ClientAddress: Sendable {
  private static let field = "X-Forwarded-For"
  private let trusted: [AddressRange]

  package init(trusted: [AddressRange]) {
    self.trusted = trusted
  }

  /// Each proxy adds on the right whom it was called by, so the right-most address that is not trusted counts: what
  /// stands left of it may be anybody's invention. Where there is none, or something else than an address, the last
  /// proxy that was believed. nil where the connection's own address is unknown.
  package func of(_ request: HTTPRequest) -> IPAddress? {
    let own = IPAddress(request.peerAddress)
    guard var address = own, isTrusted(address) else { return own }
    var hops = request.headers.list(Self.field)[...]
    while isTrusted(address), let hop = hops.popLast(), let before = Self.address(hop) { address = before }
    return address
  }

  /// Whether a request comes from a trusted proxy itself, so that its forwarding fields count.
  func trustsSender(of request: HTTPRequest) -> Bool {
    !trusted.isEmpty && IPAddress(request.peerAddress).map(isTrusted) == true
  }

  private func isTrusted(_ address: IPAddress) -> Bool {
    trusted.contains { $0.contains(address) }
  }

  /// Some write `1.2.3.4:5678`, `[::1]` or `[::1]:5678`.
  private static func address(_ hop: String) -> IPAddress? {
    if hop.hasPrefix("[") {
      return IPAddress(String(hop.dropFirst().prefix { $0 != "]" }))
    }
    let parts = hop.split(separator: ":", omittingEmptySubsequences: false)
    return IPAddress(parts.count == 2 ? String(parts[0]) : hop)
  }
}
