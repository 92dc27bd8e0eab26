/// One pass over a text's UTF-8. What begins a span may be looked at from its middle (the `@` of an address): nothing
/// before `floor`, the end of the last span, is looked at again.
struct SpanScan {
  let bytes: [UInt8]
  private(set) var floor = 0
  private var found: [Range<Int>] = []
  /// The end of the last word that was looked at for its full stops and underscores, for its digits, for its slashes.
  var seenWord = 0
  var seenNumber = 0
  var seenPath = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// To be called once.
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

  /// Emoji that touch are one span.
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

  /// Bytes that a span can be known by.
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

  // MARK: Looking

  /// 0 outside the text.
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

  /// Whether a word may begin here: not behind a letter, a digit or what holds words together.
  func isWordStart(_ index: Int) -> Bool {
    index == floor || !(ASCII.isWord(bytes[index - 1]) || isLetter(before: index))
  }

  /// Whether the character in front is a letter beyond ASCII.
  private func isLetter(before index: Int) -> Bool {
    guard index > 0, bytes[index - 1] >= 0x80 else { return false }
    var start = index - 1
    while start > 0, index - start < 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    let scalar = String(decoding: bytes[start..<index], as: UTF8.self).unicodeScalars.first
    return scalar?.properties.isAlphabetic ?? false
  }

  private func picture(at index: Int) -> Range<Int>? {
    guard mayBePicture(index) else { return nil }
    let limit = min(bytes.count, index + 4 * Emoji.longest)
    let scalars = String(decoding: bytes[index..<limit], as: UTF8.self).unicodeScalars.prefix(Emoji.longest)
    guard let length = Emoji.length(Array(scalars)[...]) else { return nil }
    return index..<index + scalars.prefix(length).reduce(0) { $0 + UTF8.width($1) }
  }

  /// Cheaply: `©` and `®`, U+2100 on and two marks before it, U+1F000 on, and what a keycap may be around.
  private func mayBePicture(_ index: Int) -> Bool {
    let second = byte(index + 1)
    switch bytes[index] {
    case 0xC2: return second == 0xA9 || second == 0xAE
    case 0xE2: return second >= 0x84 || starts(with: "\u{203C}", at: index) || starts(with: "\u{2049}", at: index)
    case 0xF0: return second == 0x9F
    default: return second == 0xE2 || second == 0xEF
    }
  }
}
