import Checkpoint
import Files

/// From an opened checkpoint to a model of its family.
package enum ModelLoader {
  /// - Parameters:
  ///   - precision: nil takes the numbers that the checkpoint was published in.
  ///   - usesShortlist: whether a folder's lexical shortlist narrows the output layer.
  /// - Throws: `FileError` where a tensor is missing or has another shape or type than the configuration
  ///   says.
  package static func load(
    _ folder: CheckpointFolder, precision: Precision? = nil, usesShortlist: Bool = true
  ) throws -> any TranslationModel {
    switch folder {
    case .huggingFace(let folder):
      return try HuggingFaceLoader(folder, precision: precision ?? .float32).load()
    case .recurrent(let folder): return try RecurrentLoader(folder, precision: precision).load()
    case .convolutional(let folder): return try ConvolutionalLoader(folder, precision: precision).load()
    case .marian(let folder):
      return try load(
        folder.tensors, options: folder.options, shortlist: usesShortlist ? folder.shortlist() : nil,
        precision: precision)
    }
  }

  /// A model in Marian's own layout.
  package static func load(
    _ tensors: any TensorSource, options: MarianOptions, shortlist: LexicalShortlist?, precision: Precision?
  ) throws -> any TranslationModel {
    try MarianLoader(tensors, options: options, shortlist: shortlist, precision: precision).load()
  }

  package static func load(_ folder: MarianFolder) throws -> any TranslationModel {
    try load(.huggingFace(folder))
  }

  package static func load(
    directory: String, precision: Precision? = nil, usesShortlist: Bool = true
  ) throws -> any TranslationModel {
    try load(CheckpointFolder.open(directory: directory), precision: precision, usesShortlist: usesShortlist)
  }
}
