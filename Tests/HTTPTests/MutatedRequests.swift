import Foundation
import Support

/// An endless sequence of damaged requests, determined by a seed.
struct MutatedRequests {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(state: seed) }

  /// Number of inputs of a fuzz test: `usual`, or `DRAGOMAN_FUZZ_CASES` for a long run, best in a release build
  /// (`DRAGOMAN_FUZZ_CASES=10000000 swift test -c release --filter Fuzz`).
  static func count(usual: Int) -> Int {
    ProcessInfo.processInfo.environment["DRAGOMAN_FUZZ_CASES"].flatMap(Int.init) ?? usual
  }

  /// Fragments about which readers of requests tend to disagree.
  private static let fragments = [
    "\r\n", "\n", "\r", " ", "\t", ":", ";", ",", "0", "1\r\n", "0\r\n\r\n", "\r\n\r\n", "\r\n ", "\u{0B}", "\u{0}",
    "Content-Length: 5\r\n", "Content-Length: 9\r\n", "Transfer-Encoding: chunked\r\n", "chunked", "Host: b\r\n",
    "Connection: close\r\n", "Connection: keep-alive\r\n", "Expect: 100-continue\r\n", "X : y\r\n", "HTTP/1.0", "%",
    "ffffffffffffffff", "0x", "+", "-", "\"", "\\", "*", "[", "]", "http://b", "é", "\u{212A}", "\u{7F}",
  ].map { Array($0.utf8) }
  private static let sound = SampleRequests.all.map { Array($0.utf8) }

  mutating func next() -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1...3, using: &random) { bytes += Self.sound.randomElement(using: &random) ?? [] }
    for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty { mutate(&bytes) }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let at = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, at + Int.random(in: 1...30, using: &random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: bytes.remove(at: at)
    case 3: bytes.insert(contentsOf: Self.fragments.randomElement(using: &random) ?? [], at: at)
    case 4: bytes.removeSubrange(at..<end)
    default: bytes.insert(contentsOf: bytes[at..<end], at: at)
    }
  }
}
