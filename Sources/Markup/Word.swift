/// What a tag never stands within: a run of letters and digits, or one mark of punctuation.
struct Word: Sendable {
  /// Bytes of the text.
  var range: Range<Int>
  var isPunctuation: Bool

  /// The words of a text in their order; white space is in none.
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - cuts: bytes at which a word ends, ascending.
  static func words(in text: [UInt8], cuts: [Int]) -> [Word] {
    let marks = Mark.marks(String(decoding: text, as: UTF8.self))
    var words: [Word] = []
    var rest = cuts[...]
    for (place, mark) in marks.enumerated() where mark.kind != .space {
      while let cut = rest.first, cut < mark.range.lowerBound { rest.removeFirst() }
      let isCut = rest.first == mark.range.lowerBound
      if !isCut, place > 0, let last = words.last, joins(place, marks, last) {
        words[words.count - 1].range = last.range.lowerBound..<mark.range.upperBound
        words[words.count - 1].isPunctuation = false
      } else {
        words.append(Word(range: mark.range, isPunctuation: mark.kind == .other || mark.isJoiner))
      }
    }
    return words
  }

  /// Whether the mark at `place` goes on with the word before it.
  private static func joins(_ place: Int, _ marks: [Mark], _ word: Word) -> Bool {
    let (before, mark) = (marks[place - 1], marks[place])
    switch (before.kind, mark.kind) {
    case (.letter, .letter): return true
    case (.letter, .hyphen): return place + 1 < marks.count && marks[place + 1].kind == .letter
    case (.hyphen, .letter), (.point, .letter): return before.range.lowerBound > word.range.lowerBound
    case (.letter, .point):
      return before.isDigit && place + 1 < marks.count && marks[place + 1].isDigit
    case (.letter, .apostrophe): return place + 1 < marks.count && marks[place + 1].kind == .letter
    case (.apostrophe, .letter):
      // An article that lost its vowel is a word of its own; what follows "don'" is not.
      let elided = word.range.count <= 2 + before.range.count
      let isLong = place + 1 < marks.count && marks[place + 1].kind == .letter
      return before.range.lowerBound > word.range.lowerBound && !(elided && isLong)
    default: return false
    }
  }
}

/// A character as far as words are concerned.
private struct Mark {
  enum Kind { case space, letter, hyphen, apostrophe, point, ideograph, other }

  var kind: Kind
  var range: Range<Int>
  var isDigit: Bool
  var isJoiner: Bool { kind == .hyphen || kind == .apostrophe || kind == .point }

  static func marks(_ text: String) -> [Mark] {
    var end = 0
    return text.map { character in
      let start = end
      end += character.utf8.count
      let scalar = character.unicodeScalars.first ?? " "
      return Mark(kind: kind(scalar), range: start..<end, isDigit: scalar.properties.numericType == .decimal)
    }
  }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    switch scalar {
    case "-", "\u{2010}", "\u{2011}", "_", "\u{AD}", "\u{200C}", "\u{200D}": return .hyphen
    case "'", "\u{2019}": return .apostrophe
    case ".", ",": return .point
    default: break
    }
    if scalar.properties.isWhitespace { return .space }
    if isUnspaced(scalar.value) { return .ideograph }
    let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    return isWord ? .letter : .other
  }

  /// Scripts that set no space between words: Thai to Lao, Myanmar, Khmer, kana, Han.
  private static func isUnspaced(_ value: UInt32) -> Bool {
    switch value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xF900...0xFAFF, 0x20000...0x3FFFF:
      true
    default: false
    }
  }
}
