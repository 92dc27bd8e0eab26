import Foundation
import Terminal
import Testing

struct FlagParserTests {
  private static let port = Flag.integer("port", "PORT", default: 5000, in: 0...65535, "port to listen on")
  private static let delay = Flag.number("max-delay-ms", "MS", default: 5, in: 0...1000, "longest wait")
  private static let models = Flag.texts("model", "DIR", "a folder")
  private static let host = Flag.text("host", "HOST", default: "127.0.0.1", "an address")
  private static let numbers = Flag<[Int]>.list("numbers", "N", of: { Int($0) }, expected: "whole numbers", "of them")
  private static let quiet = Flag.toggle("quiet", "print nothing")
  private static let keys = Flag.optionalText("api-keys", "FILE", isNeverEmpty: true, "keys of clients")
  private static let colour = Flag.optionalChoice("colour", Colour.allCases, "colour of the paint")

  enum Colour: String, CaseIterable { case red, blue }

  private static let limit = Flag.optionalInteger("limit", "N", in: 1...9, "upper limit")

  private func parse(
    _ arguments: [String], environment: [String: String] = [:], operands: [String] = []
  ) throws -> FlagValues {
    let flags: [any FlagDeclaration] = [
      Self.port, Self.delay, Self.models, Self.host, Self.quiet, Self.limit, Self.colour,
      Self.numbers, Self.keys,
    ]
    return try FlagParser(flags: flags, operands: operands).parse(arguments, environment: environment)
  }

  private func message(
    _ arguments: [String], environment: [String: String] = [:], operands: [String] = []
  ) -> String {
    do {
      _ = try parse(arguments, environment: environment, operands: operands)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func defaultsApplyToFlagsThatAreNotGiven() throws {
    let values = try parse([])
    #expect(values[Self.port] == 5000)
    #expect(values[Self.delay] == 5)
    #expect(values[Self.models] == [])
    #expect(values[Self.host] == "127.0.0.1")
    #expect(values[Self.quiet] == false)
    #expect(values[Self.limit] == nil)
    #expect(values[Self.colour] == nil)
  }

  @Test func valueFollowsASpaceOrAnEqualsSign() throws {
    let values = try parse([
      "--port", "80", "--max-delay-ms=2.5", "--model", "a", "--model=b=c", "--quiet", "--colour=blue",
    ])
    #expect(values[Self.colour] == .blue)
    #expect(values[Self.port] == 80)
    #expect(values[Self.delay] == 2.5)
    #expect(values[Self.models] == ["a", "b=c"])
    #expect(values[Self.quiet])
  }

  @Test func listHasColonsInItsValuesAndCommasBetweenThem() throws {
    #expect(try parse(["--numbers", "1", "--numbers=2"])[Self.numbers] == [1, 2])
    #expect(try parse([], environment: ["DRAGOMAN_NUMBERS": "1,2"])[Self.numbers] == [1, 2])
    #expect(message(["--numbers", "all"]) == "--numbers: found all, expected whole numbers")
  }

  @Test func commandLineTakesPrecedenceOverTheEnvironment() throws {
    let environment = [
      "DRAGOMAN_PORT": "81", "DRAGOMAN_MAX_DELAY_MS": "7", "DRAGOMAN_MODEL": "x:y", "DRAGOMAN_HOST": "",
    ]
    let values = try parse(["--port=80"], environment: environment)
    #expect(values[Self.port] == 80)
    #expect(values[Self.delay] == 7)
    #expect(values[Self.models] == ["x", "y"])
    #expect(values[Self.host] == "127.0.0.1")
  }

  @Test func operandsAreCounted() throws {
    #expect(try parse(["DIR", "--port=1"], operands: ["DIR"]).operands == ["DIR"])
    #expect(try parse(["--", "--port"], operands: ["DIR"]).operands == ["--port"])
    #expect(message([], operands: ["DIR"]) == "DIR is missing")
    #expect(message(["a", "b"], operands: ["DIR"]) == "b: expected only DIR")
    #expect(message(["a"]) == "a: expected only flags")
  }

  @Test(arguments: [
    (["--prot", "1"], "unknown flag --prot; did you mean --port?"),
    (["--modell=x"], "unknown flag --modell; did you mean --model?"),
    (["--something-else"], "unknown flag --something-else"),
    (["-p"], "unknown flag -p"),
    (["--port"], "--port: found no value, expected PORT"),
    (["--port="], "--port: found nothing, expected a whole number from 0 to 65535"),
    (["--port=70000"], "--port: found 70000, expected a whole number from 0 to 65535"),
    (["--port=1.5"], "--port: found 1.5, expected a whole number from 0 to 65535"),
    (["--port=99999999999999999999"], "--port: found 99999999999999999999, expected a whole number from 0 to 65535"),
    (["--port=1", "--port=2"], "--port is given twice"),
    (["--max-delay-ms=nan"], "--max-delay-ms: found nan, expected a number from 0.0 to 1000.0"),
    (["--quiet=maybe"], "--quiet: found maybe, expected true or false"),
    (["--colour=green"], "--colour: found green, expected red or blue"),
    (["--limit=0"], "--limit: found 0, expected a whole number from 1 to 9"),
  ])
  func invalidCommandLinesAreExplained(_ arguments: [String], _ expected: String) {
    #expect(message(arguments) == expected)
  }

  @Test func valuesInTheEnvironmentAreChecked() {
    #expect(
      message([], environment: ["DRAGOMAN_PORT": "x"])
        == "DRAGOMAN_PORT: found x, expected a whole number from 0 to 65535")
  }

  /// A second reading that failed would leave the default: with `--api-keys`, a server open to everybody.
  @Test func valueIsReadOnceAndStored() throws {
    let count = ReadCount()
    let flag = Flag<String?>(
      name: "api-keys", placeholder: "FILE", help: "", defaultValue: nil
    ) { texts in
      guard count.next() == 1 else { throw FlagMismatch(expected: "one reading", found: "another") }
      return texts.last
    }
    let values = try FlagParser(flags: [flag]).parse(["--api-keys", "keys"])
    for _ in 0..<3 { #expect(values[flag] == "keys") }
  }

  /// With `--cors-origin`, an empty list would let every page read the answers.
  @Test func listWithoutEntriesInTheEnvironmentIsRefused() {
    #expect(message([], environment: ["DRAGOMAN_NUMBERS": ","]) == "DRAGOMAN_NUMBERS: found nothing, expected N")
  }

  @Test func emptyValueOfANeverEmptyFlagIsRefused() throws {
    #expect(message(["--api-keys="]) == "--api-keys: found nothing, expected a value")
    #expect(message([], environment: ["DRAGOMAN_API_KEYS": ""]) == "DRAGOMAN_API_KEYS: found nothing, expected a value")
    #expect(try parse([], environment: ["DRAGOMAN_API_KEYS": "keys"])[Self.keys] == "keys")
    #expect(try parse([])[Self.keys] == nil)
  }
}

/// The number of times that a flag's text was read.
///
/// `@unchecked Sendable`: `count` is only touched under `lock`.
private final class ReadCount: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}
