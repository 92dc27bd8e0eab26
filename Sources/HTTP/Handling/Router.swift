/// The routes of a service by method and path.
///
/// A path takes one look-up in a dictionary, and comparisons of its beginning with the few routes that end in `/*`: time
/// linear in its length, whatever it consists of.
package struct Router<Action: Sendable>: Sendable {
  /// The outcome of a look-up.
  package enum Match {
    /// The action of a route; `HEAD` finds the action of `GET`.
    case found(Action)
    /// No route has the path.
    case unknownPath
    /// The path has routes for other methods only: `allowed` is the value of `Allow`.
    case unknownMethod(allowed: String)
    /// `OPTIONS` for a path that has no action of its own for it.
    case options(allowed: String)
  }

  /// The routes of one path.
  private struct Entry: Sendable {
    let pattern: String
    var actions: [String: Action] = [:]
  }

  private var entries: [Entry] = []
  /// Indices of `entries` by path, those that end in `/*` included.
  private var indices: [String: Int] = [:]
  /// The entries that end in `/*`, the longest first, each with the bytes before its `*`.
  private var folders: [(prefix: [UInt8], index: Int)] = []

  package init() {}

  /// Adds a route.
  /// - Parameter pattern: the path itself; with `/*` at its end, every path below it that no longer pattern matches.
  package mutating func add(_ method: String, _ pattern: String, _ action: Action) {
    let index = indices[pattern] ?? entries.count
    if index == entries.count {
      entries.append(Entry(pattern: pattern))
      indices[pattern] = index
      if pattern.hasSuffix("/*") {
        folders.append((Array(pattern.utf8.dropLast()), index))
        folders.sort { $0.prefix.count > $1.prefix.count }
      }
    }
    entries[index].actions[method] = action
  }

  /// Looks up a request.
  /// - Returns: the outcome, and the pattern that matched the path, nil if none did.
  package func match(_ method: String, _ path: String) -> (match: Match, pattern: String?) {
    if path == "*" { return (.options(allowed: Self.allowed(entries.flatMap(\.actions.keys))), nil) }
    guard let index = indices[path] ?? folder(of: path.utf8) else { return (.unknownPath, nil) }
    let entry = entries[index]
    if let action = entry.actions[method] ?? (method == "HEAD" ? entry.actions["GET"] : nil) {
      return (.found(action), entry.pattern)
    }
    let allowed = Self.allowed(entry.actions.keys)
    return (method == "OPTIONS" ? .options(allowed: allowed) : .unknownMethod(allowed: allowed), entry.pattern)
  }

  /// The longest pattern with `/*` that a path lies below.
  func folder(of path: some Sequence<UInt8>) -> Int? {
    folders.first { path.starts(with: $0.prefix) }?.index
  }

  private static func allowed(_ methods: some Sequence<String>) -> String {
    var names = Set(methods).union(["OPTIONS"])
    if names.contains("GET") { names.insert("HEAD") }
    return names.sorted().joined(separator: ", ")
  }
}
