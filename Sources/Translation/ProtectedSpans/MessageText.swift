import Markup

/// A text with arguments of ICU messages, taken apart into passages to translate.
///
/// In `{n, plural, one {# dog} other {# dogs}}` the keywords stay, and each variant is a passage of its own. The text
/// around is a passage in which the argument is a protected span.
struct MessageText: Sendable {
  private struct Variant: Sendable {
    /// The bytes in the text around.
    let range: Range<Int>
    let text: MessageText
  }

  private struct Argument: Sendable {
    let range: Range<Int>
    let variants: [Variant]
  }

  private let source: ByteText
  private let arguments: [Argument]
  /// The `#` of a plural's variant, which stands for the number.
  private let numberSigns: [Range<Int>]
  /// The number of `passages`.
  private let passageCount: Int

  /// - Returns: nil if the text has no such argument.
  init?(_ text: String) {
    guard text.utf8.contains(UInt8(ascii: "{")), text.contains("plural") || text.contains("select") else { return nil }
    self.init(text, isOfPlural: false, depth: 0)
    if arguments.isEmpty { return nil }
  }

  private init(_ text: String, isOfPlural: Bool, depth: Int) {
    let bytes = Array(text.utf8)
    var arguments: [Argument] = []
    var index = 0
    while let open = bytes[index...].firstIndex(of: UInt8(ascii: "{")) {
      guard depth < MessageArgument.maxDepth, let found = MessageArgument(bytes, at: open) else {
        index = open + 1
        continue
      }
      let variants = found.variants.map { range in
        Variant(
          range: range,
          text: MessageText(
            String(decoding: bytes[range], as: UTF8.self), isOfPlural: isOfPlural || found.isPlural, depth: depth + 1))
      }
      arguments.append(Argument(range: found.range, variants: variants))
      index = found.range.upperBound
    }
    source = ByteText(text)
    self.arguments = arguments
    passageCount = arguments.reduce(1) { $1.variants.reduce($0) { $0 + $1.text.passageCount } }
    numberSigns =
      !isOfPlural
      ? []
      : bytes.indices.filter { index in
        bytes[index] == UInt8(ascii: "#") && !arguments.contains { $0.range.contains(index) }
      }.map { $0..<$0 + 1 }
  }

  /// The text around the arguments, and then the variants in their order.
  var passages: [Passage] {
    let spans = (arguments.map(\.range) + numberSigns).sorted { $0.lowerBound < $1.lowerBound }
    return [Passage(text: source.string, protectedSpans: spans)]
      + arguments.flatMap { $0.variants.flatMap(\.text.passages) }
  }

  /// Returns the translation of the text around, with the translations of the variants in it.
  /// - Parameter translated: a translation per passage.
  func joined(_ translated: ArraySlice<TranslatedText>) -> TranslatedText {
    var rest = translated.dropFirst()
    var written: [(range: Range<Int>, text: String)] = []
    var whole = translated.first ?? TranslatedText(unchanged: source.string)
    for argument in arguments {
      let variants = argument.variants.map { variant in
        let count = variant.text.passageCount
        defer { rest = rest.dropFirst(count) }
        let own = rest.prefix(count)
        whole.tokens = own.reduce(whole.tokens) { $0 + $1.tokens }
        let start = argument.range.lowerBound
        let range = variant.range.lowerBound - start..<variant.range.upperBound - start
        return (range: range, text: variant.text.joined(own).text)
      }
      written.append((argument.range, TextPatch(ByteText(source[argument.range]), replacing: variants).text))
    }
    return whole.replacing(written, source)
  }
}

extension TranslatedText {
  /// Puts texts in place of protected spans.
  /// - Parameter spans: bytes of the source, each with the text for it.
  fileprivate func replacing(_ spans: [(range: Range<Int>, text: String)], _ source: ByteText) -> TranslatedText {
    var whole = self
    var all: [(range: Range<Int>, text: String)] = []
    let texts = Dictionary(spans.map { ($0.range.lowerBound, $0.text) }, uniquingKeysWith: { first, _ in first })
    for index in sentences.indices {
      let sentence = sentences[index]
      let own = sentence.keptLinks.compactMap { link -> (range: Range<Int>, text: String)? in
        texts[sentence.sourceStart + link.source.lowerBound].map { (link.target, $0) }
      }
      let patch = TextPatch(ByteText(sentence.target), replacing: own)
      func moved(_ link: AlignmentLink) -> AlignmentLink {
        AlignmentLink(source: link.source, target: patch.moved(link.target))
      }
      whole.sentences[index].target = patch.text
      whole.sentences[index].alignment = sentence.alignment.map(moved)
      whole.sentences[index].keptLinks = sentence.keptLinks.map(moved)
      all += own.map { range, text in
        (sentence.targetStart + range.lowerBound..<sentence.targetStart + range.upperBound, text)
      }
    }
    let patch = TextPatch(ByteText(text), replacing: all)
    whole.text = patch.text
    for index in sentences.indices {
      let start = sentences[index].targetStart
      whole.sentences[index].targetStart = patch.moved(start..<start).lowerBound
    }
    if !alternatives.isEmpty {
      let arguments = Dictionary(spans.map { (source[$0.range], $0.text) }, uniquingKeysWith: { first, _ in first })
      whole.alternatives = alternatives.map { MessageArgument.replaced(arguments, in: $0) }
    }
    return whole
  }
}

// MARK: Arguments

/// An argument of an ICU message with variants: `plural`, `select` or `selectordinal` (ICU User Guide, "Formatting
/// Messages").
struct MessageArgument {
  /// The depth of arguments within arguments.
  static let maxDepth = 8
  /// The bytes of an argument.
  private static let maxBytes = 8192

  let range: Range<Int>
  let isPlural: Bool
  /// The bytes of the variants' texts, without braces.
  private(set) var variants: [Range<Int>] = []

  /// Returns the end of the argument that a brace opens; nil if it opens none.
  static func end(_ bytes: [UInt8], at index: Int) -> Int? { MessageArgument(bytes, at: index)?.range.upperBound }

  /// Returns a text with other texts in place of its arguments.
  /// - Parameter texts: by the arguments as they are written; others stay.
  static func replaced(_ texts: [String: String], in text: String) -> String {
    let bytes = Array(text.utf8)
    var replacements: [(range: Range<Int>, text: String)] = []
    var index = 0
    while let open = bytes[index...].firstIndex(of: UInt8(ascii: "{")) {
      index = open + 1
      guard let end = end(bytes, at: open), let new = texts[String(decoding: bytes[open..<end], as: UTF8.self)] else {
        continue
      }
      replacements.append((open..<end, new))
      index = end
    }
    return TextPatch(ByteText(text), replacing: replacements).text
  }

  /// - Parameter start: the offset of a brace.
  init?(_ bytes: [UInt8], at start: Int) {
    var reader = Reader(bytes: bytes, index: start + 1, limit: min(bytes.count, start + Self.maxBytes))
    reader.skipSpace()
    guard !reader.word().isEmpty, reader.takes(",") else { return nil }
    let kind = reader.word()
    guard ["plural", "select", "selectordinal"].contains(kind), reader.takes(",") else { return nil }
    isPlural = kind != "select"
    var variants: [Range<Int>] = []
    while !reader.takes("}") {
      let key = reader.word()
      guard !key.isEmpty else { return nil }
      if key.hasPrefix("offset:") { continue }
      guard reader.takes("{"), let text = reader.text() else { return nil }
      variants.append(text)
    }
    guard !variants.isEmpty else { return nil }
    self.variants = variants
    range = start..<reader.end
  }

  private struct Reader {
    let bytes: [UInt8]
    var index: Int
    let limit: Int
    /// The offset after the last sign that was taken.
    private(set) var end = 0

    init(bytes: [UInt8], index: Int, limit: Int) {
      self.bytes = bytes
      self.index = index
      self.limit = limit
    }

    mutating func skipSpace() {
      while index < limit, ASCII.isSpace(bytes[index]) { index += 1 }
    }

    /// Reads up to white space, a comma or a brace, and the white space after it.
    mutating func word() -> String {
      let start = index
      while index < limit, !ASCII.isSpace(bytes[index]), !ASCII.isOne(of: ",{}", bytes[index]) { index += 1 }
      defer { skipSpace() }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// Reads a sign, and the white space after it.
    mutating func takes(_ sign: Unicode.Scalar) -> Bool {
      guard index < limit, bytes[index] == UInt8(ascii: sign) else { return false }
      index += 1
      end = index
      skipSpace()
      return true
    }

    /// Reads a text up to the brace that closes it. Apostrophes quote braces.
    mutating func text() -> Range<Int>? {
      let start = end
      var depth = 0
      var isQuoted = false
      index = start
      while index < limit {
        let byte = bytes[index]
        if byte == UInt8(ascii: "'") {
          let opens = index + 1 < limit && ASCII.isOne(of: "{}", bytes[index + 1])
          isQuoted = !isQuoted && opens
        } else if !isQuoted, byte == UInt8(ascii: "{") {
          depth += 1
          if depth > MessageArgument.maxDepth { return nil }
        } else if !isQuoted, byte == UInt8(ascii: "}") {
          guard depth > 0 else {
            let range = start..<index
            return takes("}") ? range : nil
          }
          depth -= 1
        }
        index += 1
      }
      return nil
    }
  }
}
