/// A detector of the parts of a text that a translation must not change.
///
/// They are web and mail addresses, code, placeholders, paths and names of files, mentions and tags, emoji, versions and
/// other long numbers. The detector makes one pass over the bytes.
package enum ProtectedSpanDetector {
  /// Returns the protected parts of a text: ranges of UTF-8, in their order, not overlapping, at character boundaries.
  package static func spans(in text: String) -> [Range<Int>] {
    var scan = SpanScan(Array(text.utf8))
    return scan.spans()
  }
}

extension Passage {
  /// Returns the passage with the spans that the detector finds, besides those that were protected before.
  func protectingMarkup() -> Passage {
    let found = ProtectedSpanDetector.spans(in: text)
    guard !found.isEmpty else { return self }
    guard !kept.isEmpty else { return Passage(text: text, kept: found) }
    var known = kept[...]
    let new = found.filter { span in
      while let first = known.first, first.upperBound <= span.lowerBound { known.removeFirst() }
      return known.first.map { $0.lowerBound >= span.upperBound } ?? true
    }
    return Passage(text: text, kept: (kept + new).sorted { $0.lowerBound < $1.lowerBound })
  }
}

/// One pass over the UTF-8 of a text.
///
/// A span can be recognized in its middle, such as an address by its `@`. Bytes before `floor`, the end of the last
/// span, are not read again.
private struct SpanScan {
  private let bytes: [UInt8]
  private var floor = 0
  private var found: [Range<Int>] = []
  /// The end of the last word that was examined for full stops and underscores.
  private var seenWord = 0
  /// The end of the last word that was examined for digits.
  private var seenNumber = 0
  /// The end of the last word that was examined for slashes.
  private var seenPath = 0

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
      if let span, span.lowerBound >= floor, span.upperBound > index {
        add(span)
        index = span.upperBound
      } else {
        index += 1
      }
    }
    return found
  }

  /// Adds a span. Emoji that touch are one span.
  private mutating func add(_ span: Range<Int>) {
    if let last = found.last, last.upperBound == span.lowerBound, bytes[span.lowerBound] >= 0xE2,
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
    let wanted = Set("`@:#{%$<[/\\~._+*wW0123456789".utf8).union([0xC2, 0xE2, 0xF0])
    return (0...255).map { wanted.contains(UInt8($0)) }
  }()

  private mutating func span(at index: Int) -> Range<Int>? {
    switch bytes[index] {
    case UInt8(ascii: ":"): return webAddress(colon: index)
    case UInt8(ascii: "w"), UInt8(ascii: "W"): return bareWebAddress(at: index)
    case UInt8(ascii: "@"): return mailAddress(at: index) ?? mention(at: index)
    case UInt8(ascii: "#"): return picture(at: index) ?? tag(at: index)
    case UInt8(ascii: "{"), UInt8(ascii: "["): return bracedPlaceholder(at: index)
    case UInt8(ascii: "%"): return percentPlaceholder(at: index)
    case UInt8(ascii: "$"): return dollarPlaceholder(at: index)
    case UInt8(ascii: "<"): return markup(at: index)
    case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "~"): return path(at: index)
    case UInt8(ascii: "."): return path(at: index) ?? dottedWord(around: index)
    case UInt8(ascii: "_"): return dottedWord(around: index)
    case UInt8(ascii: "+"): return telephone(at: index)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return picture(at: index) ?? longNumber(at: index)
    default: return picture(at: index)
    }
  }

  // MARK: Reading bytes

  /// Returns a byte, or 0 outside the text.
  private func byte(_ index: Int) -> UInt8 { bytes.indices.contains(index) ? bytes[index] : 0 }

  private func starts(with text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { wanted in
      index + wanted.count <= bytes.count && bytes[index..<index + wanted.count].elementsEqual(wanted)
    }
  }

  private func end(of matches: (UInt8) -> Bool, from index: Int) -> Int {
    var index = index
    while index < bytes.count, matches(bytes[index]) { index += 1 }
    return index
  }

  private func start(of matches: (UInt8) -> Bool, before index: Int) -> Int {
    var index = index
    while index > floor, matches(bytes[index - 1]) { index -= 1 }
    return index
  }

  /// Whether a word can begin at an offset: not after a letter, a digit or an underscore.
  private func isWordStart(_ index: Int) -> Bool {
    index == floor || !(ASCII.isWord(bytes[index - 1]) || isLetter(before: index))
  }

  /// Whether the character before an offset is a letter beyond ASCII.
  private func isLetter(before index: Int) -> Bool {
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
      let isSpaced = $0.value < 0x0E00 || (0xAC00...0xD7A3).contains($0.value)
      return $0 == "_" || (isSpaced && ($0.properties.isAlphabetic || $0.properties.numericType != nil))
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
    guard let scalar, scalar.value < 0x0E00, scalar.properties.isAlphabetic else { return nil }
    return UTF8.width(scalar)
  }

  // MARK: Placeholders and the tags of messages

  /// Finds `{}`, `{0}`, `{name}`, `{{ name }}`, `[[name]]`.
  private func bracedPlaceholder(at index: Int) -> Range<Int>? {
    let open = bytes[index]
    let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
    let isDouble = byte(index + 1) == open
    guard isDouble || open == UInt8(ascii: "{") else { return nil }
    let start = index + (isDouble ? 2 : 1)
    let limit = min(bytes.count, start + 80)
    let end = bytes[start..<limit].firstIndex {
      !(ASCII.isWord($0) || ASCII.isOne(of: ".-:!$@|#,'\"()/", $0) || (isDouble && $0 == UInt8(ascii: " ")))
    }
    guard let end, bytes[end] == close, !isDouble || byte(end + 1) == close else { return nil }
    return index..<end + (isDouble ? 2 : 1)
  }

  /// Finds `%s`, `%1$s`, `%.2f`, `%ld`, `%@`, `%(name)s`, `%NAME%`.
  private func percentPlaceholder(at index: Int) -> Range<Int>? {
    guard index == floor || !ASCII.isDigit(bytes[index - 1]) else { return nil }
    var next = index + 1
    if byte(next) == UInt8(ascii: "(") {
      let name = end(of: ASCII.isWord, from: next + 1)
      guard byte(name) == UInt8(ascii: ")") else { return nil }
      next = name + 1
    }
    if let named = percentName(at: index) { return named }
    next = end(of: { ASCII.isDigit($0) || ASCII.isOne(of: "$.+-#*'", $0) }, from: next)
    guard next - index < 24 else { return nil }
    next = end(of: { ASCII.isOne(of: "hlqLzjt", $0) }, from: next)
    guard ASCII.isOne(of: "@dDiuUxXoOfFeEgGaAcCsSpn", byte(next)), !ASCII.isWord(byte(next + 1)) else { return nil }
    return index..<next + 1
  }

  private func percentName(at index: Int) -> Range<Int>? {
    let end = end(of: ASCII.isWord, from: index + 1)
    return end > index + 2 && byte(end) == UInt8(ascii: "%") ? index..<end + 1 : nil
  }

  /// Finds `${name}` and `$name`, but no price.
  private func dollarPlaceholder(at index: Int) -> Range<Int>? {
    if byte(index + 1) == UInt8(ascii: "{") {
      return bracedPlaceholder(at: index + 1).map { index..<$0.upperBound }
    }
    guard isWordStart(index), ASCII.isLetter(byte(index + 1)) || byte(index + 1) == UInt8(ascii: "_") else {
      return nil
    }
    return index..<end(of: ASCII.isWord, from: index + 1)
  }

  /// Finds `<0>`, `</b>`, `<br/>`, `<a href="…">`: a name with nothing but attributes.
  private func markup(at index: Int) -> Range<Int>? {
    let name = byte(index + 1) == UInt8(ascii: "/") ? index + 2 : index + 1
    let end = end(of: { ASCII.isWord($0) || ASCII.isOne(of: "-:.", $0) }, from: name)
    let limit = min(bytes.count, index + 400)
    guard end > name, end < limit,
      let close = bytes[end..<limit].firstIndex(where: { ASCII.isOne(of: "<>\n", $0) }),
      bytes[close] == UInt8(ascii: ">")
    else { return nil }
    let rest = bytes[end..<close]
    let isBare = rest.allSatisfy { ASCII.isSpace($0) || $0 == UInt8(ascii: "/") }
    return isBare || (ASCII.isSpace(bytes[end]) && rest.contains(UInt8(ascii: "="))) ? index..<close + 1 : nil
  }

  // MARK: Paths, names, versions and long numbers

  /// Finds `/usr/lib`, `./x`, `../x`, `~/x`, `C:\x`, `\\host\x`, and `a/b.c` around its first slash.
  private mutating func path(at index: Int) -> Range<Int>? {
    guard index >= seenPath else { return nil }
    let separator = bytes[index]
    switch separator {
    case UInt8(ascii: "~"), UInt8(ascii: "."):
      guard isWordStart(index),
        starts(with: "~/", at: index) || starts(with: "./", at: index)
          || starts(with: "../", at: index)
      else { return nil }
      return rooted(index, minSeparators: 1)
    case UInt8(ascii: "\\"):
      let hasDrive = index >= floor + 2 && bytes[index - 1] == UInt8(ascii: ":") && ASCII.isLetter(bytes[index - 2])
      if hasDrive, isWordStart(index - 2) { return rooted(index - 2, minSeparators: 1) }
      return byte(index + 1) == separator && ASCII.isWord(byte(index + 2)) ? rooted(index, minSeparators: 3) : nil
    default:
      if isWordStart(index), byte(index + 1) != separator { return rooted(index, minSeparators: 2) }
      return relative(slash: index)
    }
  }

  /// Finds a path that begins at `start`.
  /// - Parameter minSeparators: the separators that it must have.
  private mutating func rooted(_ start: Int, minSeparators: Int) -> Range<Int>? {
    let end = endOfPath(from: start)
    seenPath = end
    let separators = bytes[start..<end].filter { ASCII.isOne(of: "/\\", $0) }.count
    return separators >= minSeparators && bytes[start..<end].contains(where: ASCII.isWord) ? start..<end : nil
  }

  /// Finds a path around a slash. It ends with the suffix of a file: "and/or" is no path.
  private mutating func relative(slash: Int) -> Range<Int>? {
    let start = start(of: { ASCII.isWord($0) || ASCII.isOne(of: ".-@", $0) }, before: slash)
    let end = endOfPath(from: slash)
    seenPath = end
    guard start < slash, let last = bytes[start..<end].lastIndex(of: UInt8(ascii: "/")),
      FileSuffixes.contains(bytes[last..<end]) || HostSuffixes.contains(bytes[start..<slash])
    else { return nil }
    return start..<end
  }

  private func endOfPath(from start: Int) -> Int {
    var end = end(of: { ASCII.isWord($0) || ASCII.isOne(of: "/\\.-~+@%=:#&?*", $0) }, from: start)
    while end > start + 1, ASCII.isOne(of: ".:?-*", bytes[end - 1]) { end -= 1 }
    return end
  }

  /// Finds `report.pdf`, `example.com`, `1.2.3`, `v1.2`, `10.0.0.1`, `snake_case`, and a path after a host.
  private mutating func dottedWord(around index: Int) -> Range<Int>? {
    guard index >= seenWord else { return nil }
    let start = start(of: { ASCII.isWord($0) || ASCII.isOne(of: ".-", $0) }, before: index)
    var end = end(of: { ASCII.isWord($0) || ASCII.isOne(of: ".-", $0) }, from: index)
    seenWord = end
    while end > start, ASCII.isOne(of: ".-", bytes[end - 1]) { end -= 1 }
    guard end > index, isWordStart(start), !(byte(end) >= 0xC3 && byte(end) < 0xE2) else { return nil }
    let word = bytes[start..<end]
    if HostSuffixes.contains(word), byte(end) == UInt8(ascii: "/") || byte(end) == UInt8(ascii: ":") {
      return start..<endOfPath(from: start)
    }
    let isKept = FileSuffixes.contains(word) || HostSuffixes.contains(word) || isVersion(word) || isIdentifier(word)
    return isKept ? start..<end : nil
  }

  /// Whether a word is a version: three numbers, or two after a "v", but neither grouped thousands nor a date.
  private func isVersion(_ word: ArraySlice<UInt8>) -> Bool {
    let hasLetter = word.first.map { $0 | 0x20 == UInt8(ascii: "v") } ?? false
    let parts = (hasLetter ? word.dropFirst() : word).split(
      separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count >= (hasLetter ? 2 : 3), let first = parts.first, let last = parts.last,
      parts.dropLast().allSatisfy({ !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) }),
      last.first.map(ASCII.isDigit) ?? false
    else { return false }
    let isGrouped = first.count <= 3 && parts.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy(ASCII.isDigit) }
    let isDate = parts.count == 3 && first.count <= 2 && parts[1].count <= 2 && (last.count == 4 || last.count == 2)
    return hasLetter || !(isGrouped || isDate)
  }

  /// Whether a word is an identifier, such as `snake_case`.
  private func isIdentifier(_ word: ArraySlice<UInt8>) -> Bool {
    guard let index = word.firstIndex(of: UInt8(ascii: "_")), word.contains(where: ASCII.isLetter) else { return false }
    return index > word.startIndex && ASCII.isWord(byte(index + 1)) && word.allSatisfy(ASCII.isWord)
      && word.contains { ASCII.isAlphanumeric($0) }
  }

  /// Finds seven or more digits, alone or with letters among them.
  private mutating func longNumber(at index: Int) -> Range<Int>? {
    guard index >= seenNumber else { return nil }
    let start = start(of: ASCII.isAlphanumeric, before: index)
    let end = end(of: ASCII.isAlphanumeric, from: index)
    seenNumber = end
    let isContinued = ASCII.isOne(of: ".,", byte(end)) && ASCII.isDigit(byte(end + 1))
    let digits = bytes[start..<end].filter(ASCII.isDigit).count
    return digits >= 7 && !isContinued && isWordStart(start) ? start..<end : nil
  }

  /// Finds a telephone number, such as `+33 6 12 34 56 78`.
  private func telephone(at index: Int) -> Range<Int>? {
    guard isWordStart(index), ASCII.isDigit(byte(index + 1)) else { return nil }
    var end = end(of: { ASCII.isDigit($0) || ASCII.isOne(of: " -()", $0) }, from: index + 1)
    while !ASCII.isDigit(bytes[end - 1]) { end -= 1 }
    return bytes[index..<end].filter(ASCII.isDigit).count >= 7 ? index..<end : nil
  }

  // MARK: Pictures

  private func picture(at index: Int) -> Range<Int>? {
    guard canBePicture(index) else { return nil }
    let limit = min(bytes.count, index + 4 * Emoji.maxScalars)
    let scalars = String(decoding: bytes[index..<limit], as: UTF8.self).unicodeScalars.prefix(Emoji.maxScalars)
    guard let length = Emoji.length(Array(scalars)[...]) else { return nil }
    return index..<index + scalars.prefix(length).reduce(0) { $0 + UTF8.width($1) }
  }

  /// A cheap first test: `©` and `®`, U+2100 on and two marks before it, U+1F000 on, and characters of keycaps.
  private func canBePicture(_ index: Int) -> Bool {
    let second = byte(index + 1)
    switch bytes[index] {
    case 0xC2: return second == 0xA9 || second == 0xAE
    case 0xE2: return second >= 0x84 || starts(with: "\u{203C}", at: index) || starts(with: "\u{2049}", at: index)
    case 0xF0: return second == 0x9F
    default: return second == 0xE2 || second == 0xEF
    }
  }
}

// MARK: Endings of names

/// The endings of file names that texts mention.
private enum FileSuffixes {
  private static let known: Set<String> = [
    "txt", "md", "pdf", "doc", "docx", "odt", "rtf", "xls", "xlsx", "csv", "tsv", "ppt", "pptx", "json", "xml", "yml",
    "yaml", "toml", "ini", "cfg", "conf", "log", "html", "htm", "css", "scss", "js", "mjs", "ts", "tsx", "jsx", "py",
    "swift", "c", "h", "cc", "cpp", "hpp", "java", "kt", "rs", "rb", "php", "lua", "sh", "bat", "ps1",
    "sql", "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "tif", "tiff", "ico", "mp3", "mp4", "wav", "avi", "mov",
    "mkv", "zip", "gz", "tar", "tgz", "bz2", "xz", "7z", "rar", "exe", "dll", "dmg", "iso", "deb", "rpm", "apk",
    "jar", "po", "srt", "vtt", "tex", "bib", "db", "sqlite", "bak", "tmp", "lock",
  ]

  static func contains(_ name: ArraySlice<UInt8>) -> Bool {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return false }
    return known.contains(String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased())
  }
}

/// The endings of hosts that are written without a scheme.
private enum HostSuffixes {
  private static let known: Set<String> = ["com", "org", "net", "edu", "gov", "io", "dev", "app", "info", "eu"]

  static func contains(_ name: ArraySlice<UInt8>) -> Bool {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return false }
    return known.contains(String(decoding: name[(dot + 1)...], as: UTF8.self))
  }
}
