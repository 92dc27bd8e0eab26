import Decoding
import Models

/// Puts the parts of a text together again: to sentences, and these to the text.
struct TextAssembler: Sendable {
  let model: LoadedModel
  let alternatives: Int
  let explain: Set<Explanation>

  /// - Parameter draft: of which no part waits any more.
  func assemble(_ draft: TextDraft) -> TranslatedText {
    let parts = draft.sentences.map(\.translations)
    var sentences = zip(draft.sentences, parts).map { translated($0.source, $1) }
    let text = draft.text.joining(sentences.map(\.target), separator: separator)
    let sources = draft.text.starts(of: draft.text.pieces)
    let targets = draft.text.starts(of: sentences.map(\.target), separator: separator)
    for index in sentences.indices {
      sentences[index].sourceStart = sources[index]
      sentences[index].targetStart = targets[index]
    }
    let others = further(draft, parts, than: text)
    var whole = TranslatedText(
      text: text, alternatives: others.map(\.text), sentences: sentences,
      timings: draft.timings ?? Timings(longestOf: []), tokens: draft.tokens)
    if explain.contains(.scores) { whole.alternativeScores = others.map(\.score) }
    return whole
  }

  // MARK: Texts

  /// The i-th alternative joins each sentence's i-th best; a sentence with fewer gives its best. What reads like one
  /// before it is left out.
  private func further(
    _ draft: TextDraft, _ parts: [[PartTranslation]], than best: String
  ) -> [(text: String, score: Float)] {
    let most = parts.joined().map(\.hypotheses.count).max() ?? 0
    var found: [(text: String, score: Float)] = []
    for rank in 1..<max(1, min(most, alternatives + 1)) {
      let text = draft.text.joining(parts.map { sentence(rank: rank, $0) }, separator: separator)
      guard text != best, !found.contains(where: { $0.text == text }) else { continue }
      found.append((text, parts.joined().reduce(0) { $0 + $1.hypothesis(rank: rank).score }))
    }
    return found
  }

  private func sentence(rank: Int, _ parts: [PartTranslation]) -> String {
    parts.map { $0.part.before + $0.hypothesis(rank: rank).text + $0.part.after }.joined()
  }

  /// Sentences that touch each other in a script without spaces stand apart in one with them.
  private var separator: String {
    ["zh", "ja", "yue", "wuu", "zho", "jpn"].contains(model.pair.target.prefix { $0 != "_" }) ? "" : " "
  }

  // MARK: Sentences

  private func translated(_ source: String, _ parts: [PartTranslation]) -> TranslatedSentence {
    let tokens = parts.flatMap(\.tokens)
    let logProbs = parts.flatMap(\.logProbs)
    var sentence = TranslatedSentence(
      source: source, target: sentence(rank: 0, parts),
      sourceTokens: explain.contains(.tokens) ? parts.flatMap { $0.part.encoded?.pieces ?? [] } : [],
      targetTokens: explain.contains(.tokens) ? model.tokenizer.pieces(tokens) : [],
      score: logProbs.reduce(0, +), logProbs: logProbs,
      alignment: explain.contains(.alignment) ? moved(parts, \.links) : [],
      stopReason: parts.contains { $0.stopReason != .eos } ? .length : .eos,
      truncated: parts.contains(where: \.part.isClause))
    sentence.kept = moved(parts, \.kept)
    sentence.repetition = parts.contains(where: \.repetition)
    sentence.repairs = parts.flatMap(\.repairs)
    return sentence
  }

  /// Links within parts as links within their sentence.
  private func moved(
    _ parts: [PartTranslation], _ links: (PartTranslation) -> [AlignmentLink]
  ) -> [AlignmentLink] {
    var (source, target) = (0, 0)
    return parts.flatMap { translation in
      let part = translation.part
      source += part.before.utf8.count
      target += part.before.utf8.count
      defer {
        source += part.text.utf8.count + part.after.utf8.count
        target += translation.best.utf8.count + part.after.utf8.count
      }
      return links(translation).map { $0.moved(source: source, target: target) }
    }
  }
}
