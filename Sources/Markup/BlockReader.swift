/// A part of a document as it is written again.
enum Segment: Sendable {
  /// Bytes that stay as they are.
  case raw(Range<Int>)
  /// A block by its number.
  case block(Int)
}

/// Turns the pieces of a document into blocks of text and what lies between them.
struct BlockReader {
  /// Elements within elements of one block; what is deeper is not translated.
  static let depth = 64

  private let bytes: [UInt8]
  private let syntax: MarkupSyntax
  private let pieces: [MarkupPiece]
  private let splits: [Bool]
  private let extents: ElementExtents
  private var draft: BlockDraft
  /// The elements in which white space is text.
  private var spaceKeepers: [String] = []
  private(set) var segments: [Segment] = []
  private(set) var blocks: [Block] = []

  init(_ bytes: [UInt8], _ syntax: MarkupSyntax) {
    self.bytes = bytes
    self.syntax = syntax
    var scanner = MarkupScanner(bytes, isXML: syntax.isXML)
    pieces = scanner.scan()
    splits = PieceOutline(pieces, bytes, syntax).splits
    extents = ElementExtents(pieces, isXML: syntax.isXML)
    draft = BlockDraft(bytes, isXML: syntax.isXML, at: 0)
    var index = 0
    while index < pieces.count { index = read(index) }
    flush(upTo: bytes.count)
  }

  /// - Returns: the piece to read next.
  private mutating func read(_ index: Int) -> Int {
    let piece = pieces[index]
    switch piece.kind {
    case .text: draft.text(piece.range, keepsSpace: !spaceKeepers.isEmpty)
    case .opaque: draft.point(piece.range)
    case .start(let tag): return start(tag, index)
    case .end(let name):
      if spaceKeepers.last == name { spaceKeepers.removeLast() }
      if splits[index] { raw(piece.range) } else { draft.end(name, piece.range) }
    }
    return index + 1
  }

  private mutating func start(_ tag: StartTag, _ index: Int) -> Int {
    let range = pieces[index].range
    if isKept(tag) || (!splits[index] && draft.open.count >= Self.depth) || isReferenceMark(tag, index) {
      let end = extents.end(of: index)
      let whole = range.lowerBound..<pieces[end - 1].range.upperBound
      if splits[index] { raw(whole) } else { island(whole, index..<end) }
      return end
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

  private func isKept(_ tag: StartTag) -> Bool {
    switch syntax {
    case .html: tag.isKept || HTMLElements.kept.contains(tag.name)
    case .xml(let rules): tag.isKept || rules.ignored.contains(tag.name)
    }
  }

  private mutating func island(_ whole: Range<Int>, _ content: Range<Int>) {
    let isMark = isReferenceMark(content)
    let texts = pieces[content].compactMap { piece -> Range<Int>? in
      if case .text = piece.kind { piece.range } else { nil }
    }
    draft.island(whole, texts: isMark ? [] : texts)
  }

  // MARK: Reference marks

  /// `word<sup>[1]</sup>`: a number set up behind a word is not part of it.
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
    draft = BlockDraft(bytes, isXML: syntax.isXML, at: range.upperBound)
  }

  private mutating func flush(upTo end: Int) {
    let block = draft.block
    if block.isTranslatable {
      segments.append(.block(blocks.count))
      blocks.append(block)
    } else if !block.raw.isEmpty {
      segments.append(.raw(block.raw))
    }
    draft = BlockDraft(bytes, isXML: syntax.isXML, at: end)
  }
}
