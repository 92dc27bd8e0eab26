import Checkpoint

/// A tiny recurrent or convolutional checkpoint in `Tests/Fixtures` with PyTorch's values for each sentence alone. Made
/// by `make_recurrent_fixtures.py` and `make_convolutional_fixtures.py`.
package struct SequenceFixture: Sendable, CustomStringConvertible {
  package static let plain = ["recurrent-rnn", "recurrent-gru", "recurrent-lstm", "recurrent-lstm-bridge"]
  package static let attending = [
    "recurrent-rnn-general", "recurrent-gru-dot", "recurrent-gru-additive", "recurrent-lstm-general",
    "recurrent-lstm-additive", "convolutional-tied", "convolutional-untied",
  ]
  package static let names = plain + attending

  package let description: String
  package let expected: Expected
  private let tensors: SafetensorsFile

  package struct Expected: Decodable, Sendable {
    /// Sentences of different lengths, ends of sentences included.
    package var sources: [[Int32]]
    /// The forced targets for `logits` and `crossAttention`.
    package var targets: [[Int32]]
    package var greedy: [[Int32]]
  }

  package init(_ name: String) throws {
    description = name
    (expected, tensors) = try MarianFixture.expectation(of: name)
  }

  /// The folder with the checkpoint.
  package var directory: String { MarianFixture.root + "/" + description }

  /// The encoder's outputs of a sentence. // (S, K)
  package func encoderStates(_ sentence: Int) throws -> [Float] { try tensors.tensor("encoder.\(sentence)").floats() }

  /// The logits of a sentence with its target forced. // (T, V)
  package func logits(_ sentence: Int) throws -> [Float] { try tensors.tensor("logits.\(sentence)").floats() }

  /// The cross-attention of a sentence. // (L, 1, T, S)
  package func crossAttention(_ sentence: Int) throws -> [Float] {
    try tensors.tensor("cross_attention.\(sentence)").floats()
  }
}
