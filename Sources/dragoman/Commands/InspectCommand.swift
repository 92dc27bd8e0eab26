import Checkpoint
import Translation

/// `dragoman inspect`: what is in a model's folder.
enum InspectCommand: Command {
  static let name = "inspect"
  static let summary = "Shows what is in a model's folder."
  static let usage = "DIR [flags]"
  static let flags: [any FlagDeclaration] = [asJSON, CommonFlags.precision, CommonFlags.noShortlist]
  static let operands = ["DIR"]

  private static let asJSON = Flag.toggle("json", "one JSON object instead of text")

  static func run(_ values: FlagValues) throws -> Int32 {
    let folder = try CheckpointFolder.open(directory: values.operands[0])
    let engine = try TranslationEngine(folder, CommonFlags.preferences(values))
    let report = InspectReport(folder, engine)
    try OutputFile.standardOutput.write((values[asJSON] ? report.json : report.text) + "\n")
    return 0
  }
}
