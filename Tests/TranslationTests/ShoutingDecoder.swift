import Decoding
import Models
import Support
import Translation

/// A decoder that translates ASCII letters and the sharp s to capitals. Its second best hypothesis ends in "2", its third
/// in "3" and so on. Its attention looks at the token of the same index in every layer and head.
final class ShoutingDecoder: StepwiseDecoding {
  /// A translation of its own for a source; nil leaves it to be shouted.
  typealias Script = @Sendable (String, DecodingOptions) -> String?

  private let shapes: [AttentionKind: AttentionShape]
  private let clock: ManualClock
  private let before: @Sendable ([DecodingRequest]) -> Void
  private let script: Script
  private var underWay: [(id: Int, request: DecodingRequest, steps: Int)] = []

  /// - Parameters:
  ///   - clock: moves on by a millisecond for each batch and two for each step.
  ///   - script: asked first.
  ///   - before: called with every batch.
  init(
    shapes: [AttentionKind: AttentionShape], clock: ManualClock, script: @escaping Script = { _, _ in nil },
    before: @escaping @Sendable ([DecodingRequest]) -> Void
  ) {
    self.shapes = shapes
    self.clock = clock
    self.before = before
    self.script = script
  }

  var isEmpty: Bool { underWay.isEmpty }

  func admit(_ requests: [DecodingRequest], ids: [Int]) {
    before(requests)
    clock.advance(milliseconds: 1)
    underWay += zip(ids, requests).map { ($0, $1, 0) }
  }

  /// A sentence takes a step for every ten source tokens, and ten of its tokens are certain with each.
  func step(
    rowLimit: Int, reservedRows: Int, isCancelled: (Int) -> Bool, settled: (Int, [Int32]) -> Void,
    finished: (Int, DecodingResult) -> Void
  ) {
    clock.advance(milliseconds: 2)
    var staying: [(id: Int, request: DecodingRequest, steps: Int)] = []
    for (id, request, steps) in underWay {
      let isCancelled = isCancelled(id)
      if isCancelled || 10 * (steps + 1) >= request.source.count {
        finished(id, result(request, cancelled: isCancelled))
      } else {
        if request.options.tellsTokens {
          settled(id, Array(target(request, rank: 0).dropFirst(10 * steps).prefix(10)))
        }
        staying.append((id, request, steps + 1))
      }
    }
    underWay = staying
  }

  private func result(_ request: DecodingRequest, cancelled: Bool) -> DecodingResult {
    let options = request.options
    let hypotheses = (0..<options.hypotheses).map { rank in
      let tokens = target(request, rank: rank)
      let reason: StopReason = cancelled ? .cancelled : tokens.last == 0 ? .eos : .length
      return Hypothesis(
        tokens: tokens, logProbs: options.logProbs ? tokens.map { _ in -0.5 } : [], score: -Float(rank),
        stopReason: reason)
    }
    let steps = hypotheses.first?.tokens.count ?? 0
    var result = DecodingResult(hypotheses: hypotheses)
    switch options.capture {
    case .none: break
    case .alignment(let wanted):
      result.alignment = (0..<steps).map { mostAttended(wanted, step: $0, keys: request.source.count) }
    case .weights(let maps):
      for (kind, maps) in maps {
        let queries = kind == .encoder ? request.source.count : steps
        let keys = kind == .decoder ? steps : request.source.count
        result.attention[kind] = diagonal(maps, of: shapes[kind]?.heads ?? 0, queries: queries, keys: keys)
      }
    }
    return result
  }

  /// By token; a sharp s becomes two, a snowman (☃) the unknown token.
  private static let capitals: [Int32: [Int32]] = {
    var capitals: [Int32: [Int32]] = [0xDF + 16: [0x53 + 16, 0x53 + 16], 0x2603 + 16: [1]]
    for letter in Int32(0x61)...0x7A { capitals[letter + 16] = [letter - 16] }
    return capitals
  }()

  private func target(_ request: DecodingRequest, rank: Int) -> [Int32] {
    if let forced = request.options.forcedTarget { return forced }
    if let text = script(ScalarTokenizer().decode(request.source), request.options) {
      return Array(ScalarTokenizer().encode(text).ids.prefix(request.options.maxLength))
    }
    let letters = request.source.dropLast().flatMap { Self.capitals[$0] ?? [$0] }
    let mark: [Int32] = rank == 0 ? [] : [65 + Int32(rank)]
    return Array((letters + mark + [0]).prefix(request.options.maxLength))
  }

  private func mostAttended(_ wanted: AlignmentCapture, step: Int, keys: Int) -> Int {
    let heads = wanted.head.map { $0..<($0 + 1) } ?? 0..<(shapes[.cross]?.heads ?? 0)
    func total(_ key: Int) -> Float {
      heads.reduce(0) { sum, head in
        let rest = Float(head) / 10
        return sum + (key == keys - 1 ? rest : 0) + (key == min(step, keys - 1) ? 1 - rest : 0)
      }
    }
    return wanted.candidates.max { total($0) < total($1) } ?? 0
  }

  /// Head h of every layer weighs the diagonal with 1 - h / 10, the rest goes to the last key.
  private func diagonal(_ maps: AttentionMaps, of heads: Int, queries: Int, keys: Int) -> [Float] {
    let chosen: [Float] =
      switch maps.heads {
      case .each(let heads): heads.map { Float($0) / 10 }
      case .mean: [(0..<heads).reduce(0) { $0 + Float($1) / 10 } / Float(heads)]
      case .max: [0]
      }
    var weights: [Float] = []
    for _ in maps.layers {
      for rest in chosen {
        for query in 0..<queries {
          var row = [Float](repeating: 0, count: keys)
          row[keys - 1] = maps.heads == .max ? Float(heads - 1) / 10 : rest
          row[min(query, keys - 1)] += query < keys - 1 || maps.heads != .max ? 1 - rest : 1 - row[keys - 1]
          weights += row
        }
      }
    }
    return weights
  }
}
