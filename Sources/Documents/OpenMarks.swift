/// Marks that something further on may close. Every step takes the same time, however many are open.
struct OpenMarks {
  private var stack: [(number: Int, name: Substring)] = []
  /// Of each name the places in `stack`, without those that were dropped.
  private var places: [Substring: [Int]] = [:]

  mutating func open(_ number: Int, name: Substring) {
    places[name, default: []].append(stack.count)
    stack.append((number, name))
  }

  func isOpen(_ name: Substring) -> Bool { places[name]?.isEmpty == false }

  /// Closes the last one of that name; what was opened since can not be closed any more.
  /// - Returns: its number; nil where none is open.
  mutating func close(_ name: Substring) -> Int? {
    guard let place = places[name]?.last else { return nil }
    let number = stack[place].number
    while stack.count > place {
      let name = stack.removeLast().name
      if places[name]?.last == stack.count { places[name]?.removeLast() }
    }
    return number
  }

  /// Forgets the last one of that name, not what was opened since.
  mutating func drop(_ name: Substring) {
    if places[name]?.isEmpty == false { places[name]?.removeLast() }
  }
}
