/// The tags of a document that end the sentence before them.
struct PieceOutline {
  /// A value per piece; false if the piece is no tag.
  let splits: [Bool]

  init(_ pieces: [MarkupPiece], _ bytes: [UInt8], _ syntax: MarkupSyntax) {
    switch syntax {
    case .html: splits = pieces.map { HTMLElements.splitting.contains($0.tagName ?? "") }
    case .xml(let rules): splits = Self.outline(pieces, bytes, rules)
    }
  }

  /// Decides for XML: an element is within a sentence if its parent is, or if there is text beside it.
  private static func outline(_ pieces: [MarkupPiece], _ bytes: [UInt8], _ rules: XMLRules) -> [Bool] {
    let isMixed = mixed(pieces, bytes)
    var splits = [Bool](repeating: false, count: pieces.count)
    // For each open element whether it is within a sentence, outermost first.
    var open: [Bool] = []
    for (index, piece) in pieces.enumerated() {
      switch piece.kind {
      case .start(let tag):
        let isWithin = open.last ?? false
        let splitsByItself = !isWithin && rules.outlineDetection && !isMixed[index]
        splits[index] =
          rules.splitting.contains(tag.name)
          || (splitsByItself && !rules.nonSplitting.contains(tag.name))
        if !tag.isEmpty { open.append(!splits[index]) }
      case .end: splits[index] = !(open.popLast() ?? false)
      case .text, .opaque: break
      }
    }
    return splits
  }

  /// For each start tag, whether there is text directly beside it.
  private static func mixed(_ pieces: [MarkupPiece], _ bytes: [UInt8]) -> [Bool] {
    var parents = [Int](repeating: -1, count: pieces.count)
    var hasText = [Bool](repeating: false, count: pieces.count)
    var open: [Int] = []
    var atTop = false
    for (index, piece) in pieces.enumerated() {
      switch piece.kind {
      case .start(let tag):
        parents[index] = open.last ?? -1
        if !tag.isEmpty { open.append(index) }
      case .end: _ = open.popLast()
      case .text where !bytes[piece.range].allSatisfy(\.isMarkupSpace):
        if let parent = open.last { hasText[parent] = true } else { atTop = true }
      case .text, .opaque: break
      }
    }
    return parents.map { $0 < 0 ? atTop : hasText[$0] }
  }
}

/// The ends of the elements of a document, found in one pass.
struct ElementExtents {
  private let pieces: [MarkupPiece]
  private let isXML: Bool
  /// For each start tag, the number of the piece that is its end tag; nil if there is none.
  private let endTags: [Int?]

  init(_ pieces: [MarkupPiece], isXML: Bool) {
    self.pieces = pieces
    self.isXML = isXML
    var endTags = [Int?](repeating: nil, count: pieces.count)
    var open: [String: [Int]] = [:]
    for (index, piece) in pieces.enumerated() {
      switch piece.kind {
      case .start(let tag) where !tag.isEmpty: open[tag.name, default: []].append(index)
      case .end(let name): if let start = open[name]?.popLast() { endTags[start] = index }
      case .start, .text, .opaque: break
      }
    }
    self.endTags = endTags
  }

  /// Returns the number of the piece after an element.
  ///
  /// Without an end tag, that is the piece after the start tag, or the end of the document if the element is protected.
  /// - Parameter start: the number of a start tag.
  func end(of start: Int) -> Int {
    guard case .start(let tag) = pieces[start].kind, !tag.isEmpty else { return start + 1 }
    if !isXML, let enders = HTMLElements.endedBy[tag.name] { return impliedEnd(of: start, tag.name, enders) }
    return endTags[start].map { $0 + 1 } ?? (tag.isProtected ? pieces.count : start + 1)
  }

  /// The end of an element that can lack its end tag: at that tag, at a tag that cannot be within the element, or at
  /// the end of its parent.
  private func impliedEnd(of start: Int, _ name: String, _ enders: Set<String>) -> Int {
    var depth = 0
    for index in (start + 1)..<max(start + 1, pieces.count) {
      switch pieces[index].kind {
      case .start(let tag):
        if depth == 0, enders.contains(tag.name) { return index }
        if !tag.isEmpty, HTMLElements.endedBy[tag.name] == nil { depth += 1 }
      case .end(let found) where found == name && depth == 0: return index + 1
      case .end(let found) where HTMLElements.endedBy[found] == nil:
        if depth == 0 { return index }
        depth -= 1
      case .end, .text, .opaque: break
      }
    }
    return pieces.count
  }
}
