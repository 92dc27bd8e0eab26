import Foundation
import Tokenization

/// The text that a model reads in place of a clause, and the way back from its output to what the clause stands for.
///
/// Spans that the model would break are replaced by stand-ins that it carries over: single capital letters, or a name
/// without its accents. Signs without a meaning of their own are left out. A line in capitals is read in small letters.
struct ClauseReading: Sendable {
  /// The most spans that are replaced.
  static let maxSpans = 8

  struct StandIn: Sendable {
    /// The bytes of the clause.
    let span: Range<Int>
    let text: String
  }

  let text: String
  let standIns: [StandIn]
  /// The spans that the text does not have.
  let leftOut: [Range<Int>]
  let isLowered: Bool
  /// For each byte of the text, the bytes of the clause that it stands for.
  private let origins: [Range<Int>]

  /// All spans of the clause that the text does not have as they are.
  var spans: [Range<Int>] { (standIns.map(\.span) + leftOut).sorted { $0.lowerBound < $1.lowerBound } }

  /// - Parameters:
  ///   - spans: the bytes to replace, in their order and not overlapping.
  ///   - attempt: 0 prefers names without accents to letters, 2 prefers letters with numbers.
  ///   - lowered: a function that puts a line in capitals into small letters; nil to leave it.
  /// - Returns: nil if there are too many spans, or one of them is an operator, for which no word can stand.
  init?(_ source: ByteText, replacing spans: [Range<Int>], attempt: Int, lowering: CapitalLine?) {
    guard spans.count <= Self.maxSpans else { return nil }
    var names = StandInNames(source, attempt: attempt)
    var text = ""
    var origins: [Range<Int>] = []
    var standIns: [StandIn] = []
    var leftOut: [Range<Int>] = []
    var cursor = 0
    func add(_ part: String, _ range: Range<Int>) {
      text += part
      origins += Array(repeating: range, count: part.utf8.count)
    }
    func addPlain(_ range: Range<Int>) {
      var start = range.lowerBound
      for scalar in source[range].unicodeScalars {
        let own = start..<start + UTF8.width(scalar)
        add(lowering?.lowered(scalar, at: start) ?? String(scalar), own)
        start = own.upperBound
      }
    }
    for span in spans {
      let role = SpanRole(span, in: source)
      guard source.standsAlone(span) || role != .word, !OperatorSigns.isOperator(source[span]) else { return nil }
      let isWithinWord = source.hasLetter(before: span.lowerBound) && source.hasLetter(after: span.upperBound)
      let isASCII = source[span].utf8.contains { $0 > 0x20 && $0 < 0x80 }
      let isAttached = span.lowerBound > 0 && !ASCII.isBlank(source.byte(span.lowerBound - 1)) && !isASCII
      guard role == .word || !(isWithinWord || isAttached) else { return nil }
      // The blank after a sign that is left out can be the first byte of the next span.
      addPlain(min(cursor, span.lowerBound)..<span.lowerBound)
      cursor = span.upperBound
      if role == .word {
        let name = names.next(for: source[span])
        standIns.append(StandIn(span: span, text: name))
        add(name, span)
      } else {
        leftOut.append(span)
        let isBetweenBlanks = text.last?.isWhitespace ?? true
        if isBetweenBlanks, cursor < source.count, source.byte(cursor) == UInt8(ascii: " ") { cursor += 1 }
      }
    }
    addPlain(cursor..<source.count)
    self.text = text
    self.standIns = standIns
    self.leftOut = leftOut
    self.origins = origins
    isLowered = lowering != nil
  }

  /// The tokens of the text, with the bytes of the clause that they stand for.
  func encoded(by tokenizer: any Tokenizer) -> EncodedText {
    var encoded = tokenizer.encode(text)
    let end = origins.last?.upperBound ?? 0
    let bytes = Array(text.utf8)
    encoded.ranges = encoded.ranges.map { range in
      guard !range.isEmpty, range.upperBound <= origins.count else {
        let place = range.lowerBound < origins.count ? origins[range.lowerBound].lowerBound : end
        return place..<place
      }
      // A token has the space in front of it; between both there can be a sign that is left out.
      var start = range.lowerBound
      while start + 1 < range.upperBound, ASCII.isBlank(bytes[start]) { start += 1 }
      return origins[start].lowerBound..<max(origins[start].upperBound, origins[range.upperBound - 1].upperBound)
    }
    return encoded
  }

  /// Returns an output with the spans in place of their stand-ins, and in capitals if the clause is. Numbers that are not
  /// protected are written as the target language does.
  /// - Parameter ranges: the bytes of each token of the output.
  /// - Returns: nil if a stand-in is not there exactly once.
  func restored(
    _ output: String, _ ranges: [Range<Int>], _ source: ByteText, _ pair: LanguagePair, protectedSpans: [Range<Int>]
  ) -> (ByteText, [Range<Int>])? {
    var (target, ranges) = (ByteText(output), ranges)
    if isLowered { (target, ranges) = Self.raised(target, ranges) }
    var places: [String: [Range<Int>]] = [:]
    var counts: [String: Int] = [:]
    for standIn in standIns {
      counts[standIn.text, default: 0] += 1
      let wanted = isLowered ? standIn.text.uppercased() : standIn.text
      places[standIn.text] = target.places(of: wanted, alone: true)
    }
    guard counts.allSatisfy({ places[$0]?.count == $1 }) else { return nil }
    var replacements: [(range: Range<Int>, text: String)] = []
    for standIn in standIns {
      guard let place = places[standIn.text]?.removeFirst() else { return nil }
      let span = source[standIn.span]
      // "5 p.m." at the end of a sentence has one full stop.
      let isEnded =
        span.hasSuffix(".") && place.upperBound < target.count && target.byte(place.upperBound) == UInt8(ascii: ".")
      let number = protectedSpans.contains(standIn.span) ? nil : pair.rewritten(span)
      replacements.append((isEnded ? place.lowerBound..<place.upperBound + 1 : place, number ?? span))
    }
    guard !replacements.isEmpty else { return (target, ranges) }
    let patch = TextPatch(target, replacing: replacements)
    return (ByteText(patch.text), ranges.map(patch.moved))
  }

  /// Returns a text in capitals, with the ranges of its bytes.
  private static func raised(_ text: ByteText, _ ranges: [Range<Int>]) -> (ByteText, [Range<Int>]) {
    var raised = ""
    var offsets: [Int] = []
    for scalar in text.string.unicodeScalars {
      offsets += Array(repeating: raised.utf8.count, count: UTF8.width(scalar))
      raised += scalar.properties.uppercaseMapping
    }
    offsets.append(raised.utf8.count)
    let moved = ranges.map { range in
      let range = range.clamped(to: 0..<text.count)
      return offsets[range.lowerBound]..<offsets[range.upperBound]
    }
    return (ByteText(raised), moved)
  }
}

// MARK: - Stand-ins

/// The part of a protected span in its sentence.
enum SpanRole: Equatable {
  /// A word, which has a place in the grammar of its sentence.
  case word
  /// A sign before other words, such as the start of a link.
  case opening
  /// A sign after other words, such as an emoji or the end of a link.
  case closing

  init(_ text: String) {
    let scalars = text.unicodeScalars
    if CheckBox.isBox(text) {
      self = .opening
    } else if OperatorSigns.isOperator(text) {
      self = .word
    } else if text.hasPrefix("](") || text.hasPrefix("[/") || text.hasPrefix("</") {
      self = .closing
    } else if ["[", "!["].contains(text) || Self.isOpeningTag(text) {
      self = .opening
    } else if scalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) {
      self = .word
    } else {
      self = text.hasPrefix("_") || text.hasPrefix("{") || text.hasPrefix("#") ? .word : .closing
    }
  }

  private static func isOpeningTag(_ text: String) -> Bool {
    if text.hasPrefix("[") { return text.hasSuffix("]") && !text.hasPrefix("[[") }
    return text.hasPrefix("<") && text.hasSuffix(">") && !text.hasPrefix("<%") && !text.hasPrefix("<?")
  }
}

/// Names that stand for spans, none of them in the text already.
private struct StandInNames {
  private let taken: Set<String>
  private let attempt: Int
  private var count = 0

  init(_ source: ByteText, attempt: Int) {
    taken = Set(source.string.split { !$0.isLetter && !$0.isNumber }.map { String($0).uppercased() })
    self.attempt = attempt
  }

  mutating func next(for span: String) -> String {
    if attempt == 0, let plain = Self.plain(span) { return plain }
    while true {
      let letters = ["X", "Z", "K", "Q", "W", "V", "J", "H", "F", "B"]
      let letter = letters[count % letters.count]
      let round = count / letters.count
      count += 1
      let name = attempt < 2 && round == 0 ? letter : "\(letter)\(round + 1)"
      if !taken.contains(name) { return name }
    }
  }

  /// A word of Latin letters without its accents; nil for other words.
  private static func plain(_ span: String) -> String? {
    let folded = String(span.map { letters[$0] ?? $0 }).folding(
      options: .diacriticInsensitive, locale: Locale(identifier: "en_US_POSIX"))
    guard folded != span, folded.count >= 3, folded.utf8.allSatisfy({ ASCII.isLetter($0) || $0 == UInt8(ascii: "-") })
    else {
      return nil
    }
    return folded
  }

  /// Letters that are none with an accent.
  private static let letters: [Character: Character] = [
    "ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ħ": "h", "ŧ": "t",
  ]
}

// MARK: - Capitals

/// A line whose letters are all capitals, as it is read by a model that has learnt from ordinary text.
struct CapitalLine: Sendable {
  /// The letters of the shortest line. Shorter ones are abbreviations.
  private static let minLetters = 6
  /// The first byte of the first letter, which stays a capital.
  private let first: Int
  /// The first bytes of letters that are English for oneself.
  private let kept: Set<Int>

  /// - Parameter spans: the parts that are not looked at.
  /// - Returns: nil if the text has a small letter, or is one short word.
  init?(_ text: ByteText, outside spans: [Range<Int>], language: String) {
    var (letters, words, start, first) = (0, 0, 0, -1)
    var kept: Set<Int> = []
    var rest = spans[...]
    var run: [Int] = []
    func endWord() {
      if run.count > 1 { words += 1 }
      if run.count == 1, language.hasPrefix("en"), text.byte(run[0]) == UInt8(ascii: "I") { kept.insert(run[0]) }
      run = []
    }
    for scalar in text.string.unicodeScalars {
      rest = rest.drop { $0.upperBound <= start }
      let isProtected = rest.first?.contains(start) ?? false
      if !isProtected, scalar.properties.isUppercase {
        if first < 0 { first = start }
        letters += 1
        run.append(start)
      } else {
        if !isProtected, scalar.properties.isLowercase { return nil }
        endWord()
      }
      start += UTF8.width(scalar)
    }
    endWord()
    guard letters >= Self.minLetters, words >= 2 || letters >= Self.minLetters + 1 else { return nil }
    self.first = first
    self.kept = kept
  }

  func lowered(_ scalar: Unicode.Scalar, at offset: Int) -> String {
    offset == first || kept.contains(offset) ? String(scalar) : scalar.properties.lowercaseMapping
  }
}
