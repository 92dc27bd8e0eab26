import Batching
import Decoding
import Tokenization

/// A stretch of a sentence, from its text to its translation.
///
/// The model translates a clause at once; a clause without tokens stays as it is. The clauses of a sentence, each between
/// its `before` and `after`, are the sentence, byte for byte.
struct Clause: Sendable {
  /// The number within the sentence, from 1, which no other clause of the sentence has or had; 0 if it has none yet.
  var number = 0
  /// Text around the clause that is not translated.
  var before = ""
  var after = ""
  /// The beginning of the translation; empty for any.
  fileprivate(set) var prefix = ""
  /// Terms that the translation must have, in the order of their sources.
  var terms: [ClauseTerm] = []
  /// Whether terms can be anywhere in the translation, because some were missing from one.
  private(set) var hasTermsAnywhere = false
  let text: String
  /// The tokens that the model reads, with the bytes of `text` that they stand for; nil if the clause stays as it is.
  private(set) var encoded: EncodedText?
  /// The text that the model reads; nil if it reads `text`.
  private(set) var reading: ClauseReading?
  /// The number of times that the clause was translated again with stand-ins.
  private(set) var attempt = 0
  /// Byte ranges of `text` that must appear unchanged in its translation.
  private(set) var protectedSpans: [Range<Int>]
  /// Whether the clause is one of several that a stretch too long for the model was cut into.
  let isCut: Bool
  /// Whether the clause surrounded a span that the model broke, and is translated without it.
  var isPiece = false
  /// Whether the model repeated itself.
  var repetition = false
  var repairs: [Repair] = []
  var state: State

  enum State: Sendable {
    /// The clause is to be sent to the model: for the first time, or again because of a rejected answer.
    case waiting(Rejection?)
    /// The clause has been sent to the model.
    case asked(Rejection?)
    case translated(Translation)
  }

  /// An answer that was not good enough.
  struct Rejection: Sendable {
    let answer: ClauseAnswer
    let reason: Repair.Kind
  }

  /// The result of a clause.
  struct Translation: Sendable {
    /// Texts, best first, at least one. Scores are sums of log-probabilities, 0 if these are not known.
    var hypotheses: [(text: String, score: Float)]
    /// Tokens of the best hypothesis; empty if the clause stays as it is.
    var tokens: [Int32] = []
    /// Log-probability per token; can be empty.
    var logProbs: [Float] = []
    var stopReason = StopReason.eos
    /// Alignment between bytes of the clause's text and of its best hypothesis.
    var links: [AlignmentLink] = []
    /// Byte ranges of the protected spans in the clause's text and in its best hypothesis.
    var keptLinks: [AlignmentLink] = []
    /// The clause's terms with their places in the best hypothesis.
    var terms: [TermUse] = []

    init(text: String) {
      hypotheses = [(text, 0)]
    }

    /// The text of a clause that stays as it is.
    init(unchanged text: String, protectedSpans: [Range<Int>]) {
      hypotheses = [(text, 0)]
      links = [AlignmentLink(source: 0..<text.utf8.count, target: 0..<text.utf8.count)]
      keptLinks = protectedSpans.map { AlignmentLink(source: $0, target: $0) }
    }

    var best: String { hypotheses[0].text }

    /// The hypothesis of a rank; the best if there are fewer.
    func hypothesis(rank: Int) -> (text: String, score: Float) {
      rank < hypotheses.count ? hypotheses[rank] : hypotheses[0]
    }
  }

  init(text: String, encoded: EncodedText?, protectedSpans: [Range<Int>], isCut: Bool = false) {
    self.text = text
    self.encoded = encoded
    self.protectedSpans = protectedSpans
    self.isCut = isCut
    state = encoded == nil ? .translated(Translation(unchanged: text, protectedSpans: protectedSpans)) : .waiting(nil)
  }

  /// The clause with further byte ranges that must appear unchanged; ranges that overlap one that it has are left out.
  func keeping(_ spans: [Range<Int>]) -> Clause {
    guard !spans.isEmpty else { return self }
    var known = protectedSpans[...]
    let new = spans.sorted { $0.lowerBound < $1.lowerBound }.filter { span in
      known = known.drop { $0.upperBound <= span.lowerBound }
      return known.first.map { !$0.overlaps(span) } ?? true
    }
    var clause = self
    clause.protectedSpans = (protectedSpans + new).sorted { $0.lowerBound < $1.lowerBound }
    return clause
  }

  /// Whether the text has something that a translation must not change.
  var mayBreak: Bool {
    !protectedSpans.isEmpty || !terms.isEmpty || reading != nil || text.utf8.contains(where: ASCII.isDigit)
  }

  /// The rejected answer that the clause is translated again for.
  var rejection: Rejection? {
    switch state {
    case .waiting(let rejection), .asked(let rejection): rejection
    case .translated: nil
    }
  }

  var translation: Translation? {
    if case .translated(let translation) = state { translation } else { nil }
  }

  /// The clause, to be translated once more under stricter rules.
  func again(insteadOf answer: ClauseAnswer, for reason: Repair.Kind) -> Clause {
    var clause = self
    clause.state = .waiting(Rejection(answer: answer, reason: reason))
    clause.repairs.append(Repair(reason, .retranslated))
    return clause
  }

  /// The clause, to be translated once more with its terms anywhere.
  func withTermsAnywhere(insteadOf answer: ClauseAnswer) -> Clause {
    var clause = again(insteadOf: answer, for: .term)
    clause.hasTermsAnywhere = true
    return clause
  }

  /// The clause, to be translated as `reading`.
  func read(as reading: ClauseReading, _ encoded: EncodedText, attempt: Int) -> Clause {
    var clause = self
    clause.reading = reading
    clause.encoded = encoded
    clause.attempt = attempt
    clause.state = .waiting(nil)
    return clause
  }

  /// The clause, which the model does not see, with another text as its translation.
  func kept(as text: String) -> Clause {
    guard encoded == nil else { return self }
    var translation = Translation(text: text)
    translation.links = [AlignmentLink(source: 0..<self.text.utf8.count, target: 0..<text.utf8.count)]
    return settled(translation)
  }

  func settled(_ translation: Translation, repairs: [Repair] = []) -> Clause {
    var clause = self
    clause.state = .translated(translation)
    clause.repairs += repairs
    return clause
  }
}

extension [Clause] {
  /// Has the translation of the first clause that the model translates begin with a text.
  mutating func begin(with prefix: String) {
    guard let first = firstIndex(where: { $0.encoded != nil }) else { return }
    self[first].prefix = prefix
  }

  /// Gives the terms of a text to the clauses that it was divided into, if one holds their whole source.
  mutating func share(_ terms: [ClauseTerm], of text: String) {
    guard !terms.isEmpty else { return }
    var rest = terms.sorted { $0.span.lowerBound < $1.span.lowerBound }[...]
    for (index, own) in places.enumerated() {
      rest = rest.drop { $0.span.lowerBound < own.lowerBound }
      guard self[index].encoded != nil else { continue }
      self[index].terms = rest.prefix { $0.span.lowerBound < own.upperBound }
        .filter { $0.span.upperBound <= own.upperBound }.map { $0.moved(by: -own.lowerBound) }
    }
  }

  /// The bytes of the clauses in the text that they are.
  var places: [Range<Int>] {
    var end = 0
    return map { clause in
      let start = end + clause.before.utf8.count
      let place = start..<start + clause.text.utf8.count
      end = place.upperBound + clause.after.utf8.count
      return place
    }
  }
}

// MARK: Identity

/// The place of a sentence in a request.
struct SentenceID: Hashable, Sendable {
  /// The request's texts of one language are a part; most requests have one part, 0.
  var part = 0
  /// The passage's number within its part.
  var passage = 0
  /// The sentence's number within its passage.
  var sentence = 0
}

/// The identity of a clause within its request, by which an answer finds its question.
struct ClauseID: Hashable, Sendable {
  var sentence: SentenceID
  var number: Int
}

// MARK: Messages to and from workers

/// A clause on its way to a worker.
struct ClauseRequest: BatchPayload {
  let id: ClauseID
  /// Index of the model in the catalog; clauses of different models never share a batch.
  let model: Int
  let decoders: DecoderPool
  /// Keeps a model that a store could remove.
  let lease: ModelLease?
  var decoding: DecodingRequest
  /// Takes tokens as they become certain; nil if nobody listens.
  var stream: TranslationStream?
  /// Bytes of the source that are translated for the first time.
  var newBytes = 0

  var kind: Int { model }
  var length: Int { max(decoding.source.count, decoding.options.forcedTarget?.count ?? 0) }
  var rows: Int { decoding.options.rows }
  var heldBytes: Int { decoding.heldAttentionBytes }
}

/// A worker's answer to a `ClauseRequest`.
struct ClauseAnswer: Sendable {
  let id: ClauseID
  var result: DecodingResult
  /// Tokens of the clause and of its best hypothesis.
  var tokens: TokenCounts
  var timings: Timings

  /// Index of the aligned source token per target token; empty if no alignment was asked for.
  var aligned: [Int] { result.alignment }
}

/// The answers to one round of requests, each found by the identity of its clause.
struct ClauseAnswers: Sendable {
  private var answers: [ClauseID: ClauseAnswer] = [:]

  init(capacity: Int = 0) {
    answers.reserveCapacity(capacity)
  }

  var count: Int { answers.count }

  /// - Throws: `failed` if the clause has an answer.
  mutating func add(_ answer: ClauseAnswer) throws(TranslationError) {
    guard answers.updateValue(answer, forKey: answer.id) == nil else {
      throw .failed("clause \(answer.id) was answered twice")
    }
  }

  /// - Throws: `failed` if the clause has no answer.
  mutating func take(_ id: ClauseID) throws(TranslationError) -> ClauseAnswer {
    guard let answer = answers.removeValue(forKey: id) else { throw .failed("clause \(id) was not answered") }
    return answer
  }

  /// - Throws: `failed` if an answer is left that no clause took.
  func checkTaken() throws(TranslationError) {
    if let id = answers.keys.first { throw .failed("clause \(id) was answered and not asked for") }
  }
}

extension ClauseID: CustomStringConvertible {
  var description: String { "\(sentence.part).\(sentence.passage).\(sentence.sentence).\(number)" }
}
