import JSON
import Translation

/// The answer of `/translate` in LibreTranslate's shape, with `details` where they were asked for.
struct TranslationAnswer: Sendable {
  /// Whether `q` was an array; then so is the answer.
  var isArray: Bool
  var alternatives: Bool
  var explain: Set<Explanation>

  func json(_ texts: [TranslatedText]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("translatedText")
      each(texts, &writer) { $0.string($1.text) }
      if alternatives {
        writer.name("alternatives")
        each(texts, &writer) { $0.array(of: $1.alternatives) { $0.string($1) } }
      }
      if texts.contains(where: { $0.detected != nil }) {
        writer.name("detectedLanguage")
        each(texts, &writer) { writer, text in
          if let language = text.detected { writer.detected(language) }
        }
      }
      if !explain.isEmpty {
        writer.name("details")
        writer.array(of: texts, details)
      }
    }
    return writer.bytes
  }

  /// An array of one element a text, or the one text's element alone.
  private func each(
    _ texts: [TranslatedText], _ writer: inout JSONWriter, _ element: (inout JSONWriter, TranslatedText) -> Void
  ) {
    if isArray {
      writer.array(of: texts, element)
    } else {
      texts.prefix(1).forEach { element(&writer, $0) }
    }
  }

  private func details(_ writer: inout JSONWriter, _ text: TranslatedText) {
    writer.object { writer in
      if let pivot = text.pivot {
        writer.name("pivot")
        writer.string(pivot)
      }
      if alternatives, explain.contains(.scores) {
        writer.name("alternativeScores")
        writer.array(of: text.alternativeScores) { $0.real($1) }
      }
      writer.name("sentences")
      writer.array(of: text.sentences, sentence)
      if !text.unplaced.isEmpty {
        writer.name("unplaced")
        writer.array(of: text.unplaced) { $0.string($1) }
      }
      if explain.contains(.timings) {
        writer.name("timings")
        timings(&writer, text.timings)
      }
    }
  }

  private func sentence(_ writer: inout JSONWriter, _ sentence: TranslatedSentence) {
    writer.object { writer in
      writer.name("source")
      writer.string(sentence.source)
      writer.name("target")
      writer.string(sentence.target)
      writer.name("stopReason")
      writer.string(sentence.stopReason.rawValue)
      writer.name("truncated")
      writer.bool(sentence.truncated)
      writer.name("repetition")
      writer.bool(sentence.repetition)
      if !sentence.repairs.isEmpty { repairs(&writer, sentence) }
      if let pivot = sentence.pivot { self.pivot(&writer, pivot) }
      if explain.contains(.tokens) { tokens(&writer, sentence) }
      if explain.contains(.scores) { scores(&writer, sentence) }
      if explain.contains(.alignment) { alignment(&writer, sentence) }
    }
  }

  private func pivot(_ writer: inout JSONWriter, _ sentence: PivotSentence) {
    writer.name("pivotText")
    writer.string(sentence.text)
    guard explain.contains(.scores) else { return }
    writer.name("pivotScore")
    writer.real(sentence.score)
  }

  private func repairs(_ writer: inout JSONWriter, _ sentence: TranslatedSentence) {
    writer.name("repairs")
    writer.array(of: sentence.repairs) { writer, repair in
      writer.object { writer in
        writer.name("kind")
        writer.string(repair.kind.rawValue)
        writer.name("action")
        writer.string(repair.action.rawValue)
      }
    }
  }

  private func tokens(_ writer: inout JSONWriter, _ sentence: TranslatedSentence) {
    writer.name("sourceTokens")
    writer.array(of: sentence.sourceTokens) { $0.string($1) }
    writer.name("targetTokens")
    writer.array(of: sentence.targetTokens) { $0.string($1) }
  }

  private func scores(_ writer: inout JSONWriter, _ sentence: TranslatedSentence) {
    writer.name("score")
    writer.real(sentence.score)
    writer.name("logProbs")
    writer.array(of: sentence.logProbs) { $0.real($1) }
  }

  private func alignment(_ writer: inout JSONWriter, _ sentence: TranslatedSentence) {
    writer.name("alignment")
    writer.array(of: sentence.alignment) { writer, link in
      let ends = [link.source.lowerBound, link.source.upperBound, link.target.lowerBound, link.target.upperBound]
      writer.array(of: ends) { $0.integer($1) }
    }
  }

  private func timings(_ writer: inout JSONWriter, _ timings: Timings) {
    writer.object { writer in
      writer.name("queueMs")
      writer.real(rounded(timings.queueMilliseconds))
      writer.name("encodeMs")
      writer.real(rounded(timings.encodeMilliseconds))
      writer.name("decodeMs")
      writer.real(rounded(timings.decodeMilliseconds))
      writer.name("batchSize")
      writer.integer(timings.batchSize)
    }
  }

  /// To a microsecond.
  private func rounded(_ milliseconds: Double) -> Double { (milliseconds * 1000).rounded() / 1000 }
}
