/// Items that are to start together.
package struct PlannedBatch: Sendable, Equatable {
  package private(set) var items: [BatchItem] = []
  package private(set) var rows = 0
  package private(set) var longest = 0

  package init() {}

  /// Tokens including padding.
  package var paddedTokens: Int { rows * longest }
  /// Tokens without padding.
  package var tokens: Int { items.reduce(0) { $0 + $1.tokens } }

  /// What it would come to, had `item` been added.
  func load(with item: BatchItem) -> Load {
    let rows = rows + item.rows
    return Load(rows: rows, tokens: rows * max(longest, item.length))
  }

  /// What the encoder reads, padded, had `item` been added: each source once, whatever its rows.
  package func sourceTokens(with item: BatchItem) -> Int { (items.count + 1) * max(longest, item.length) }

  /// Whether `item` may be added; the first in any case.
  func takes(_ item: BatchItem, within budget: Load) -> Bool {
    items.isEmpty || load(with: item).fits(in: budget)
  }

  package mutating func add(_ item: BatchItem) {
    items.append(item)
    rows += item.rows
    longest = max(longest, item.length)
  }
}
