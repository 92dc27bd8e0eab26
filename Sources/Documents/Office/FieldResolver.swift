/// The fields of a paragraph: a result that is computed is an island; the text of a link is translated.
struct FieldResolver {
  /// Fields within each other that are read. Deeper ones are points.
  private static let maxDepth = 8

  private let formats: [RunFormat]

  init(_ formats: [RunFormat]) { self.formats = formats }

  /// Returns items in which the marks of each whole field are an island or a link, and all others points.
  func resolved(_ items: [RunItem], depth: Int = 0) -> [RunItem] {
    guard items.contains(where: { if case .field = $0.kind { true } else { false } }) else { return items }
    guard depth < Self.maxDepth else { return items.map(Self.point) }
    let ends = Self.ends(items)
    var output: [RunItem] = []
    var index = 0
    while index < items.count {
      if let end = ends[index] {
        output += field(Array(items[index...end]), depth: depth)
        index = end + 1
      } else {
        output.append(Self.point(items[index]))
        index += 1
      }
    }
    return output
  }

  private static func point(_ item: RunItem) -> RunItem {
    var item = item
    if case .field = item.kind { item.kind = .point }
    return item
  }

  /// For each outermost `begin` the index of its `end`.
  private static func ends(_ items: [RunItem]) -> [Int: Int] {
    var ends: [Int: Int] = [:]
    var open: [Int] = []
    for (index, item) in items.enumerated() {
      guard case .field(let type, _) = item.kind else { continue }
      if type == "begin" { open.append(index) }
      if type == "end", let start = open.popLast() { ends[start] = index }
    }
    return ends
  }

  private func field(_ items: [RunItem], depth level: Int) -> [RunItem] {
    var separate = items.count - 1
    var code = ""
    var depth = 0
    for (index, item) in items.enumerated() {
      guard case .field(let type, let text) = item.kind else { continue }
      if type == "begin" { depth += 1 }
      if type == "end" { depth -= 1 }
      if depth == 1, type == "code" { code += text }
      if depth == 1, type == "separate" { separate = min(separate, index) }
    }
    let isBalanced = items.count { $0.kind == .open } == items.count { $0.kind == .close }
    let hasInner = items.contains { $0.raw.contains { if case .inner = $0 { true } else { false } } }
    guard let first = items.first, let last = items.last, isBalanced, !hasInner else { return items.map(Self.point) }
    let isLink = code.drop { $0.isWhitespace }.uppercased().hasPrefix("HYPERLINK")
    guard isLink, separate < items.count - 1 else {
      let text = items[separate...].map { if case .text(let text, _) = $0.kind { text } else { "" } }.joined()
      return [
        RunItem(
          kind: text.isEmpty ? .point : .island(text), raw: items.flatMap(written),
          unit: first.unit.lowerBound..<last.unit.upperBound)
      ]
    }
    let head = items[...separate]
    let open = RunItem(
      kind: .open, raw: head.flatMap(written), unit: first.unit.lowerBound..<items[separate].unit.upperBound)
    return [open] + resolved(Array(items[(separate + 1)..<(items.count - 1)]), depth: level + 1) + [
      RunItem(kind: .close, raw: last.raw, unit: last.unit)
    ]
  }

  /// The bytes that an item is written as.
  private func written(_ item: RunItem) -> [RawPart] {
    guard case .text(let text, let format) = item.kind else { return item.raw }
    return [.bytes(formats[format].written(text))]
  }
}
