import API
import Terminal
import Testing
import dragoman

/// The flags of `serve` whose values are the API's own types.
struct ServeFlagsTests {
  private static let origins = Flag.origins("cors-origin", "pages that can read")
  private static let proxies = Flag.addressRanges("trusted-proxy", "proxies that are believed")

  private func parse(_ arguments: [String], environment: [String: String] = [:]) throws -> FlagValues {
    try FlagParser(flags: [Self.proxies, Self.origins]).parse(arguments, environment: environment)
  }

  private func message(_ arguments: [String]) -> String {
    do {
      _ = try parse(arguments)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func rangesOfAddressesAreRead() throws {
    let expected = try ["10.0.0.0/8", "fd00::/8"].map { try #require(AddressRange($0)) }
    #expect(try parse(["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy=fd00::/8"])[Self.proxies] == expected)
    #expect(try parse([], environment: ["DRAGOMAN_TRUSTED_PROXY": "10.0.0.0/8,fd00::/8"])[Self.proxies] == expected)
    #expect(
      message(["--trusted-proxy", "all"])
        == "--trusted-proxy: found all, expected an address or a range, as in 10.0.0.0/8")
  }

  @Test func originsOfPagesAreRead() throws {
    let expected = try ["https://a.example:8443", "*"].map { try #require(AllowedOrigin($0)) }
    #expect(try parse(["--cors-origin", "https://a.example:8443", "--cors-origin=*"])[Self.origins] == expected)
    #expect(try parse([], environment: ["DRAGOMAN_CORS_ORIGIN": "https://a.example:8443,*"])[Self.origins] == expected)
    #expect(
      message(["--cors-origin", "a.example"])
        == "--cors-origin: found a.example, expected an origin, as in https://example.org, or *")
  }
}
