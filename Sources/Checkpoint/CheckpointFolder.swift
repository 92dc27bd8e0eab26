import Files

/// A folder with a model in any of the layouts that can be read.
package enum CheckpointFolder: Sendable {
  case huggingFace(MarianFolder)
  case marian(NativeMarianFolder)

  /// `config.json` makes a Hugging Face folder; without it, a file of Marian's own makes one of Marian's.
  /// - Throws: `FileError`; where the folder is neither, it says which files were looked for.
  package static func open(directory: String) throws -> CheckpointFolder {
    let folder = try FolderListing(directory: directory)
    if folder.names.contains("config.json") { return .huggingFace(try MarianFolder(directory: directory)) }
    if NativeMarianFolder.isOne(folder) { return .marian(try NativeMarianFolder(directory: directory)) }
    throw FileError(
      file: directory, item: "model", found: "no model",
      expected: "config.json (Hugging Face), or model*.bin, *.npz, decoder.yml or config*.yml (Marian)")
  }
}
