import Decoding
import Models
import Support
import Testing

/// Attention captured step by step, compared with all weights of the same translation.
struct AttentionCaptureTests {
  private struct Run {
    let model: any TranslationModel
    let fixture: MarianFixture

    init(_ name: String) throws {
      fixture = try MarianFixture(name)
      model = try ModelFormats.load(directory: fixture.directory)
    }

    func results(_ capture: AttentionCapture, beam: Int) -> [DecodingResult] {
      var options = DecodingOptions()
      options.beam = beam
      options.maxLength = 14
      options.capture = capture
      return SentenceDecoder(model: model).decode(
        fixture.expected.sources.map { DecodingRequest(source: $0, options: options) }
      ).results
    }
  }

  /// Maps (queries, keys) of one layer out of all weights (L, H, queries, keys).
  private func maps(_ all: [Float], layer: Int, of shape: AttentionShape) -> [[Float]] {
    let area = all.count / (shape.layers * shape.heads)
    return (0..<shape.heads).map { head in
      let start = (layer * shape.heads + head) * area
      return Array(all[start..<start + area])
    }
  }

  @Test(arguments: MarianFixture.names, [1, 4])
  func mapsArePickedAndPooledWithTheBitsOfTheWhole(name: String, beam: Int) throws {
    let run = try Run(name)
    let shapes = run.model.summary.attention
    let whole = run.results(run.model.summary.everyAttention, beam: beam)
    let picked = shapes.mapValues { shape in
      AttentionMaps(layers: Array((0..<shape.layers).reversed()), heads: .each([shape.heads - 1, 0]))
    }
    let mean = shapes.mapValues { AttentionMaps(layers: [$0.layers - 1], heads: .mean) }
    let greatest = shapes.mapValues { _ in AttentionMaps(layers: [0], heads: .max) }
    let found = [picked, mean, greatest].map { run.results(.weights($0), beam: beam) }
    for (sentence, result) in whole.enumerated() {
      #expect(found.allSatisfy { $0[sentence].hypotheses[0].tokens == result.hypotheses[0].tokens })
      for (kind, shape) in shapes {
        let all = try #require(result.attention[kind])
        let last = maps(all, layer: shape.layers - 1, of: shape)
        let first = maps(all, layer: 0, of: shape)
        let chosen = (0..<shape.layers).reversed().flatMap { layer in
          let maps = maps(all, layer: layer, of: shape)
          return maps[shape.heads - 1] + maps[0]
        }
        let sums = last.dropFirst().reduce(last[0]) { zip($0, $1).map { $0 + $1 } }
        let most = first.dropFirst().reduce(first[0]) { zip($0, $1).map { max($0, $1) } }
        for (found, expected) in zip(found, [chosen, sums.map { $0 / Float(shape.heads) }, most]) {
          let isEqual = found[sentence].attention[kind] == expected
          #expect(isEqual, "\(kind) of sentence \(sentence)")
        }
      }
    }
  }

  @Test(arguments: MarianFixture.names, [1, 4])
  func alignmentIsTheMostAttendedCandidate(name: String, beam: Int) throws {
    let run = try Run(name)
    let shape = try #require(run.model.summary.attention[.cross])
    let whole = run.results(run.model.summary.everyAttention, beam: beam)
    for head in [nil, shape.heads - 1] {
      let candidates = [0, 2, 1, 4, 90]
      let layer = head == nil ? shape.layers - 1 : 0
      let capture = AlignmentCapture(layer: layer, head: head, candidates: candidates)
      let found = run.results(.alignment(capture), beam: beam)
      for (sentence, result) in whole.enumerated() {
        let heads = maps(try #require(result.attention[.cross]), layer: layer, of: shape)
        let keys = run.fixture.expected.sources[sentence].count
        let expected = result.hypotheses[0].tokens.indices.map { step in
          let chosen = head.map { [heads[$0]] } ?? heads
          func total(_ key: Int) -> Float { chosen.reduce(0) { $0 + $1[step * keys + key] } }
          return candidates.filter { $0 < keys }.map { (key: $0, weight: total($0)) }.max { $0.weight < $1.weight }?.key
        }
        #expect(found[sentence].alignment == expected)
        #expect(found[sentence].attention.isEmpty)
      }
    }
  }

  @Test func partsThatTheModelLacksAreNotCaptured() {
    let shapes = [AttentionKind.cross: AttentionShape(layers: 2, heads: 3)]
    let maps = AttentionMaps(layers: [1, 2, -1], heads: .each([3, 0]))
    let limited = AttentionCapture.weights([.cross: maps, .decoder: maps]).limited(to: shapes, source: 5)
    #expect(limited == .weights([.cross: AttentionMaps(layers: [1], heads: .each([0]))]))
    #expect(AttentionCapture.weights([.encoder: maps]).limited(to: shapes, source: 5) == .none)
    for (layer, head) in [(2, nil), (-1, 0), (0, 3), (0, -1)] as [(Int, Int?)] {
      let capture = AlignmentCapture(layer: layer, head: head, candidates: [0])
      #expect(AttentionCapture.alignment(capture).limited(to: shapes, source: 5) == .none)
    }
    let capture = AlignmentCapture(layer: 1, head: 2, candidates: [5, 3, -1])
    #expect(
      AttentionCapture.alignment(capture).limited(to: shapes, source: 5)
        == .alignment(AlignmentCapture(layer: 1, head: 2, candidates: [3])))
  }

  /// A sentence of 512 tokens, six layers of eight heads, 16 hypotheses: all weights were 800 MB.
  @Test func heldBytesAreKnownBeforehand() {
    let alignment = AlignmentCapture(layer: 5, head: nil, candidates: Array(0..<512))
    #expect(AttentionCapture.alignment(alignment).heldBytes(source: 512, target: 512, beam: 16) < 100_000)
    let pooled = AttentionMaps(layers: [5], heads: .mean)
    #expect(
      AttentionCapture.weights([.cross: pooled]).heldBytes(source: 100, target: 50, beam: 1) == 2 * 100 * 50 * 4)
    let every = AttentionMaps(every: AttentionShape(layers: 6, heads: 8))
    #expect(
      AttentionCapture.weights([.encoder: every]).heldBytes(source: 100, target: 50, beam: 4) == 48 * 100 * 100 * 4)
    #expect(AttentionCapture.none.heldBytes(source: 512, target: 512, beam: 16) == 0)
  }
}
