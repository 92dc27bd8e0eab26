/// A text with marks as HTML, in which each mark is a tag with its number, and the way back: so a translation of HTML,
/// which places tags by their alignment, places marks of any kind.
struct MarkedText: Sendable {
  /// With the marks, on one line.
  private let text: String
  private let marks: [InlineMark]
  /// Whether the text is escaped as HTML already, as WebVTT is.
  private let isEscaped: Bool
  /// Of each mark that another opens, its number by that of the other.
  private let closings: [Int: Int]
  /// Characters of the longest tag that a mark becomes.
  private static let longestTag = 40

  /// - Parameter marks: of `text`, in their order, not overlapping.
  init(_ text: String, _ marks: [InlineMark], isEscaped: Bool) {
    self.text = text
    self.marks = marks
    self.isEscaped = isEscaped
    closings = marks.enumerated().reduce(into: [:]) { closings, mark in
      if case .closing(let opening) = mark.element.role { closings[opening] = mark.offset }
    }
  }

  var isMarkup: Bool { !marks.isEmpty }

  /// What is to be translated: plain text where there are no marks.
  var source: String {
    guard isMarkup else { return isEscaped ? Entities.decoded(text) : text }
    var html = ""
    var start = text.startIndex
    for (number, mark) in marks.enumerated() {
      html += escaped(text[start..<mark.range.lowerBound])
      html += tag(number, mark)
      start = mark.range.upperBound
    }
    return html + escaped(text[start...])
  }

  /// A translation of `source` with the marks as they were.
  func target(_ translation: String) -> String {
    guard isMarkup else { return isEscaped ? Entities.encoded(translation) : translation }
    var output = ""
    var rest = translation[...]
    while let open = rest.firstIndex(of: "<") {
      output += unescaped(rest[..<open])
      rest = rest[open...]
      guard let close = rest.prefix(Self.longestTag).firstIndex(of: ">"), let mark = mark(rest[...close]) else {
        output += "<"
        rest = rest.dropFirst()
        continue
      }
      output += mark
      rest = rest[rest.index(after: close)...]
    }
    return output + unescaped(rest)
  }

  private func tag(_ number: Int, _ mark: InlineMark) -> String {
    switch mark.role {
    case .opening: "<m\(number)>"
    case .closing(let opening): "</m\(opening)>"
    case .single: "<img id=\"\(number)\">"
    case .kept: "<code>" + Entities.encoded(text[mark.range]) + "</code>"
    }
  }

  /// What a tag stands for; nil where it is none of these.
  private func mark(_ tag: Substring) -> Substring? {
    if tag == "<code>" || tag == "</code>" { return "" }
    if let number = Self.number(tag, "<m", ">") { return raw(number, .opening) }
    if let number = Self.number(tag, "</m", ">") { return closings[number].flatMap { raw($0, .closing(number)) } }
    if let number = Self.number(tag, "<img id=\"", "\">") { return raw(number, .single) }
    return nil
  }

  private func raw(_ number: Int, _ role: InlineMark.Role) -> Substring? {
    guard marks.indices.contains(number), marks[number].role == role else { return nil }
    return text[marks[number].range]
  }

  private static func number(_ tag: Substring, _ prefix: String, _ suffix: String) -> Int? {
    guard tag.hasPrefix(prefix), tag.hasSuffix(suffix) else { return nil }
    return Int(tag.dropFirst(prefix.count).dropLast(suffix.count))
  }

  private func escaped(_ text: Substring) -> String { isEscaped ? String(text) : Entities.encoded(text) }

  private func unescaped(_ text: Substring) -> String { isEscaped ? String(text) : Entities.decoded(text) }
}
