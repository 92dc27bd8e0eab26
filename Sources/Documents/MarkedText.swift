import Markup

/// A text with inline marks, written as HTML in which each mark is a tag with its number, and the way back.
///
/// A translation of HTML places tags by their alignment; by this detour it places marks of any kind.
struct MarkedText: Sendable {
  /// The text with its marks, on one line.
  private let text: String
  private let marks: [InlineMark]
  /// Whether the text is escaped as HTML already, as WebVTT is.
  private let isEscaped: Bool
  /// Returns a text between marks as a reader sees it.
  private let read: @Sendable (Substring) -> String
  /// Returns a text between marks in the notation of the file.
  private let spell: @Sendable (Substring) -> String
  /// For each opening mark that is closed, the number of its closing mark.
  private let closings: [Int: Int]
  /// Characters of the longest tag that a mark becomes.
  private static let longestTag = 40

  /// - Parameters:
  ///   - marks: the marks of `text`, in their order, not overlapping.
  ///   - read: returns a text between marks without the escapes of the file.
  ///   - spell: returns a text between marks in the notation of the file, and the end of a line too.
  init(
    _ text: String, _ marks: [InlineMark], isEscaped: Bool = false,
    read: @escaping @Sendable (Substring) -> String = { String($0) },
    spell: @escaping @Sendable (Substring) -> String = { String($0) }
  ) {
    self.text = text
    self.marks = marks
    self.isEscaped = isEscaped
    self.read = read
    self.spell = spell
    closings = marks.enumerated().reduce(into: [:]) { closings, mark in
      if case .closing(let opening) = mark.element.role { closings[opening] = mark.offset }
    }
  }

  var isMarkup: Bool { !marks.isEmpty }

  /// The text to translate: HTML, or plain text if there are no marks.
  var source: String {
    guard isMarkup else { return isEscaped ? CharacterReferences.unescaped(text) : read(text[...]) }
    var html = ""
    var start = text.startIndex
    for (number, mark) in marks.enumerated() {
      html += escaped(text[start..<mark.range.lowerBound])
      html += tag(number, mark)
      start = mark.range.upperBound
    }
    return html + escaped(text[start...])
  }

  /// Returns a translation of `source` with the marks of the text in place of its tags.
  func target(_ translation: String) -> String {
    guard isMarkup else { return isEscaped ? CharacterReferences.escaped(translation) : spell(translation[...]) }
    var output = ""
    var isUnchanged = false
    var rest = translation[...]
    while let open = rest.firstIndex(of: "<") {
      output += unescaped(rest[..<open], isUnchanged)
      rest = rest[open...]
      guard let close = rest.prefix(Self.longestTag).firstIndex(of: ">"), let mark = mark(rest[...close]) else {
        output += "<"
        rest = rest.dropFirst()
        continue
      }
      isUnchanged = rest.hasPrefix("<code>")
      output += mark
      rest = rest[rest.index(after: close)...]
    }
    return output + unescaped(rest, isUnchanged)
  }

  private func tag(_ number: Int, _ mark: InlineMark) -> String {
    switch mark.role {
    case .opening: "<m\(number)>"
    case .closing(let opening): "</m\(opening)>"
    case .single: "<img id=\"\(number)\">"
    case .lineBreak: "<br id=\"\(number)\">"
    case .unchanged: "<code>" + CharacterReferences.escaped(text[mark.range]) + "</code>"
    }
  }

  /// Returns the mark that a tag was made of; nil for any other tag.
  private func mark(_ tag: Substring) -> String? {
    if tag == "<code>" || tag == "</code>" { return "" }
    if let number = Self.number(tag, "<m", ">") { return raw(number, .opening) }
    if let number = Self.number(tag, "</m", ">") { return closings[number].flatMap { raw($0, .closing(number)) } }
    if let number = Self.number(tag, "<br id=\"", "\">") { return raw(number, .lineBreak).map { spell($0[...]) } }
    if let number = Self.number(tag, "<img id=\"", "\">") { return raw(number, .single) }
    return nil
  }

  private func raw(_ number: Int, _ role: InlineMark.Role) -> String? {
    guard marks.indices.contains(number), marks[number].role == role else { return nil }
    return String(text[marks[number].range])
  }

  private static func number(_ tag: Substring, _ prefix: String, _ suffix: String) -> Int? {
    guard tag.hasPrefix(prefix), tag.hasSuffix(suffix) else { return nil }
    return Int(tag.dropFirst(prefix.count).dropLast(suffix.count))
  }

  private func escaped(_ text: Substring) -> String {
    isEscaped ? String(text) : CharacterReferences.escaped(read(text))
  }

  /// - Parameter isUnchanged: whether the text is that of a mark, which is spelled already.
  private func unescaped(_ text: Substring, _ isUnchanged: Bool) -> String {
    if isEscaped { return String(text) }
    let plain = CharacterReferences.unescaped(text)
    return isUnchanged ? plain : spell(plain[...])
  }
}

/// A mark within a text that a translation has to place.
struct InlineMark: Sendable {
  enum Role: Sendable, Equatable {
    case opening
    /// The end of the element that the mark with this number opens.
    case closing(Int)
    case single
    /// The end of a line that is the end of a sentence too.
    case lineBreak
    /// Text that does not change, but is read with the rest.
    case unchanged
  }

  var range: Range<String.Index>
  var role: Role
}

/// Marks that a later mark can close. Every step takes constant time, amortized, however many marks are open.
struct OpenMarks {
  private var stack: [(number: Int, name: Substring)] = []
  /// For each name its indices in `stack`, except those that were dropped.
  private var indices: [Substring: [Int]] = [:]

  mutating func open(_ number: Int, name: Substring) {
    indices[name, default: []].append(stack.count)
    stack.append((number, name))
  }

  func isOpen(_ name: Substring) -> Bool { indices[name]?.isEmpty == false }

  /// Closes the last open mark of a name. Marks that were opened after it can no longer be closed.
  /// - Returns: the number of the mark; nil if none is open.
  mutating func close(_ name: Substring) -> Int? {
    guard let index = indices[name]?.last else { return nil }
    let number = stack[index].number
    while stack.count > index {
      let name = stack.removeLast().name
      if indices[name]?.last == stack.count { indices[name]?.removeLast() }
    }
    return number
  }

  /// Forgets the last open mark of a name, but no mark that was opened after it.
  mutating func drop(_ name: Substring) {
    if indices[name]?.isEmpty == false { indices[name]?.removeLast() }
  }
}
