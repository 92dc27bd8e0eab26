import Foundation

/// Corpus BLEU with one reference per sentence (Papineni et al. 2002), equal to that of sacreBLEU 2.6 with its defaults
/// (Post 2018). The sum of two scores is the score of both corpora together.
package struct BLEU: Sendable, Equatable {
  /// sacreBLEU's signature of this score, to be published beside it.
  package static let signature = "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"
  /// The number of words in the longest sequence that counts.
  private static let order = 4

  private var hypothesisLength = 0
  private var referenceLength = 0
  /// The number of sequences of 1, 2, 3 and 4 words that the reference has too.
  private var matches = [Int](repeating: 0, count: order)
  private var totals = [Int](repeating: 0, count: order)

  /// The score of an empty corpus.
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

  /// The score from 0 to 100. The first length without a match counts as half a match, the next as a quarter
  /// (`smooth:exp`). The score is 0 without any match, and without a hypothesis of four words.
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

/// The tokenizer of WMT's scores, `mteval-v13a`, as sacreBLEU 2.6 has it (`tok:13a`).
///
/// It works on UTF-8: its rules look at ASCII only, and tokens are compared byte by byte, as Python compares strings.
package enum Tokenizer13a {
  package typealias Token = [UInt8]

  package static func tokens(_ line: String) -> [Token] {
    var bytes = Array(line.utf8)
    while let length = trailingSpace(bytes) { bytes.removeLast(length) }
    for (from, to) in replacements { bytes = bytes.replacing(from.utf8, with: to.utf8) }
    bytes = [space] + bytes + [space]
    bytes = setApart(bytes)
    bytes = spaced(bytes, first: { !isDigit($0) }, second: isStop, as: { [$0, space, $1, space] })
    bytes = spaced(bytes, first: isStop, second: { !isDigit($0) }, as: { [space, $0, space, $1] })
    bytes = spaced(bytes, first: isDigit, second: { $0 == UInt8(ascii: "-") }, as: { [$0, space, $1, space] })
    return words(bytes)
  }

  private static let space = UInt8(ascii: " ")

  /// Replacements in the order of application: `&amp;` can yield another character reference.
  private static let replacements = [
    ("<skipped>", ""), ("-\n", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"),
  ]

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isStop(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") }

  /// Sets spaces round every sign except apostrophe, comma, hyphen and full stop.
  private static func setApart(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte in
      switch byte {
      case 0x20...0x26, 0x28...0x2B, 0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: [space, byte, space]
      default: [byte]
      }
    }
  }

  /// Replaces matching pairs of neighbours from left to right; a byte belongs to one pair at most.
  private static func spaced(
    _ bytes: [UInt8], first: (UInt8) -> Bool, second: (UInt8) -> Bool, as pair: (UInt8, UInt8) -> [UInt8]
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * 2)
    var index = 0
    while index < bytes.count {
      if index + 1 < bytes.count, first(bytes[index]), second(bytes[index + 1]) {
        result += pair(bytes[index], bytes[index + 1])
        index += 2
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  // MARK: White space, as Python's `str.split` sees it

  private static func words(_ bytes: [UInt8]) -> [Token] {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.split(whereSeparator: isSpace).map { Array(String($0).utf8) }
  }

  /// The number of bytes of the white space character at the end; nil if there is none.
  private static func trailingSpace(_ bytes: [UInt8]) -> Int? {
    guard let last = String(decoding: bytes.suffix(4), as: UTF8.self).unicodeScalars.last, isSpace(last) else {
      return nil
    }
    return UTF8.width(last)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}

/// Classes of sentences by the number of words in their source, which white space divides.
package enum SourceLength: String, CaseIterable, Sendable {
  case upTo8 = "1–8"
  case upTo12 = "9–12"
  case upTo16 = "13–16"
  case upTo20 = "17–20"
  case over20 = "21+"

  /// The class's name in JSON, such as "UpTo8".
  package var key: String { "\(self)".prefix(1).uppercased() + "\(self)".dropFirst() }

  package init(source: String) {
    switch source.split(whereSeparator: \.isWhitespace).count {
    case ...8: self = .upTo8
    case ...12: self = .upTo12
    case ...16: self = .upTo16
    case ...20: self = .upTo20
    default: self = .over20
    }
  }
}
