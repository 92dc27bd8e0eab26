/// A block as it is being read.
struct BlockDraft {
  private let bytes: [UInt8]
  private let isXML: Bool
  private(set) var block: Block
  /// Names of the elements that are open within the block.
  private(set) var open: [String] = []
  /// The text ends in white space that further white space would add nothing to.
  private var endsInSpace = false

  init(_ bytes: [UInt8], isXML: Bool, at start: Int) {
    self.bytes = bytes
    self.isXML = isXML
    block = Block(raw: start..<start)
  }

  // MARK: Tags

  mutating func start(_ name: String, _ raw: Range<Int>) {
    add(.start(name: name), raw)
    open.append(name)
  }

  mutating func end(_ name: String, _ raw: Range<Int>) {
    add(.end(name: name), raw)
    if let place = open.lastIndex(of: name) { open.removeSubrange(place...) }
  }

  mutating func point(_ raw: Range<Int>) { add(.point, raw) }

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

  /// Links that touch each other are the entries of a menu rather than words of a sentence.
  func endsWithLink(at place: Int) -> Bool {
    guard open.isEmpty, let last = block.items.last, last.raw.upperBound == place else { return false }
    return last.kind == .end(name: "a")
  }

  // MARK: Text

  /// - Parameter keepsSpace: white space is text.
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
    switch CharacterReference.read(bytes, at: start, limit: limit, isXML: isXML) {
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

  /// Text of an island: references resolved, no white space at its ends, so that it can be found again.
  private mutating func plain(_ range: Range<Int>, from start: Int) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == .ampersand,
        case .scalar(let scalar, let end) = CharacterReference.read(
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
