import Checkpoint
import Files
import Foundation
import Models
import Translation

/// A model of a zoo: one of several that were trained on the same text.
struct ZooModel {
  let name: String
  let directory: String
  let pair: LanguagePair
  let folder: CheckpointFolder
  let engine: TranslationEngine

  private init(name: String, directory: String) throws {
    self.name = name
    self.directory = directory
    pair = try LanguagePair(folder: directory, fallback: nil)
    folder = try CheckpointFolder.open(directory: directory)
    engine = try TranslationEngine(folder)
  }

  /// Every folder with a model inside `directory`, in the order of their inventions.
  /// - Throws: `FileError`, also where there is none or they translate between several languages.
  static func all(in directory: String) throws -> [ZooModel] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let models = try names.sorted().compactMap { name -> ZooModel? in
      let path = directory + "/" + name
      guard FileManager.default.fileExists(atPath: path + "/config.json") else { return nil }
      return try ZooModel(name: name, directory: path)
    }
    guard let first = models.first else {
      throw FileError(
        file: directory, item: "zoo", found: "no model", expected: "folders with a model each, as models/zoo has")
    }
    if let other = models.first(where: { $0.pair != first.pair }) {
      throw FileError(
        file: other.directory, item: "languages", found: "\(other.pair)", expected: "\(first.pair), as of the others")
    }
    return models.sorted { ($0.age, $0.name) < ($1.age, $1.name) }
  }

  private static let inventions = ["rnn", "lstm", "gru", "convolutional", "transformer"]

  /// Attention came to recurrent models behind the GRU and before the convolutional ones.
  private var age: Int {
    let architecture = Self.inventions.firstIndex(of: engine.summary.architecture) ?? Self.inventions.count
    let attends = engine.summary.attention[.cross] != nil
    return attends && architecture <= 2 ? 5 : 2 * architecture
  }

  /// The first tokens of a text, read as one sentence without an end.
  /// - Throws: `FileError` where the text has fewer, or the model has fewer positions.
  func tokens(_ text: [String], count: Int) throws -> [Int32] {
    var ids: [Int32] = []
    for line in text where ids.count < count {
      ids += engine.tokenizer.encode(line).ids.filter { $0 != engine.summary.endToken }
    }
    let positions = engine.summary.maxPositions
    guard ids.count >= count, positions >= count else {
      throw FileError(
        file: directory, item: "positions", found: "\(positions), and a text of \(ids.count) tokens",
        expected: "\(count) of both")
    }
    return Array(ids.prefix(count))
  }
}
