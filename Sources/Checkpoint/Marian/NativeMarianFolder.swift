import Files

/// A folder with a model in one of Marian's own containers, as Firefox Translations, Bergamot and OPUS publish them.
///
/// What a `decoder.yml` or `config*.yml` in it names is taken; the rest is found by the names that are customary:
/// `model*.bin` or `*.npz`, `vocab*.spm` or `srcvocab*.spm` with `trgvocab*.spm`, `lex*.bin`.
package struct NativeMarianFolder: Sendable {
  package let directory: String
  package let modelPath: String
  package let options: MarianOptions
  package let tensors: any TensorSource
  package let vocabularies: MarianVocabularyFiles
  package let decoding: MarianDecoding
  /// Nil where the folder has none.
  package let shortlistPath: String?
  private let verifiesShortlist: Bool

  /// Maps the weights and reads options and settings; tensors are checked when they are asked for.
  /// - Throws: `FileError`.
  package init(directory: String) throws {
    let folder = try FolderListing(directory: directory)
    let settings = try Self.settings(folder)
    self.directory = directory
    modelPath = try Self.model(folder, settings)
    tensors = try Self.open(modelPath)
    options = try MarianOptions(tensors)
    vocabularies = try MarianVocabularyFiles(folder, settings: settings)
    decoding = try settings.map { try MarianDecoding($0) } ?? .firefox
    (shortlistPath, verifiesShortlist) = try Self.shortlist(folder, settings)
  }

  /// The folder's shortlist, read and checked; nil where it has none.
  package func shortlist() throws -> LexicalShortlist? {
    guard let shortlistPath else { return nil }
    return try LexicalShortlist(
      path: shortlistPath, sourceVocabularySize: options.sourceVocabularySize,
      targetVocabularySize: options.targetVocabularySize, verifyChecksum: verifiesShortlist)
  }

  /// Whether a folder looks like this kind, read or not.
  static func isOne(_ folder: FolderListing) -> Bool {
    folder.names.contains { name in
      let unpacked = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
      return isModel(unpacked) || isSettings(unpacked)
    }
  }

  // MARK: Files

  private static func isSettings(_ name: String) -> Bool {
    name == "decoder.yml" || name.hasSuffix(".decoder.yml") || name.hasPrefix("config") && name.hasSuffix(".yml")
  }

  /// `*.optimizer.npz` holds what only training needs.
  private static func isModel(_ name: String) -> Bool {
    name.hasPrefix("model") && name.hasSuffix(".bin") || name.hasSuffix(".npz") && !name.hasSuffix(".optimizer.npz")
  }

  private static func settings(_ folder: FolderListing) throws -> FlatYAML? {
    if folder.names.contains("decoder.yml") { return try FlatYAML(path: folder.directory + "/decoder.yml") }
    return try folder.only("settings", where: isSettings).map { try FlatYAML(path: folder.directory + "/" + $0) }
  }

  private static func model(_ folder: FolderListing, _ settings: FlatYAML?) throws -> String {
    let named = settings?.list("models") ?? []
    guard named.count < 2 else {
      throw FileError(
        file: settings?.file ?? folder.directory, item: "models", found: "\(named.count) files",
        expected: "one: ensembles are not supported")
    }
    guard let name = try named.first ?? folder.only("model", where: isModel) else {
      throw FileError(
        file: folder.directory, item: "model", found: "no such file", expected: "model*.bin or *.npz")
    }
    return try folder.path(of: name, "model")
  }

  private static func open(_ path: String) throws -> any TensorSource {
    if path.hasSuffix(".npz") { return try NpzFile(path: path) }
    if path.hasSuffix(".bin") { return try MarianBinaryFile(path: path) }
    throw FileError(
      file: path, item: "model", found: "another kind of file", expected: "a .bin or .npz of Marian")
  }

  /// `shortlist` in the settings is a file and whether its checksum is verified, which is Marian's default.
  private static func shortlist(_ folder: FolderListing, _ settings: FlatYAML?) throws -> (String?, Bool) {
    let named = settings?.list("shortlist") ?? []
    guard let name = try named.first ?? folder.only("shortlist", where: isShortlist) else { return (nil, true) }
    guard name.hasSuffix(".bin") else {
      throw FileError(
        file: settings?.file ?? folder.directory, item: "shortlist", found: "\"\(name.prefix(80))\"",
        expected: "a binary shortlist, lex*.bin")
    }
    let verifies = named.count < 2 || named[1] != "false" && named[1] != "0"
    return (try folder.path(of: name, "shortlist"), verifies)
  }

  private static func isShortlist(_ name: String) -> Bool { name.hasPrefix("lex") && name.hasSuffix(".bin") }
}
