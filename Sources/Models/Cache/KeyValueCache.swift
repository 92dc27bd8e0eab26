import Tensor

/// The keys and values of decoder self-attention, one cell per row and step, for all layers.
///
/// Rows that fork share the cells of their common past: reordering a beam moves indices and never floats. A cell is free
/// again when no row refers to it.
struct KeyValueCache {
  private let layers: [FloatBuffer]  // L × (cells, 2D)
  private let width: Int  // 2D
  private var headroom: Headroom
  private var references: [Int32] = []  // (cells) rows that refer to each
  private var free: [Int] = []
  private var lists = CellLists()

  init(layers: Int, dimension: Int) {
    self.layers = (0..<layers).map { _ in FloatBuffer() }
    width = 2 * dimension
    let cell = max(1, layers * 2 * dimension * MemoryLayout<Float>.size)
    headroom = Headroom(least: min(Headroom.customaryLeast, Self.leastBytes / cell))
  }

  /// Bytes of cells that are made at least: a dozen rows of a large model would take 50 MB, of which one sentence alone
  /// needs a few.
  private static let leastBytes = 2 << 20

  /// Whether no layer attends to its past.
  var isEmpty: Bool { layers.isEmpty }

  /// Distance in floats from a layer's base.
  func offset(_ cell: Int) -> Int { cell * width }

  func base(layer: Int) -> UnsafeMutablePointer<Float> { layers[layer].base }

  /// The cells of a row, one per step.
  func cells(row: Int) -> UnsafeBufferPointer<Int> { lists.cells(row) }

  /// Appends rows without a past.
  mutating func append(rows: Int) {
    if !isEmpty { lists.append(rows: rows) }
  }

  /// Gives each of the first rows a new cell.
  mutating func extend(rows: Int) {
    guard !isEmpty else { return }
    headroom.cover(references.count - free.count + rows)
    if headroom.limit > references.count { grow() }
    for row in 0..<rows {
      let cell = free.removeLast()
      references[cell] = 1
      lists.add(cell, row: row)
    }
  }

  /// Lets row i continue the former row `parents[i]`.
  mutating func select(_ parents: [Int]) {
    guard !isEmpty else { return }
    for parent in parents { lists.cells(parent).forEach { references[$0] += 1 } }
    for row in 0..<lists.count { lists.cells(row).forEach { release($0) } }
    lists.select(parents)
  }

  private mutating func release(_ cell: Int) {
    references[cell] -= 1
    if references[cell] == 0 { free.append(cell) }
  }

  /// Makes cells up to the limit and touches their memory, so that steps cause no page faults.
  private mutating func grow() {
    let old = references.count
    let new = headroom.limit - old
    for layer in layers {
      if headroom.limit * width > layer.capacity { layer.widen(to: 2 * headroom.limit * width, keeping: old * width) }
      (layer.base + old * width).update(repeating: 0, count: new * width)
    }
    references += Array(repeating: 0, count: new)
    free += (old..<(old + new)).reversed()
  }
}

// MARK: Cells of each row

/// The cache cells of each row's steps: lists side by side in one memory, so that a step allocates nothing.
final class CellLists {
  private var current: UnsafeMutablePointer<Int>  // (rows, longest)
  private var spare: UnsafeMutablePointer<Int>
  private var capacity = 0
  /// Capacity of each list.
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

  /// Makes row i a copy of the former row `parents[i]`.
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
