import Files

/// Where one side's vocabulary of a Marian model is.
package struct MarianVocabularyFile: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// A SentencePiece model, whose ids are the model's.
    case sentencePiece
    /// Words and their ids as YAML. `pieces` is the SentencePiece model that makes the words, where there is one.
    case list(pieces: String?)
  }

  package var path: String
  package var kind: Kind
}

/// Both of them.
package struct MarianVocabularyFiles: Sendable, Equatable {
  package var source: MarianVocabularyFile
  package var target: MarianVocabularyFile

  /// Whether source and target ids mean the same.
  package var areShared: Bool { source.path == target.path }

  /// - Parameter settings: its `vocabs` decide where there are any; else the names in the folder do.
  init(_ folder: FolderListing, settings: FlatYAML?) throws {
    let named = settings?.list("vocabs") ?? []
    guard named.isEmpty || named.count == 2 else {
      throw FileError(
        file: settings?.file ?? folder.directory, item: "vocabs", found: "\(named.count) files",
        expected: "two, of source and target")
    }
    let pair = named.isEmpty ? try Self.find(folder) : (named[0], named[1])
    source = try Self.file(pair.0, pieces: "source.spm", folder)
    target = try Self.file(pair.1, pieces: "target.spm", folder)
  }

  private static func find(_ folder: FolderListing) throws -> (String, String) {
    let source = try folder.only("source vocabulary") { $0.hasPrefix("srcvocab") && $0.hasSuffix(".spm") }
    let target = try folder.only("target vocabulary") { $0.hasPrefix("trgvocab") && $0.hasSuffix(".spm") }
    if let source, let target { return (source, target) }
    guard source == nil, target == nil else {
      throw FileError(
        file: folder.directory, item: "vocabulary", found: "only \(source ?? target ?? "one")",
        expected: "srcvocab*.spm and trgvocab*.spm")
    }
    let shared =
      try folder.only("vocabulary") { $0.hasPrefix("vocab") && $0.hasSuffix(".spm") }
      ?? folder.only("vocabulary") { isList($0) && ($0.hasPrefix("vocab") || $0.hasSuffix(".vocab.yml")) }
    guard let shared else {
      throw FileError(
        file: folder.directory, item: "vocabulary", found: "no such file",
        expected: "vocab*.spm, srcvocab*.spm with trgvocab*.spm, or vocab*.yml")
    }
    return (shared, shared)
  }

  private static func file(_ name: String, pieces: String, _ folder: FolderListing) throws -> MarianVocabularyFile {
    let path = try folder.path(of: name, "vocabulary")
    if name.hasSuffix(".spm") { return MarianVocabularyFile(path: path, kind: .sentencePiece) }
    guard isList(name) else {
      throw FileError(
        file: path, item: "vocabulary", found: "another kind of file", expected: "a SentencePiece model .spm, or .yml")
    }
    let beside = folder.directory + "/" + pieces
    return MarianVocabularyFile(path: path, kind: .list(pieces: WeightsFile.exists(beside) ? beside : nil))
  }

  private static func isList(_ name: String) -> Bool { name.hasSuffix(".yml") || name.hasSuffix(".yaml") }
}
