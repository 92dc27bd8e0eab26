import API
import HTTP
import Testing

struct ClientAddressTests {
  @Test func rangesContainTheirAddresses() throws {
    let cases: [(String, [String], [String])] = [
      ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "9.255.255.255", "::a00:1"]),
      ("10.1.2.3", ["10.1.2.3"], ["10.1.2.2", "10.1.2.4"]), ("10.1.2.3/31", ["10.1.2.2", "10.1.2.3"], ["10.1.2.4"]),
      ("0.0.0.0/0", ["1.2.3.4", "255.255.255.255"], ["::1", "fd00::"]),
      ("fd00::/8", ["fd00::1", "fdff:ffff::"], ["fe00::", "fc00::", "253.0.0.0"]),
      ("2001:db8::/65", ["2001:db8::7fff:0:0:0"], ["2001:db8::8000:0:0:0", "2001:db8:0:1::"]),
      ("::1", ["::1"], ["::2", "::"]), ("::/0", ["::", "ffff::", "1.2.3.4"], []),
    ]
    for (text, inside, outside) in cases {
      let range = try #require(AddressRange(text))
      for (addresses, isInside) in [(inside, true), (outside, false)] {
        for name in addresses {
          let address = try #require(IPAddress(name))
          #expect(range.contains(address) == isInside, "\(text) \(address)")
        }
      }
    }
  }

  @Test(arguments: [
    "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0/8", "fd00::/129", "fd00::/8/8", "all",
    "10.0.0.0/99999999999999999999", "01.2.3.4", "1.2.3.4 ",
  ])
  func malformedRangesAreRefused(_ text: String) {
    #expect(AddressRange(text) == nil)
  }

  private func client(_ peer: String, _ fields: [String], trusted: [String]) throws -> IPAddress? {
    var request = HTTPRequest(method: "GET", path: "/", query: [], headers: [:], body: [])
    request.peerAddress = peer
    for field in fields { request.headers.add("X-Forwarded-For", field) }
    return ClientAddress(trusted: try trusted.map { try #require(AddressRange($0)) }).of(request)
  }

  @Test(
    arguments: [
      ("9.9.9.9", [], "9.9.9.9"),
      // Anybody may write the field: only a trusted proxy's word counts.
      ("9.9.9.9", ["1.1.1.1"], "9.9.9.9"),
      ("10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
      ("10.0.0.1", ["7.7.7.7, 1.1.1.1"], "1.1.1.1"),
      ("10.0.0.1", ["7.7.7.7, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
      ("10.0.0.1", ["7.7.7.7", "1.1.1.1 ,\t10.0.0.2"], "1.1.1.1"),
      ("fd00::1", ["2001:db8::5"], "2001:db8::5"),
      ("10.0.0.1", ["1.1.1.1:4711"], "1.1.1.1"),
      ("10.0.0.1", ["[2001:db8::5]:4711"], "2001:db8::5"),
      ("10.0.0.1", ["[2001:DB8::5]"], "2001:db8::5"),
      ("::ffff:10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
      // Nothing but proxies, or no address: the last one that was believed.
      ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
      ("10.0.0.1", ["1.1.1.1, unknown"], "10.0.0.1"),
      ("10.0.0.1", ["1.1.1.1, unknown, 10.0.0.2"], "10.0.0.2"),
      ("10.0.0.1", [""], "10.0.0.1"),
      ("", ["1.1.1.1"], nil),
    ] as [(String, [String], String?)])
  func addressBehindProxiesIsFound(_ peer: String, _ fields: [String], _ expected: String?) throws {
    let found = try client(peer, fields, trusted: ["10.0.0.0/8", "fd00::/8"])
    let address = try expected.map { try #require(IPAddress($0)) }
    #expect(found == address)
  }
}
