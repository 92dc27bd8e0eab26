import Checkpoint
import Files
import Foundation
import Support
import Testing

/// Damaged files are either refused or as good as any: nothing traps and every tensor can be read.
struct CheckpointFuzzTests {
  private let rounds = ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap(Int.init) ?? 2000

  @Test func safetensorsSurviveMutations() throws {
    let folder = try TemporaryFolder()
    var mutator = Mutator(seed: 7)
    var refused = 0
    for _ in 0..<rounds {
      let path = try folder.write("mutant.safetensors", mutator.mutate(SafetensorsBytes.good))
      do {
        for tensor in try SafetensorsFile(path: path).tensors {
          let checksum = try tensor.withBytes { $0.reduce(0) { $0 &+ Int($1) } }
          #expect(checksum >= 0)
          #expect(tensor.range.upperBound <= tensor.file.count)
        }
      } catch is FileError {
        refused += 1
      }
    }
    #expect(refused > rounds / 2)
    #expect(refused < rounds)
  }
}
