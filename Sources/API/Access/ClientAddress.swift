import Glibc
import HTTP

/// Finds the address that a request came from, which trusted proxies report in `X-Forwarded-For`.
package struct ClientAddress: Sendable {
  private static let field = "X-Forwarded-For"
  private let trusted: [AddressRange]

  package init(trusted: [AddressRange]) {
    self.trusted = trusted
  }

  /// The address that a request came from; nil if the address of its connection is unknown.
  ///
  /// Each proxy adds the address of its caller on the right. So the right-most address that is not trusted counts: a
  /// client can invent everything left of it. If all are trusted, or one is malformed, the last proxy that was believed
  /// counts.
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

  /// The address in an item of the field, which can also be `1.2.3.4:5678`, `[::1]` or `[::1]:5678`.
  private static func address(_ hop: String) -> IPAddress? {
    if hop.hasPrefix("[") {
      return IPAddress(String(hop.dropFirst().prefix { $0 != "]" }))
    }
    let parts = hop.split(separator: ":", omittingEmptySubsequences: false)
    return IPAddress(parts.count == 2 ? String(parts[0]) : hop)
  }
}

// MARK: - Addresses

/// An IPv6 address, or an IPv4 address mapped to IPv6 (`::ffff:a.b.c.d`, RFC 4291), so that both compare alike.
package struct IPAddress: Hashable, Sendable {
  private static let mapped: UInt64 = 0xFFFF_0000_0000

  var high: UInt64
  var low: UInt64

  /// Nil if the text is no numeric address.
  package init?(_ text: String) {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      (high, low) = (0, Self.mapped | UInt64(UInt32(bigEndian: four.s_addr)))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    (high, low) = withUnsafeBytes(of: &six) { bytes in
      (
        UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
  }

  var isIPv4: Bool { high == 0 && low >> 32 == Self.mapped >> 32 }

  /// The address that requests are counted for: an IPv4 address, or the network of an IPv6 address, its first 64 bits,
  /// because a subscriber has all addresses of a network.
  var subscriber: IPAddress {
    var subscriber = self
    if !isIPv4 { subscriber.low = 0 }
    return subscriber
  }
}

/// A range of addresses with the same first bits, such as `10.0.0.0/8` or `fd00::/8`, or a single address.
package struct AddressRange: Hashable, Sendable {
  private let first: IPAddress
  /// Number of common bits, of 128; those of IPv4 addresses come after the 96 bits of all mapped addresses.
  private let bits: Int

  /// Nil if the text is neither an address nor a range.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let address = IPAddress(parts[0]) else { return nil }
    let width = address.isIPv4 && !parts[0].contains(":") ? 32 : 128
    guard parts.count == 1 || parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let length = parts.count == 1 ? width : Int(parts[1]), length <= width
    else { return nil }
    bits = 128 - width + length
    first = Self.masked(address, bits)
  }

  package func contains(_ address: IPAddress) -> Bool {
    Self.masked(address, bits) == first
  }

  private static func masked(_ address: IPAddress, _ bits: Int) -> IPAddress {
    var address = address
    address.high &= mask(bits)
    address.low &= mask(bits - 64)
    return address
  }

  /// A mask of the first `bits` of 64, none if negative, all if more.
  private static func mask(_ bits: Int) -> UInt64 {
    bits <= 0 ? 0 : UInt64.max << max(0, 64 - bits)
  }
}
