/// Takes a document apart, in time linear in its length. Rules for HTML are those of its standard where they matter for
/// text ("13.2.5 Tokenization"), with more patience for what people send.
struct MarkupScanner {
  private let bytes: [UInt8]
  private let isXML: Bool
  private var finder: ByteFinder
  private var pieces: [MarkupPiece] = []
  /// A document has one internal subset; looking for the end of more would take quadratic time.
  private var hasSubset = false

  init(_ bytes: [UInt8], isXML: Bool) {
    self.bytes = bytes
    self.isXML = isXML
    finder = ByteFinder(bytes)
  }

  mutating func scan() -> [MarkupPiece] {
    var index = 0
    while index < bytes.count {
      if bytes[index] == .less, let piece = markup(at: index) {
        pieces.append(piece)
        index = piece.range.upperBound
        if case .start(let tag) = piece.kind { index = content(of: tag, from: index) }
      } else {
        let end = bytes[(index + 1)...].firstIndex(of: .less) ?? bytes.count
        addText(index..<end)
        index = end
      }
    }
    return pieces
  }

  private mutating func addText(_ range: Range<Int>) {
    if let last = pieces.last, case .text = last.kind {
      pieces[pieces.count - 1].range = last.range.lowerBound..<range.upperBound
    } else {
      pieces.append(MarkupPiece(kind: .text, range: range))
    }
  }

  /// - Returns: nil where the `<` at `start` is only a character.
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

  /// `<!-->` and `<!--->` are whole comments in HTML.
  private mutating func commentEnd(_ start: Int) -> Int? {
    if !isXML {
      for short in ["<!-->", "<!--->"] where finder.matches(Array(short.utf8), at: start) {
        return start + short.utf8.count
      }
    }
    return finder.end(of: "-->", from: start + 4)
  }

  /// Past an internal subset in brackets, where there is one.
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

  /// HTML knows no instructions and ends them at the first `>`; PHP and XML declarations within it end as they should.
  private mutating func instructionEnd(_ start: Int) -> Int? {
    let known = ["<?php", "<?=", "<?xml "].contains { finder.matches(Array($0.utf8), at: start) }
    if isXML || known, let end = finder.end(of: "?>", from: start) { return end }
    return finder.end(of: ">", from: start)
  }

  // MARK: Tags

  /// `<0>`, `</0>` and `<0/>` are no tags of HTML but what translations of interfaces have for tags.
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
    var scan = TagScan(bytes, at: start + 1)
    guard let end = scan.end(&finder) else { return opaque(start, end: nil) }
    var tag = StartTag(name: spelled(bytes[scan.name]))
    tag.isEmpty = scan.isSelfClosing || (!isXML && HTMLElements.void.contains(tag.name))
    tag.isKept = scan.isKept
    tag.keepsSpace = scan.keepsSpace
    return MarkupPiece(kind: .start(tag), range: start..<end)
  }

  private func spelled(_ name: ArraySlice<UInt8>) -> String {
    String(decoding: isXML ? Array(name) : name.map(\.lowered), as: UTF8.self)
  }

  // MARK: Content without tags

  /// Adds the content of an element that has no tags in it.
  /// - Returns: where reading goes on.
  private mutating func content(of tag: StartTag, from start: Int) -> Int {
    guard !isXML, !tag.isEmpty, HTMLElements.withoutTags.contains(tag.name) else { return start }
    let pattern = "</\(tag.name)"
    guard let past = finder.end(of: pattern, from: start, anyCase: true) else { return start }
    let end = past - pattern.utf8.count
    guard end > start else { return start }
    if tag.name == "title" {
      addText(start..<end)
    } else {
      pieces.append(MarkupPiece(kind: .opaque, range: start..<end))
    }
    return end
  }
}
