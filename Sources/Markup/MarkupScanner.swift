/// A scanner that takes a document apart, in time linear in its length.
///
/// The rules for HTML are those of its standard ("13.2.5 Tokenization") as far as they matter for text. Faulty markup,
/// as people send it, is accepted more readily.
package struct MarkupScanner {
  private let bytes: [UInt8]
  private let isXML: Bool
  /// Whether start tags have their attributes.
  private let keepsAttributes: Bool
  private var finder: ByteFinder
  /// Text that is not handed over yet, because more can follow.
  private var text: Range<Int>?
  /// Whether the internal subset was found. A document has one; the search for further ones would take quadratic time.
  private var hasSubset = false

  package init(_ bytes: [UInt8], isXML: Bool, keepsAttributes: Bool = false) {
    self.bytes = bytes
    self.isXML = isXML
    self.keepsAttributes = keepsAttributes
    finder = ByteFinder(bytes)
  }

  package mutating func scan() -> [MarkupPiece] {
    var pieces: [MarkupPiece] = []
    scan { pieces.append($0) }
    return pieces
  }

  /// Hands over the pieces of the document in their order.
  package mutating func scan(_ take: (MarkupPiece) -> Void) {
    var index = 0
    while index < bytes.count {
      if bytes[index] == .less, let piece = markup(at: index) {
        endText(take)
        take(piece)
        index = piece.range.upperBound
        if case .start(let tag) = piece.kind { index = content(of: tag, from: index, take) }
      } else {
        let end = bytes[(index + 1)...].firstIndex(of: .less) ?? bytes.count
        addText(index..<end)
        index = end
      }
    }
    endText(take)
  }

  private mutating func addText(_ range: Range<Int>) {
    text = (text?.lowerBound ?? range.lowerBound)..<range.upperBound
  }

  private mutating func endText(_ take: (MarkupPiece) -> Void) {
    guard let range = text else { return }
    text = nil
    take(MarkupPiece(kind: .text, range: range))
  }

  /// Reads the markup that a `<` begins.
  /// - Returns: nil if the `<` at `start` is only a character.
  private mutating func markup(at start: Int) -> MarkupPiece? {
    guard start + 1 < bytes.count else { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "!"): return opaque(start, end: declarationEnd(start))
    case UInt8(ascii: "?"): return opaque(start, end: instructionEnd(start))
    case UInt8(ascii: "%"): return finder.end(of: "%>", from: start).map { opaque(start, end: $0) }
    case .slash: return endTag(start)
    case let first where first.beginsName || isNumberedTag(start): return startTag(start)
    default: return nil
    }
  }

  private func opaque(_ start: Int, end: Int?) -> MarkupPiece {
    MarkupPiece(kind: .opaque, range: start..<(end ?? bytes.count))
  }

  // MARK: Declarations

  private mutating func declarationEnd(_ start: Int) -> Int? {
    if finder.matches(Array("<!--".utf8), at: start) { return commentEnd(start) }
    if finder.matches(Array("<![CDATA[".utf8), at: start), let end = finder.end(of: "]]>", from: start) { return end }
    if finder.matches(Array("<!doctype".utf8), at: start, anyCase: true) { return doctypeEnd(start) }
    return finder.end(of: ">", from: start)
  }

  /// Returns the end of a comment. `<!-->` and `<!--->` are whole comments in HTML.
  private mutating func commentEnd(_ start: Int) -> Int? {
    if !isXML {
      for short in ["<!-->", "<!--->"] where finder.matches(Array(short.utf8), at: start) {
        return start + short.utf8.count
      }
    }
    return finder.end(of: "-->", from: start + 4)
  }

  /// Returns the end of a document type, which is after an internal subset in brackets if there is one.
  private mutating func doctypeEnd(_ start: Int) -> Int? {
    guard let plain = finder.end(of: ">", from: start) else { return nil }
    let head = bytes[start..<plain]
    guard !hasSubset, head.contains(UInt8(ascii: "[")) else { return plain }
    hasSubset = true
    guard let subset = finder.end(of: "]", from: start) else { return plain }
    var end = subset
    while end < bytes.count, bytes[end].isMarkupSpace { end += 1 }
    if end < bytes.count, bytes[end] == .greater { return end + 1 }
    return finder.end(of: "]>", from: start) ?? plain
  }

  /// Returns the end of an instruction. HTML has none and ends them at the first `>`, except those of PHP and XML.
  private mutating func instructionEnd(_ start: Int) -> Int? {
    let known = ["<?php", "<?=", "<?xml "].contains { finder.matches(Array($0.utf8), at: start) }
    if isXML || known, let end = finder.end(of: "?>", from: start) { return end }
    return finder.end(of: ">", from: start)
  }

  // MARK: Tags

  /// Whether a tag is `<0>`, `</0>` or `<0/>`: not HTML, but common in translations of interfaces.
  private func isNumberedTag(_ start: Int) -> Bool {
    var index = start + 1
    while index < bytes.count, index - start <= 5, bytes[index].isDigit { index += 1 }
    guard index > start + 1, index < bytes.count else { return false }
    return bytes[index] == .greater
      || (bytes[index] == .slash && index + 1 < bytes.count && bytes[index + 1] == .greater)
  }

  private mutating func endTag(_ start: Int) -> MarkupPiece? {
    guard start + 2 < bytes.count, let end = finder.end(of: ">", from: start) else { return nil }
    guard bytes[start + 2].beginsName || isNumberedTag(start + 1) else { return opaque(start, end: end) }
    let name = bytes[(start + 2)..<(end - 1)].prefix { !$0.isMarkupSpace && $0 != .slash }
    return MarkupPiece(kind: .end(name: spelled(name)), range: start..<end)
  }

  private mutating func startTag(_ start: Int) -> MarkupPiece {
    var scan = TagScan(bytes, at: start + 1, keepsAttributes: keepsAttributes)
    guard let end = scan.end(&finder) else { return opaque(start, end: nil) }
    var tag = StartTag(name: spelled(bytes[scan.name]))
    tag.isEmpty = scan.isSelfClosing || (!isXML && HTMLElements.void.contains(tag.name))
    tag.isProtected = scan.isProtected
    tag.keepsSpace = scan.keepsSpace
    tag.attributes = scan.attributes
    return MarkupPiece(kind: .start(tag), range: start..<end)
  }

  private func spelled(_ name: ArraySlice<UInt8>) -> String {
    isXML ? String(decoding: name, as: UTF8.self) : String(decoding: name.map(\.lowered), as: UTF8.self)
  }

  // MARK: Content without tags

  /// Hands over the content of an element that has no tags in it.
  /// - Returns: the offset at which reading continues.
  private mutating func content(of tag: StartTag, from start: Int, _ take: (MarkupPiece) -> Void) -> Int {
    guard !isXML, !tag.isEmpty, HTMLElements.withoutTags.contains(tag.name) else { return start }
    let pattern = "</\(tag.name)"
    guard let past = finder.end(of: pattern, from: start, anyCase: true) else { return start }
    let end = past - pattern.utf8.count
    guard end > start else { return start }
    if tag.name == "title" {
      addText(start..<end)
    } else {
      take(MarkupPiece(kind: .opaque, range: start..<end))
    }
    return end
  }
}

// MARK: Pieces

/// A part of a document. The pieces of a document joined are the document, byte for byte.
package struct MarkupPiece: Sendable {
  package enum Kind: Sendable {
    /// Characters and references to characters.
    case text
    case start(StartTag)
    case end(name: String)
    /// A part that does not change: a comment, declaration, instruction or script, or markup that cannot be read.
    case opaque
  }

  package var kind: Kind
  /// The bytes of the document.
  package var range: Range<Int>

  /// The name of a tag; nil for other pieces.
  package var tagName: String? {
    switch kind {
    case .start(let tag): tag.name
    case .end(let name): name
    case .text, .opaque: nil
    }
  }
}

/// A start tag and the attributes that matter for a translation.
package struct StartTag: Sendable {
  /// The name: in lower case in HTML, as written in XML.
  package var name: String
  /// Whether the element is void, or the tag closes itself.
  package var isEmpty = false
  /// Whether the tag has `translate="no"` or `class="notranslate"`.
  package var isProtected = false
  /// Whether the tag has `xml:space="preserve"`.
  package var keepsSpace = false
  /// The attributes with values, if the scanner keeps them.
  package var attributes: [AttributeValue] = []
}

// MARK: Reading bytes

/// A reader of one start tag: its name, its end, and the attributes that matter for a translation.
private struct TagScan {
  private let bytes: [UInt8]
  private var index: Int
  private(set) var name: Range<Int>
  private(set) var isSelfClosing = false
  private(set) var isProtected = false
  private(set) var keepsSpace = false
  private(set) var attributes: [AttributeValue] = []
  private let keepsAttributes: Bool

  /// - Parameter start: the offset of the name.
  init(_ bytes: [UInt8], at start: Int, keepsAttributes: Bool) {
    self.bytes = bytes
    self.keepsAttributes = keepsAttributes
    index = start
    while index < bytes.count, !Self.endsName(bytes[index]) { index += 1 }
    name = start..<index
  }

  private static func endsName(_ byte: UInt8) -> Bool {
    byte.isMarkupSpace || byte == .slash || byte == .greater
  }

  /// Returns the offset after the `>`; nil if there is none.
  mutating func end(_ finder: inout ByteFinder) -> Int? {
    while index < bytes.count {
      let byte = bytes[index]
      if byte == .greater {
        isSelfClosing = bytes[index - 1] == .slash
        return index + 1
      }
      if byte.isMarkupSpace || byte == .slash {
        index += 1
      } else {
        attribute(&finder)
      }
    }
    return nil
  }

  private mutating func attribute(_ finder: inout ByteFinder) {
    let start = index
    index += 1
    while index < bytes.count, !Self.endsName(bytes[index]), bytes[index] != .equals { index += 1 }
    let name = start..<index
    var next = index
    while next < bytes.count, bytes[next].isMarkupSpace { next += 1 }
    guard next < bytes.count, bytes[next] == .equals else { return }
    next += 1
    while next < bytes.count, bytes[next].isMarkupSpace { next += 1 }
    index = next
    let value = value(&finder)
    note(name, value)
    if keepsAttributes { keep(name, value) }
  }

  /// The longest name of an attribute that is kept.
  private static let longestName = 24

  private mutating func keep(_ name: Range<Int>, _ value: Range<Int>) {
    guard name.count <= Self.longestName, !value.isEmpty else { return }
    let before = bytes[value.lowerBound - 1]
    let isQuoted = index > value.upperBound
    attributes.append(
      AttributeValue(
        name: text(name), range: value, quote: isQuoted ? before : nil,
        text: String(decoding: bytes[value], as: UTF8.self)))
  }

  /// Reads the value of an attribute. A quote that is never closed counts as any other character.
  private mutating func value(_ finder: inout ByteFinder) -> Range<Int> {
    guard index < bytes.count else { return index..<index }
    let start = index
    if bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") {
      let quote = String(Unicode.Scalar(bytes[start]))
      if let end = finder.end(of: quote, from: start + 1) {
        index = end
        return start + 1..<end - 1
      }
    }
    while index < bytes.count, !bytes[index].isMarkupSpace, bytes[index] != .greater { index += 1 }
    return start..<index
  }

  private mutating func note(_ name: Range<Int>, _ value: Range<Int>) {
    guard name.count <= 9, value.count <= 400 else { return }
    switch text(name) {
    case "translate": if text(value) == "no" { isProtected = true }
    case "class": if text(value).split(separator: " ").contains("notranslate") { isProtected = true }
    case "xml:space": if text(value) == "preserve" { keepsSpace = true }
    default: break
    }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range].map { $0.isMarkupSpace ? UInt8.space : $0.lowered }, as: UTF8.self)
  }
}

/// A search for byte strings. A string that is not in the rest of a document is searched for once, so that a scan stays
/// linear.
private struct ByteFinder {
  let bytes: [UInt8]
  private var absent: Set<String> = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the end of the first `pattern` (ASCII) from `start` on; nil if there is none.
  ///
  /// `start` must not go down from call to call by much: a pattern that was not found is not searched for again.
  mutating func end(of pattern: String, from start: Int, anyCase: Bool = false) -> Int? {
    guard !absent.contains(pattern) else { return nil }
    let wanted = Array(pattern.utf8)
    var index = start
    while index + wanted.count <= bytes.count {
      if matches(wanted, at: index, anyCase: anyCase) { return index + wanted.count }
      index += 1
    }
    absent.insert(pattern)
    return nil
  }

  func matches(_ wanted: [UInt8], at index: Int, anyCase: Bool = false) -> Bool {
    guard index + wanted.count <= bytes.count else { return false }
    for (offset, byte) in wanted.enumerated() {
      let found = bytes[index + offset]
      if found != byte, !anyCase || found.lowered != byte { return false }
    }
    return true
  }
}
