/// A detector of the parts of a text that a translation must not change.
///
/// They are web and mail addresses, code, placeholders, paths and names of files, mentions, and tags. Others are emoji,
/// versions, codes, long numbers, rows of one sign, and symbols. The detector makes one pass over the bytes.
package enum ProtectedSpanDetector {
  /// Returns the protected parts of a text: ranges of UTF-8, in their order, not overlapping, at character boundaries.
  package static func spans(in text: String) -> [Range<Int>] {
    var scan = SpanScan(Array(text.utf8))
    return scan.spans()
  }
}

extension Passage {
  /// Returns the passage with the spans that the detector finds, besides those that were protected before.
  /// - Parameter glossaries: a span that is within one of their terms is translated by it.
  func protectingMarkup(except glossaries: [Glossary] = []) -> Passage {
    var found = ProtectedSpanDetector.spans(in: text)
    guard !found.isEmpty else { return self }
    for glossary in glossaries {
      var terms = glossary.matches(in: text, outside: protectedSpans).map(\.range)[...]
      found.removeAll { span in
        terms = terms.drop { $0.upperBound < span.upperBound }
        return terms.first.map { $0.lowerBound <= span.lowerBound } ?? false
      }
    }
    guard !protectedSpans.isEmpty else { return Passage(text: text, protectedSpans: found) }
    var known = protectedSpans[...]
    let new = found.filter { span in
      while let first = known.first, first.upperBound <= span.lowerBound { known.removeFirst() }
      return known.first.map { $0.lowerBound >= span.upperBound } ?? true
    }
    return Passage(text: text, protectedSpans: (protectedSpans + new).sorted { $0.lowerBound < $1.lowerBound })
  }
}

/// One pass over the UTF-8 of a text.
///
/// A span can be recognized in its middle, such as an address by its `@`. Bytes before `floor`, the end of the last
/// span, are not read again.
struct SpanScan {
  let bytes: [UInt8]
  private(set) var floor = 0
  private(set) var found: [Range<Int>] = []
  /// The end of the last word that was examined for full stops and underscores.
  var seenWord = 0
  /// The end of the last word that was examined for digits.
  var seenNumber = 0
  /// The end of the last word that was examined for slashes.
  var seenPath = 0
  /// The end of the last groups that were examined for colons.
  var seenGroups = 0
  /// The end of the last brackets that were examined for a link.
  var seenBracket = 0
  /// The end of the last row of one sign.
  var seenRow = 0
  /// The bytes that close the link that was begun last.
  var linkEnd: Range<Int>?
  /// The signs that end the emphasised words that were begun.
  var emphasisEnds: [Range<Int>] = []
  /// Whether a box to be ticked was found.
  var hasBox = false
  /// The names of all tags in brackets that the text closes.
  private(set) lazy var closedTags = Self.closedTags(bytes)

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Returns the spans. Must be called once only.
  mutating func spans() -> [Range<Int>] {
    var index = 0
    var code = CodeRuns(bytes)
    while index < bytes.count {
      guard Self.begins[Int(bytes[index])] else {
        index += 1
        continue
      }
      let span = bytes[index] == UInt8(ascii: "`") ? code.span(at: index) : span(at: index)
      if let span, span.lowerBound >= floor || span.lowerBound == found.last?.lowerBound, span.upperBound > index {
        add(span)
        index = span.upperBound
      } else {
        index += 1
      }
    }
    return found
  }

  /// Adds a span, or puts it in the place of the last one if that begins it. Emoji that touch are one span.
  private mutating func add(_ span: Range<Int>) {
    if span.lowerBound == found.last?.lowerBound {
      found[found.count - 1] = span
    } else if let last = found.last, last.upperBound == span.lowerBound, bytes[span.lowerBound] >= 0xE2,
      bytes[last.lowerBound] >= 0xE2
    {
      found[found.count - 1] = last.lowerBound..<span.upperBound
    } else {
      found.append(span)
    }
    floor = span.upperBound
  }

  /// The bytes that a span can be recognized by.
  private static let begins: [Bool] = {
    let wanted = Set("`@:#{%$<>[](/\\~._+*-=&|!wW0123456789".utf8).union([0xC2, 0xE2, 0xF0])
    return (0...255).map { wanted.contains(UInt8($0)) }
  }()

  /// The first bytes of the signs that rows are made of.
  private static let rowSigns: [Bool] = {
    let wanted = Set("_.-=*~#+".utf8).union([0xC2, 0xE2])
    return (0...255).map { wanted.contains(UInt8($0)) }
  }()

  private mutating func span(at index: Int) -> Range<Int>? {
    if Self.rowSigns[Int(bytes[index])], let row = row(at: index) { return row }
    switch bytes[index] {
    case UInt8(ascii: ":"):
      return webAddress(colon: index) ?? ratio(colon: index) ?? colonName(at: index) ?? operators(at: index)
    case UInt8(ascii: "w"), UInt8(ascii: "W"): return bareWebAddress(at: index)
    case UInt8(ascii: "@"): return atPlaceholder(at: index) ?? mailAddress(at: index) ?? mention(at: index)
    case UInt8(ascii: "#"): return hashPlaceholder(at: index) ?? picture(at: index) ?? tag(at: index)
    case UInt8(ascii: "{"): return braced(at: index)
    case UInt8(ascii: "["):
      return doubleBrackets(at: index) ?? checkBox(at: index) ?? choice(at: index) ?? bracketTag(at: index)
        ?? linkStart(at: index)
    case UInt8(ascii: "]"): return linkEnd(at: index)
    case UInt8(ascii: "%"): return percentPlaceholder(at: index)
    case UInt8(ascii: "$"): return dollarPlaceholder(at: index)
    case UInt8(ascii: "&"): return reference(at: index) ?? operators(at: index)
    case UInt8(ascii: "<"): return markup(at: index) ?? chained(comparison(at: index)) ?? operators(at: index)
    case UInt8(ascii: ">"), UInt8(ascii: "="): return chained(comparison(at: index)) ?? operators(at: index)
    case UInt8(ascii: "("): return checkBox(at: index) ?? choice(at: index) ?? bracketedTelephone(at: index)
    case UInt8(ascii: "\\"): return path(at: index) ?? escape(at: index)
    case UInt8(ascii: "/"), UInt8(ascii: "~"): return path(at: index) ?? emphasis(at: index)
    case UInt8(ascii: "."): return path(at: index) ?? dottedWord(around: index)
    case UInt8(ascii: "_"): return paddedName(at: index) ?? emphasis(at: index) ?? dottedWord(around: index)
    case UInt8(ascii: "+"): return telephone(at: index) ?? operators(at: index)
    case UInt8(ascii: "*"): return starPlaceholder(at: index) ?? picture(at: index) ?? emphasis(at: index)
    case UInt8(ascii: "-"), UInt8(ascii: "|"), UInt8(ascii: "!"): return operators(at: index)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      return picture(at: index) ?? groupedNumber(at: index) ?? hexadecimalGroups(around: index) ?? notation(at: index)
        ?? code(around: index) ?? raised(at: index)
    default: return markedNumber(at: index) ?? picture(at: index) ?? bullet(at: index) ?? raised(at: index)
    }
  }

  // MARK: Reading bytes

  /// Returns a byte, or 0 outside the text.
  func byte(_ index: Int) -> UInt8 { bytes.indices.contains(index) ? bytes[index] : 0 }

  func starts(with text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { wanted in
      index + wanted.count <= bytes.count && bytes[index..<index + wanted.count].elementsEqual(wanted)
    }
  }

  func end(of matches: (UInt8) -> Bool, from index: Int) -> Int {
    var index = index
    while index < bytes.count, matches(bytes[index]) { index += 1 }
    return index
  }

  func start(of matches: (UInt8) -> Bool, before index: Int) -> Int {
    var index = index
    while index > floor, matches(bytes[index - 1]) { index -= 1 }
    return index
  }

  /// Whether a word can begin at an offset: not after a letter, a digit or an underscore.
  func isWordStart(_ index: Int) -> Bool {
    index == floor || !(ASCII.isWord(bytes[index - 1]) || isLetter(before: index))
  }

  /// Whether the character before an offset is a letter beyond ASCII.
  func isLetter(before index: Int) -> Bool {
    guard index > 0, bytes[index - 1] >= 0x80 else { return false }
    var start = index - 1
    while start > 0, index - start < 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    let scalar = String(decoding: bytes[start..<index], as: UTF8.self).unicodeScalars.first
    return scalar?.properties.isAlphabetic ?? false
  }

  // MARK: Addresses, mentions and tags

  /// Finds `scheme://…` around a colon.
  private func webAddress(colon: Int) -> Range<Int>? {
    guard starts(with: "://", at: colon) else { return nil }
    let start = start(of: { ASCII.isAlphanumeric($0) || ASCII.isOne(of: "+-.", $0) }, before: colon)
    guard start < colon, colon - start <= 24, let end = endOfAddress(from: colon + 3) else { return nil }
    return start..<end
  }

  /// Finds `www.…`.
  private func bareWebAddress(at index: Int) -> Range<Int>? {
    guard isWordStart(index), starts(with: "www.", at: index) || starts(with: "WWW.", at: index),
      let end = endOfAddress(from: index + 4)
    else { return nil }
    return index..<end
  }

  /// Finds a mail address, with `mailto:` if that precedes it, around an `@`.
  private func mailAddress(at sign: Int) -> Range<Int>? {
    let local = start(of: { ASCII.isAlphanumeric($0) || ASCII.isOne(of: "._%+-", $0) }, before: sign)
    guard local < sign else { return nil }
    var end = end(of: { ASCII.isAlphanumeric($0) || ASCII.isOne(of: ".-", $0) }, from: sign + 1)
    while end > sign, ASCII.isOne(of: ".-", bytes[end - 1]) { end -= 1 }
    guard bytes[sign..<end].contains(UInt8(ascii: ".")) else { return nil }
    let mailto = local >= floor + 7 && starts(with: "mailto:", at: local - 7)
    return (mailto ? local - 7 : local)..<end
  }

  /// Finds `@name`.
  private func mention(at index: Int) -> Range<Int>? {
    guard isWordStart(index) else { return nil }
    var end = end(of: { ASCII.isWord($0) || ASCII.isOne(of: ".-", $0) }, from: index + 1)
    while end > index + 1, ASCII.isOne(of: ".-", bytes[end - 1]) { end -= 1 }
    return end > index + 1 ? index..<end : nil
  }

  /// Finds `#tag`, with letters of scripts with spaces, and `#12`.
  private func tag(at index: Int) -> Range<Int>? {
    guard isWordStart(index) else { return nil }
    let end = min(end(of: { ASCII.isWord($0) || $0 >= 0x80 }, from: index + 1), index + 200)
    let text = String(decoding: bytes[index + 1..<end], as: UTF8.self).unicodeScalars
    let length = text.prefix {
      let isOfWord = $0.properties.isAlphabetic || $0.properties.numericType != nil
      return $0 == "_" || (isOfWord && !Scripts.isUnspaced($0))
    }.reduce(0) { $0 + UTF8.width($1) }
    return length > 0 ? index..<index + 1 + length : nil
  }

  /// Returns the end of a web address without punctuation at its end; nil if nothing is left.
  private func endOfAddress(from start: Int) -> Int? {
    var end = start
    while end < bytes.count, let width = widthWithinAddress(at: end) { end += width }
    var open = bytes[start..<end].reduce(0) { $0 + ($1 == UInt8(ascii: "(") ? 1 : $1 == UInt8(ascii: ")") ? -1 : 0) }
    while end > start {
      let last = bytes[end - 1]
      let isUnopened = last == UInt8(ascii: ")") && open < 0
      guard isUnopened || ASCII.isOne(of: ".,;:!?'\"*_~]", last) else { break }
      if isUnopened { open += 1 }
      end -= 1
    }
    return end > start ? end : nil
  }

  /// Returns the bytes of a character that can be part of an address; nil for any other.
  ///
  /// These are ASCII characters, except quotes and brackets, and letters of scripts with spaces.
  private func widthWithinAddress(at index: Int) -> Int? {
    let byte = bytes[index]
    if byte < 0x80 { return byte > 0x20 && byte < 0x7F && !ASCII.isOne(of: "<>\"`{}|\\^", byte) ? 1 : nil }
    let scalar = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
    guard let scalar, scalar.properties.isAlphabetic, !Scripts.isUnspaced(scalar), !Scripts.isHangul(scalar) else {
      return nil
    }
    return UTF8.width(scalar)
  }

  /// The names of the tags `[/name]` of a text.
  private static func closedTags(_ bytes: [UInt8]) -> Set<String> {
    var names: Set<String> = []
    for (index, byte) in bytes.enumerated().dropLast() where byte == UInt8(ascii: "[") {
      guard bytes[index + 1] == UInt8(ascii: "/") else { continue }
      let name = bytes[(index + 2)...].prefix(13).prefix(while: ASCII.isAlphanumeric)
      if name.endIndex < bytes.count, bytes[name.endIndex] == UInt8(ascii: "]") {
        names.insert(String(decoding: name, as: UTF8.self))
      }
    }
    return names
  }
}
