/// Which tags of a document end the sentence before them.
struct PieceOutline {
  /// One a piece; false for what is no tag.
  let splits: [Bool]

  init(_ pieces: [MarkupPiece], _ bytes: [UInt8], _ syntax: MarkupSyntax) {
    switch syntax {
    case .html: splits = pieces.map { HTMLElements.splitting.contains($0.tagName ?? "") }
    case .xml(let rules): splits = Self.outline(pieces, bytes, rules)
    }
  }

  /// An element stands within a sentence where its parent does, or has text of its own.
  private static func outline(_ pieces: [MarkupPiece], _ bytes: [UInt8], _ rules: XMLRules) -> [Bool] {
    let isMixed = mixed(pieces, bytes)
    var splits = [Bool](repeating: false, count: pieces.count)
    // Whether the elements that are open are within a sentence, outermost first.
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

  /// Of each start tag whether there is text directly beside it.
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

extension MarkupPiece {
  var tagName: String? {
    switch kind {
    case .start(let tag): tag.name
    case .end(let name): name
    case .text, .opaque: nil
    }
  }
}
