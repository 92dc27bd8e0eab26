/// The marks within a line of Markdown: emphasis, links, images, code, addresses and tags.
struct MarkdownInline {
  /// The labels of link definitions in the file, in lower case. A link can be found by its text alone.
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
    private var open = OpenMarks()
    private let lastAngle: String.Index?
    private let lastComment: String.Index?
    /// Lengths of runs of backticks that no later run closes.
    private var unclosedTicks: Set<Int> = []

    init(text: String, labels: Set<String>) {
      self.text = text
      self.labels = labels
      index = text.startIndex
      lastAngle = text.lastIndex(of: ">")
      lastComment = text.ranges(of: "-->").last?.lowerBound
    }

    private var rest: Substring { text[index...] }

    mutating func step() {
      switch text[index] {
      case "\\": escape()
      case "$": math()
      case ":": emoji()
      case "{": template()
      case "!" where rest.hasPrefix("![["): wikiLink(rest.dropFirst())
      case "[" where rest.hasPrefix("[["): wikiLink(rest)
      case "`": code()
      case "<": angle()
      case "!" where rest.hasPrefix("!["): opening(rest.prefix(2), name: "[")
      case "[": bracket()
      case "]": closeBracket()
      case "*", "_", "~", "=": emphasis()
      default: index = text.index(after: index)
      }
    }

    /// The marks, once the text is read. A sign that was never closed is text; a tag that was never closed is single.
    var finished: [InlineMark] {
      var marks = marks
      let closed = Set(marks.compactMap { if case .closing(let number) = $0.role { number } else { nil } })
      let unclosed = marks.indices.filter { marks[$0].role == .opening && !closed.contains($0) }
      for number in unclosed { marks[number].role = .single }
      var dropped = [Bool](repeating: false, count: marks.count)
      for number in unclosed { dropped[number] = text[marks[number].range].first != "<" }
      /// The number of each mark once the dropped ones are gone.
      var numbers: [Int] = []
      for isDropped in dropped { numbers.append((numbers.last ?? -1) + (isDropped ? 0 : 1)) }
      return zip(marks, dropped).filter { !$0.1 }.map { mark, _ in
        guard case .closing(let number) = mark.role else { return mark }
        return InlineMark(range: mark.range, role: .closing(numbers[number]))
      }
    }

    private mutating func mark(_ range: Substring, _ role: InlineMark.Role) {
      marks.append(InlineMark(range: range.startIndex..<range.endIndex, role: role))
      index = range.endIndex
    }

    private mutating func opening(_ range: Substring, name: Substring) {
      open.open(marks.count, name: name)
      mark(range, .opening)
    }

    /// - Returns: whether a mark of that name was open.
    private mutating func closing(_ range: Substring, name: Substring) -> Bool {
      guard let number = open.close(name) else { return false }
      mark(range, .closing(number))
      return true
    }

    private mutating func code() {
      let ticks = rest.prefix { $0 == "`" }
      var search = text[ticks.endIndex...]
      index = ticks.endIndex
      guard ticks.count <= MarkdownInline.maxTicks, !unclosedTicks.contains(ticks.count) else { return }
      while let start = search.firstIndex(of: "`") {
        let run = text[start...].prefix { $0 == "`" }
        if run.count == ticks.count { return mark(text[ticks.startIndex..<run.endIndex], .unchanged) }
        search = text[run.endIndex...]
      }
      unclosedTicks.insert(ticks.count)
    }

    /// Reads an address or a tag between angle brackets.
    private mutating func angle() {
      guard let lastAngle, index < lastAngle, let second = rest.dropFirst().first,
        second.isLetter || second == "/" || second == "!", let close = rest.firstIndex(of: ">")
      else { return index = text.index(after: index) }
      if let lastComment, rest.hasPrefix("<!--"), index < lastComment, let end = rest.firstRange(of: "-->") {
        return mark(text[index..<end.upperBound], .single)
      }
      let tag = text[index...close]
      let name = tag.dropFirst(second == "/" ? 2 : 1).prefix { $0.isLetter || $0.isNumber }
      let after = tag[name.endIndex...]
      if after.hasPrefix(":") || after.hasPrefix("@") || after.hasPrefix(".") { return mark(tag, .unchanged) }
      if second == "/" {
        if !closing(tag, name: name) { mark(tag, .single) }
      } else if second == "!" || after.hasSuffix("/>") || ["br", "img", "wbr", "hr", "input"].contains(name) {
        mark(tag, .single)
      } else {
        opening(tag, name: name)
      }
    }

    // MARK: Formulas, templates, names

    /// The characters that are searched for the end of a formula, a template or a name.
    private func window(_ characters: Int) -> Substring { rest.prefix(characters) }

    /// Reads a formula in `\(…\)` or `\[…\]`, or an escaped character.
    private mutating func escape() {
      let next = rest.dropFirst().first
      if next == "(" || next == "[", let end = window(400).dropFirst(2).firstRange(of: next == "(" ? "\\)" : "\\]"),
        isFormula(text[index..<end.lowerBound].dropFirst(2))
      {
        return mark(text[index..<end.upperBound], .unchanged)
      }
      index = text.index(index, offsetBy: 2, limitedBy: text.endIndex) ?? text.endIndex
    }

    /// Reads a formula in `$…$` or `$$…$$`. Prices are none: no space is beside the signs within, and no digit after.
    private mutating func math() {
      let sign = rest.hasPrefix("$$") ? "$$" : "$"
      let body = window(400).dropFirst(sign.count)
      guard let end = body.firstRange(of: sign), body.first?.isWhitespace == false || sign == "$$",
        !end.isEmpty, let last = body[..<end.lowerBound].last, !last.isWhitespace || sign == "$$",
        text[end.upperBound...].first?.isNumber != true, isFormula(body[..<end.lowerBound])
      else { return index = text.index(index, offsetBy: sign.count) }
      mark(text[index..<end.upperBound], .unchanged)
    }

    /// Whether a text is no sentence: it is no word, and has no two words beside each other.
    private func isFormula(_ text: Substring) -> Bool {
      let words = text.split(separator: " ").map { $0.count >= 3 && $0.allSatisfy { $0.isLetter } }
      return words != [true] && !zip(words, words.dropFirst()).contains { $0 && $1 }
    }

    /// Reads the name of a picture, such as `:dog:`.
    private mutating func emoji() {
      let name = window(40).dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-".contains($0)) }
      let isWord = { (character: Character?) in character.map { $0.isLetter || $0.isNumber } ?? false }
      guard !name.isEmpty, name.endIndex < text.endIndex, text[name.endIndex] == ":", !isWord(text[..<index].last),
        !isWord(text[name.endIndex...].dropFirst().first)
      else { return index = text.index(after: index) }
      mark(text[index...name.endIndex], .unchanged)
    }

    /// Reads a template: `{{ name }}` is a word, `{% if %}`, `{{< ref >}}` and `{#id}` are none.
    private mutating func template() {
      for (open, close) in [
        ("{{%", "%}}"), ("{{<", ">}}"), ("{%", "%}"), ("{{", "}}"), ("{#", "}"), ("{.", "}"), ("{:", "}"),
      ]
      where rest.hasPrefix(open) {
        guard let end = window(400).dropFirst(open.count).firstRange(of: close) else { continue }
        return mark(text[index..<end.upperBound], open == "{{" ? .unchanged : .single)
      }
      index = text.index(after: index)
    }

    /// Reads `[[Page]]` or `[[Page|text]]`.
    /// - Parameter link: the rest of the text from the brackets on.
    private mutating func wikiLink(_ link: Substring) {
      let body = link.dropFirst(2).prefix(200)
      guard let end = body.firstIndex(where: { $0 == "]" || $0 == "|" || $0 == "[" }), body[end] != "[" else {
        return index = link.index(after: link.startIndex)
      }
      if body[end] == "]" {
        guard body[end...].hasPrefix("]]") else { return index = link.index(after: link.startIndex) }
        return mark(text[index..<text.index(end, offsetBy: 2)], .unchanged)
      }
      opening(text[index...end], name: "[[")
    }

    // MARK: Links

    /// Reads the start of a link's text, a footnote, or a link that is found by its text.
    private mutating func bracket() {
      // A label has no brackets in it.
      let next = rest.dropFirst().firstIndex { $0 == "[" || $0 == "]" }
      guard let close = next, text[close] == "]" else { return opening(text[index...index], name: "[") }
      if rest.hasPrefix("[^") { return mark(text[index...close], .single) }
      let label = text[index..<close].dropFirst().lowercased()
      let after = text[text.index(after: close)...]
      if labels.contains(label), !after.hasPrefix("("), !after.hasPrefix("[") || after.hasPrefix("[]") {
        return mark(
          text[index..<(after.hasPrefix("[]") ? text.index(close, offsetBy: 3) : after.startIndex)], .unchanged)
      }
      opening(text[index...index], name: "[")
    }

    private mutating func closeBracket() {
      let after = text[text.index(after: index)...]
      if after.first == "]", open.isOpen("[["), closing(text[index...after.startIndex], name: "[[") { return }
      guard open.isOpen("["), let end = MarkdownInline.endOfLink(after), closing(text[index...end], name: "[") else {
        // Brackets without an address are text.
        open.drop("[")
        return index = text.index(after: index)
      }
    }

    /// Reads a run of signs: it opens if text follows, and closes if text precedes it and it was opened.
    private mutating func emphasis() {
      let sign = text[index]
      let run = rest.prefix { $0 == sign }
      let before = text[..<index].last
      let after = text[run.endIndex...].first
      let isWord = { (character: Character?) in character.map { $0.isLetter || $0.isNumber } ?? false }
      let isSpace = { (character: Character?) in character.map(\.isWhitespace) ?? true }
      let mayClose = !isSpace(before) && !(sign == "_" && isWord(after))
      if mayClose, closing(run, name: run) { return }
      guard !isSpace(after), !(sign == "_" && isWord(before)), run.count <= 3, !"~=".contains(sign) || run.count == 2
      else {
        return index = run.endIndex
      }
      opening(run, name: run)
    }
  }

  /// Backticks of the longest run that can begin code.
  private static let maxTicks = 80
  /// Bytes of the longest address with its title, and of the longest label.
  private static let maxAddressBytes = 2048

  /// Returns the index of the bracket that closes `(address "title")`, `[label]` or `{.class}` after the text of a link.
  private static func endOfLink(_ text: Substring) -> String.Index? {
    switch text.utf8.first {
    case UInt8(ascii: "("): endOfAddress(text.utf8.prefix(maxAddressBytes))
    case UInt8(ascii: "["): text.utf8.prefix(maxAddressBytes).firstIndex(of: UInt8(ascii: "]"))
    case UInt8(ascii: "{"): text.utf8.prefix(maxAddressBytes).firstIndex(of: UInt8(ascii: "}"))
    default: nil
    }
  }

  /// Returns the end of an address, which can have pairs of brackets, and brackets in the quotes of its title.
  private static func endOfAddress(_ text: Substring.UTF8View) -> String.Index? {
    var depth = 0
    var isQuoted = false
    var before: UInt8 = 0
    for index in text.indices {
      let byte = text[index]
      switch byte {
      // A backslash takes the meaning from the byte after it.
      case _ where before == UInt8(ascii: "\\"):
        before = 0
        continue
      case UInt8(ascii: "\"") where isQuoted || before == UInt8(ascii: " "): isQuoted.toggle()
      case UInt8(ascii: "(") where !isQuoted: depth += 1
      case UInt8(ascii: ")") where !isQuoted:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      before = byte
    }
    return nil
  }
}
