import Foundation

/// Corpus BLEU against one reference a sentence (Papineni et al. 2002), the number that sacreBLEU 2.6 gives with its
/// defaults (Post 2018). Counts of sentences add up to those of a corpus.
package struct BLEU: Sendable, Equatable {
  /// What has to be said beside a score, in sacreBLEU's words.
  package static let signature = "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"
  /// Words in the longest sequence that counts.
  private static let order = 4

  private var hypothesisLength = 0
  private var referenceLength = 0
  /// Sequences of 1, 2, 3 and 4 words that the reference has too.
  private var matches = [Int](repeating: 0, count: order)
  private var totals = [Int](repeating: 0, count: order)

  /// Of no sentence at all.
  package init() {}

  package init(hypothesis: String, reference: String) {
    let hypothesis = Tokenizer13a.tokens(hypothesis)
    let reference = Tokenizer13a.tokens(reference)
    hypothesisLength = hypothesis.count
    referenceLength = reference.count
    for length in 1...Self.order {
      let wanted = Self.sequences(of: length, in: reference)
      for (sequence, count) in Self.sequences(of: length, in: hypothesis) {
        totals[length - 1] += count
        matches[length - 1] += min(count, wanted[sequence] ?? 0)
      }
    }
  }

  package static func + (a: BLEU, b: BLEU) -> BLEU {
    var sum = a
    sum.hypothesisLength += b.hypothesisLength
    sum.referenceLength += b.referenceLength
    for index in 0..<order {
      sum.matches[index] += b.matches[index]
      sum.totals[index] += b.totals[index]
    }
    return sum
  }

  private static func sequences(of length: Int, in words: [Tokenizer13a.Token]) -> [[Tokenizer13a.Token]: Int] {
    guard words.count >= length else { return [:] }
    return (0...(words.count - length)).reduce(into: [:]) { counts, start in
      counts[Array(words[start..<start + length]), default: 0] += 1
    }
  }

  /// 0 to 100. A length without a match counts as half a match, the next such as a quarter (`smooth:exp`); without any
  /// match, or with no hypothesis of four words, it is 0.
  package var score: Double {
    guard matches.contains(where: { $0 > 0 }), !totals.contains(0) else { return 0 }
    var smoothing = 1.0
    var logarithms = 0.0
    for (match, total) in zip(matches, totals) {
      if match == 0 { smoothing *= 2 }
      logarithms += log((match > 0 ? Double(match) : 1 / smoothing) / Double(total))
    }
    return 100 * brevityPenalty * exp(logarithms / Double(Self.order))
  }

  private var brevityPenalty: Double {
    hypothesisLength < referenceLength ? exp(1 - Double(referenceLength) / Double(hypothesisLength)) : 1
  }
}
