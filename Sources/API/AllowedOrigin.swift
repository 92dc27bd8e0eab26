import HTTP

/// The origin of pages, as `https://example.org` or `http://localhost:8080` (RFC 6454 section 6.2), or `*` for any.
package struct AllowedOrigin: Sendable, Equatable {
  static let any = "*"
  private static let ownPorts = ["http": ":80", "https": ":443"]

  /// As browsers write it: in lower case, without the scheme's own port.
  package let text: String

  /// Nil if `text` is no origin. One with a path is none, and neither is `null`, which any page can bring about.
  package init?(_ text: String) {
    let lower = text.lowercased()
    guard lower != Self.any else {
      self.text = lower
      return
    }
    guard let mark = lower.firstRange(of: "://"), mark.lowerBound > lower.startIndex else { return nil }
    let scheme = lower[..<mark.lowerBound]
    let host = Array(lower[mark.upperBound...].utf8)
    guard scheme.utf8.allSatisfy(Self.isSchemeByte), !host.isEmpty, host.last != UInt8(ascii: ":"),
      !host.contains(UInt8(ascii: "*")), HostAndPort.isValid(host[...])
    else { return nil }
    let port = Self.ownPorts[String(scheme)].flatMap { lower.hasSuffix($0) ? $0 : nil } ?? ""
    self.text = String(lower.dropLast(port.count))
  }

  /// Of a scheme in lower case, such as `chrome-extension`.
  private static func isSchemeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
