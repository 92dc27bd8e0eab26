/// Where elements end, found in one pass.
struct ElementExtents {
  private let pieces: [MarkupPiece]
  private let isXML: Bool
  /// Of each start tag the piece that is its end tag, or nil where there is none.
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

  /// - Parameter start: a start tag.
  /// - Returns: the piece behind the element: behind the tag itself where it has no end, behind everything where its
  ///   content is to be kept.
  func end(of start: Int) -> Int {
    guard case .start(let tag) = pieces[start].kind, !tag.isEmpty else { return start + 1 }
    if !isXML, let enders = HTMLElements.endedBy[tag.name] { return impliedEnd(of: start, tag.name, enders) }
    return endTags[start].map { $0 + 1 } ?? (tag.isKept ? pieces.count : start + 1)
  }

  /// The end of an element that may lack its end tag: that tag, or what can not be within the element, or the end of
  /// what it is in.
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
