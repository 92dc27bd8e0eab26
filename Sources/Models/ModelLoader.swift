import Checkpoint

/// From an opened checkpoint to a model of its family.
package enum ModelLoader {
  /// - Throws: `FileError` where a tensor is missing or has another shape than the configuration says.
  package static func load(_ folder: MarianFolder) throws -> any TranslationModel {
    try TransformerLoader(folder).load()
  }

  package static func load(directory: String) throws -> any TranslationModel {
    try load(MarianFolder(directory: directory))
  }
}
