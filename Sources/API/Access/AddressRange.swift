/// Addresses with the same first bits, as in `10.0.0.0/8` or `fd00::/8`; an address alone is a range of one.
package struct AddressRange: Hashable, Sendable {
  private let first: IPAddress
  /// Of 128, an IPv4 address's after the 96 that all mapped addresses share.
  private let bits: Int

  /// nil where the text is neither an address nor a range.
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

  /// The first `bits` of 64; shifts of 64 and more leave nothing.
  private static func mask(_ bits: Int) -> UInt64 {
    bits <= 0 ? 0 : UInt64.max << max(0, 64 - bits)
  }
}
