/// Source sentences as one padded tensor.
package struct SourceBatch: Sendable {
  /// (B, T) row-major, padded with any valid token after the end of each sentence.
  package var ids: [Int32]
  /// (B) tokens of each sentence, end of sentence included: the padding mask.
  package var lengths: [Int]
  /// T
  package var longest: Int
  /// (B)
  package var options: [RowOptions]

  package init(sentences: [[Int32]], pad: Int32, options: [RowOptions]) {
    self.options = options
    lengths = sentences.map(\.count)
    let longest = lengths.max() ?? 0
    self.longest = longest
    ids = sentences.flatMap { $0 + Array(repeating: pad, count: longest - $0.count) }
  }

  package var count: Int { lengths.count }
}

extension SourceBatch {
  /// Sentence and position of each token that is no padding, sentence by sentence.
  var tokenPositions: [(sentence: Int, position: Int)] {
    lengths.enumerated().flatMap { sentence, length in (0..<length).map { (sentence, $0) } }
  }
}
