import Checkpoint
import JSON
import Models
import Terminal
import Translation

/// `dragoman inspect`: what is in a model's folder.
enum InspectCommand: Command {
  static let name = "inspect"
  static let summary = "Shows what is in a model's folder."
  static let usage = "DIR [flags]"
  static let flags: [any FlagDeclaration] = [asJSON, ModelFlags.precision, ModelFlags.noShortlist]
  static let operands = ["DIR"]

  private static let asJSON = Flag.toggle("json", "one JSON object instead of text")

  static func run(_ values: FlagValues) throws -> Int32 {
    let folder = try CheckpointFolder.open(directory: values.operands[0])
    let engine = try TranslationEngine(folder, ModelFlags.preferences(values))
    let report = InspectReport(folder, engine)
    try OutputFile.standardOutput.write((values[asJSON] ? report.json : report.text) + "\n")
    return 0
  }
}

/// What `inspect` prints.
struct InspectReport {
  var model: ModelSummary
  /// Those of the configuration that change the mathematics, by name.
  var settings: [(name: String, value: String)]
  var vocabularies: (source: Int, target: Int)
  var tensors: [StoredTensor]

  init(_ folder: CheckpointFolder, _ engine: TranslationEngine) {
    model = engine.summary
    vocabularies = (engine.tokenizer.sourceVocabularySize, engine.tokenizer.targetVocabularySize)
    switch folder {
    case .huggingFace(let folder):
      settings = Self.settings(of: folder.configuration)
      tensors = folder.tensors.tensors
    case .recurrent(let folder):
      settings = Self.settings(of: folder.configuration)
      tensors = folder.tensors.tensors
    case .convolutional(let folder):
      settings = Self.settings(of: folder.configuration)
      tensors = folder.tensors.tensors
    case .marian(let folder):
      settings = Self.settings(of: folder)
      tensors = folder.tensors.tensors
    }
  }

  private var storedBytes: Int { tensors.reduce(0) { $0 + $1.range.count } }

  var text: String {
    let facts = [
      ("architecture", model.architecture), ("precision", model.precision), ("parameters", "\(model.parameters)"),
      ("bytes", "\(model.bytes) in memory, \(storedBytes) in the file"),
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
      ("parameters", model.parameters), ("bytes", model.bytes), ("storedBytes", storedBytes),
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

extension InspectReport {
  /// Of a Hugging Face folder.
  static func settings(of configuration: MarianConfiguration) -> [(name: String, value: String)] {
    func stack(_ stack: MarianConfiguration.Stack) -> String {
      "\(stack.layers) layers, \(stack.heads) heads, feed-forward \(stack.feedForward)"
    }
    return [
      ("modelDimension", "\(configuration.modelDimension)"),
      ("encoder", stack(configuration.encoder)),
      ("decoder", stack(configuration.decoder)),
      ("activation", "\(configuration.activation)"),
      ("normalizeBefore", "\(configuration.normalizeBefore)"),
      ("normalizeEmbedding", "\(configuration.normalizeEmbedding)"),
      ("addFinalLayerNorm", "\(configuration.addFinalLayerNorm)"),
      ("scaleEmbedding", "\(configuration.scaleEmbedding)"),
      ("staticPositionEmbeddings", "\(configuration.staticPositionEmbeddings)"),
      ("shareEncoderDecoderEmbeddings", "\(configuration.shareEncoderDecoderEmbeddings)"),
      ("tieWordEmbeddings", "\(configuration.tieWordEmbeddings)"),
      ("maxPositions", "\(configuration.maxPositions)"),
    ]
  }

  /// Of a recurrent folder.
  static func settings(of configuration: RecurrentConfiguration) -> [(name: String, value: String)] {
    let attention =
      switch configuration.attention {
      case .none: "none"
      case .additive(let size): "additive, \(size) units"
      case .dot(let feedsInput): feedsInput ? "dot, readout fed back" : "dot"
      case .general(let feedsInput): feedsInput ? "general, readout fed back" : "general"
      }
    let directions = configuration.isBidirectional ? "each way" : "forwards"
    return [
      ("cell", configuration.cell.rawValue),
      ("layers", "\(configuration.layers)"),
      ("embeddingSize", "\(configuration.embeddingSize)"),
      ("encoder", "\(configuration.encoderHiddenSize) \(directions)"),
      ("decoder", "\(configuration.decoderHiddenSize)"),
      ("bridge", configuration.hasBridge ? "linear" : "none"),
      ("attention", attention),
      ("readoutSize", "\(configuration.readoutSize)"),
    ] + settings(of: configuration.vocabulary)
  }

  /// Of a convolutional folder.
  static func settings(of configuration: ConvolutionalConfiguration) -> [(name: String, value: String)] {
    [
      ("embeddingSize", "\(configuration.embeddingSize)"),
      ("channels", "\(configuration.channels)"),
      ("encoder", "\(configuration.encoderLayers) layers"),
      ("decoder", "\(configuration.decoderLayers) layers"),
      ("kernelSize", "\(configuration.kernelSize)"),
      ("maxPositions", "\(configuration.maxPositions)"),
    ] + settings(of: configuration.vocabulary)
  }

  private static func settings(of vocabulary: SequenceVocabulary) -> [(name: String, value: String)] {
    [
      ("shareEncoderDecoderEmbeddings", "\(vocabulary.isShared)"),
      ("tieWordEmbeddings", "\(vocabulary.tiesOutput)"),
    ]
  }

  /// Of a folder in Marian's own layout.
  static func settings(of folder: NativeMarianFolder) -> [(name: String, value: String)] {
    let options = folder.options
    func stack(_ layers: Int, _ feedForward: MarianOptions.FeedForward) -> String {
      "\(layers) layers, \(options.heads) heads, feed-forward \(feedForward.width)"
    }
    return [
      ("modelDimension", "\(options.modelDimension)"),
      ("encoder", stack(options.encoderLayers, options.encoderFeedForward)),
      ("decoder", stack(options.decoderLayers, options.decoderFeedForward)),
      ("autoregression", options.autoregression == .selfAttention ? "self-attention" : "ssru"),
      ("activation", options.activation.rawValue),
      ("embeddings", "\(options.embeddings)"),
      ("normalizeBefore", "\(options.normalizeBefore)"),
      ("normalizeEmbedding", "\(options.normalizeEmbedding)"),
      ("normalizeTop", "\(options.normalizeTop)"),
      ("beam", "\(folder.decoding.beam)"),
      ("normalize", "\(folder.decoding.normalize)"),
      ("maxLengthFactor", "\(folder.decoding.maxLengthFactor)"),
      ("shortlist", folder.shortlistPath ?? "none"),
    ]
  }
}
