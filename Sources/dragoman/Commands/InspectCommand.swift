import Archive
import Checkpoint
import Files
import JSON
import Models
import Terminal
import Translation

/// `dragoman inspect`: shows the contents of a model's folder.
enum InspectCommand: Command {
  static let name = "inspect"
  static let summary = "Shows a model's architecture, configuration and tensors."
  static let usage = "DIR [flags]"
  static let flags: [any FlagDeclaration] = [asJSON, ModelFlags.precision, ModelFlags.noShortlist]
  static let operands = ["DIR"]

  private static let asJSON = Flag.toggle("json", "one JSON object instead of text")

  static func run(_ values: FlagValues) throws -> Int32 {
    let folder = try ModelFolder.open(values.operands[0])
    let format = try ModelFormats.open(folder)
    let model = try LoadedModel(format, in: folder, pair: .undetermined, preferences: ModelFlags.preferences(values))
    let report = InspectReport(format, model)
    try OutputFile.standardOutput.write((values[asJSON] ? report.json : report.text) + "\n")
    return 0
  }
}

/// The output of `inspect`, as text or JSON.
struct InspectReport {
  var model: ModelSummary
  /// The settings of the configuration that change the mathematics, by name.
  var settings: [(name: String, value: String)]
  var vocabularies: (source: Int, target: Int)
  var tensors: [StoredTensor]

  init(_ format: any ModelFormat, _ loaded: LoadedModel) {
    model = loaded.summary
    settings = format.settings
    vocabularies = (loaded.tokenizer.sourceVocabularySize, loaded.tokenizer.targetVocabularySize)
    tensors = format.tensors.tensors
  }

  private var storedBytes: Int { tensors.reduce(0) { $0 + $1.range.count } }

  var text: String {
    let facts = [
      ("architecture", model.architecture), ("precision", model.precision), ("parameters", "\(model.parameters)"),
      ("bytes", "\(model.memoryBytes) in memory, \(storedBytes) in the file"),
      ("vocabulary", "\(vocabularies.source) source, \(vocabularies.target) target"),
    ]
    let rows = tensors.map { [$0.name, $0.type.rawValue, "\($0.shape)", "\($0.range.count) bytes"] }
    return TextTable.columns((facts + settings).map { [$0.0, $0.1] }) + "\n\n" + TextTable.columns(rows)
  }

  var json: String {
    var writer = JSONWriter(capacity: 1 << 16)
    writer.object { writer in
      summary(&writer)
      writer.name("configuration")
      writer.object { writer in
        for (name, value) in settings {
          writer.name(name)
          writer.string(value)
        }
      }
      writer.name("tensors")
      writer.array(of: tensors, tensor)
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func summary(_ writer: inout JSONWriter) {
    for (name, text) in [("architecture", model.architecture), ("precision", model.precision)] {
      writer.name(name)
      writer.string(text)
    }
    let numbers = [
      ("parameters", model.parameters), ("bytes", model.memoryBytes), ("storedBytes", storedBytes),
      ("sourceVocabulary", vocabularies.source), ("targetVocabulary", vocabularies.target),
    ]
    for (name, number) in numbers {
      writer.name(name)
      writer.integer(number)
    }
  }

  private func tensor(_ writer: inout JSONWriter, _ tensor: StoredTensor) {
    writer.object { writer in
      for (name, text) in [("name", tensor.name), ("dtype", tensor.type.rawValue)] {
        writer.name(name)
        writer.string(text)
      }
      writer.name("shape")
      writer.array(of: tensor.shape) { $0.integer($1) }
      writer.name("bytes")
      writer.integer(tensor.range.count)
    }
  }
}
