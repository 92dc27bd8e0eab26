import Files

/// A folder with a model in any of the layouts that can be read.
package enum CheckpointFolder: Sendable {
  case huggingFace(MarianFolder)
  case recurrent(RecurrentFolder)
  case convolutional(ConvolutionalFolder)
  case marian(NativeMarianFolder)

  /// `config.json` names a family, Marian's Transformer unless it is one of Dragoman's own; without it, a file of
  /// Marian's own makes a folder of Marian's.
  /// - Throws: `FileError`; where the folder is neither, it says which files were looked for.
  package static func open(directory: String) throws -> CheckpointFolder {
    let folder = try FolderListing(directory: directory)
    if folder.names.contains("config.json") { return try published(directory) }
    if NativeMarianFolder.isOne(folder) { return .marian(try NativeMarianFolder(directory: directory)) }
    throw FileError(
      file: directory, item: "model", found: "no model",
      expected: "config.json (Hugging Face), or model*.bin, *.npz, decoder.yml or config*.yml (Marian)")
  }

  private static func published(_ directory: String) throws -> CheckpointFolder {
    switch try ConfigurationFile(path: directory + "/config.json").string("model_type") {
    case RecurrentConfiguration.family: .recurrent(try RecurrentFolder(directory: directory))
    case ConvolutionalConfiguration.family: .convolutional(try ConvolutionalFolder(directory: directory))
    default: .huggingFace(try MarianFolder(directory: directory))
    }
  }
}
