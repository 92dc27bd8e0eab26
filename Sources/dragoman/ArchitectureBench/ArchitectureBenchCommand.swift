import Foundation
import JSON
import Plot
import Tensor

/// `dragoman bench architectures`: recurrence, convolution and attention side by side.
package enum ArchitectureBenchCommand: Command {
  static let name = "bench architectures"
  static let summary = "Measures recurrent, convolutional and Transformer models side by side."
  static let usage = "[flags]"
  package static let flags: [any FlagDeclaration] = [zoo, test, full, threads, asJSON, output, svg, readme]

  private static let zoo = Flag.text("zoo", "DIR", default: "models/zoo", "folder of models trained on the same text")
  private static let test = Flag.optionalText(
    "test", "PREFIX", "text to translate with the zoo, PREFIX.en, and its translation, PREFIX.de")
  private static let full = Flag.toggle("full", "more runs, four beams too: some five minutes instead of two")
  private static let threads = Flag.integer("threads", "N", default: 1, in: 1...256, "cores that a batch may use")
  private static let asJSON = Flag.toggle("json", "one JSON object instead of text")
  private static let output = Flag.optionalText("output", "FILE", "write the JSON object there as well")
  private static let svg = Flag.optionalText("svg", "DIR", "write pictures there")
  private static let readme = Flag.optionalText(
    "readme", "FILE", "write tables and pictures between the page's <!-- bench … --> marks")

  package static func run(_ values: FlagValues) throws -> Int32 {
    CoreTeam.start(threads: values[threads])
    // What can not be written is better known before all is measured.
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

  /// - Throws: `InputError` where the page has no place for a part.
  @discardableResult
  private static func filled(_ page: MarkedPage, parts: [(name: String, text: String)]) throws -> MarkedPage {
    try ([("machine", MachineFacts.text + ".")] + parts).reduce(into: page) { try $0.replace($1.0, with: $1.1) }
  }

  /// The folder as a page beside it or above it names it.
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
