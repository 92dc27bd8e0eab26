import Compression
import Testing

/// Tests of the encoder by the decoder, which is tested with data of zlib.
struct DeflateTests {
  private func decoded(_ packed: [UInt8], size: Int) throws -> [UInt8] {
    let output = Output()
    let used = try packed.withUnsafeBytes { bytes in
      try Inflate.decode(bytes, limit: size) { output.bytes.append(contentsOf: $0) }
    }
    #expect(used == packed.count)
    return output.bytes
  }

  private final class Output {
    var bytes: [UInt8] = []
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 257, 258, 259, 260, 32_767, 32_768, 32_769, 100_000])
  func everyLengthComesBack(count: Int) throws {
    let inputs = [
      [UInt8](repeating: 7, count: count), (0..<count).map { UInt8(truncatingIfNeeded: $0) },
      (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* $0) >> 3 ^ $0 >> 9) },
      (0..<count).map { UInt8(truncatingIfNeeded: $0 % 251 &* ($0 / 30_000 + 1)) },
    ]
    for input in inputs { #expect(try decoded(Deflate.encode(input), size: count) == input) }
  }

  @Test func farthestRepetitionIsUsed() throws {
    let words = Array("a repetition that is far away".utf8)
    for gap in [32_700, 32_768 - words.count, 32_768, 33_000] {
      let noise = (0..<gap).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 16) }
      let input = words + noise + words
      #expect(try decoded(Deflate.encode(input), size: input.count) == input)
    }
  }

  @Test func markupBecomesATenthOfItsSize() {
    let paragraph = "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>Number "
    let text = (0..<2000).map { "\(paragraph)\($0)</w:t></w:r></w:p>" }.joined()
    let input = Array(text.utf8)
    #expect(Deflate.encode(input).count * 10 < input.count)
  }

  @Test(arguments: [[], [0], [5, 0, 70_000], [300, 300, 1]])
  func piecesDecodeToTheirSum(sizes: [Int]) throws {
    let pieces = sizes.map { size in (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) } }
    var encoder = DeflateEncoder()
    for piece in pieces { encoder.add(piece) }
    let whole = pieces.flatMap { $0 }
    #expect(try decoded(encoder.finish(), size: whole.count) == whole)
  }
}
