import Foundation

/// A folder in Marian's own formats, with a model of `Tests/Fixtures/marian-toy` and vocabularies of
/// `Tests/Fixtures/marian-native`.
package struct NativeFixture: Sendable {
  package struct Case: Decodable, Sendable {
    package var text: String
    package var source: [Int32]
    package var target: [Int32]
    package var translation: String
  }

  package let folder: TemporaryFolder

  package var directory: String { folder.path }

  /// - Parameters:
  ///   - model: a file of `marian-toy` and its name in the folder.
  ///   - settings: the text of a `decoder.yml`.
  package init(
    model: (file: String, name: String), vocabularies: [(file: String, name: String)] = [("vocab.spm", "vocab.spm")],
    shortlist: Bool = false, settings: String? = nil
  ) throws {
    folder = try TemporaryFolder()
    try folder.write(model.name, Self.bytes("marian-toy/" + model.file))
    for (file, name) in vocabularies { try folder.write(name, Self.bytes("marian-native/" + file)) }
    if shortlist { try folder.write("lex.s2t.bin", Self.bytes("marian-toy/toy.s2t.bin")) }
    if let settings { try folder.write("decoder.yml", text: settings) }
  }

  package static let target: [(file: String, name: String)] = [
    ("vocab.spm", "srcvocab.spm"), ("trgvocab.spm", "trgvocab.spm"),
  ]

  /// The settings with which the expected values were decoded.
  package static let greedy = "beam-size: 1\nnormalize: 1.0\nmax-length-factor: 2.5\n"

  /// - Parameter key: a key of `expected.json`.
  package static func expected(_ key: String) throws -> [Case] {
    let all = try JSONDecoder().decode([String: [Case]].self, from: Data(bytes("marian-native/expected.json")))
    return all[key] ?? []
  }

  package static func path(_ name: String) -> String { root + "/" + name }

  private static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path
}
