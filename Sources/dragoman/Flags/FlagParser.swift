/// Reads a command line (`--flag value`, `--flag=value`, `--` before operands) and the environment against declared
/// flags. The command line goes before the environment, both before the default.
package struct FlagParser {
  private let flags: [any FlagDeclaration]
  /// What the operands are called; empty where there are none.
  private let operands: [String]

  package init(flags: [any FlagDeclaration], operands: [String] = []) {
    self.flags = flags
    self.operands = operands
  }

  /// - Throws: `UsageError` naming the flag, what was found and what was expected.
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
    if found.count < operands.count { throw UsageError("found no \(operands[found.count])") }
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
  fileprivate(set) var parsed: [String: any Sendable] = [:]
  package fileprivate(set) var operands: [String] = []

  /// The value that was given, or the flag's default if none was. Only flags that the parser knows can be asked for.
  package subscript<Value>(flag: Flag<Value>) -> Value {
    precondition(declared.contains(flag.name), "--\(flag.name) is not a flag of this command")
    guard let stored = parsed[flag.name] else { return flag.defaultValue }
    guard let parsed = stored as? ParsedValue<Value> else {
      preconditionFailure("--\(flag.name) is declared twice, with different types")
    }
    return parsed.value
  }
}

/// A command line that can not be carried out.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
