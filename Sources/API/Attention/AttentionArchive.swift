import Models
import Translation

/// The `npz` format of `/attention`, for `numpy.load`: an array of float32 a kind, (L, H, queries, keys), and the tokens
/// as arrays of texts.
enum AttentionArchive {
  /// - Parameter kinds: in the order they are to stand.
  static func write(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    var archive = ZipWriter()
    for kind in kinds {
      guard let weights = answer.weights[kind] else { continue }
      archive.add(kind.rawValue + ".npy", NumpyArray(weights.values, shape: weights.shape).bytes)
    }
    let tokens = [
      ("source_tokens", answer.sourceTokens), ("target_tokens", answer.targetTokens),
      ("decoder_tokens", answer.decoderTokens),
    ]
    for (name, pieces) in tokens { archive.add(name + ".npy", NumpyArray(pieces).bytes) }
    return archive.finish()
  }
}
