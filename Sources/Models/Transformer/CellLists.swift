/// For each row the cache cells of its steps: lists side by side in one memory, so that a step allocates nothing.
final class CellLists {
  private var current: UnsafeMutablePointer<Int>  // (rows, longest)
  private var spare: UnsafeMutablePointer<Int>
  private var capacity = 0
  /// Places a row.
  private var longest = 64
  private var lengths: [Int] = []
  private var spareLengths: [Int] = []

  init() {
    current = .allocate(capacity: 0)
    spare = .allocate(capacity: 0)
  }

  deinit {
    current.deallocate()
    spare.deallocate()
  }

  var count: Int { lengths.count }

  func cells(_ row: Int) -> UnsafeBufferPointer<Int> {
    UnsafeBufferPointer(start: current + row * longest, count: lengths[row])
  }

  func append(rows: Int) {
    for _ in 0..<rows { lengths.append(0) }
    reserve(rows: lengths.count, longest: longest)
  }

  func add(_ cell: Int, row: Int) {
    if lengths[row] == longest { reserve(rows: lengths.count, longest: 2 * longest) }
    current[row * longest + lengths[row]] = cell
    lengths[row] += 1
  }

  /// Row i becomes a copy of what was row `parents[i]`.
  func select(_ parents: [Int]) {
    reserve(rows: max(parents.count, lengths.count), longest: longest)
    spareLengths.removeAll(keepingCapacity: true)
    for (row, parent) in parents.enumerated() {
      (spare + row * longest).update(from: current + parent * longest, count: lengths[parent])
      spareLengths.append(lengths[parent])
    }
    swap(&current, &spare)
    swap(&lengths, &spareLengths)
  }

  private func reserve(rows: Int, longest: Int) {
    guard rows * longest > capacity || longest > self.longest else { return }
    capacity = max(2 * capacity, rows * longest)
    let wider = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
    for (row, length) in lengths.enumerated() {
      (wider + row * longest).update(from: current + row * self.longest, count: length)
    }
    current.deallocate()
    spare.deallocate()
    (current, spare) = (wider, .allocate(capacity: capacity))
    self.longest = longest
  }
}
