/// The marks within a line of Markdown: emphasis, links, images, code, addresses and tags.
struct MarkdownInline {
  /// Of the file's links, lower case: their text is what they are found by.
  let labels: Set<String>

  func marks(in text: String) -> [InlineMark] {
    var scan = Scan(text: text, labels: labels)
    while scan.index < text.endIndex { scan.step() }
    return scan.finished
  }

  private struct Scan {
    let text: String
    let labels: Set<String>
    var index: String.Index
    private var marks: [InlineMark] = []
    /// Marks that something may close.
    private var open: [(number: Int, name: Substring)] = []

    init(text: String, labels: Set<String>) {
      self.text = text
      self.labels = labels
      index = text.startIndex
    }

    private var rest: Substring { text[index...] }

    mutating func step() {
      switch text[index] {
      case "\\": index = text.index(index, offsetBy: 2, limitedBy: text.endIndex) ?? text.endIndex
      case "`": code()
      case "<": angle()
      case "!" where rest.hasPrefix("!["): opening(rest.prefix(2), name: "[")
      case "[": bracket()
      case "]": closeBracket()
      case "*", "_", "~": emphasis()
      default: index = text.index(after: index)
      }
    }

    /// What was opened and never closed is text where it is a sign, and stands alone where it is a tag.
    var finished: [InlineMark] {
      var marks = marks
      let closed = Set(marks.compactMap { if case .closing(let number) = $0.role { number } else { nil } })
      for number in marks.indices where marks[number].role == .opening && !closed.contains(number) {
        marks[number].role = .single
      }
      let dropped = marks.map { $0.role == .single && text[$0.range].first != "<" && !text[$0.range].hasPrefix("[^") }
      var places: [Int] = []
      for isDropped in dropped { places.append((places.last ?? -1) + (isDropped ? 0 : 1)) }
      return zip(marks, dropped).filter { !$0.1 }.map { mark, _ in
        guard case .closing(let number) = mark.role else { return mark }
        return InlineMark(range: mark.range, role: .closing(places[number]))
      }
    }

    private mutating func mark(_ range: Substring, _ role: InlineMark.Role) {
      marks.append(InlineMark(range: range.startIndex..<range.endIndex, role: role))
      index = range.endIndex
    }

    private mutating func opening(_ range: Substring, name: Substring) {
      open.append((marks.count, name))
      mark(range, .opening)
    }

    /// - Returns: whether something of that name was open.
    private mutating func closing(_ range: Substring, name: Substring) -> Bool {
      guard let place = open.lastIndex(where: { $0.name == name }) else { return false }
      let number = open[place].number
      open.removeSubrange(place...)
      mark(range, .closing(number))
      return true
    }

    private mutating func code() {
      let ticks = rest.prefix { $0 == "`" }
      var search = text[ticks.endIndex...]
      while let start = search.firstIndex(of: "`") {
        let run = text[start...].prefix { $0 == "`" }
        if run.count == ticks.count { return mark(text[index..<run.endIndex], .kept) }
        search = text[run.endIndex...]
      }
      index = ticks.endIndex
    }

    /// An address or a tag between angle brackets.
    private mutating func angle() {
      guard let close = rest.firstIndex(of: ">"), let second = rest.dropFirst().first,
        second.isLetter || second == "/" || second == "!"
      else { return index = text.index(after: index) }
      let tag = text[index...close]
      let name = tag.dropFirst(second == "/" ? 2 : 1).prefix { $0.isLetter || $0.isNumber }
      let after = tag[name.endIndex...]
      if after.hasPrefix(":") || after.hasPrefix("@") || after.hasPrefix(".") { return mark(tag, .kept) }
      if second == "/" {
        if !closing(tag, name: name) { mark(tag, .single) }
      } else if second == "!" || after.hasSuffix("/>") || ["br", "img", "wbr", "hr", "input"].contains(name) {
        mark(tag, .single)
      } else {
        opening(tag, name: name)
      }
    }

    /// A link's text, a footnote, or a link that is found by its text.
    private mutating func bracket() {
      guard let close = rest.firstIndex(of: "]") else { return index = text.index(after: index) }
      if rest.hasPrefix("[^") { return mark(text[index...close], .single) }
      let label = text[index..<close].dropFirst().lowercased()
      let after = text[text.index(after: close)...]
      if labels.contains(label), !after.hasPrefix("("), !after.hasPrefix("[") || after.hasPrefix("[]") {
        return mark(text[index..<(after.hasPrefix("[]") ? text.index(close, offsetBy: 3) : after.startIndex)], .kept)
      }
      opening(text[index...index], name: "[")
    }

    private mutating func closeBracket() {
      let after = text[text.index(after: index)...]
      let end =
        after.first == "(" ? MarkdownInline.endOfAddress(after) : after.first == "[" ? after.firstIndex(of: "]") : nil
      guard let end, closing(text[index...end], name: "[") else {
        // Brackets that are no link are text.
        if let place = open.lastIndex(where: { $0.name == "[" }) { open.remove(at: place) }
        return index = text.index(after: index)
      }
    }

    /// A run of signs opens where text follows, and closes where text stands before it and it was opened.
    private mutating func emphasis() {
      let sign = text[index]
      let run = rest.prefix { $0 == sign }
      let before = text[..<index].last
      let after = text[run.endIndex...].first
      let isWord = { (character: Character?) in character.map { $0.isLetter || $0.isNumber } ?? false }
      let isSpace = { (character: Character?) in character.map(\.isWhitespace) ?? true }
      let mayClose = !isSpace(before) && !(sign == "_" && isWord(after))
      if mayClose, closing(run, name: run) { return }
      guard !isSpace(after), !(sign == "_" && isWord(before)), run.count <= 3, sign != "~" || run.count == 2 else {
        return index = run.endIndex
      }
      opening(run, name: run)
    }
  }

  /// The bracket that closes a link's address, which may have pairs of brackets, and a title in quotes.
  static func endOfAddress(_ text: Substring) -> String.Index? {
    var depth = 0
    var quote: Character?
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      switch character {
      case "\\": index = text.index(after: index)
      case "\"" where quote == nil && text[..<index].last == " ": quote = character
      case "\"" where quote != nil: quote = nil
      case "(" where quote == nil: depth += 1
      case ")" where quote == nil:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      if index < text.endIndex { index = text.index(after: index) }
    }
    return nil
  }
}
