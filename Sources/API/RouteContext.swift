import HTTP
import LanguageDetection
import Synchronization
import Translation

/// The parts of the server that routes work with, and the way of every wire's texts to the service.
struct RouteContext: Sendable {
  let slot: ServiceSlot
  let settings: ServerSettings
  let ledger: RequestLedger
  let jobs: JobQueue

  /// Has texts translated and answers with the result. Checks the number of texts and the quota of the key first.
  /// - Parameters:
  ///   - request: the languages as the client writes them.
  ///   - events: the answer as events, if the client wants it so.
  ///   - isCounted: whether the number of texts is limited; that of a document's texts is not.
  ///   - response: the answer, from a translation per text.
  /// - Throws: `Refusal`.
  func translate(
    _ request: TranslationRequest, _ exchange: APIExchange, events: TranslationEvents? = nil, isCounted: Bool = true,
    response: @escaping @Sendable ([TranslatedText]) throws -> HTTPResponse
  ) throws {
    if isCounted { try settings.checkCount(of: request.texts) }
    var request = request
    request.progress = exchange.progress
    try check([request], exchange)
    try exchange.reserve(request.texts)
    try exchange.answer(
      from: slot, events: events,
      work: { [texts = request.texts] in RequestWork(texts, $0) },
      response: response,
      start: { [request] in $0.translate($0.understood(request), completion: $1) })
  }

  /// The most characters of all texts of an exchange's request.
  func characterLimit(of exchange: APIExchange) -> Int {
    exchange.isOfJob ? jobs.limits.characters : settings.characterLimit
  }

  /// Checks requests of a job before it is kept. Other requests are checked by the service when it gets them.
  private func check(_ requests: [TranslationRequest], _ exchange: APIExchange) throws {
    guard exchange.isOfJob else { return }
    try slot.withService { service in
      for request in requests { try service.check(service.understood(request)) }
    }
  }

  /// The likeliest language of a text; English without confidence if the text has no letters, as in LibreTranslate.
  func language(of text: String) throws -> DetectedLanguage { try languages(of: [text])[0] }

  /// The likeliest language of each text. The texts are a prior for each other, and languages that are served are weighed
  /// first.
  func languages(of texts: [String]) throws -> [DetectedLanguage] {
    try slot.detect(texts).map { $0.first ?? DetectedLanguage(language: "en", confidence: 0) }
  }

  /// Has several requests of one client translated and answers with all results.
  /// - Parameters:
  ///   - requests: at least one; the languages as the client writes them.
  ///   - response: the answer, from the translations per request.
  /// - Throws: `Refusal`.
  func translate(
    all requests: [TranslationRequest], _ exchange: APIExchange,
    response: @escaping @Sendable ([[TranslatedText]]) throws -> HTTPResponse
  ) throws {
    let texts = requests.flatMap(\.texts)
    try settings.checkCount(of: texts)
    let (characters, limit) = (texts.characterCount, characterLimit(of: exchange))
    guard characters <= limit else { throw Refusal.service(.textTooLong(found: characters, limit: limit)) }
    try check(requests, exchange)
    try exchange.reserve(texts)
    try exchange.answer(
      from: slot,
      work: { RequestWork(TextList(texts), $0.flatMap { $0 }) },
      response: response,
      start: { service, completion in
        let group = TranslationGroup(count: requests.count, completion: completion)
        for (index, request) in requests.enumerated() {
          var request = request
          if let progress = exchange.progress { request.progress = { group.advance(index, to: $0, progress) } }
          group.add(service.translate(service.understood(request)) { group.finish(index, $0) })
        }
        return group
      })
  }
}

/// Translations of one request that run side by side: all succeed, or the first failure cancels the others.
private final class TranslationGroup: Cancellable {
  typealias Completion = @Sendable (Result<[[TranslatedText]], TranslationError>) -> Void

  private struct State {
    var results: [[TranslatedText]?]
    /// Number of results that are still to come.
    var missing: Int
    var tasks: [any Cancellable] = []
    var completion: Completion?
    /// The translated part of each.
    var parts: [Double]
  }

  private let state: Mutex<State>

  init(count: Int, completion: @escaping Completion) {
    state = Mutex(
      State(
        results: Array(repeating: nil, count: count), missing: count, completion: completion,
        parts: Array(repeating: 0, count: count)))
  }

  /// Adds a translation that was started.
  func add(_ task: any Cancellable) {
    let isOver = state.withLock { state in
      state.tasks.append(task)
      return state.completion == nil
    }
    if isOver { task.cancel() }
  }

  /// Tells of the part of all that is translated.
  func advance(_ index: Int, to part: Double, _ progress: @Sendable (Double) -> Void) {
    let sum = state.withLock { state in
      state.parts[index] = part
      return state.parts.reduce(0, +) / Double(state.parts.count)
    }
    progress(sum)
  }

  func finish(_ index: Int, _ result: Result<[TranslatedText], TranslationError>) {
    switch result {
    case .success(let texts):
      let whole: (completion: Completion, results: [[TranslatedText]])? = state.withLock { state in
        state.results[index] = texts
        state.missing -= 1
        guard state.missing == 0, let completion = state.completion else { return nil }
        state.completion = nil
        return (completion, state.results.compactMap { $0 })
      }
      if let whole { whole.completion(.success(whole.results)) }
    case .failure(let error):
      let completion = state.withLock { state in
        defer { state.completion = nil }
        return state.completion
      }
      if let completion {
        cancel()
        completion(.failure(error))
      }
    }
  }

  func cancel() {
    for task in state.withLock({ $0.tasks }) { task.cancel() }
  }
}
