import Foundation
import Support
import Testing

@testable import Compression

/// A packed file of `Fixtures` (made by `make.py`) and the content it must give.
private struct Packed: CustomStringConvertible {
  let name: String
  var description: String { name }

  static let all =
    [
      "empty", "byte", "words", "noise", "run", "skewed",
    ].flatMap { name in ["gz", "zlib", "1.zst", "19.zst"].map { Packed(name: "\(name).\($0)") } }
    + [
      "words.fixed.deflate", "words.stored.deflate", "words.members.gz", "words.frames.zst", "words.streamed.zst",
    ].map { Packed(name: $0) }

  func bytes() throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  var content: [UInt8] { contents[String(name.prefix { $0 != "." })] ?? [] }

  func decode(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [UInt8] {
    let output = Output()
    try bytes.withUnsafeBytes { input in
      let sink = { (piece: UnsafeRawBufferPointer) in output.bytes += Array(piece) }
      if name.hasSuffix(".gz") {
        try Gzip.decode(input, limit: limit, sink: sink)
      } else if name.hasSuffix(".zst") {
        try Zstandard.decode(input, limit: limit, sink: sink)
      } else if name.hasSuffix(".zlib") {
        _ = try Inflate.decodeZlib(input, limit: limit, sink: sink)
      } else {
        _ = try Inflate.decode(input, limit: limit, sink: sink)
      }
    }
    return output.bytes
  }
}

private final class Output {
  var bytes: [UInt8] = []
}

/// The generator of `make.py`.
private struct Numbers {
  var seed: UInt64

  mutating func next() -> Int {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(seed >> 33)
  }
}

/// The contents of the fixtures by name, as `make.py` makes them.
private let contents: [String: [UInt8]] = {
  var n = Numbers(seed: 1)
  var vocabulary: [[UInt8]] = []
  for _ in 0..<400 {
    let length = 1 + n.next() % 9
    vocabulary.append((0..<length).map { _ in UInt8(97 + n.next() % 26) })
  }
  var words: [UInt8] = []
  for i in 0..<12000 {
    if i > 0 { words.append(32) }
    let (a, b) = (n.next() % 400, n.next() % 400)
    words += vocabulary[min(a, b)]
  }
  n = Numbers(seed: 2)
  let noise = (0..<3000).map { _ in UInt8(n.next() % 256) }
  n = Numbers(seed: 3)
  let skewed = (0..<20000).map { _ in
    let value = n.next() % (1 << 31) | 1
    return UInt8(min(255, (Int.bitWidth - value.leadingZeroBitCount) * 7 % 256))
  }
  return [
    "empty": [], "byte": [97], "words": words, "noise": noise, "skewed": skewed,
    "run": [97, 98] + [UInt8](repeating: 120, count: 200_000),
  ]
}()

@Suite(.timeLimit(.minutes(10)))
struct DecompressionTests {
  @Test(arguments: Packed.all)
  fileprivate func givesBackTheContent(_ packed: Packed) throws {
    #expect(try packed.decode(packed.bytes()) == packed.content)
  }

  @Test(arguments: Packed.all)
  fileprivate func cutFileIsAnError(_ packed: Packed) throws {
    let bytes = try packed.bytes()
    // Members and frames that end at the cut are whole files: their content is a prefix.
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 97)) {
      if let found = try? packed.decode(Array(bytes.prefix(length))) {
        #expect(packed.name.contains("members") || packed.name.contains("frames"))
        #expect(packed.content.starts(with: found) && found.count < packed.content.count)
      }
    }
  }

  @Test(arguments: Packed.all)
  fileprivate func outputBeyondTheLimitIsAnError(_ packed: Packed) throws {
    let bytes = try packed.bytes()
    let size = packed.content.count
    #expect(try packed.decode(bytes, limit: size) == packed.content)
    guard size > 0 else { return }
    for limit in [0, size / 2, size - 1] {
      #expect(throws: DecompressionError.self) { try packed.decode(bytes, limit: limit) }
    }
  }

  @Test(arguments: Packed.all)
  fileprivate func changedBytesGiveAnErrorOrAValue(_ packed: Packed) throws {
    let bytes = try packed.bytes()
    var mutator = Mutator(seed: UInt64(bytes.count))
    let rounds = Int(ProcessInfo.processInfo.environment["DRAGOMAN_FUZZ_ROUNDS"] ?? "") ?? 40
    for _ in 0..<rounds {
      let changed = mutator.mutate(bytes)
      if let found = try? packed.decode(changed) { #expect(found.count <= 1 << 20) }
    }
  }

  @Test func memoryIsBoundedByTheWindow() throws {
    // 256 MiB of zeros in stored-size blocks would need 256 MiB if the output were held.
    var produced = 0
    let output = OutputWindow(maxDistance: 32 << 10, limit: .max) { produced += $0.count }
    for _ in 0..<2048 { try output.append(repeating: 0, count: 128 << 10) }
    try output.finish()
    #expect(produced == 256 << 20)
  }

  @Test func matchBeforeTheStartIsAnError() throws {
    let output = OutputWindow(maxDistance: 32 << 10, limit: 100) { _ in }
    try output.append(1)
    #expect(throws: DecompressionError.self) { try output.copy(distance: 2, length: 1) }
    #expect(throws: DecompressionError.self) { try output.copy(distance: 0, length: 1) }
    try output.copy(distance: 1, length: 99)
    #expect(throws: DecompressionError.self) { try output.append(1) }
  }
}

@Suite
struct ChecksumTests {
  @Test func crcEqualsTheSpecificationsExample() {
    var crc = CRC32()
    Array("123456789".utf8).withUnsafeBytes { crc.update($0) }
    #expect(crc.value == 0xCBF4_3926)
  }

  @Test func crcIsTheSameInOnePieceAndInMany() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var whole = CRC32()
    bytes.withUnsafeBytes { whole.update($0) }
    for size in [1, 3, 8, 13] {
      var pieces = CRC32()
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { pieces.update($0) }
      }
      #expect(pieces.value == whole.value)
    }
  }

  @Test func xxhEqualsTheSpecificationsValues() {
    #expect(XXH64().value == 0xEF46_DB37_51D8_E999)
    var hash = XXH64()
    Array("abc".utf8).withUnsafeBytes { hash.update($0) }
    #expect(hash.value == 0x44BC_2CF5_AD77_0999)
  }
}
