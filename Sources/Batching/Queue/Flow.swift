/// What waits of one submission, by length.
struct Flow {
  let client: String
  /// Tokens that it may start before it is others' turn.
  var credit: Int
  /// Whether it is small and has not had its first turn.
  var isNew: Bool
  private var lines: [(lengths: LengthClass, ids: WaitingLine)] = []

  init(client: String, credit: Int, isNew: Bool) {
    self.client = client
    self.credit = credit
    self.isNew = isNew
  }

  var isEmpty: Bool { lines.isEmpty }

  mutating func append(_ item: BatchItem) {
    let lengths = LengthClass(length: item.length)
    if let index = lines.firstIndex(where: { $0.lengths == lengths }) {
      lines[index].ids.append(item.id)
    } else {
      var ids = WaitingLine()
      ids.append(item.id)
      lines.append((lengths, ids))
    }
  }

  /// To be called once for an item that has just left `items`.
  mutating func forget(_ item: BatchItem, from items: [UInt64: BatchItem]) {
    let lengths = LengthClass(length: item.length)
    guard let index = lines.firstIndex(where: { $0.lengths == lengths }) else { return }
    lines[index].ids.forgetOne(from: items)
    if lines[index].ids.isEmpty { lines.remove(at: index) }
  }

  /// The oldest of those that are the oldest of their lengths and wanted.
  func oldest(in items: [UInt64: BatchItem], where isWanted: (BatchItem) -> Bool) -> BatchItem? {
    lines.compactMap { $0.ids.first(in: items) }.filter(isWanted).min { $0.id < $1.id }
  }

  /// One that may share a batch with items of this length: of the nearest lengths, if it is wanted.
  func alike(
    _ lengths: LengthClass, in items: [UInt64: BatchItem], where isWanted: (BatchItem) -> Bool
  ) -> BatchItem? {
    for wanted in lengths.fillOrder {
      guard let line = lines.first(where: { $0.lengths == wanted }) else { continue }
      if let item = line.ids.first(in: items), isWanted(item) { return item }
    }
    return nil
  }
}
