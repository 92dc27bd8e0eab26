/// The languages of texts that belong together, as a prior for each of them.
struct LanguageMix {
  /// The least part of the prior that all languages share.
  private static let least = 0.02
  /// The characters of a text from which it counts no more. A shorter one counts by the square of its length.
  private static let mostCharacters = 40

  /// The prior of each language, (languages); empty if no text has a language.
  private let prior: [Double]

  /// - Parameter shares: the probabilities of each text, (texts, languages); empty for a text without known letters.
  init(_ shares: [[Double]], of texts: [String]) {
    var sums: [Double] = []
    var total = 0.0
    for (shares, text) in zip(shares, texts) where !shares.isEmpty {
      let characters = Double(text.unicodeScalars.prefix(Self.mostCharacters).count)
      let weight = characters * characters
      if sums.isEmpty { sums = [Double](repeating: 0, count: shares.count) }
      for (language, share) in shares.enumerated() { sums[language] += weight * share }
      total += weight
    }
    let least = Self.least / Double(max(sums.count, 1))
    prior = sums.map { $0 / total + least }
  }

  /// Weighs the probabilities of each text by the prior.
  func refine(_ shares: inout [[Double]]) {
    for text in shares.indices where !shares[text].isEmpty {
      let weighed = zip(shares[text], prior).map { $0 * $1 }
      let sum = weighed.reduce(0, +)
      if sum > 0 { shares[text] = weighed.map { $0 / sum } }
    }
  }
}
