/// A text as words and signs, by which terms are found in it.
struct TextItems {
  struct Item {
    /// UTF-8 bytes in the text.
    let range: Range<Int>
    /// The word in small letters, or the sign.
    let text: String
    /// Whether nothing is between the item before it and this one.
    let touches: Bool
    let isWord: Bool
  }

  let items: [Item]

  init(_ text: String) {
    var items: [Item] = []
    var word: [Unicode.Scalar] = []
    var start = 0
    var offset = 0
    var end = -1
    func add(_ scalars: some Sequence<Unicode.Scalar>, from start: Int, isWord: Bool) {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars)
      let text = isWord ? String(view).lowercased() : String(view)
      items.append(Item(range: start..<offset, text: text, touches: start == end, isWord: isWord))
      end = offset
    }
    func endWord() {
      guard !word.isEmpty else { return }
      add(word, from: start, isWord: true)
      word.removeAll(keepingCapacity: true)
    }
    for scalar in text.unicodeScalars {
      let width = UTF8.width(scalar)
      if Scripts.isUnspaced(scalar) {
        endWord()
        offset += width
        add([scalar], from: offset - width, isWord: true)
        continue
      }
      if Self.isWord(scalar) || (!word.isEmpty && scalar.properties.canonicalCombiningClass != .notReordered) {
        if word.isEmpty { start = offset }
        word.append(scalar)
        offset += width
        continue
      }
      // A soft hyphen or a joiner within a word says nothing.
      if !word.isEmpty, scalar.properties.generalCategory == .format {
        offset += width
        continue
      }
      endWord()
      offset += width
      if scalar.properties.isWhitespace { continue }
      add([Self.plain(scalar)], from: offset - width, isWord: false)
    }
    endWord()
    self.items = items
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return ASCII.isWord(UInt8(truncatingIfNeeded: scalar.value)) }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "’", "ʼ": "'"
    case "‐", "‑": "-"
    default: scalar
    }
  }

  /// Whether no word goes on over either end of a row of items.
  func standsAlone(_ range: Range<Int>) -> Bool {
    func sign(_ index: Int, _ text: String) -> Bool { items[index].text == text && items[index].touches }
    let (first, last) = (range.lowerBound, range.upperBound - 1)
    if items[last].isWord, last + 2 < items.count, items[last + 2].touches, items[last + 2].isWord {
      if sign(last + 1, "-") { return false }
      if sign(last + 1, "'"), items[last + 2].text != "s" { return false }
    }
    if items[first].isWord, items[first].touches, first >= 2, sign(first - 1, "-"), items[first - 2].isWord {
      return false
    }
    return true
  }
}
