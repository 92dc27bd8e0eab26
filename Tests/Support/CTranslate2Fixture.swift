import Foundation

/// A CTranslate2 folder with CTranslate2's own answers, made by `make_ctranslate2_fixtures.py`.
package struct CTranslate2Fixture: Sendable, CustomStringConvertible {
  /// The folders in `Tests/Fixtures/ctranslate2`, and those below the folder that `CTRANSLATE2_MODELS` names.
  package static let all: [CTranslate2Fixture] = {
    let more = ProcessInfo.processInfo.environment["CTRANSLATE2_MODELS"]
    return [root, more].compactMap { $0 }.flatMap { root in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
      return names.sorted().map { CTranslate2Fixture(directory: root + "/" + $0) }
    }
  }()

  package struct Expected: Decodable, Sendable {
    /// Sentences of different lengths, without special tokens.
    package var sources: [[String]]
    /// The forced targets of `Answers.logProbs`.
    package var targets: [[String]]
    package var float32: Answers
    /// Computed with matrices in 8 bits, those of other types rounded.
    package var int8: Answers
  }

  package struct Answers: Decodable, Sendable {
    /// Per token of each target, and of its end.
    package var logProbs: [[Float]]
    /// At most twelve tokens, the end left out, scored with a length penalty of 1.
    package var greedy: [[String]]
    package var greedyScores: [Float]
    /// Four hypotheses per source, best first, with a length penalty of 0.2.
    package var beam: [[[String]]]
    package var beamScores: [[Float]]
  }

  package let directory: String

  package init(directory: String) { self.directory = directory }

  package init(_ name: String) { self.init(directory: Self.root + "/" + name) }

  package var description: String { URL(fileURLWithPath: directory).lastPathComponent }

  package func expected() throws -> Expected {
    let json = try Data(contentsOf: URL(fileURLWithPath: directory + "/expected.json"))
    return try JSONDecoder().decode(Expected.self, from: json)
  }

  private static let root = MarianFixture.root + "/ctranslate2"
}
