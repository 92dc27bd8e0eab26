// Measures what each input path costs in the size of its input: `deploy/cost-check` runs it below Valgrind.
//
//   dragoman-cost FOLDER FACTOR [PATH[:PATTERN]] …
//
// FOLDER is where Callgrind writes. FACTOR scales the inputs. PATH and PATTERN are parts of names; all are measured if
// none is given. Prints a line for each pattern: path, pattern, statuses, bytes of the smallest message, instructions and
// bytes of the heap for n, 2n and 4n.

import CCost
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 3, let factor = Double(arguments[2]), factor > 0 else {
  FileHandle.standardError.write(Data("usage: dragoman-cost FOLDER FACTOR [PATH[:PATTERN]] …\n".utf8))
  exit(2)
}
let choices = arguments.dropFirst(3).map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
func isChosen(_ path: String, _ pattern: String) -> Bool {
  choices.isEmpty || choices.contains { path.contains($0[0]) && ($0.count < 2 || pattern.contains($0[1])) }
}

let counter = InstructionCounter(folder: arguments[1])
let server = try ProbedServer()
for path in InputPath.all where path.patterns.contains(where: { isChosen(path.name, $0.name) }) {
  let bytes = max(256, Int(Double(path.bytes) * factor))
  // What is set up at the first use of a route is not counted.
  _ = server.status(of: path.message("a"))
  var seen: Set<String> = []
  for pattern in path.patterns where seen.insert(pattern.name).inserted {
    guard isChosen(path.name, pattern.name) else { continue }
    var statuses: [String] = []
    var instructions: [Int] = []
    var peaks: [Int64] = []
    var length = 0
    for multiple in [1, 2, 4] {
      let message = path.message(pattern.text(bytes: multiple * bytes))
      if multiple == 1 { length = message.count }
      let before = cost_reset_peak()
      cost_zero()
      let status = server.status(of: message)
      cost_dump()
      peaks.append(cost_peak_bytes() - before)
      instructions.append(try counter.takeLast())
      statuses.append(status.map(String.init) ?? "-")
    }
    let figures = (instructions.map(String.init) + peaks.map(String.init)).joined(separator: "\t")
    print(path.name, pattern.name, statuses.joined(separator: "/"), length, figures, separator: "\t")
    fflush(nil)
  }
}
exit(0)
