/// Sentences under way together, which enter between any two steps and leave when they are over. One a worker and model,
/// not for use from two threads at once.
package protocol StepwiseDecoding: AnyObject {
  var isEmpty: Bool { get }

  /// Encodes sentences as one batch; they take part from the next step on that has room for them.
  /// - Parameter ids: what the caller knows each of them by.
  func admit(_ requests: [DecodingRequest], ids: [Int])

  /// Sentences get one target token more: those that came first and have up to `rowLimit` hypotheses together, one
  /// sentence in any case. The others wait.
  /// - Parameters:
  ///   - isCancelled: by id; such a sentence leaves with what it has.
  ///   - settled: takes what a sentence that goes on and wants it told (`DecodingOptions.tellsTokens`) will surely begin
  ///     with: each time the tokens that follow those told before. The rest stands in its result.
  ///   - finished: takes each sentence that is over.
  func step(
    rowLimit: Int, isCancelled: (Int) -> Bool, settled: (Int, [Int32]) -> Void, finished: (Int, DecodingResult) -> Void)
}
