import Checkpoint
import Decoding
import Files
import Models
import Tokenization

/// What a model's folder amounts to, whatever its layout: text to tokens, tokens to tokens, and how it is decoded.
package struct TranslationEngine: Sendable {
  package let tokenizer: any Tokenizer
  package let summary: ModelSummary
  /// The checkpoint's own; its `maxLength` is the ceiling for every request.
  package let options: DecodingOptions
  /// What the checkpoint itself says of the most target tokens; nil where it leaves that to whoever decodes.
  package let targetLimit: TargetLimit?
  /// Source tokens at most, end of sentence included, that it translates at once. Models are good for sentences as long
  /// as those they learnt from, which are often shorter than what they have positions for.
  package let longestSource: Int
  /// The decoder layer, from 0, whose first head of cross-attention was trained to align; nil where none was.
  package let guidedLayer: Int?
  /// One for each worker.
  package let makeDecoder: @Sendable () -> any StepwiseDecoding

  package init(
    tokenizer: any Tokenizer, summary: ModelSummary, options: DecodingOptions, targetLimit: TargetLimit? = nil,
    longestSource: Int? = nil, guidedLayer: Int? = nil,
    makeDecoder: @escaping @Sendable () -> any StepwiseDecoding
  ) {
    self.tokenizer = StandInTokenizer(tokenizer)
    self.summary = summary
    self.options = options
    self.targetLimit = targetLimit
    self.longestSource = min(summary.maxPositions, longestSource ?? .max)
    self.guidedLayer = guidedLayer
    self.makeDecoder = makeDecoder
  }

  /// - Throws: `FileError`.
  package init(_ folder: CheckpointFolder, _ preferences: ModelPreferences = ModelPreferences()) throws {
    let load: @Sendable () throws -> any TranslationModel = {
      try ModelLoader.load(folder, precision: preferences.precision, usesShortlist: preferences.usesShortlist)
    }
    switch folder {
    case .huggingFace(let folder): try self.init(folder, load)
    case .recurrent(let folder): try self.init(folder, load)
    case .convolutional(let folder): try self.init(folder, load)
    case .marian(let folder):
      let (model, tokenizer) = try concurrently(load) { try NativeMarianTokenizer(folder.vocabularies) }
      self.init(
        tokenizer: tokenizer, summary: model.summary,
        options: try DecodingOptions(
          folder, unknownToken: tokenizer.unknownToken, positions: model.summary.maxPositions),
        targetLimit: TargetLimit(folder.decoding), longestSource: folder.decoding.longestSource,
        guidedLayer: folder.options.alignmentLayer.map { $0 - 1 },
        makeDecoder: { DecodingLoop(model: model) })
    }
    try checkVocabularies(folder.directory)
    try folder.checkUnchanged()
  }

  private init<Configuration>(
    _ folder: PublishedFolder<Configuration>, _ load: @Sendable () throws -> any TranslationModel
  ) throws {
    let (model, tokenizer) = try concurrently(load) { try PublishedTokenizer.open(directory: folder.directory) }
    self.init(
      tokenizer: tokenizer, summary: model.summary,
      options: DecodingOptions(folder.generation, positions: model.summary.maxPositions),
      longestSource: try PublishedTokenizer.longestSource(directory: folder.directory),
      makeDecoder: { DecodingLoop(model: model) })
  }

  private func checkVocabularies(_ directory: String) throws {
    for (item, found, expected) in [
      ("source vocabulary", tokenizer.sourceVocabularySize, summary.sourceVocabulary),
      ("target vocabulary", tokenizer.targetVocabularySize, summary.targetVocabulary),
    ] where found > expected {
      throw FileError(
        file: directory, item: item, found: "\(found) ids in the tokenizer",
        expected: "at most the model's \(expected)")
    }
    guard tokenizer.endToken == summary.endToken else {
      throw FileError(
        file: directory, item: "end of sentence", found: "id \(tokenizer.endToken) in the tokenizer",
        expected: "\(summary.endToken), the model's")
    }
  }
}

extension CheckpointFolder {
  /// - Throws: `FileError` if a file with weights has changed since the folder was opened: the model in memory might be
  ///   part of an old one and part of a new one.
  fileprivate func checkUnchanged() throws {
    let tensors: any TensorSource =
      switch self {
      case .huggingFace(let folder): folder.tensors
      case .recurrent(let folder): folder.tensors
      case .convolutional(let folder): folder.tensors
      case .marian(let folder): folder.tensors
      }
    var checked: Set<String> = []
    for tensor in tensors.tensors where checked.insert(tensor.file.path).inserted {
      try tensor.file.checkUnchanged()
    }
  }

  package var directory: String {
    switch self {
    case .huggingFace(let folder): folder.directory
    case .recurrent(let folder): folder.directory
    case .convolutional(let folder): folder.directory
    case .marian(let folder): folder.directory
    }
  }
}

extension NativeMarianTokenizer {
  /// - Throws: `FileError`.
  fileprivate convenience init(_ files: MarianVocabularyFiles) throws {
    func vocabulary(_ file: MarianVocabularyFile) -> Vocabulary {
      switch file.kind {
      case .sentencePiece: .sentencePiece(path: file.path)
      case .list(let pieces): .list(path: file.path, pieces: pieces)
      }
    }
    try self.init(source: vocabulary(files.source), target: vocabulary(files.target))
  }
}
