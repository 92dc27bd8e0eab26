/// A reader that turns the pieces of a document into blocks of text and the parts between them.
struct BlockReader {
  /// The depth of nested elements in one block. Deeper elements are not translated.
  static let maxDepth = 64

  private let bytes: [UInt8]
  private let syntax: MarkupSyntax
  private let pieces: [MarkupPiece]
  private let splits: [Bool]
  private let extents: ElementExtents
  /// Whether the document has no tag: then its lines are lines, and its signs are not escaped.
  private let isPlain: Bool
  private var draft: BlockDraft
  /// The open elements in which white space is text.
  private var spaceKeepers: [String] = []
  /// The end of the pieces whose elements are labels side by side.
  private var labelsEnd = 0
  /// The end of the pieces that were looked through for labels.
  private var searchedEnd = 0
  private(set) var segments: [Segment] = []
  private(set) var blocks: [Block] = []

  init(_ bytes: [UInt8], _ syntax: MarkupSyntax) {
    self.bytes = bytes
    self.syntax = syntax
    var scanner = MarkupScanner(bytes, isXML: syntax.isXML)
    pieces = scanner.scan()
    splits = PieceOutline(pieces, bytes, syntax).splits
    extents = ElementExtents(pieces, isXML: syntax.isXML)
    isPlain = !syntax.isXML && pieces.allSatisfy { if case .text = $0.kind { true } else { false } }
    draft = BlockDraft(bytes, isXML: syntax.isXML, isPlain: isPlain, at: 0)
    var index = 0
    while index < pieces.count { index = read(index) }
    flush(upTo: bytes.count)
  }

  /// Reads a piece.
  /// - Returns: the number of the piece to read next.
  private mutating func read(_ index: Int) -> Int {
    let piece = pieces[index]
    switch piece.kind {
    case .text: draft.text(piece.range, keepsSpace: isPlain || !spaceKeepers.isEmpty)
    case .opaque: draft.point(piece.range)
    case .start(let tag): return start(tag, index)
    case .end(let name):
      if spaceKeepers.last == name { spaceKeepers.removeLast() }
      if splits[index] { raw(piece.range) } else { draft.end(name, piece.range) }
      let endsLabel = !splits[index] && index < labelsEnd && draft.open.isEmpty
      if endsLabel { flush(upTo: piece.range.upperBound) }
      if !splits[index], index + 1 < pieces.count, case .text = pieces[index + 1].kind, endsWords(at: index) {
        flush(upTo: piece.range.upperBound)
      }
    }
    return index + 1
  }

  private mutating func start(_ tag: StartTag, _ index: Int) -> Int {
    let range = pieces[index].range
    let isReading = !syntax.isXML && HTMLElements.readings.contains(tag.name)
    let isTooDeep = !splits[index] && draft.open.count >= Self.maxDepth
    if isReading || isTooDeep || isProtected(tag) || isReferenceMark(tag, index) {
      let end = extents.end(of: index)
      let whole = range.lowerBound..<pieces[end - 1].range.upperBound
      if splits[index] { raw(whole) } else { island(whole, index..<end) }
      return end
    }
    if !splits[index] {
      let endsWords = endsWords(at: index)
      if endsWords, continuesSentence(at: index) {
        draft.separate()
      } else if endsWords || isLabel(at: index) {
        flush(upTo: range.lowerBound)
      }
    }
    if splits[index] {
      raw(range)
    } else if tag.isEmpty {
      draft.point(range)
    } else {
      if tag.name == "a", !syntax.isXML, draft.endsWithLink(at: range.lowerBound) { flush(upTo: range.lowerBound) }
      draft.start(tag.name, range)
    }
    let keepsSpace = tag.keepsSpace || (!syntax.isXML && HTMLElements.preformatted.contains(tag.name))
    if !tag.isEmpty, keepsSpace || spaceKeepers.last == tag.name { spaceKeepers.append(tag.name) }
    return index + 1
  }

  private func isProtected(_ tag: StartTag) -> Bool {
    switch syntax {
    case .html: tag.isProtected || HTMLElements.protected.contains(tag.name)
    case .xml(let rules): tag.isProtected || rules.ignored.contains(tag.name)
    }
  }

  private mutating func island(_ whole: Range<Int>, _ content: Range<Int>) {
    let isReading = HTMLElements.readings.contains(pieces[content.lowerBound].tagName ?? "")
    let isMark = isReferenceMark(content) || !syntax.isXML && isReading
    let texts = pieces[content].compactMap { piece -> Range<Int>? in
      if case .text = piece.kind { piece.range } else { nil }
    }
    draft.island(whole, texts: isMark ? [] : texts)
  }

  // MARK: Words beside tags

  /// The tags between two words that are looked at.
  private static let searchedTags = 8

  /// The letters of the shortest word after a number that is no unit or ending of it.
  private static let countedLetters = 3

  /// Whether a tag is between two words that touch and do not belong together.
  ///
  /// An element that ends before another begins, a picture, and a small letter before a capital are between words. So is
  /// a tag between a word and a number or a label and its value. A single tag between other letters is within a word, and
  /// so are raised and lowered letters.
  private func endsWords(at index: Int) -> Bool {
    guard !syntax.isXML, let before = draft.lastSign else { return false }
    let isOfWord = before.isLetter || before.isDigit || before >= 0x80
    guard isOfWord || ".:;!?)%".utf8.contains(before) else { return false }
    var names: Set<String> = []
    var (hasEnd, isBetweenElements) = (false, false)
    let endsWithLongWord = draft.endsWithLongWord
    var first = index
    while first > 0, index - first < Self.searchedTags, pieces[first - 1].tagName != nil { first -= 1 }
    for piece in pieces[first...].prefix(2 * Self.searchedTags) {
      switch piece.kind {
      case .text:
        let after = bytes[piece.range.lowerBound]
        let isAmount = "$(".utf8.contains(after) && (isBetweenElements || draft.endsWithLabel)
        guard after.isLetter || after.isDigit || after >= 0x80 || isAmount else { return false }
        let isCapital = after.isLetter && after.lowered != after
        let isWithinWord = !names.isDisjoint(with: ["sub", "sup", "wbr"])
        let isSmall = before.isLetter && before.lowered == before
        // Several words in an element after a word are not the rest of that word.
        let isPhrase = !hasEnd && endsWithLongWord && bytes[piece.range].dropLast().contains(where: \.isMarkupSpace)
        let letters = bytes[piece.range].prefix { $0.isLetter || $0 >= 0x80 }.count
        let isCounted = before.isDigit && letters >= Self.countedLetters
        let isNumbered = isSmall && endsWithLongWord && after.isDigit
        let isOfWords = isBetweenElements || names.contains("img") || (isSmall && isCapital) || isPhrase
        return !isWithinWord && (isOfWords || isCounted || isNumbered || draft.endsWithLabel)
      case .start(let tag):
        names.insert(tag.name)
        if hasEnd, !tag.isEmpty { isBetweenElements = true }
      case .end(let name):
        names.insert(name)
        hasEnd = true
      case .opaque: return false
      }
    }
    return false
  }

  /// Whether the element that begins at a tag goes on with a sentence that began before the element that just ended.
  private func continuesSentence(at index: Int) -> Bool {
    guard index > 0, case .end = pieces[index - 1].kind, draft.hasWordsBeforeElement else { return false }
    for piece in pieces[index...].prefix(Self.searchedTags) {
      if case .text = piece.kind {
        let after = bytes[piece.range.lowerBound]
        return after.isLetter && after.lowered == after
      }
      guard piece.tagName != nil else { return false }
    }
    return false
  }

  // MARK: Labels

  /// Whether an element is one of several side by side, with nothing but white space or a separating sign between them.
  ///
  /// Each of them begins with a capital: "<b>Price</b> <b>Free</b>". They are words of their own rather than a sentence.
  private mutating func isLabel(at index: Int) -> Bool {
    guard !syntax.isXML, draft.open.isEmpty else { return false }
    if index >= searchedEnd {
      let end = endOfLabels(from: index)
      searchedEnd = end.searched
      labelsEnd = end.isLabels && draft.hasNoText ? end.searched : index
    }
    return index < labelsEnd
  }

  /// Looks through the pieces up to the next tag that ends sentences.
  private func endOfLabels(from start: Int) -> (searched: Int, isLabels: Bool) {
    var (depth, count, isLabels, isFirst) = (0, 0, true, false)
    var index = start
    while index < pieces.count {
      switch pieces[index].kind {
      case .start(let tag):
        if splits[index] { return (index, isLabels && count > 1) }
        guard !tag.isEmpty else { break }
        if depth == 0 { (count, isFirst) = (count + 1, true) }
        depth += 1
      case .end:
        if splits[index] || depth == 0 { return (max(index, start + 1), isLabels && count > 1) }
        depth -= 1
      case .text:
        let text = bytes[pieces[index].range]
        guard let first = text.first(where: { !$0.isMarkupSpace }) else { break }
        if depth == 0, Self.isSeparator(text) { break }
        if depth == 0 || (isFirst && !(first.isLetter && first.lowered != first)) { isLabels = false }
        isFirst = false
      case .opaque: break
      }
      index += 1
    }
    return (pieces.count, isLabels && count > 1)
  }

  /// Whether a text is one sign that separates the entries of a row, such as "|".
  private static func isSeparator(_ text: ArraySlice<UInt8>) -> Bool {
    let sign = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
    return ["|", "/", "\u{B7}", "\u{2022}", "\u{BB}", "\u{203A}", "\u{2013}", "-", "&middot;", "&bull;"].contains(sign)
  }

  // MARK: Reference marks

  /// Whether an element is a raised number after a word and not part of it, as in `word<sup>[1]</sup>`.
  private func isReferenceMark(_ tag: StartTag, _ index: Int) -> Bool {
    !syntax.isXML && tag.name == "sup" && isReferenceMark(index..<extents.end(of: index))
  }

  private func isReferenceMark(_ content: Range<Int>) -> Bool {
    guard !syntax.isXML, pieces[content.lowerBound].tagName == "sup", content.count <= 9 else { return false }
    return !pieces[content].contains { piece in
      guard case .text = piece.kind else { return false }
      return bytes[piece.range].contains { $0.isLetter || $0 >= 0x80 || $0 == .ampersand }
    }
  }

  // MARK: Segments

  private mutating func raw(_ range: Range<Int>) {
    flush(upTo: range.lowerBound)
    segments.append(.raw(range))
    draft = BlockDraft(bytes, isXML: syntax.isXML, isPlain: isPlain, at: range.upperBound)
  }

  private mutating func flush(upTo end: Int) {
    let block = draft.block
    if block.isTranslatable {
      segments.append(.block(blocks.count))
      blocks.append(block)
    } else if !block.raw.isEmpty {
      segments.append(.raw(block.raw))
    }
    draft = BlockDraft(bytes, isXML: syntax.isXML, isPlain: isPlain, at: end)
  }
}

// MARK: Blocks

/// A part of a document in the order in which it is written.
enum Segment: Sendable {
  /// Bytes that do not change.
  case raw(Range<Int>)
  /// The number of a block.
  case block(Int)
}

/// A run of text with the tags within it, between two tags that end sentences.
struct Block: Sendable {
  /// The bytes of the document.
  var raw: Range<Int>
  /// The text in UTF-8, without tags and references; white space is one space.
  var text: [UInt8] = []
  var items: [BlockItem] = []
  var escaping = Escaping()

  /// The parts of `text` that must be in the translation unchanged.
  var protectedSpans: [Range<Int>] { items.filter { $0.kind == .island && !$0.text.isEmpty }.map(\.text) }

  /// Whether there is a letter outside `kept`, and so something to translate.
  var isTranslatable: Bool {
    let spans = protectedSpans
    let starts = [0] + spans.map(\.upperBound)
    let ends = spans.map(\.lowerBound) + [text.count]
    return zip(starts, ends).contains { start, end in
      String(decoding: text[start..<end], as: UTF8.self).unicodeScalars.contains(where: \.properties.isAlphabetic)
    }
  }
}

/// A tag or another part of a block besides its text.
struct BlockItem: Sendable {
  enum Kind: Sendable, Equatable {
    case start(name: String)
    case end(name: String)
    /// A void element, a comment, or an element without text.
    case point
    /// A part that does not change, whose text is in the text of the block.
    case island
    /// White space that is one space in the text of the block, or nothing after another space.
    case space
  }

  var kind: Kind
  /// The bytes of the document.
  var raw: Range<Int>
  /// The bytes of the text of the block; empty except for islands and white space.
  var text: Range<Int>
}

// MARK: Drafts

/// A block while it is read.
private struct BlockDraft {
  private let bytes: [UInt8]
  private let isXML: Bool
  private(set) var block: Block
  /// The names of the elements that are open within the block.
  private(set) var open: [String] = []
  /// Whether the text ends in white space, so that further white space adds nothing.
  private var endsInSpace = false
  /// The length of the text where the last element began that is in no other of the block.
  private var elementStart = 0

  init(_ bytes: [UInt8], isXML: Bool, isPlain: Bool, at start: Int) {
    self.bytes = bytes
    self.isXML = isXML
    block = Block(raw: start..<start)
    block.escaping.isOff = isPlain
  }

  // MARK: Tags

  mutating func start(_ name: String, _ raw: Range<Int>) {
    if open.isEmpty { elementStart = block.text.count }
    add(.start(name: name), raw)
    open.append(name)
  }

  mutating func end(_ name: String, _ raw: Range<Int>) {
    add(.end(name: name), raw)
    if let index = open.lastIndex(of: name) { open.removeSubrange(index...) }
  }

  mutating func point(_ raw: Range<Int>) { add(.point, raw) }

  /// Adds a part that does not change.
  /// - Parameter texts: the parts of the document within `raw` that are text.
  mutating func island(_ raw: Range<Int>, texts: [Range<Int>]) {
    let start = block.text.count
    for range in texts { plain(range, from: start) }
    while block.text.count > start, block.text.last?.isMarkupSpace == true { block.text.removeLast() }
    let text = start..<block.text.count
    block.items.append(BlockItem(kind: text.isEmpty ? .point : .island, raw: raw, text: text))
    extend(to: raw)
    if !text.isEmpty { endsInSpace = false }
  }

  private mutating func add(_ kind: BlockItem.Kind, _ raw: Range<Int>) {
    block.items.append(BlockItem(kind: kind, raw: raw, text: block.text.count..<block.text.count))
    extend(to: raw)
  }

  private mutating func extend(to raw: Range<Int>) {
    block.raw = block.raw.lowerBound..<raw.upperBound
  }

  var hasNoText: Bool { block.text.allSatisfy(\.isMarkupSpace) }

  /// The last byte of the text; nil after white space.
  var lastSign: UInt8? { block.text.last.flatMap { $0.isMarkupSpace ? nil : $0 } }

  /// Whether the text ends with a word of two letters or more, rather than with an initial.
  var endsWithLongWord: Bool { block.text.count > 1 && block.text.suffix(2).allSatisfy { $0.isLetter || $0 >= 0x80 } }

  /// Whether no element is open and a word of the sentence is before the one that ended last.
  var hasWordsBeforeElement: Bool {
    let last = block.text[..<elementStart].last { !$0.isMarkupSpace }
    return open.isEmpty && last.map { $0.isLetter || $0 == UInt8(ascii: ",") || $0 >= 0x80 } ?? false
  }

  /// Ends a word that touches the next one, which is not of it. The text has a space there, the document none.
  mutating func separate() {
    guard !endsInSpace else { return }
    block.text.append(.space)
    endsInSpace = true
  }

  /// Whether the text ends with a word and a colon.
  var endsWithLabel: Bool {
    block.text.last == UInt8(ascii: ":") && (block.text.dropLast().last.map { $0.isLetter || $0 >= 0x80 } ?? false)
  }

  /// Whether the block ends with a link. Links that touch are entries of a menu rather than words of a sentence.
  func endsWithLink(at offset: Int) -> Bool {
    guard open.isEmpty, let last = block.items.last, last.raw.upperBound == offset else { return false }
    return last.kind == .end(name: "a")
  }

  // MARK: Text

  /// Adds text of the document.
  /// - Parameter keepsSpace: whether white space is text.
  mutating func text(_ range: Range<Int>, keepsSpace: Bool) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == .ampersand {
        index = reference(at: index, limit: range.upperBound)
      } else if byte.isMarkupSpace, !keepsSpace {
        let end = bytes[index..<range.upperBound].firstIndex { !$0.isMarkupSpace } ?? range.upperBound
        space(index..<end)
        index = end
      } else {
        append(byte)
        index += 1
      }
    }
    extend(to: range)
  }

  private mutating func append(_ byte: UInt8) {
    block.text.append(byte)
    endsInSpace = false
  }

  private mutating func space(_ raw: Range<Int>) {
    let start = block.text.count
    if !endsInSpace { block.text.append(.space) }
    if endsInSpace || raw.count > 1 || bytes[raw.lowerBound] != .space {
      block.items.append(BlockItem(kind: .space, raw: raw, text: start..<block.text.count))
    }
    endsInSpace = true
  }

  private mutating func reference(at start: Int, limit: Int) -> Int {
    switch CharacterReferences.read(bytes, at: start, limit: limit, isXML: isXML) {
    case .none:
      append(.ampersand)
      return start + 1
    case .unknown(let end):
      let first = block.text.count
      block.text += bytes[start..<end]
      block.items.append(BlockItem(kind: .island, raw: start..<end, text: first..<block.text.count))
      endsInSpace = false
      return end
    case .scalar(let scalar, let end):
      block.escaping.note(scalar, spelled: bytes[start..<end])
      block.text += Array(String(scalar).utf8)
      endsInSpace = false
      return end
    }
  }

  /// Adds text of an island: without references and without white space at its ends, so that it can be found again.
  private mutating func plain(_ range: Range<Int>, from start: Int) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == .ampersand,
        case .scalar(let scalar, let end) = CharacterReferences.read(
          bytes, at: index, limit: range.upperBound, isXML: isXML)
      {
        block.text += Array(String(scalar).utf8)
        index = end
      } else {
        if !byte.isMarkupSpace || block.text.count > start { block.text.append(byte.isMarkupSpace ? .space : byte) }
        index += 1
      }
    }
  }
}
