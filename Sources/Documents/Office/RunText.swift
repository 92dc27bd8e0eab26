import Markup

/// The text of a paragraph whose parts have formats, written as HTML in which each format is a tag, and the way back.
///
/// The format of most characters needs no tag. A translation places the other formats, links and marks as it places
/// the tags of HTML, so that bold stays on its word.
struct RunText: Sendable {
  /// The text to translate: HTML, or plain text if there are no tags.
  let source: String
  let isMarkup: Bool

  private enum Mark: Sendable {
    case format(Int)
    case element(open: [RawPart], close: [RawPart])
    case point([RawPart])
  }

  private var marks: [Mark] = []
  private let formats: [RunFormat]
  /// The number of the format of most characters.
  private let base: Int?
  /// The number of the first inner part among all of the paragraph.
  private let firstInner: Int
  /// Characters of the longest tag that a mark becomes.
  private static let longestTag = 48

  init(_ items: [RunItem], _ formats: [RunFormat], firstInner: Int) {
    self.formats = formats
    self.firstInner = firstInner
    let base = Self.base(items, count: formats.count)
    self.base = base
    isMarkup = items.contains { if case .text(_, base) = $0.kind { false } else { true } }
    guard isMarkup else {
      source = items.map { if case .text(let text, _) = $0.kind { text } else { "" } }.joined()
      return
    }
    var html = ""
    var open: [(mark: Int, raw: [RawPart])] = []
    for item in Self.withWholeWords(items) {
      switch item.kind {
      case .text(let text, base): html += CharacterReferences.escaped(text)
      case .text(let text, let format):
        html += "<m\(marks.count)>\(CharacterReferences.escaped(text))</m\(marks.count)>"
        marks.append(.format(format))
      case .open:
        open.append((marks.count, item.raw))
        html += "<m\(marks.count)>"
        marks.append(.element(open: item.raw, close: []))
      case .close:
        guard let last = open.popLast() else { continue }
        html += "</m\(last.mark)>"
        marks[last.mark] = .element(open: last.raw, close: item.raw)
      case .island(let text):
        html += "<m\(marks.count) translate=\"no\">\(CharacterReferences.escaped(text))</m\(marks.count)>"
        marks.append(.point(item.raw))
      case .lineBreak:
        html += "<br id=\"\(marks.count)\">"
        marks.append(.point(item.raw))
      case .point, .anchor, .field:
        html += "<img id=\"\(marks.count)\">"
        marks.append(.point(item.raw))
      }
    }
    source = html
  }

  /// Runs of a word that are looked at. In a word of more runs, anchors keep their places.
  private static let maxWordRuns = 16

  /// Returns items in which no anchor is within a word, which would hide the word from a model: it stands before the word.
  private static func withWholeWords(_ items: [RunItem]) -> [RunItem] {
    guard items.contains(where: { $0.kind == .anchor }) else { return items }
    var output: [RunItem] = []
    var rest = items[...]
    while let item = rest.first {
      let anchors = rest.prefix { $0.kind == .anchor }
      rest = rest[anchors.endIndex...]
      guard !anchors.isEmpty else {
        output.append(item)
        rest = rest.dropFirst()
        continue
      }
      var word: [RunItem] = []
      if let next = rest.first, case .text(let text, _) = next.kind, text.first.map(isOfWord) == true {
        word = takeWord(&output)
      }
      output += anchors
      output += word.reversed()
    }
    return output
  }

  /// Takes the start of a word off the end of items.
  /// - Returns: its parts, the last one first.
  private static func takeWord(_ items: inout [RunItem]) -> [RunItem] {
    var word: [RunItem] = []
    while word.count < maxWordRuns, let last = items.last, case .text(let text, let format) = last.kind {
      let start = text.lastIndex { !isOfWord($0) }.map { text.index(after: $0) } ?? text.startIndex
      guard start < text.endIndex else { break }
      items.removeLast()
      word.append(RunItem(kind: .text(String(text[start...]), format: format), raw: [], unit: last.unit))
      guard start > text.startIndex else { continue }
      items.append(RunItem(kind: .text(String(text[..<start]), format: format), raw: [], unit: last.unit))
      break
    }
    return word
  }

  /// Whether a character is a part of a word, in scripts with spaces between words.
  private static func isOfWord(_ character: Character) -> Bool { character.isCased || character.isNumber }

  /// The format of most characters; of several the one that comes first.
  private static func base(_ items: [RunItem], count: Int) -> Int? {
    var lengths = [Int](repeating: 0, count: count)
    for item in items { if case .text(let text, let format) = item.kind { lengths[format] += text.count } }
    let most = lengths.max()
    for item in items {
      if case .text(_, let format) = item.kind, lengths[format] == most { return format }
    }
    return nil
  }

  // MARK: The way back

  /// Returns a translation of `source` with runs and marks in place of its tags.
  /// - Parameter inner: the translated parts within the paragraph.
  func target(_ translation: String, _ inner: [String]) -> String {
    guard isMarkup else { return base.map { formats[$0].written(translation) } ?? translation }
    var writer = Writer(text: self, inner: inner, output: "")
    var rest = translation[...]
    while let open = rest.firstIndex(of: "<") {
      writer.characters(rest[..<open])
      rest = rest[open...]
      guard let close = rest.prefix(Self.longestTag).firstIndex(of: ">") else {
        writer.characters("&lt;")
        rest = rest.dropFirst()
        continue
      }
      let end = rest.index(after: close)
      if let after = writer.tag(rest[..<end]) {
        // An island is written by its mark; its text in the translation is not.
        rest = rest[end...].firstRange(of: after).map { rest[$0.upperBound...] } ?? rest[end...]
      } else {
        rest = rest[end...]
      }
    }
    writer.characters(rest)
    return writer.output
  }

  private struct Writer {
    let text: RunText
    let inner: [String]
    var output: String
    private var formats: [Int] = []

    init(text: RunText, inner: [String], output: String) {
      self.text = text
      self.inner = inner
      self.output = output
    }

    mutating func characters(_ escaped: Substring) {
      guard !escaped.isEmpty else { return }
      let plain = CharacterReferences.unescaped(escaped)
      guard let format = formats.last ?? text.base else { return output += XMLCharacters.escaped(plain) }
      output += text.formats[format].written(plain)
    }

    /// Writes what a tag stands for.
    /// - Returns: the end tag of an island, whose text is passed over.
    mutating func tag(_ tag: Substring) -> String? {
      let digits = tag.drop { !$0.isASCII || !$0.isNumber }.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), text.marks.indices.contains(number) else { return nil }
      switch text.marks[number] {
      case .format(let format):
        if tag.hasPrefix("</") { _ = formats.popLast() } else { formats.append(format) }
      case .element(let open, let close): write(tag.hasPrefix("</") ? close : open)
      case .point(let raw):
        write(raw)
        if tag.hasPrefix("<m") { return "</m\(number)>" }
      }
      return nil
    }

    private mutating func write(_ raw: [RawPart]) {
      for part in raw {
        switch part {
        case .bytes(let bytes): output += bytes
        case .inner(let number):
          let index = number - text.firstInner
          if inner.indices.contains(index) { output += inner[index] }
        }
      }
    }
  }
}

// MARK: - Items

/// A part of a paragraph.
struct RunItem: Sendable {
  enum Kind: Sendable, Equatable {
    case text(String, format: Int)
    /// The start and the end of an element around others.
    case open, close
    /// A mark without text.
    case point
    /// A mark that shows nothing, so that it cannot be within a word.
    case anchor
    case lineBreak
    /// Text that does not change.
    case island(String)
    /// A mark of a field, by its type: `begin`, `code`, `separate`, `end`.
    case field(String, code: String)
  }

  var kind: Kind
  /// The bytes that the item is written as; empty for text.
  var raw: [RawPart]
  /// The bytes of the run, or of the other child of the paragraph, that the item is a part of.
  var unit: Range<Int>

  /// Whether the item cannot stay outside of the text that is translated.
  var isWordOrTag: Bool {
    switch kind {
    case .text(let text, _): text.contains { !$0.isWhitespace }
    case .open, .close, .island: true
    case .point, .anchor, .lineBreak, .field: false
    }
  }

  var hasLetters: Bool {
    if case .text(let text, _) = kind { text.contains(where: \.isLetter) } else { false }
  }
}

/// A part of what an item is written as.
enum RawPart: Sendable, Equatable {
  case bytes(String)
  /// The number of an inner part of the paragraph.
  case inner(Int)
}

/// The tags around the characters of a run.
struct RunFormat: Sendable {
  var prefix = ""
  var suffix = ""
  /// The properties that make two formats differ.
  var key = ""
  /// The tags of the characters themselves, without `xml:space`.
  var open = ""
  var close = ""

  /// Whether characters are written without tags of their own.
  var isDirect: Bool { open.isEmpty }

  /// Returns characters with their tags. White space at their ends is marked as text where XML would drop it.
  func written(_ text: String) -> String {
    let isSpaced = text.first?.isWhitespace == true || text.last?.isWhitespace == true
    let marksSpace = isSpaced && !open.isEmpty && !open.hasPrefix("<a:")
    let tag = marksSpace ? open.dropLast() + " xml:space=\"preserve\">" : open[...]
    return prefix + tag + XMLCharacters.escaped(text) + close + suffix
  }

  /// Returns properties without those that are hints for a program: the language and that it is not checked.
  static func key(_ properties: String) -> String {
    properties.replacing(/<(w:lang|w:noProof)[^>]*>/, with: "")
      .replacing(/[ ](lang|altLang|dirty|err|noProof)="[^"]*"/, with: "")
      .replacing(/<(w:|a:)?rPr *\/>|<(w:|a:)?rPr><\/(w:|a:)?rPr>/, with: "")
  }
}

/// Characters in XML 1.0.
enum XMLCharacters {
  /// Returns a text with references in place of `&`, `<` and `>`, without characters that XML cannot have.
  static func escaped(_ text: String) -> String {
    let isClean = !text.unicodeScalars.contains { $0.value < 0x20 && !["\t", "\n", "\r"].contains($0) }
    guard !isClean else { return CharacterReferences.escaped(text) }
    let scalars = text.unicodeScalars.filter { $0.value >= 0x20 || ["\t", "\n", "\r"].contains($0) }
    return CharacterReferences.escaped(String(String.UnicodeScalarView(scalars)))
  }
}
