import Markup

extension DocumentFormat {
  /// Localization interchange files (OASIS XLIFF 1.2 and 2.0).
  package static let xliff = DocumentFormat(
    fileExtension: "xliff", mediaType: "application/xliff+xml", others: .named(NamedCharset.ofMarkup)
  ) {
    (file, document) throws(DocumentError) in try XLIFF.read(file, into: &document)
  }
}

/// A reader of localization interchange files.
///
/// Units without a translation, and units whose state says that there is none yet, are translated: the target comes after
/// the source. Other units, and those with `translate="no"`, do not change. The state of a target becomes `translated`:
/// in 1.2 it is the target's, in 2.0 its segment's. Both versions have further states for what a person has reviewed.
private struct XLIFF {
  /// Elements of 1.2 and 2.0 whose content is text.
  private static let spans: Set<String> = ["g", "pc", "mrk"]
  /// States of a target that is not translated yet.
  private static let openStates: Set<String> = ["new", "needs-translation", "initial"]
  private static let translatedState = "translated"

  private let bytes: [UInt8]
  private let pieces: [MarkupPiece]
  private var document: DocumentBuilder
  /// The end of what was handed over, in bytes.
  private var done = 0

  static func read(_ file: String, into document: inout DocumentBuilder) throws(DocumentError) {
    var reader = XLIFF(Array(file.utf8), document)
    try XMLElements.checkDeclarations(reader.bytes, item: "file")
    try reader.read()
    document = reader.document
  }

  private init(_ bytes: [UInt8], _ document: DocumentBuilder) {
    self.bytes = bytes
    self.document = document
    var scanner = MarkupScanner(bytes, isXML: true)
    pieces = scanner.scan()
  }

  private mutating func read() throws(DocumentError) {
    var protected: [String] = []
    var unit = Unit()
    // Proposals of other translations have sources and targets too.
    var isProposal = false
    for (index, piece) in pieces.enumerated() {
      switch piece.kind {
      case .start(let tag):
        if !tag.isEmpty, tag.isProtected || protected.last == tag.name { protected.append(tag.name) }
        switch tag.name {
        case "trans-unit", "segment":
          unit = Unit(state: value("state", index), isOpen: protected.isEmpty && !tag.isProtected)
          if tag.name == "segment" { unit.segment = index }
        case "alt-trans": isProposal = !tag.isEmpty
        case "source" where !tag.isEmpty && !isProposal: unit.source = index..<index
        case "target" where !isProposal: unit.target = index..<(tag.isEmpty ? index + 1 : index)
        default: break
        }
      case .end(let name):
        if protected.last == name { protected.removeLast() }
        switch name {
        case "alt-trans": isProposal = false
        case "source" where !isProposal: if let start = unit.source?.lowerBound { unit.source = start..<index + 1 }
        case "seg-source": unit.insertion = index + 1
        case "target" where !isProposal: if let start = unit.target?.lowerBound { unit.target = start..<index + 1 }
        case "trans-unit", "segment":
          try write(unit)
          unit = Unit()
        default: break
        }
      case .text, .opaque: break
      }
    }
    try flush(bytes.count)
  }

  /// A unit while it is read; ranges count pieces.
  private struct Unit {
    var state: String?
    /// The start tag of a segment of 2.0, which has the state.
    var segment: Int?
    var isOpen = false
    var source: Range<Int>?
    var target: Range<Int>?
    /// The piece after the source that was divided into segments, before which a target goes.
    var insertion: Int?
  }

  private func value(_ name: String, _ piece: Int) -> String? { XMLTag(bytes[pieces[piece].range]).value(of: name) }

  private mutating func flush(_ end: Int) throws(DocumentError) {
    guard end > done else { return }
    try document.addFixed(String(decoding: bytes[done..<end], as: UTF8.self))
    done = end
  }

  // MARK: Units

  private mutating func write(_ unit: Unit) throws(DocumentError) {
    guard unit.isOpen, let source = unit.source, source.count >= 2 else { return }
    let text = marked(source.dropFirst().dropLast())
    guard text.source.contains(where: \.isLetter) else { return }
    guard let target = unit.target else {
      let start = pieces[unit.insertion ?? source.upperBound].range.lowerBound
      let margin = source.lowerBound > 0 ? pieces[source.lowerBound - 1] : pieces[source.lowerBound]
      try writeState(of: unit)
      try flush(start)
      if case .text = margin.kind { try document.addFixed(String(decoding: bytes[margin.range], as: UTF8.self)) }
      let open = unit.segment == nil ? "<target state=\"\(Self.translatedState)\">" : "<target>"
      return try add(text, open, "</target>")
    }
    guard !target.isEmpty,
      isEmpty(target) || Self.openStates.contains(value("state", target.lowerBound) ?? unit.state ?? "")
    else { return }
    let range = pieces[target.lowerBound].range
    try writeState(of: unit)
    try flush(range.lowerBound)
    var open = XMLTag(bytes[range]).setting("state", to: unit.segment == nil ? Self.translatedState : nil)
    open = XMLTag(Array(open.utf8)[...]).setting("state-qualifier", to: nil)
    if open.hasSuffix("/>") {
      open.removeLast(2)
      while open.last?.isWhitespace == true { open.removeLast() }
      open += ">"
    }
    done = pieces[target.upperBound - 1].range.upperBound
    try add(text, open, "</target>")
  }

  /// Writes the start tag of a segment of 2.0 with its new state, without the `subState` that refined the old one.
  private mutating func writeState(of unit: Unit) throws(DocumentError) {
    guard let segment = unit.segment else { return }
    let range = pieces[segment].range
    try flush(range.lowerBound)
    let tag = XMLTag(bytes[range]).setting("state", to: Self.translatedState)
    try document.addFixed(XMLTag(Array(tag.utf8)[...]).setting("subState", to: nil))
    done = range.upperBound
  }

  private func isEmpty(_ element: Range<Int>) -> Bool {
    element.count <= 2
      || pieces[element.dropFirst().dropLast()].allSatisfy { bytes[$0.range].allSatisfy { $0 <= .space } }
  }

  private mutating func add(_ text: MarkedText, _ open: String, _ close: String) throws(DocumentError) {
    try document.addFixed(open)
    try document.addText(DocumentText(text.source, isMarkup: text.isMarkup) { text.target($0) })
    try document.addFixed(close)
  }

  // MARK: Marks

  /// The content of a source with its codes as marks.
  private func marked(_ content: Range<Int>) -> MarkedText {
    var text = ""
    var marks: [InlineMark] = []
    var open = OpenMarks()
    /// The name of the element that is one code, and the depth in it.
    var code: (name: String, depth: Int)?
    func add(_ range: Range<Int>, _ role: InlineMark.Role) {
      let start = text.endIndex
      text += String(decoding: bytes[range], as: UTF8.self)
      if code == nil || marks.isEmpty {
        marks.append(InlineMark(range: start..<text.endIndex, role: role))
      } else {
        marks[marks.count - 1].range = marks[marks.count - 1].range.lowerBound..<text.endIndex
      }
    }
    for piece in pieces[content] {
      switch piece.kind {
      case .start(let tag) where code == nil && Self.spans.contains(tag.name) && !tag.isEmpty:
        open.open(marks.count, name: Substring(tag.name))
        add(piece.range, .single)
      case .start(let tag):
        add(piece.range, .single)
        if let found = code, found.name == tag.name, !tag.isEmpty { code = (found.name, found.depth + 1) }
        if code == nil, !tag.isEmpty { code = (tag.name, 1) }
      case .end(let name):
        if let found = code {
          add(piece.range, .single)
          if found.name == name { code = found.depth > 1 ? (name, found.depth - 1) : nil }
        } else if let number = open.close(Substring(name)) {
          marks[number].role = .opening
          add(piece.range, .closing(number))
        } else {
          add(piece.range, .single)
        }
      case .text where code == nil: text += String(decoding: bytes[piece.range], as: UTF8.self)
      case .opaque:
        if code == nil, let content = CharacterData.content(bytes[piece.range]) {
          text += CharacterReferences.escaped(String(decoding: content, as: UTF8.self))
        } else {
          add(piece.range, .single)
        }
      case .text: add(piece.range, .single)
      }
    }
    return MarkedText(text, marks, isEscaped: true)
  }
}

extension UInt8 {
  fileprivate static let space = UInt8(ascii: " ")
}
