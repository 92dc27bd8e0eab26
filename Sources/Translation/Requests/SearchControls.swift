import Decoding

/// The wishes of a request for how its translations are searched for, beyond the beam.
package struct SearchControls: Sendable, Equatable {
  /// The beginning of each text's translation; empty if there are none.
  package var prefixes: [String] = []
  /// Words, or rows of words, that no translation has, in any case.
  package var suppressed: [String] = []
  /// A factor, at least 1, that makes tokens less likely that were produced before; 1 changes nothing.
  package var repetitionPenalty: Float = 1
  /// The number of tokens of a run that a sentence never has twice; 0 sets no limit.
  package var noRepeatNgramSize = 0
  /// The choice of tokens by chance; nil for the likeliest translation.
  package var sampling: Sampling?

  package init() {}

  /// Words that a search compares each of its tokens with.
  package static let maxSuppressed = 256
  package static let maxSuppressedBytes = 256
  package static let ngramSizes = 0...64
  package static let penalties: ClosedRange<Float> = 1...100
  package static let samplingSizes = 1...256
  package static let temperatures: ClosedRange<Float> = 0.01...100
}

package typealias Sampling = Decoding.Sampling

extension SearchControls {
  /// - Throws: `invalid` naming the field.
  func check(_ request: TranslationRequest) throws(TranslationError) {
    func range<Value>(_ field: String, _ value: Value, _ expected: ClosedRange<Value>) throws(TranslationError) {
      guard expected.contains(value) else {
        throw .invalid(
          field: field, message: "found \(value), expected \(expected.lowerBound) to \(expected.upperBound)")
      }
    }
    guard prefixes.isEmpty || prefixes.count == request.texts.count else {
      throw .invalid(field: "prefix", message: "found \(prefixes.count), expected one for each text")
    }
    guard suppressed.count <= Self.maxSuppressed else {
      throw .invalid(
        field: "suppress", message: "found \(suppressed.count) words, expected at most \(Self.maxSuppressed)")
    }
    for word in suppressed {
      guard (1...Self.maxSuppressedBytes).contains(word.utf8.count), word.contains(where: { !$0.isWhitespace }) else {
        throw .invalid(
          field: "suppress",
          message: "found a word of \(word.utf8.count) bytes, expected text of 1 to \(Self.maxSuppressedBytes)")
      }
    }
    try range("repetition_penalty", repetitionPenalty, Self.penalties)
    try range("no_repeat_ngram_size", noRepeatNgramSize, Self.ngramSizes)
    guard let sampling else { return }
    try range("sampling_topk", sampling.topK, Self.samplingSizes)
    try range("temperature", sampling.temperature, Self.temperatures)
    if let beam = request.beam, beam > 1 {
      throw .invalid(field: "sampling_topk", message: "found \(sampling.topK) with a beam of \(beam), expected beam 1")
    }
    if request.alternatives > 0 {
      throw .invalid(field: "sampling_topk", message: "found \(sampling.topK) with alternatives, expected none")
    }
  }

  /// Adds the controls to the options of every sentence of a model.
  func apply(to options: inout DecodingOptions, of model: LoadedModel) {
    options.repetitionPenalty = repetitionPenalty
    options.uniqueRun = noRepeatNgramSize
    if !suppressed.isEmpty {
      options.suppressed = SuppressedWords(suppressed.map(Self.trimmed), texts: model.tokenTexts)
    }
    if let sampling {
      options.sampling = sampling
      options.beam = 1
      options.hypotheses = 1
    }
  }

  private static func trimmed(_ word: String) -> String {
    String(word.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
