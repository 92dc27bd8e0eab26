import Foundation
import Models
import Support
import Testing

/// Positions of the source that a decoder is drawn away from, compared with its weights when it is not.
struct AvoidedSourceTests {
  private static let ranges = [1..<2, 3..<4]

  /// Weights of the first layer's heads (H, S) after two tokens, with positions avoided in the last step by rows from 1 on.
  private func weights(
    _ model: any TranslationModel, _ source: [Int32], _ positions: AvoidedPositions, rows: [Int] = [0, 1]
  ) -> [[Float]] {
    let shape = model.summary.attention[.cross] ?? AttentionShape(layers: 0, heads: 0)
    let maps = AttentionMaps(layers: [0], heads: .each(Array(0..<shape.heads)))
    let session = model.makeSession()
    let options = RowOptions(capture: .weights([.cross: maps]))
    let batch = SourceBatch(
      sentences: [source, source], pad: model.summary.padToken, options: [options, options])
    _ = session.admit(batch)
    session.step([model.summary.startToken, model.summary.startToken])
    session.avoid(positions, row: 1)
    session.select(rows)
    session.step(Array(repeating: 5, count: session.rowCount))
    return (0..<session.rowCount).map { Array(session.attention(row: $0).cross) }
  }

  private func check(_ model: any TranslationModel, _ source: [Int32]) {
    for bias in [-2, -1e9] as [Float] {
      let found = weights(model, source, AvoidedPositions(Self.ranges, bias: bias), rows: [0, 1, 1])
      #expect(!found[0].isEmpty && found[1] == found[2])
      // The naive twin: softmax(x + bias) in terms of softmax(x).
      for start in stride(from: 0, to: found[0].count, by: source.count) {
        let raised = (0..<source.count).map { position in
          let isAvoided = Self.ranges.contains { $0.contains(position) }
          return found[0][start + position] * (isAvoided ? exp(bias) : 1)
        }
        let sum = raised.reduce(0, +)
        for position in raised.indices {
          #expect(abs(found[1][start + position] - raised[position] / sum) < 1e-4)
        }
      }
    }
    // Nothing avoided is as before, and a range can be longer than the source.
    let plain = weights(model, source, AvoidedPositions())
    #expect(plain[0] == plain[1])
    let all = weights(model, source, AvoidedPositions([0..<99], bias: -1e9))
    #expect(all[1].allSatisfy { $0 > 0 })
  }

  @Test(arguments: MarianFixture.names) func transformerIsDrawnAway(name: String) throws {
    let fixture = try MarianFixture(name)
    let source = try #require(fixture.expected.sources.first { $0.count > 4 })
    check(try ModelFormats.load(directory: fixture.directory), source)
  }

  @Test(arguments: SequenceFixture.names) func sequenceModelIsDrawnAway(name: String) throws {
    let fixture = try SequenceFixture(name)
    let model = try ModelFormats.load(directory: fixture.directory)
    guard model.summary.attention[.cross] != nil else { return }
    let source = try #require(fixture.expected.sources.first { $0.count > 4 })
    check(model, source)
  }
}
