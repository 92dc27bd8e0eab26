/// A sentence's `OutputRequest` in places of its output layer: counted among the candidates where there are such.
final class OutputPlan: Sendable {
  let best: Int
  let normalizer: OutputRequest.Normalizer
  let minLength: Int
  let forbidden: [Int]
  /// Of the end of sentence; nil where it cannot be produced.
  let end: Int?
  let endToken: Int32
  /// Of each target token; -1 where it cannot be produced.
  let target: [Int]
  /// The layer of this sentence alone; nil where it is the model's.
  let narrow: NarrowOutput?

  init(_ request: OutputRequest, narrow: NarrowOutput?, vocabulary: Int, endToken: Int32) {
    func place(_ token: Int32) -> Int? {
      guard let narrow else { return token >= 0 && token < vocabulary ? Int(token) : nil }
      return narrow.place(of: token)
    }
    self.narrow = narrow
    self.endToken = endToken
    best = max(1, min(request.best, narrow?.candidates.count ?? vocabulary))
    normalizer = request.normalizer
    minLength = request.minLength
    forbidden = request.forbidden.compactMap(place)
    end = place(endToken)
    target = request.target.map { place($0) ?? -1 }
  }

  /// Whether the likeliest tokens are all that is wanted, so that the other logits need not be known.
  var wantsBestAlone: Bool { normalizer == .none && target.isEmpty }
}
