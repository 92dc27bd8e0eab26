import Checkpoint
import Models
import Testing

struct LoneEncoderTests {
  private static func fill(_ values: UnsafeMutableBufferPointer<Float>) {
    for index in values.indices { values[index] = Float((index * 7919 + values.count) % 2001 - 1000) / 1000 }
  }

  private static func encoders() -> [LoneEncoder] {
    RecurrentConfiguration.Cell.allCases.map {
      LoneEncoder.recurrent($0, inputs: 12, hidden: 20, tokens: 50, numbers: fill)
    } + [
      LoneEncoder.transformer(
        dimension: 16, layers: 2, heads: 4, feedForward: 24, tokens: 50, positions: 9, numbers: fill)
    ]
  }

  private func states(_ encoder: LoneEncoder, _ sentences: [[Int32]]) -> [Float] {
    let batch = SourceBatch(
      sentences: sentences, pad: 0, options: Array(repeating: RowOptions(), count: sentences.count))
    let states = encoder.encode(batch)
    return Array(UnsafeBufferPointer(start: states, count: batch.lengths.reduce(0, +) * encoder.width))
  }

  @Test func differentSentencesHaveDifferentStates() {
    for encoder in Self.encoders() {
      let one = states(encoder, [[3, 1, 4, 1, 5, 9]])
      #expect(one.allSatisfy { $0.isFinite && abs($0) < 10 } && one.contains { abs($0) > 1e-3 })
      #expect(one == states(encoder, [[3, 1, 4, 1, 5, 9]]))
      #expect(one != states(encoder, [[3, 1, 4, 1, 5, 8]]))
    }
  }

  /// States do not depend on the other sentences of a batch.
  @Test func batchDoesNotChangeAnEncodedSentence() throws {
    let transformer = try #require(Self.encoders().last)
    let alone = states(transformer, [[3, 1, 4, 1, 5, 9]])
    let among = states(transformer, [[2, 7], [3, 1, 4, 1, 5, 9], [8]])
    #expect(Array(among[(2 * 16)..<(8 * 16)]) == alone)
  }
}
