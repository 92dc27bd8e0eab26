import Files
import JSON

/// A maker's note on a model, from `card.json` of its folder: its purpose and its quality.
///
///     {"purpose": "general text", "demonstration": true, "scores": {"FLORES dev, BLEU": 26.2}}
package struct ModelCard: Sendable, Equatable {
  package static let fileName = "card.json"
  private static let maxPurpose = 200
  private static let maxScores = 20
  private static let maxScoreName = 60

  /// A quality on a test set.
  package struct Score: Sendable, Equatable {
    /// The test set and the metric.
    package var name: String
    package var value: Double

    package init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// The kind of text that the model is for, in a few words.
  package var purpose: String
  /// Whether the model shows how translation works rather than translates well.
  package var isDemonstration: Bool
  /// In the order of their names.
  package var scores: [Score]

  package init(purpose: String, isDemonstration: Bool = false, scores: [Score] = []) {
    self.purpose = purpose
    self.isDemonstration = isDemonstration
    self.scores = scores
  }

  /// The card of a folder; nil if it has none.
  /// - Throws: `FileError`.
  package init?(_ folder: ModelFolder) throws {
    guard folder.contains(Self.fileName) else { return nil }
    let file = try folder.json(Self.fileName)
    purpose = try file.string("purpose")
    guard purpose.unicodeScalars.count <= Self.maxPurpose else {
      throw file.error(
        "purpose", found: "\(purpose.unicodeScalars.count) characters", expected: "at most \(Self.maxPurpose)")
    }
    isDemonstration = try file.boolean("demonstration", default: false)
    scores = try Self.scores(file)
  }

  private static func scores(_ file: ConfigurationFile) throws -> [Score] {
    guard let value = file["scores"] else { return [] }
    guard case .object(let members) = value, members.count <= maxScores else {
      throw file.error("scores", found: value.description, expected: "an object of at most \(maxScores) numbers")
    }
    return try members.sorted { $0.key < $1.key }.map { name, value in
      guard name.unicodeScalars.count <= maxScoreName else {
        throw file.error(
          "scores", found: "a name of \(name.unicodeScalars.count) characters", expected: "at most \(maxScoreName)")
      }
      switch value {
      case .integer(let number): return Score(name: name, value: Double(number))
      case .real(let number): return Score(name: name, value: number)
      default: throw file.error("scores: \(name)", found: value.description, expected: "a number")
      }
    }
  }
}
