import Checkpoint

/// One of the tiny recurrent and convolutional checkpoints in `Tests/Fixtures` with what PyTorch computed on it, each
/// sentence by itself. Made by `make_recurrent_fixtures.py` and `make_convolutional_fixtures.py`.
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
    /// Sentences of different lengths, end of sentence included.
    package var sources: [[Int32]]
    /// Tokens that the decoder is forced to produce for `logits` and `crossAttention`.
    package var targets: [[Int32]]
    package var greedy: [[Int32]]
  }

  package init(_ name: String) throws {
    description = name
    (expected, tensors) = try MarianFixture.expectation(of: name)
  }

  /// The folder with the checkpoint.
  package var directory: String { MarianFixture.root + "/" + description }

  /// (S, K) of a sentence: the encoder's output.
  package func encoderStates(_ sentence: Int) throws -> [Float] { try tensors.tensor("encoder.\(sentence)").floats() }

  /// (T, V) of a sentence with its target forced.
  package func logits(_ sentence: Int) throws -> [Float] { try tensors.tensor("logits.\(sentence)").floats() }

  /// (L, 1, T, S)
  package func crossAttention(_ sentence: Int) throws -> [Float] {
    try tensors.tensor("cross_attention.\(sentence)").floats()
  }
}
