import Checkpoint
import Foundation

/// A tiny checkpoint in `Tests/Fixtures` with the values that `transformers` computed on it.
///
/// `make_marian_fixtures.py` made them. Ids leave out the decoder's start token and padding.
package struct MarianFixture: Sendable, CustomStringConvertible {
  package static let names = [
    "marian-base", "marian-prenorm-gelu", "marian-untied", "marian-learned-positions",
  ]

  package let name: String
  package let expected: Expected
  private let tensors: SafetensorsFile

  package struct Expected: Decodable, Sendable {
    /// Sentences of different lengths, ends of sentences included; computed as one padded batch.
    package var sources: [[Int32]]
    /// The forced targets for the states, logits and attention of `tensor`.
    package var targets: [[Int32]]
    package var greedy: [[Int32]]
    /// Four hypotheses per source, best first, of a beam of four with the folder's generation settings.
    package var beam: [[[Int32]]]
    package var beamScores: [[Float]]
    /// Texts; nil if the folder has no tokenizer.
    package var texts: Texts?
  }

  package struct Texts: Decodable, Sendable {
    package var source: [String]
    package var greedy: [String]
    package var beam: [String]
  }

  /// The reference's values for a checkpoint in `Tests/Fixtures`, whatever its architecture.
  static func expectation<Expected: Decodable>(of name: String) throws -> (Expected, SafetensorsFile) {
    let directory = root + "/" + name
    let json = try Data(contentsOf: URL(fileURLWithPath: directory + "/expected.json"))
    return (
      try JSONDecoder().decode(Expected.self, from: json),
      try SafetensorsFile(path: directory + "/expected.safetensors")
    )
  }

  package init(_ name: String) throws {
    self.name = name
    (expected, tensors) = try Self.expectation(of: name)
  }

  package var description: String { name }

  /// The folder with the checkpoint.
  package var directory: String { Self.root + "/" + name }

  /// The expected values of one sentence, without padding.
  package enum Value: String, Sendable {
    case encoder  // (S, D)
    /// Row t predicts token t of the target; row 0 is the first step of any search.
    case logits  // (T, V)
    case encoderAttention = "encoder_attention"  // (L, H, S, S)
    case decoderAttention = "decoder_attention"  // (L, H, T, T)
    case crossAttention = "cross_attention"  // (L, H, T, S)
  }

  package func tensor(_ value: Value, sentence: Int) throws -> (shape: [Int], values: [Float]) {
    let tensor = try tensors.tensor("\(value.rawValue).\(sentence)")
    return (tensor.shape, try tensor.floats())
  }

  /// `Tests/Fixtures`
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path
}
