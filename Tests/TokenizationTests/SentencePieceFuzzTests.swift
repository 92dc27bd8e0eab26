import Files
import Foundation
import Support
import Testing
import Tokenization

/// Damaged SentencePiece models are either refused or as good as any: nothing traps, and text goes in and out.
struct SentencePieceFuzzTests {
  private let rounds = ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap(Int.init) ?? 2000

  @Test(arguments: ["toy_bytes.spm", "toy_user.spm", "bpe_bytes.spm"])
  func modelsSurviveMutations(name: String) throws {
    let good = try Fixtures.bytes(name)
    let folder = try TemporaryFolder()
    var mutator = Mutator(seed: 9)
    var refused = 0
    for _ in 0..<rounds {
      let path = try folder.write("mutant.spm", mutator.mutate(good))
      do {
        let tokenizer = try SentencePieceTokenizer(SentencePieceModel(InputFile(path: path)))
        let tokens = tokenizer.encode(" Hello,\u{3000}wörld 😀 ")
        #expect(tokenizer.decode(tokens.map(\.id)).utf8.count < 1 << 20)
      } catch is FileError {
        refused += 1
      }
    }
    #expect(refused < rounds)
  }
}
