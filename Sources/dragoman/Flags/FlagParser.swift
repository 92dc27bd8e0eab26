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
    var values = FlagValues()
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
      try check(flag, texts, origin: "--\(flag.name)")
      values.texts[flag.name] = texts
    }
    try checkCount(of: values.operands)
    return values
  }

  private func read(_ environment: [String: String], into values: inout FlagValues) throws {
    for flag in flags {
      guard let text = environment[flag.environmentName], !text.isEmpty || flag.isNeverEmpty else { continue }
      let texts = flag.isRepeated ? text.split(separator: flag.separator).map(String.init) : [text]
      try check(flag, texts, origin: flag.environmentName)
      values.texts[flag.name] = texts
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

  private func check(_ flag: any FlagDeclaration, _ texts: [String], origin: String) throws {
    do {
      try flag.check(texts)
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

/// What the flags came out as.
package struct FlagValues: Sendable {
  fileprivate(set) var texts: [String: [String]] = [:]
  package fileprivate(set) var operands: [String] = []

  /// The parser has checked the texts; a flag that was never given has its default.
  package subscript<Value>(flag: Flag<Value>) -> Value {
    texts[flag.name].flatMap { try? flag.parse($0) } ?? flag.defaultValue
  }
}

/// A command line that can not be carried out.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
