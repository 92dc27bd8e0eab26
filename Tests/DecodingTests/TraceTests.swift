import Models
import Support
import Testing

@testable import Decoding

struct TraceTests {
  private static let maps = AttentionMaps(layers: [0], heads: .mean)

  private func trace(target: Int) -> Trace {
    var options = DecodingOptions()
    options.maxLength = target
    options.capture = .weights([.cross: Self.maps])
    return Trace(DecodingRequest(source: [1, 2, 3], options: options))
  }

  /// Hypotheses fork and die at random; each node's weights are its token.
  private func grow(_ trace: inout Trace, beam: Int, steps: Int, check: ([Int], [[Int32]], Trace) -> Void) {
    var random = SplitMix(state: 7)
    var leaves = [Trace.root]
    var tokens: [[Int32]] = [[]]
    var last: Int32 = 0
    for _ in 0..<steps {
      var next: [Int] = []
      var nextTokens: [[Int32]] = []
      for _ in 0..<beam {
        let parent = Int.random(in: 0..<leaves.count, using: &random)
        last += 1
        [Float](repeating: Float(last), count: 3).withUnsafeBufferPointer {
          next.append(trace.add(last, after: leaves[parent], logProb: 0, attention: StepAttention(cross: $0)))
        }
        nextTokens.append(tokens[parent] + [last])
      }
      for leaf in leaves { trace.release(leaf) }
      (leaves, tokens) = (next, nextTokens)
      check(leaves, tokens, trace)
    }
  }

  @Test func deadHypothesesAreForgotten() {
    let (beam, steps) = (16, 512)
    var trace = trace(target: steps)
    grow(&trace, beam: beam, steps: steps) { leaves, tokens, trace in
      let living = Set(tokens.joined())
      #expect(trace.count == living.count)
    }
    #expect(trace.count <= beam * steps / 4)
    #expect(trace.heldSlots <= trace.count + 4 * beam)
  }

  @Test func livingHypothesesKeepTheirPast() {
    var trace = trace(target: 60)
    grow(&trace, beam: 5, steps: 60) { leaves, tokens, trace in
      for (leaf, tokens) in zip(leaves, tokens) {
        #expect(trace.tokens(to: leaf) == tokens)
        #expect(trace.attention(to: leaf)[.cross] == tokens.flatMap { [Float](repeating: Float($0), count: 3) })
      }
      let shared = zip(tokens[0], tokens[1]).prefix { $0 == $1 }.map(\.0)
      let fork = trace.fork(of: [leaves[0], leaves[1]])
      #expect(trace.tokens(to: fork) == shared)
    }
  }
}
