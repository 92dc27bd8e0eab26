/// Paths, names of files and hosts, versions, identifiers and long numbers.
extension SpanScan {
  /// `/usr/lib`, `./x`, `../x`, `~/x`, `C:\x`, `\\host\x`, and `a/b.c` from its first slash on
  mutating func path(at index: Int) -> Range<Int>? {
    guard index >= seenPath else { return nil }
    let separator = bytes[index]
    switch separator {
    case UInt8(ascii: "~"), UInt8(ascii: "."):
      guard isWordStart(index),
        starts(with: "~/", at: index) || starts(with: "./", at: index)
          || starts(with: "../", at: index)
      else { return nil }
      return rooted(index, least: 1)
    case UInt8(ascii: "\\"):
      let hasDrive = index >= floor + 2 && bytes[index - 1] == UInt8(ascii: ":") && ASCII.isLetter(bytes[index - 2])
      if hasDrive, isWordStart(index - 2) { return rooted(index - 2, least: 1) }
      return byte(index + 1) == separator && ASCII.isWord(byte(index + 2)) ? rooted(index, least: 3) : nil
    default:
      if isWordStart(index), byte(index + 1) != separator { return rooted(index, least: 2) }
      return relative(slash: index)
    }
  }

  /// - Parameter least: separators that it must have.
  private mutating func rooted(_ start: Int, least: Int) -> Range<Int>? {
    let end = endOfPath(from: start)
    seenPath = end
    let separators = bytes[start..<end].filter { ASCII.isOne(of: "/\\", $0) }.count
    return separators >= least && bytes[start..<end].contains(where: ASCII.isWord) ? start..<end : nil
  }

  /// Only with the suffix of a file at its end: "and/or" is none.
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

  /// `report.pdf`, `example.com`, `1.2.3`, `v1.2`, `10.0.0.1`, `snake_case`, and a path behind a host
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
    let isKept = FileSuffixes.contains(word) || HostSuffixes.contains(word) || isVersion(word) || isIdentifier(word)
    return isKept ? start..<end : nil
  }

  /// Three numbers and more, or two behind a "v"; neither thousands in groups nor a date.
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

  /// As in `snake_case`.
  private func isIdentifier(_ word: ArraySlice<UInt8>) -> Bool {
    guard let place = word.firstIndex(of: UInt8(ascii: "_")), word.contains(where: ASCII.isLetter) else { return false }
    return place > word.startIndex && ASCII.isWord(byte(place + 1)) && word.allSatisfy(ASCII.isWord)
      && word.contains { ASCII.isAlphanumeric($0) }
  }

  /// Seven digits and more, alone or with letters among them.
  mutating func longNumber(at index: Int) -> Range<Int>? {
    guard index >= seenNumber else { return nil }
    let start = start(of: ASCII.isAlphanumeric, before: index)
    let end = end(of: ASCII.isAlphanumeric, from: index)
    seenNumber = end
    let goesOn = ASCII.isOne(of: ".,", byte(end)) && ASCII.isDigit(byte(end + 1))
    let digits = bytes[start..<end].filter(ASCII.isDigit).count
    return digits >= 7 && !goesOn && isWordStart(start) ? start..<end : nil
  }

  /// `+33 6 12 34 56 78`
  func telephone(at index: Int) -> Range<Int>? {
    guard isWordStart(index), ASCII.isDigit(byte(index + 1)) else { return nil }
    var end = end(of: { ASCII.isDigit($0) || ASCII.isOne(of: " -()", $0) }, from: index + 1)
    while !ASCII.isDigit(bytes[end - 1]) { end -= 1 }
    return bytes[index..<end].filter(ASCII.isDigit).count >= 7 ? index..<end : nil
  }
}

/// Of names of files that are written about.
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

/// Of hosts that are written without a scheme.
private enum HostSuffixes {
  private static let known: Set<String> = ["com", "org", "net", "edu", "gov", "io", "dev", "app", "info", "eu"]

  static func contains(_ name: ArraySlice<UInt8>) -> Bool {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return false }
    return known.contains(String(decoding: name[(dot + 1)...], as: UTF8.self))
  }
}
