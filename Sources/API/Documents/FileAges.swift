import Dispatch

/// The names of files in the order they came, each with the time when its file goes.
struct FileAges {
  private typealias Entry = (name: String, end: DispatchTime)

  private var entries: [Entry] = []
  /// Entries before it were removed. They leave the array once they are half of it, so that removing one costs the same
  /// however many there are.
  private var start = 0

  mutating func append(_ name: String, until end: DispatchTime) {
    entries.append((name, end))
  }

  /// When the oldest goes; nil where there is none.
  var nextEnd: DispatchTime? { start < entries.count ? entries[start].end : nil }

  /// There must be one.
  mutating func removeOldest() -> String {
    let name = entries[start].name
    start += 1
    if 2 * start >= entries.count {
      entries.removeFirst(start)
      start = 0
    }
    return name
  }
}
