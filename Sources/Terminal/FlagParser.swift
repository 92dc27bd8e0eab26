/// A reader of command lines (`--flag value`, `--flag=value`, `--` before operands) and of the environment.
///
/// The command line takes precedence over the environment, and the environment over a flag's default.
package struct FlagParser {
  private let flags: [any FlagDeclaration]
  /// Names of the operands, all of which must be given.
  private let operands: [String]

  package init(flags: [any FlagDeclaration], operands: [String] = []) {
    self.flags = flags
    self.operands = operands
  }

  /// - Throws: `UsageError` that names the flag, the text found, and the values expected.
  package func parse(_ arguments: [String], environment: [String: String] = [:]) throws -> FlagValues {
    var values = FlagValues(declared: Set(flags.map(\.name)))
    try read(environment, into: &values)
    var given: [String: [String]] = [:]
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        values.operands += rest
        break
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        values.operands.append(argument)
        continue
      }
      let (flag, text) = try flagAndValue(argument, &rest)
      if !flag.isRepeated, given[flag.name] != nil { throw UsageError("--\(flag.name) is given twice") }
      given[flag.name, default: []].append(text)
    }
    for flag in flags {
      guard let texts = given[flag.name] else { continue }
      values.parsed[flag.name] = try parsed(flag, texts, origin: "--\(flag.name)")
    }
    try checkCount(of: values.operands)
    return values
  }

  private func read(_ environment: [String: String], into values: inout FlagValues) throws {
    for flag in flags {
      guard let text = environment[flag.environmentName], !text.isEmpty || flag.isNeverEmpty else { continue }
      let texts = flag.isRepeated ? text.split(separator: flag.separator).map(String.init) : [text]
      guard !texts.isEmpty else {
        throw UsageError("\(flag.environmentName): found nothing, expected \(flag.placeholder ?? "a value")")
      }
      values.parsed[flag.name] = try parsed(flag, texts, origin: flag.environmentName)
    }
  }

  private func flagAndValue(
    _ argument: String, _ rest: inout ArraySlice<String>
  ) throws -> (flag: any FlagDeclaration, text: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let flag = flags.first(where: { "--\($0.name)" == parts[0] }) else { throw unknown(parts[0]) }
    if parts.count == 2 { return (flag, parts[1]) }
    guard let placeholder = flag.placeholder else { return (flag, "true") }
    guard let text = rest.popFirst() else {
      throw UsageError("\(argument): found no value, expected \(placeholder)")
    }
    return (flag, text)
  }

  private func parsed(_ flag: any FlagDeclaration, _ texts: [String], origin: String) throws -> any Sendable {
    do {
      return try flag.parsed(texts)
    } catch let mismatch as FlagMismatch {
      let found = mismatch.found.isEmpty ? "nothing" : mismatch.found
      throw UsageError("\(origin): found \(found), expected \(mismatch.expected)")
    }
  }

  private func checkCount(of found: [String]) throws {
    if let extra = found.dropFirst(operands.count).first {
      throw UsageError(
        "\(extra): expected \(operands.isEmpty ? "only flags" : "only " + operands.joined(separator: " "))")
    }
    if found.count < operands.count { throw UsageError("\(operands[found.count]) is missing") }
  }

  private func unknown(_ argument: String) -> UsageError {
    let names = flags.map { "--\($0.name)" } + ["--help"]
    let suggestion = Spelling.nearest(to: argument, among: names).map { "; did you mean \($0)?" } ?? ""
    return UsageError("unknown flag \(argument)\(suggestion)")
  }
}

/// The values of a command's flags, and its operands.
package struct FlagValues: Sendable {
  /// Names of the command's flags.
  fileprivate let declared: Set<String>
  /// A `ParsedValue` for each flag that was given.
  fileprivate var parsed: [String: any Sendable] = [:]
  package fileprivate(set) var operands: [String] = []

  /// The value that was given, or the flag's default. Only flags that the parser knows can be asked for.
  package subscript<Value>(flag: Flag<Value>) -> Value {
    precondition(declared.contains(flag.name), "--\(flag.name) is not a flag of this command")
    guard let stored = parsed[flag.name] else { return flag.defaultValue }
    guard let parsed = stored as? ParsedValue<Value> else {
      preconditionFailure("--\(flag.name) is declared twice, with different types")
    }
    return parsed.value
  }

  /// The value of a flag that a command cannot do without.
  ///
  /// - Throws: `UsageError` if it was not given.
  package func required<Value>(_ flag: Flag<Value?>) throws -> Value {
    guard let value = self[flag] else {
      throw UsageError("--\(flag.name) is missing, expected \(flag.placeholder ?? "a value")")
    }
    return value
  }
}

/// A command line that cannot be carried out; the program ends with status 2.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// Guesses the intended word for a misspelt one.
enum Spelling {
  /// The word with the fewest edits, if those are few for its length.
  static func nearest(to word: String, among words: [String]) -> String? {
    let ranked = words.map { (word: $0, edits: edits(Array(word.utf8), Array($0.utf8))) }
    guard let best = ranked.min(by: { $0.edits < $1.edits }), best.edits <= max(2, best.word.utf8.count / 3) else {
      return nil
    }
    return best.word
  }

  /// The Levenshtein distance, computed row by row.
  private static func edits(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let replaced = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
