/// What is under way on one worker.
struct Course {
  /// Items that started together.
  private struct Pass {
    let longest: Int
    let isShort: Bool
    /// Steps that the course had made before.
    let start: Int
    var rows: Int
  }

  let kind: Int
  let started: UInt64
  private(set) var lastStart: UInt64
  private(set) var rows = 0
  /// Whether several submissions shared its first pass.
  private(set) var hasCompany = false
  /// The kind that this one makes way for: nothing more starts.
  var successor: Int?
  private var passes: [Int: Pass] = [:]
  private var members: [UInt64: (pass: Int, rows: Int)] = [:]
  private var steps = 0

  init(kind: Int, started: UInt64) {
    self.kind = kind
    self.started = started
    lastStart = started
  }

  var isEmpty: Bool { members.isEmpty }
  /// Rows of the item that has most.
  var widest: Int { members.values.reduce(0) { max($0, $1.rows) } }

  /// Every row has become a token longer.
  mutating func step() {
    steps += 1
  }

  mutating func start(_ batch: PlannedBatch, isShort: Bool, now: UInt64) {
    if passes.isEmpty { hasCompany = Set(batch.items.map(\.group)).count > 1 }
    let number = members.isEmpty ? 0 : (passes.keys.max() ?? 0) + 1
    passes[number] = Pass(longest: batch.longest, isShort: isShort, start: steps, rows: batch.rows)
    for item in batch.items { members[item.id] = (number, item.rows) }
    rows += batch.rows
    lastStart = now
  }

  mutating func leave(_ id: UInt64) {
    guard let member = members.removeValue(forKey: id) else { return }
    rows -= member.rows
    passes[member.pass]?.rows -= member.rows
    if passes[member.pass]?.rows == 0 { passes[member.pass] = nil }
  }

  /// A row counts with its source, padding included, or its target so far, whichever is longer: the caches hold both.
  func room(budget: Load) -> Room {
    var room = Room(budget: budget)
    for pass in passes.values {
      let load = Load(rows: pass.rows, tokens: pass.rows * max(pass.longest, steps - pass.start))
      if pass.isShort { room.short += load } else { room.long += load }
    }
    return room
  }
}
