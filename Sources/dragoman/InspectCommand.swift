import API
import Checkpoint
import Models
import Tokenization

/// `dragoman inspect`: what is in a model's folder.
enum InspectCommand: Command {
  static let name = "inspect"
  static let summary = "Shows what is in a model's folder."
  static let usage = "DIR [--json]"
  static let flags: [any FlagDeclaration] = [asJSON]
  static let operands = ["DIR"]

  private static let asJSON = Flag.toggle("json", "one JSON object instead of text")

  static func run(_ values: FlagValues) throws -> Int32 {
    let folder = try MarianFolder(directory: values.operands[0])
    let model = try ModelLoader.load(folder).summary
    let tokenizer = try MarianTokenizer(directory: folder.directory)
    let report = InspectReport(
      model: model, settings: InspectReport.settings(of: folder.configuration),
      vocabularies: (tokenizer.sourceVocabularySize, tokenizer.targetVocabularySize), tensors: folder.tensors.tensors)
    print(values[asJSON] ? report.json : report.text)
    return 0
  }
}
