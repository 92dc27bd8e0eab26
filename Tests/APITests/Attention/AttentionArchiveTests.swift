import API
import Archive
import Compression
import Foundation
import Models
import Support
import Testing
import Translation

struct AttentionArchiveTests {
  /// The expected bytes are of NumPy and Python's zipfile, from the same arrays (make_attention_fixture.py).
  @Test func archiveEqualsNumPys() throws {
    var answer = StandInService.attention
    answer.sourceTokens = ["▁a", "", "𝄞 xyz"]
    answer.weights = [
      .cross: AttentionWeights(layers: [0], heads: [0], shape: [1, 1, 2, 3], values: [0.5, 0.25, 0.25, 1, 0, 0])
    ]
    let expected = try Data(contentsOf: URL(fileURLWithPath: MarianFixture.root + "/attention.npz"))
    #expect(AttentionFormat.npz.bytes(answer, kinds: [.cross]) == Array(expected))
  }

  @Test(arguments: [("123456789", 0xCBF4_3926), ("", 0), ("a", 0xE8B7_BE43)])
  func checksums(_ text: String, _ checksum: UInt32) {
    #expect(CRC32.checksum(Array(text.utf8)) == checksum)
  }
}
