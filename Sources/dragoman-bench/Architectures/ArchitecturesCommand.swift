import Foundation
import JSON
import Plot
import Tensor
import Terminal

/// `dragoman-bench architectures`: measures recurrence, convolution and attention side by side.
package enum ArchitecturesCommand: Command {
  package static let name = "architectures"
  package static let summary = "Measures recurrent, convolutional and Transformer models side by side."
  package static let usage = "[flags]"
  package static let flags: [any FlagDeclaration] = [zoo, test, full, threads, asJSON, output, svg, readme]

  private static let zoo = Flag.text(
    "zoo", "DIR", default: "models/zoo", "folder of models that were trained on the same text")
  private static let test = Flag.optionalText(
    "test", "PREFIX", "text for the zoo to translate, PREFIX.en, and its reference translation, PREFIX.de")
  private static let full = Flag.toggle("full", "more runs, and beams of four too: five minutes instead of two")
  private static let threads = Flag.integer("threads", "N", default: 1, in: 1...256, "cores for a batch")
  private static let asJSON = Flag.toggle("json", "one JSON object instead of text")
  private static let output = Flag.optionalText("output", "FILE", "file for the JSON object, beside standard output")
  private static let svg = Flag.optionalText("svg", "DIR", "folder for pictures")
  private static let readme = Flag.optionalText(
    "readme", "FILE", "page whose parts between <!-- bench … --> marks are replaced by tables and pictures")

  package static func run(_ values: FlagValues) throws -> Int32 {
    CoreTeam.start(threads: values[threads])
    // Files that cannot be written are reported before the measurement.
    let page = try values[readme].map { try MarkedPage(path: $0) }
    if let page { try filled(page, parts: ArchitectureBench.sections(hasTest: values[test] != nil).map { ($0, "") }) }
    let output = try values[output].map(OutputFile.init(path:))
    if let folder = values[svg] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let bench = ArchitectureBench(isFull: values[full], threads: values[threads])
    let sections = try bench.run(zoo: values[zoo], test: values[test])
    Console.endProgress()
    let json = json(sections) + "\n"
    try output?.write(json)
    if let folder = values[svg] { try writePictures(sections, to: folder) }
    if let page, let path = values[readme] {
      let pictures = values[svg].map { relative($0, to: path) }
      let parts = sections.map { ($0.name, $0.markdown(pictures: pictures)) }
      try OutputFile(path: path).write(filled(page, parts: parts).text)
    }
    try OutputFile.standardOutput.write(values[asJSON] ? json : text(sections) + "\n")
    return 0
  }

  private static func writePictures(_ sections: [ReportSection], to folder: String) throws {
    for plot in sections.flatMap(\.plots) {
      try OutputFile(path: "\(folder)/\(plot.name).svg").write(SVGPicture(plot.plot).text)
    }
  }

  /// - Throws: `InputError` if the page has no place for a part.
  @discardableResult
  private static func filled(_ page: MarkedPage, parts: [(name: String, text: String)]) throws -> MarkedPage {
    try ([("machine", MachineFacts.text + ".")] + parts).reduce(into: page) { try $0.replace($1.0, with: $1.1) }
  }

  /// The folder's path relative to the page, if the page is beside it or above it.
  private static func relative(_ folder: String, to page: String) -> String {
    let (folder, beside) = (
      URL(filePath: folder).standardizedFileURL.path,
      URL(filePath: page).standardizedFileURL.deletingLastPathComponent().path
    )
    return folder.hasPrefix(beside + "/") ? String(folder.dropFirst(beside.count + 1)) : folder
  }

  private static func text(_ sections: [ReportSection]) -> String {
    ([MachineFacts.text] + sections.map(\.text)).joined(separator: "\n\n")
  }

  private static func json(_ sections: [ReportSection]) -> String {
    var writer = JSONWriter(capacity: 1 << 16)
    writer.object { writer in
      writer.name("machine")
      writer.string(MachineFacts.text)
      for section in sections {
        writer.name(section.key)
        section.write(to: &writer)
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// The measurements of `dragoman-bench architectures`, in turn.
struct ArchitectureBench {
  let isFull: Bool
  let threads: Int

  /// Names of the sections that `run` returns.
  static func sections(hasTest: Bool) -> [String] {
    [SpeedByLength.name] + (hasTest ? [ZooSpeed.name, QualityByLength.name] : []) + [InformationReach.name]
  }

  /// - Parameters:
  ///   - zoo: the folder of models, which a test needs.
  ///   - test: see `ZooTest`; without a test, untrained encoders alone are measured.
  /// - Throws: `FileError` or `InputError`.
  func run(zoo: String, test: String?) throws -> [ReportSection] {
    let models = test == nil ? [] : try ZooModel.all(in: zoo)
    let text = try test.flatMap { prefix in try models.first.map { try ZooTest(prefix: prefix, pair: $0.pair) } }
    var sections = [SpeedByLength(repetition: passes, threads: threads).section]
    if let text {
      let measurements = try models.map { try ZooMeasurement($0, text, repetition: runs, withBeam: isFull) }
      sections.append(ZooSpeed(measurements: measurements, test: text, threads: threads).section)
      sections.append(QualityByLength(measurements: measurements, test: text).section)
    }
    sections.append(
      try InformationReach(directions: isFull ? 32 : 8, models: models, text: text?.sources ?? []).section)
    return sections
  }

  private var passes: Repetition { Repetition(seconds: isFull ? 30 : 5, maxRuns: isFull ? 101 : 21) }
  private var runs: Repetition { Repetition(seconds: isFull ? 8 : 2, maxRuns: isFull ? 15 : 5) }
}

/// The repetition of a measurement: as often as fits into some seconds, so that slow machines take no longer.
struct Repetition {
  let seconds: Double
  let maxRuns: Int

  /// The median of the seconds of a call; the first call only warms up.
  func medianSeconds(_ call: () throws -> Void) rethrows -> Double {
    let first = try Self.seconds(call)
    let times = max(1, min(maxRuns, Int(seconds / max(first, 1e-9))))
    var measured: [Double] = []
    for _ in 0..<times { measured.append(try Self.seconds(call)) }
    return Self.median(measured)
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let middle = sorted.indices.dropFirst(sorted.count / 2).first else { return .nan }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func seconds(_ call: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now()
    try call()
    return Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
  }
}

/// The facts about this machine that the figures depend on.
enum MachineFacts {
  /// The date and the machine, such as "2026-11-21, AMD EPYC (family 26, model 2), 2 cores, avx512_vnni".
  static var text: String {
    let date = Date().formatted(.iso8601.year().month().day())
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "\(date), \(processor), \(cores) core\(cores == 1 ? "" : "s"), \(InstructionSet.current.rawValue)"
  }

  /// The processor's name as Linux reports it, or "unknown processor".
  private static var processor: String {
    let lines = (try? LineReader.lines(of: "/proc/cpuinfo", limit: 64)) ?? []
    func fact(_ name: String) -> String? {
      let line = lines.first { $0.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces) == name }
      return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    }
    let name = fact("model name") ?? "unknown processor"
    guard let family = fact("cpu family"), let model = fact("model") else { return name }
    return "\(name) (family \(family), model \(model))"
  }
}

/// A Markdown page with measured parts, which are between `<!-- bench NAME -->` and `<!-- /bench NAME -->`. The rest of
/// the page stays as it is.
package struct MarkedPage {
  private let path: String
  package private(set) var text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// - Throws: `InputError` if the file is not readable text.
  init(path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path), let text = String(validating: bytes, as: UTF8.self)
    else { throw InputError("\(path): found no readable text, expected a page in Markdown") }
    self.init(path: path, text: text)
  }

  /// - Throws: `InputError` if the page has no such part.
  package mutating func replace(_ name: String, with part: String) throws {
    let (start, end) = ("<!-- bench \(name) -->", "<!-- /bench \(name) -->")
    guard let from = text.range(of: start)?.upperBound,
      let to = text.range(of: end, range: from..<text.endIndex)?.lowerBound
    else {
      throw InputError("\(path): found no part \(name), expected the lines \(start) and \(end)")
    }
    text.replaceSubrange(from..<to, with: "\n\(part)\n")
  }
}
