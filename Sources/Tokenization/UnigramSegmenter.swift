/// The most probable segmentation under a unigram model (Kudo 2018, arXiv:1804.10959), by Viterbi over bytes.
///
/// Scores are in single precision and added left to right. The first of equals wins, so that ties are decided as in
/// SentencePiece 0.2.3, whose score for user-defined pieces is used too.
struct UnigramSegmenter: Segmenter {
  /// Difference of an unknown character's score from the worst piece's.
  private static let unknownPenalty: Float = 10
  /// Score per byte of a user-defined piece after the first; the score in the file has no effect.
  private static let userDefinedBonus: Float = 0.1

  private let trie: ByteTrie
  /// Scores by id.
  private let scores: [Float]
  private let unknownID: Int32
  private let unknownScore: Float

  /// - Throws: `ByteTrieBuilder.DuplicateKey`.
  init(_ model: SentencePieceModel) throws {
    let normal = model.pieces.lazy.filter { $0.kind == .normal }.map(\.score)
    var builder = ByteTrieBuilder()
    for (id, piece) in model.pieces.enumerated() where piece.kind == .normal || piece.kind == .userDefined {
      builder.insert(piece.text.utf8, value: Int32(id))
    }
    trie = try builder.build()
    scores = model.pieces.map { piece in
      piece.kind == .userDefined ? Float(piece.text.utf8.count - 1) * Self.userDefinedBonus : piece.score
    }
    unknownID = model.unknownID
    unknownScore = (normal.min() ?? 0) - Self.unknownPenalty
  }

  func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment] {
    guard !text.isEmpty else { return [] }
    // The best way to each position: its score and last piece. (text.count + 1)
    var best = [Arrival](repeating: Arrival(), count: text.count + 1)
    best.withUnsafeMutableBufferPointer { best in
      trie.nodes.withUnsafeBufferPointer { nodes in
        scores.withUnsafeBufferPointer { scores in
          search(text, ByteTrieWalk(nodes: nodes), scores, &best)
        }
      }
    }
    return backtrack(best)
  }

  private struct Arrival {
    var score: Float = 0
    /// Length of the last piece; 0 if the position has not been reached.
    var length: Int32 = 0
    var id: Int32 = 0

    @inline(__always)
    mutating func relax(_ candidate: Float, length: Int, id: Int32) {
      guard self.length == 0 || candidate > score else { return }
      self = Arrival(score: candidate, length: Int32(truncatingIfNeeded: length), id: id)
    }
  }

  private func search(
    _ text: UnsafeBufferPointer<UInt8>, _ trie: ByteTrieWalk, _ scores: UnsafeBufferPointer<Float>,
    _ best: inout UnsafeMutableBufferPointer<Arrival>
  ) {
    var start = 0
    while start < text.count {
      let here = best[start].score
      let character = UTF8Scan.length(at: start, in: text)
      var coversCharacter = false
      var node = ByteTrieWalk.root
      var end = start
      while end < text.count {
        node = trie.child(of: node, by: text[end])
        if node < 0 { break }
        end += 1
        let id = trie.value(at: node)
        if id == ByteTrie.none { continue }
        best[end].relax(scores[Int(id)] + here, length: end - start, id: id)
        if end - start == character { coversCharacter = true }
      }
      if !coversCharacter {
        best[start + character].relax(unknownScore + here, length: character, id: unknownID)
      }
      start += character
    }
  }

  private func backtrack(_ best: [Arrival]) -> [Segment] {
    var result: [Segment] = []
    // Most pieces have three bytes or more.
    result.reserveCapacity(best.count / 3)
    var end = best.count - 1
    while end > 0 {
      result.append(Segment(length: Int(best[end].length), id: best[end].id))
      end -= Int(best[end].length)
    }
    result.reverse()
    return result
  }
}
