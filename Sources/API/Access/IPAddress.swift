import Glibc

/// An IPv6 address, or an IPv4 address as IPv6 maps it (`::ffff:a.b.c.d`, RFC 4291), so that both compare alike.
package struct IPAddress: Hashable, Sendable {
  private static let mapped: UInt64 = 0xFFFF_0000_0000

  var high: UInt64
  var low: UInt64

  /// nil where the text is no numeric address.
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

  /// Whom requests are counted for: an IPv4 address, or the 64 bits of an IPv6 address that name a network, since
  /// whoever has one has all addresses in it.
  var subscriber: IPAddress {
    var subscriber = self
    if !isIPv4 { subscriber.low = 0 }
    return subscriber
  }
}
