import Markup
import Synchronization

/// A paragraph taken apart into its text and what is before and after it.
struct XMLParagraph {
  /// The bytes that a translation replaces; nil if there are no words.
  var kept: Range<Int>?
  var text: RunText
  /// The parts with paragraphs of their own, as ranges of pieces. Marks of `text` count those within `kept`.
  var inner: [Range<Int>]
}

/// A reader of the content of a paragraph.
struct ParagraphReader {
  private let xml: XMLElements
  private let vocabulary: XMLVocabulary
  private let keys: FormatKeys
  private let canNest: Bool
  private let hasCodes: Bool
  private var items: [RunItem] = []
  private var formats: [RunFormat] = []
  /// For each kind of format its number.
  private var numbers: [String: Int] = [:]
  private var inner: [Range<Int>] = []
  /// The bytes of the run or the other child that is read.
  private var unit = 0..<0

  /// - Parameters:
  ///   - canNest: whether paragraphs within this one are read.
  ///   - hasCodes: whether the text has codes, as the head of a sheet has.
  init(_ xml: XMLElements, _ vocabulary: XMLVocabulary, _ keys: FormatKeys, canNest: Bool, hasCodes: Bool = false) {
    self.xml = xml
    self.vocabulary = vocabulary
    self.keys = keys
    self.canNest = canNest
    self.hasCodes = hasCodes
  }

  /// The paragraph, once its content is read.
  var paragraph: XMLParagraph {
    let resolved = FieldResolver(formats).resolved(items)
    // Marks before the first word and after the last stay there.
    let first = resolved.firstIndex { $0.isWordOrTag }
    let last = resolved.lastIndex { $0.isWordOrTag }
    guard let first, let last, resolved.contains(where: \.hasLetters) else {
      return XMLParagraph(kept: nil, text: RunText([], formats, firstInner: 0), inner: inner)
    }
    let bytes = resolved[first].unit.lowerBound..<max(resolved[last].unit.upperBound, resolved[first].unit.upperBound)
    let items = resolved.filter { $0.unit.lowerBound >= bytes.lowerBound && $0.unit.upperBound <= bytes.upperBound }
    let before = inner.count { xml.pieces[$0.lowerBound].range.lowerBound < bytes.lowerBound }
    return XMLParagraph(kept: bytes, text: RunText(items, formats, firstInner: before), inner: inner)
  }

  /// Reads the children of a paragraph or of a container.
  mutating func read(_ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound {
      let piece = xml.pieces[index]
      unit = piece.range
      switch piece.kind {
      case .text:
        let text = CharacterReferences.unescaped(xml.text(piece.range))
        if hasCodes { addCodes(text) } else { addText(text, RunFormat(), isDirect: true) }
        index += 1
      case .opaque:
        if CharacterData.content(xml.bytes[piece.range]) != nil {
          addText(xml.characters(index..<index + 1), RunFormat(), isDirect: true)
        } else {
          add(.point, [.bytes(xml.text(piece.range))])
        }
        index += 1
      case .end:
        add(.close, [.bytes(xml.text(piece.range))])
        index += 1
      case .start(let name, let isEmpty): index = readElement(index, name, isEmpty: isEmpty)
      }
    }
  }

  /// Reads a child of a paragraph or a container.
  /// - Returns: the piece to read next.
  private mutating func readElement(_ index: Int, _ name: String, isEmpty: Bool) -> Int {
    let end = xml.end(of: index)
    let role = vocabulary.role(of: name)
    if role == .container, !isEmpty {
      add(.open, [.bytes(xml.text(xml.pieces[index].range))])
      return index + 1
    }
    unit = xml.range(of: index)
    switch role {
    case .run: if !isEmpty { readRun(index) }
    case .characters where !isEmpty:
      addText(xml.characters(index..<end), format(index, end, prefix: "", suffix: "", key: ""), isDirect: false)
    case .containerHead:
      if let last = items.indices.last, items[last].kind == .open {
        items[last].raw.append(.bytes(xml.text(unit)))
        items[last].unit = items[last].unit.lowerBound..<unit.upperBound
      } else {
        add(.point, [.bytes(xml.text(unit))])
      }
    case .lineBreak: add(.lineBreak, [.bytes(xml.text(unit))])
    case .anchor: add(.anchor, [.bytes(xml.text(unit))])
    case .hint: break
    case .island: add(.island(xml.characters(index..<end)), [.bytes(xml.text(unit))])
    default: addOther(index, prefix: "", suffix: "")
    }
    return end
  }

  // MARK: Runs

  private mutating func readRun(_ start: Int) {
    let end = xml.end(of: start)
    var prefix = xml.text(xml.pieces[start].range)
    let suffix = xml.text(xml.pieces[end - 1].range)
    var key = ""
    var index = start + 1
    while index < end - 1 {
      guard case .start(let name, _) = xml.pieces[index].kind else {
        index += 1
        continue
      }
      let (next, element) = (xml.end(of: index), xml.range(of: index))
      let raw = { [xml] in [RawPart.bytes(prefix + xml.text(element) + suffix)] }
      switch vocabulary.role(of: name) {
      case .properties:
        prefix += xml.text(element)
        key = keys.key(xml.text(element))
      case .characters:
        addText(
          xml.characters(index..<next), format(index, next, prefix: prefix, suffix: suffix, key: key), isDirect: false)
      case .lineBreak: add(.lineBreak, raw())
      case .anchor: add(.anchor, raw())
      case .hyphen:
        addText(
          "\u{2011}", RunFormat(prefix: prefix, suffix: suffix, key: key, open: "<w:t>", close: "</w:t>"),
          isDirect: false)
      case .hint: break
      case .fieldMark:
        let type = xml.tag(index).attributes.first { $0.name.hasSuffix("fldCharType") }?.value ?? ""
        add(.field(type, code: ""), raw())
      case .fieldCode: add(.field("code", code: xml.characters(index..<next)), raw())
      default: addOther(index, prefix: prefix, suffix: suffix)
      }
      index = next
    }
  }

  /// The format of characters, which has their tags.
  private func format(_ start: Int, _ end: Int, prefix: String, suffix: String, key: String) -> RunFormat {
    let tag = xml.pieces[start].range
    let isEmpty = end == start + 1
    return RunFormat(
      prefix: prefix, suffix: suffix, key: key,
      open: isEmpty ? "" : xml.text(tag).replacing(" xml:space=\"preserve\"", with: ""),
      close: isEmpty ? "" : xml.text(xml.pieces[end - 1].range))
  }

  // MARK: Items

  private mutating func add(_ kind: RunItem.Kind, _ raw: [RawPart]) {
    items.append(RunItem(kind: kind, raw: raw, unit: unit))
  }

  private mutating func addText(_ text: String, _ format: RunFormat, isDirect: Bool) {
    if isDirect, !vocabulary.keepsSpace, text.allSatisfy(\.isWhitespace) { return }
    guard !text.isEmpty else { return }
    let kind = (format.isDirect ? "" : "<") + format.key
    let number = numbers[kind] ?? formats.count
    if number == formats.count {
      formats.append(format)
      numbers[kind] = number
    }
    if let last = items.indices.last, case .text(var before, number) = items[last].kind {
      // Without another owner the text grows in place, so that many small runs take linear time.
      items[last].kind = .point
      before += text
      items[last].kind = .text(before, format: number)
      items[last].unit = items[last].unit.lowerBound..<unit.upperBound
    } else {
      add(.text(text, format: number), [])
    }
  }

  /// Adds the head or foot of a sheet, whose codes are marks (ECMA-376, 18.3.1.46). `&L`, `&C` and `&R` begin a part.
  private mutating func addCodes(_ text: String) {
    var rest = text[...]
    while let start = rest.firstIndex(of: "&") {
      addText(String(rest[..<start]), RunFormat(), isDirect: true)
      let code = rest[start...].prefixMatch(of: /&("[^"]*"|K[0-9A-Fa-f]{6}|K[0-9]{2}[+-][0-9]{3}|[0-9]+|.)/)
      let end = code?.range.upperBound ?? rest.index(after: start)
      let raw = [RawPart.bytes(XMLCharacters.escaped(String(rest[start..<end])))]
      add(["&L", "&C", "&R"].contains(rest[start..<end]) ? .lineBreak : .point, raw)
      rest = rest[end...]
    }
    addText(String(rest), RunFormat(), isDirect: true)
  }

  /// Adds an element that is no text of the paragraph itself.
  private mutating func addOther(_ index: Int, prefix: String, suffix: String) {
    let (end, range) = (xml.end(of: index), xml.range(of: index))
    if canNest, hasParagraph(index..<end) {
      inner.append(index..<end)
      return add(.point, [.bytes(prefix), .inner(inner.count - 1), .bytes(suffix)])
    }
    let raw = [RawPart.bytes(prefix + xml.text(range) + suffix)]
    if vocabulary.unknownIsIsland, case .start(let name, _) = xml.pieces[index].kind,
      vocabulary.role(of: name) != .skipped
    {
      let text = xml.characters(index..<end)
      if text.contains(where: { !$0.isWhitespace }) { return add(.island(text), raw) }
    }
    add(.point, raw)
  }

  private func hasParagraph(_ element: Range<Int>) -> Bool {
    xml.pieces[element].contains { piece in
      guard case .start(let name, false) = piece.kind else { return false }
      return vocabulary.role(of: name) == .paragraph
    }
  }
}

/// The keys of formats. The key of the same properties is computed once.
final class FormatKeys: Sendable {
  private static let maxKeys = 1024

  private let keys = Mutex<[String: String]>([:])

  func key(_ properties: String) -> String {
    if let key = keys.withLock({ $0[properties] }) { return key }
    let key = RunFormat.key(properties)
    keys.withLock { keys in if keys.count < Self.maxKeys { keys[properties] = key } }
    return key
  }
}
