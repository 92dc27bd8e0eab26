import Foundation
import HTTP
import JSON
import Resources

/// A page assembled from files in `CResources`, with a policy that lets nothing but its own parts run.
///
/// In the page, `{{name}}` is replaced by the file of that name, `{{policy}}` by the policy, and `{{data}}` by the JSON of
/// each answer.
struct AssembledPage: Sendable {
  private static let data = "{{data}}"

  /// The Content-Security-Policy of the page.
  let policy: String
  private let beforeData: [UInt8]
  private let afterData: [UInt8]

  /// - Parameter name: the path of the page in `CResources/files.h`; the files that it names are beside it.
  init(_ name: String) {
    let folder = name.prefix { $0 != "/" }
    var text = Self.including(Resource(name)?.text ?? "", from: String(folder))
    policy = Self.policy(of: text)
    text = text.replacingOccurrences(of: "{{policy}}", with: policy)
    let halves = text.components(separatedBy: Self.data)
    beforeData = Array(halves[0].utf8)
    afterData = Array(halves.dropFirst().joined(separator: Self.data).utf8)
  }

  /// The bytes of the page with its data.
  /// - Parameter data: JSON. `<` occurs only in its strings, and is escaped there so that it makes no tag.
  func bytes(data: [UInt8]) -> [UInt8] {
    let escaped = Array(#"\u003c"#.utf8)
    var bytes = beforeData
    bytes.reserveCapacity(beforeData.count + data.count + afterData.count)
    for byte in data {
      if byte == UInt8(ascii: "<") { bytes += escaped } else { bytes.append(byte) }
    }
    return bytes + afterData
  }

  /// The text with the files that it names in place of their names; other names stay.
  private static func including(_ text: String, from folder: String) -> String {
    let parts = text.components(separatedBy: "{{")
    return parts.dropFirst().reduce(parts[0]) { whole, part in
      let halves = part.components(separatedBy: "}}")
      guard halves.count > 1, let file = Resource(folder + "/" + halves[0]) else { return whole + "{{" + part }
      return whole + file.text + halves.dropFirst().joined(separator: "}}")
    }
  }

  private static func policy(of text: String) -> String {
    func sources(_ tag: String) -> String {
      let hashes = blocks(tag, in: text).map { block in
        " 'sha256-\(Data(SHA256.digest(Array(block.utf8))).base64EncodedString())'"
      }
      return hashes.joined()
    }
    return "default-src 'none'; script-src\(sources("script")); style-src\(sources("style")); connect-src 'self'; "
      + "img-src data: blob:; base-uri 'none'; form-action 'none'"
  }

  /// The contents of all elements `<tag>` without attributes.
  private static func blocks(_ tag: String, in text: String) -> [String] {
    text.components(separatedBy: "<\(tag)>").dropFirst().compactMap { $0.components(separatedBy: "</\(tag)>").first }
  }
}

// MARK: - The route

/// `GET /`: the page.
struct PageRoute: Sendable {
  private static let page = AssembledPage("page/page.html")

  private let response: HTTPResponse

  /// - Parameter paths: the path patterns of the server, so that the page offers nothing else.
  init(paths: [String]) {
    let page = Self.page
    var writer = JSONWriter()
    writer.object { $0.member("paths", paths) }
    response = HTTPResponse(page: page.bytes(data: writer.bytes), policy: page.policy)
  }

  @Sendable func handle(_ request: HTTPRequest, _ exchange: APIExchange) {
    exchange.respond(response)
  }
}

extension HTTPResponse {
  /// - Parameter policy: the Content-Security-Policy of the page.
  init(page bytes: [UInt8], policy: String) {
    self.init(
      status: 200,
      headers: [
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy + "; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache",
      ], body: bytes)
  }
}

// MARK: - Digests

/// SHA-256 (FIPS 180-4), the digest by which a policy names the scripts and styles of a page.
package enum SHA256 {
  private static let primes: [Double] = (2...311).filter { number in
    !(2..<number).contains { number.isMultiple(of: $0) }
  }.map(Double.init)

  private static let initial = primes.prefix(8).map { fraction($0.squareRoot()) }
  private static let constants = primes.map { fraction(cbrt($0)) }

  /// The first 32 bits of a number's fraction.
  private static func fraction(_ number: Double) -> UInt32 {
    UInt32((number - number.rounded(.down)) * 0x1p32)
  }

  /// The digest of a message, 32 bytes.
  package static func digest(_ message: [UInt8]) -> [UInt8] {
    let padded = padded(message)
    var state = initial
    for start in stride(from: 0, to: padded.count, by: 64) { absorb(padded[start..<start + 64], into: &state) }
    return state.flatMap(bigEndian)
  }

  /// The message padded to whole blocks of 64 bytes: with a one, zeros, and the number of its bits.
  private static func padded(_ message: [UInt8]) -> [UInt8] {
    let zeros = (119 - message.count % 64) % 64
    return message + [0x80] + [UInt8](repeating: 0, count: zeros) + bigEndian(UInt64(message.count) * 8)
  }

  private static func absorb(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    let words = schedule(block)
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for (word, constant) in zip(words, constants) {
      let choice = e & f ^ ~e & g
      let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constant &+ word
      let majority = a & b ^ a & c ^ b & c
      let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
  }

  /// The message schedule of a block: 64 words.
  private static func schedule(_ block: ArraySlice<UInt8>) -> [UInt32] {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { start in
      block[start..<start + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    }
    for index in 16..<64 {
      let (near, far) = (words[index - 2], words[index - 15])
      let first = rotated(far, 7) ^ rotated(far, 18) ^ far >> 3
      let second = rotated(near, 17) ^ rotated(near, 19) ^ near >> 10
      words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
    }
    return words
  }

  private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

  private static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    Swift.withUnsafeBytes(of: number.bigEndian, Array.init)
  }
}
