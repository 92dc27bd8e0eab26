import Decoding
import Models

/// A translated sentence, with what its text needs of it for alternatives.
struct AssembledSentence: Sendable {
  var translated: TranslatedSentence
  /// The sentence's hypotheses, best first; empty unless alternatives were asked for.
  var hypotheses: [Hypothesis]

  struct Hypothesis: Sendable {
    var text: String
    /// Score per clause.
    var scores: [Float]
  }

  /// The hypothesis of a rank; the best if there are fewer.
  func hypothesis(rank: Int) -> Hypothesis {
    rank < hypotheses.count ? hypotheses[rank] : hypotheses[0]
  }
}

/// Joins translated clauses to sentences, and sentences to texts.
struct Assembler: Sendable {
  let model: LoadedModel
  let alternatives: Int
  let explain: Set<Explanation>

  // MARK: Sentences

  /// - Parameter clauses: the sentence's, all translated.
  func sentence(_ source: String, _ clauses: [Clause]) -> AssembledSentence {
    let parts = clauses.compactMap { clause in clause.translation.map { (clause: clause, translation: $0) } }
    let tokens = parts.flatMap { $0.translation.tokens.dropFirst(model.leadTokens) }
    let logProbs = parts.flatMap { $0.translation.logProbs.dropFirst(model.leadTokens) }
    var sentence = TranslatedSentence(
      source: source, target: text(rank: 0, parts),
      sourceTokens: explain.contains(.tokens) ? clauses.flatMap { $0.encoded?.pieces ?? [] } : [],
      targetTokens: explain.contains(.tokens) ? model.tokenizer.pieces(tokens) : [],
      score: logProbs.reduce(0, +), logProbs: logProbs,
      alignment: explain.contains(.alignment) ? moved(parts, \.links) : [],
      stopReason: parts.contains { $0.translation.stopReason != .eos } ? .length : .eos,
      truncated: clauses.contains(where: \.isCut))
    sentence.keptLinks = moved(parts, \.keptLinks)
    sentence.terms = moved(parts, \.terms) { $0.moved(source: $1, target: $2) }
    sentence.repetition = clauses.contains(where: \.repetition)
    sentence.repairs = clauses.flatMap(\.repairs)
    return AssembledSentence(translated: sentence, hypotheses: alternatives > 0 ? hypotheses(parts) : [])
  }

  private typealias Part = (clause: Clause, translation: Clause.Translation)

  private func hypotheses(_ parts: [Part]) -> [AssembledSentence.Hypothesis] {
    let count = parts.map(\.translation.hypotheses.count).max() ?? 0
    return (0..<max(count, 1)).map { rank in
      AssembledSentence.Hypothesis(
        text: text(rank: rank, parts), scores: parts.map { $0.translation.hypothesis(rank: rank).score })
    }
  }

  private func text(rank: Int, _ parts: [Part]) -> String {
    parts.map { $0.clause.before + $0.translation.hypothesis(rank: rank).text + $0.clause.after }.joined()
  }

  /// Places within clauses as places within their sentence.
  /// - Parameter move: moves one by bytes of source and target.
  private func moved<Place>(
    _ parts: [Part], _ places: (Clause.Translation) -> [Place], _ move: (Place, _ source: Int, _ target: Int) -> Place
  ) -> [Place] {
    var (source, target) = (0, 0)
    return parts.flatMap { clause, translation in
      source += clause.before.utf8.count
      target += clause.before.utf8.count
      defer {
        source += clause.text.utf8.count + clause.after.utf8.count
        target += translation.best.utf8.count + clause.after.utf8.count
      }
      return places(translation).map { move($0, source, target) }
    }
  }

  private func moved(_ parts: [Part], _ links: (Clause.Translation) -> [AlignmentLink]) -> [AlignmentLink] {
    moved(parts, links) { $0.moved(source: $1, target: $2) }
  }

  // MARK: Texts

  /// - Parameter sentences: a sentence per piece of `text`.
  func text(
    _ text: SegmentedText, _ sentences: [AssembledSentence], timings: Timings?, tokens: TokenCounts
  ) -> TranslatedText {
    var translated = sentences.map(\.translated)
    let targets = translated.map(\.target)
    let best = text.joining(targets, separator: separator)
    let sourceStarts = text.starts(of: text.pieces)
    let targetStarts = text.starts(of: targets, separator: separator)
    for index in translated.indices {
      translated[index].sourceStart = sourceStarts[index]
      translated[index].targetStart = targetStarts[index]
    }
    let others = others(text, sentences, than: best)
    var whole = TranslatedText(
      text: best, alternatives: others.map(\.text), sentences: translated, timings: timings ?? Timings(longestOf: []),
      tokens: tokens)
    if explain.contains(.scores) { whole.alternativeScores = others.map(\.score) }
    return whole
  }

  /// The alternatives of a text: the i-th joins the i-th best hypothesis of each sentence, or its best if there are
  /// fewer. An alternative equal to one before it is left out.
  private func others(
    _ text: SegmentedText, _ sentences: [AssembledSentence], than best: String
  ) -> [(text: String, score: Float)] {
    let most = sentences.map(\.hypotheses.count).max() ?? 0
    var found: [(text: String, score: Float)] = []
    for rank in 1..<max(1, min(most, alternatives + 1)) {
      let hypotheses = sentences.map { $0.hypothesis(rank: rank) }
      let joined = text.joining(hypotheses.map(\.text), separator: separator)
      guard joined != best, !found.contains(where: { $0.text == joined }) else { continue }
      found.append((joined, hypotheses.lazy.flatMap(\.scores).reduce(0, +)))
    }
    return found
  }

  /// The separator of sentences that touch each other: none in a script without spaces.
  private var separator: String {
    ["zh", "ja", "yue", "wuu", "zho", "jpn"].contains(model.pair.target.prefix { $0 != "_" }) ? "" : " "
  }
}
