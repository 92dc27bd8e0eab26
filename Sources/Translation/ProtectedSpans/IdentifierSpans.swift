/// Names and numbers that are the same in every language: paths, names of files and hosts, versions, codes, telephone
/// numbers.
extension SpanScan {
  // MARK: Paths, names, versions and long numbers

  /// Finds `/usr/lib`, `./x`, `../x`, `~/x`, `C:\x`, `\\host\x`, and `a/b.c` around its first slash.
  mutating func path(at index: Int) -> Range<Int>? {
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
  mutating func dottedWord(around index: Int) -> Range<Int>? {
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
    if isVersion(word), let prefix = endOfNetworkPrefix(at: end) { return start..<prefix }
    let isKept = FileSuffixes.contains(word) || HostSuffixes.contains(word) || isVersion(word) || isIdentifier(word)
    return isKept ? start..<end : nil
  }

  /// Returns the end of a number after a slash, as in `10.0.0.0/8`; nil if there is none.
  private func endOfNetworkPrefix(at slash: Int) -> Int? {
    guard byte(slash) == UInt8(ascii: "/") else { return nil }
    let digits = bytes[(slash + 1)...].prefix(4).prefix(while: ASCII.isDigit)
    return (1...3).contains(digits.count) && !ASCII.isWord(byte(digits.endIndex)) ? digits.endIndex : nil
  }

  /// Whether a word is a version: three numbers, or two after a "v", but no grouped thousands.
  private func isVersion(_ word: ArraySlice<UInt8>) -> Bool {
    let hasLetter = word.first.map { $0 | 0x20 == UInt8(ascii: "v") } ?? false
    let parts = (hasLetter ? word.dropFirst() : word).split(
      separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count >= (hasLetter ? 2 : 3), let first = parts.first, let last = parts.last,
      parts.dropLast().allSatisfy({ !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) }),
      last.first.map(ASCII.isDigit) ?? false
    else { return false }
    let isGrouped = first.count <= 3 && parts.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy(ASCII.isDigit) }
    return hasLetter || !isGrouped
  }

  /// Whether a word is an identifier, such as `snake_case`.
  private func isIdentifier(_ word: ArraySlice<UInt8>) -> Bool {
    guard let index = word.firstIndex(of: UInt8(ascii: "_")), word.contains(where: ASCII.isLetter) else { return false }
    return index > word.startIndex && ASCII.isWord(byte(index + 1)) && word.allSatisfy(ASCII.isWord)
      && word.contains { ASCII.isAlphanumeric($0) }
  }

  /// Finds `__NAME__`.
  func paddedName(at index: Int) -> Range<Int>? {
    guard isWordStart(index), byte(index + 1) == UInt8(ascii: "_") else { return nil }
    let word = bytes[index..<end(of: ASCII.isWord, from: index)]
    guard word.count > 4, word.suffix(2).allSatisfy({ $0 == UInt8(ascii: "_") }), word.contains(where: ASCII.isLetter),
      !word.contains(where: ASCII.isLowercase)
    else { return nil }
    return index..<word.endIndex
  }

  /// Finds a code around a digit: `SKU123`, `COVID-19`, `ORD-2024-0012`, a UUID, an ISBN, seven digits or more.
  mutating func code(around index: Int) -> Range<Int>? {
    guard index >= seenNumber else { return nil }
    func isPart(_ byte: UInt8) -> Bool { ASCII.isWord(byte) || ASCII.isOne(of: "-/", byte) }
    var start = start(of: isPart, before: index)
    var end = end(of: isPart, from: index)
    seenNumber = end
    while end > start, ASCII.isOne(of: "-/_", bytes[end - 1]) { end -= 1 }
    while start < index, ASCII.isOne(of: "-/_", bytes[start]) { start += 1 }
    let isContinued = ASCII.isOne(of: ".,", byte(end)) && ASCII.isDigit(byte(end + 1))
    let continues = start > 1 && ASCII.isOne(of: ".,", bytes[start - 1]) && ASCII.isDigit(bytes[start - 2])
    guard end > index, isWordStart(start), !isContinued, !continues, CodeWord(bytes[start..<end]).isCode,
      !bytes[start..<end].allSatisfy(ASCII.isDigit) || !hasSign(beside: start..<end)
    else { return nil }
    return start..<end
  }

  /// Whether the sign of a currency, a share or a unit is beside a number: an amount, whose notation can change.
  private func hasSign(beside number: Range<Int>) -> Bool {
    let after = byte(number.upperBound) == UInt8(ascii: " ") ? number.upperBound + 1 : number.upperBound
    let isBefore = Self.amountSigns.contains { sign in
      let start = number.lowerBound - sign.utf8CodeUnitCount
      return start >= floor && starts(with: sign, at: start)
    }
    let unit = bytes[min(after, bytes.count)...].prefix(5).prefix { ASCII.isLetter($0) || $0 == UInt8(ascii: "/") }
    let isUnit = unit.count <= 4 && UnitSigns.isSymbol(String(decoding: unit, as: UTF8.self))
    return isBefore || isUnit || Self.amountSigns.contains { starts(with: $0, at: after) }
  }

  private static let amountSigns: [StaticString] = ["$", "%", "€", "£", "¥", "₹", "₽", "‰"]

  /// Finds groups of digits with spaces between them that are no thousands: `4111 1111 1111 1111`, `06 12 34 56 78`.
  func groupedNumber(at index: Int) -> Range<Int>? {
    let letters = bytes[floor..<index].suffix(3).reversed().prefix(while: ASCII.isLetter).count
    let start = index - letters
    guard letters == 0 || letters == 2, isWordStart(start) else { return nil }
    var groups = 0
    var digits = 0
    var isThousands = true
    var end = start
    while groups < 12 {
      let next = end + bytes[end...].prefix(5).prefix(while: ASCII.isAlphanumeric).count
      let found = bytes[end..<next].filter(ASCII.isDigit).count
      guard (2...4).contains(next - end), found == next - end || (groups == 0 && found == 2 && next - end == 4) else {
        break
      }
      if groups > 0, next - end != 3 { isThousands = false }
      groups += 1
      digits += found
      guard byte(next) == UInt8(ascii: " "), ASCII.isDigit(byte(next + 1)) else {
        end = next
        break
      }
      end = next + 1
    }
    while end > start, !ASCII.isAlphanumeric(bytes[end - 1]) { end -= 1 }
    let isEnd = !ASCII.isAlphanumeric(byte(end)) && !(ASCII.isOne(of: ".,", byte(end)) && ASCII.isDigit(byte(end + 1)))
    return groups >= 3 && digits >= 10 && !isThousands && isEnd ? start..<end : nil
  }

  /// Finds a ratio around a colon, such as `16:9`, but no time of the day.
  func ratio(colon: Int) -> Range<Int>? {
    let before = bytes[floor..<colon].suffix(5).reversed().prefix(while: ASCII.isDigit).count
    var after = bytes[(colon + 1)...].prefix(8).prefix(while: ASCII.isDigit).count
    guard (1...4).contains(before), (1...7).contains(after) else { return nil }
    while byte(colon + 1 + after) == UInt8(ascii: ","), after < 12,
      bytes[(colon + 2 + after)...].prefix(4).prefix(while: ASCII.isDigit).count == 3
    {
      after += 4
    }
    let range = colon - before..<colon + 1 + after
    let isTime = after == 2 && before <= 2 && byte(colon + 1) < UInt8(ascii: "6")
    guard !isTime, isWordStart(range.lowerBound), !ASCII.isWord(byte(range.upperBound)),
      byte(range.upperBound) != UInt8(ascii: ":"), byte(range.lowerBound - 1) != UInt8(ascii: ":")
    else { return nil }
    return range
  }

  /// Finds groups of hexadecimal digits with two colons or more: `fe80::1`, `00:1B:44`, `12:30:45`.
  mutating func hexadecimalGroups(around colon: Int) -> Range<Int>? {
    guard colon >= seenGroups else { return nil }
    func isPart(_ byte: UInt8) -> Bool { ASCII.isHexadecimal(byte) || byte == UInt8(ascii: ":") }
    let start = start(of: isPart, before: colon)
    var end = end(of: isPart, from: colon)
    seenGroups = end
    while end > start, bytes[end - 1] == UInt8(ascii: ":") { end -= 1 }
    let word = bytes[start..<max(start, end)]
    let groups = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard groups.count >= 3, groups.allSatisfy({ $0.count <= 4 }), word.contains(where: ASCII.isDigit), end > colon,
      isWordStart(start), !ASCII.isWord(byte(end))
    else { return nil }
    return start..<end
  }

  /// Finds a telephone number with its area in brackets, such as `(555) 123-4567`.
  func bracketedTelephone(at index: Int) -> Range<Int>? {
    let area = bytes[(index + 1)...].prefix(6).prefix(while: ASCII.isDigit)
    guard (2...5).contains(area.count), byte(area.endIndex) == UInt8(ascii: ")") else { return nil }
    let start = byte(area.endIndex + 1) == UInt8(ascii: " ") ? area.endIndex + 2 : area.endIndex + 1
    let first = bytes[min(start, bytes.count)...].prefix(6).prefix(while: ASCII.isDigit)
    guard (3...5).contains(first.count), ASCII.isOne(of: "- .", byte(first.endIndex)) else { return nil }
    let second = bytes[(first.endIndex + 1)...].prefix(6).prefix(while: ASCII.isDigit)
    guard (2...5).contains(second.count), second.count != 3 || first.count != 3 else { return nil }
    return index..<second.endIndex
  }

  /// Finds a comparison, such as `n=1,024`, `p<0.05`, `>90%` and `y > 2`.
  func comparison(at index: Int) -> Range<Int>? {
    let sign = byte(index + 1) == UInt8(ascii: "=") ? index + 2 : index + 1
    let isOrder = bytes[index] != UInt8(ascii: "=")
    let isSpaced =
      isOrder && byte(sign) == UInt8(ascii: " ") && index >= floor + 2 && bytes[index - 1] == UInt8(ascii: " ")
    let number = isSpaced ? sign + 1 : sign
    let end = isSpaced ? index - 1 : index
    let name = bytes[floor..<end].suffix(Self.maxNameLetters + 1).reversed().prefix(while: ASCII.isWord).count
    let start = end - name
    guard name <= (isSpaced ? Self.maxSpacedLetters : Self.maxNameLetters), !isSpaced || name > 0, isWordStart(start),
      ASCII.isDigit(byte(number)), name == 0 || ASCII.isLetter(bytes[start]),
      name > 0 || bytes[index] != UInt8(ascii: "="),
      start == 0 || ASCII.isSpace(bytes[start - 1]) || ASCII.isOne(of: "([\"'", bytes[start - 1])
    else { return nil }
    return endOfAmount(number).map { start..<$0 }
  }

  /// Returns the end of a number with a percent sign if that follows; nil within a word.
  private func endOfAmount(_ number: Int) -> Int? {
    var end = end(of: { ASCII.isDigit($0) || ASCII.isOne(of: ".,", $0) }, from: number)
    while ASCII.isOne(of: ".,", bytes[end - 1]) { end -= 1 }
    if byte(end) == UInt8(ascii: "%") { end += 1 }
    return ASCII.isWord(byte(end)) ? nil : end
  }

  /// The letters of the longest name with a space after it. Longer ones are words.
  private static let maxSpacedLetters = 1
  /// The letters of the longest name before a comparison.
  private static let maxNameLetters = 12

  /// Finds a telephone number, such as `+33 6 12 34 56 78`.
  func telephone(at index: Int) -> Range<Int>? {
    guard isWordStart(index), ASCII.isDigit(byte(index + 1)) else { return nil }
    var end = end(of: { ASCII.isDigit($0) || ASCII.isOne(of: " -()", $0) }, from: index + 1)
    while !ASCII.isDigit(bytes[end - 1]) { end -= 1 }
    return bytes[index..<end].filter(ASCII.isDigit).count >= 7 ? index..<end : nil
  }
}

// MARK: Codes

/// A word of letters, digits and hyphens, with its parts between hyphens.
private struct CodeWord {
  private enum Part {
    case digits, capitals, word
    /// Digits with a unit, an ordinal's ending or the like: "5km", "20th", "1990s", "4K".
    case suffixed
    /// Letters before digits, or among them: "A4", "utf8", "550e8400".
    case mixed
    case empty
  }

  private let parts: [Part]
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    parts = bytes.split(omittingEmptySubsequences: false) { ASCII.isOne(of: "-/_", $0) }.map(Self.part)
  }

  /// Whether the word means the same in every language as it is written.
  var isCode: Bool {
    guard !parts.contains(.empty) else { return false }
    let digits = bytes.filter(ASCII.isDigit).count
    if parts.contains(.mixed) { return true }
    if parts == [.digits] || parts == [.suffixed] { return digits >= 7 }
    if parts.allSatisfy({ $0 == .digits }) { return !bytes.contains(UInt8(ascii: "/")) && isNumber(digits) }
    return parts.first == .capitals && !parts.contains(.word) && parts.contains(.digits)
  }

  /// Whether parts of digits alone are one number rather than a range or a score.
  private func isNumber(_ digits: Int) -> Bool {
    if parts.count > 2 { return true }
    let years = bytes.split(separator: UInt8(ascii: "-"))
    return digits >= 7 && !years.allSatisfy { $0.count == 4 && ASCII.isOne(of: "12", $0[$0.startIndex]) }
  }

  private static func part(_ part: ArraySlice<UInt8>) -> Part {
    guard let first = part.first else { return .empty }
    if part.allSatisfy(ASCII.isDigit) { return .digits }
    guard part.contains(where: ASCII.isDigit) else {
      return part.contains(where: ASCII.isLowercase) ? .word : .capitals
    }
    if ASCII.isDigit(first), part.drop(while: ASCII.isDigit).allSatisfy(ASCII.isLetter) {
      return part.count >= 7 ? .mixed : .suffixed
    }
    return isPeriod(part) ? .suffixed : .mixed
  }

  /// Whether a part is a quarter, a half, a term or a world war, which other languages write in their own way.
  private static func isPeriod(_ part: ArraySlice<UInt8>) -> Bool {
    let name = String(decoding: part, as: UTF8.self)
    return ["Q1", "Q2", "Q3", "Q4", "H1", "H2", "T1", "T2", "T3", "T4", "WW1", "WW2"].contains(name)
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
