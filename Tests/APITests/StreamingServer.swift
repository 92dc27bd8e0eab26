import API
import Decoding
import HTTP
import Models
import Support
import Translation

/// The whole server on a port of this machine, with a decoder that the test holds.
final class StreamingServer {
  let hold = HeldDecoder.Hold()
  /// A request's work was taken back.
  let cancelled = Signal()
  let service: TranslationService
  let port: Int
  private let server: HTTPServer

  init() throws {
    let summary = ModelSummary(
      architecture: "held", precision: "float32", parameters: 0, bytes: 0, sourceVocabulary: 256,
      targetVocabulary: 256, maxPositions: 1000, startToken: 1, endToken: 0, padToken: 1, attention: [:])
    let model = LoadedModel(
      id: "en-fr", pair: LanguagePair(source: "en", target: "fr"),
      tokenizer: ByteTokenizer(), summary: summary, options: DecodingOptions(),
      makeDecoder: { [hold] in HeldDecoder(hold) })
    service = try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 1), models: [model])
    service.warmUp()
    let api = TranslationAPI(slot: ServiceSlot(WatchedService(inner: service, cancelled: cancelled)))
    server = HTTPServer(configuration: HTTPServerConfiguration(), handler: api, refusalBody: api.refusalBody)
    port = try server.start()
  }

  func shutDown() {
    let done = Signal()
    server.shutdown(graceSeconds: 0) { _ in done.signal() }
    done.wait()
  }

  static func request(_ json: String, version: String = "1.1") -> String {
    "POST /translate HTTP/\(version)\r\nHost: a\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n"
      + "Content-Length: \(json.utf8.count)\r\n\r\n\(json)"
  }
}

/// A service that tells when work was taken back.
private struct WatchedService: Translator {
  let inner: TranslationService
  let cancelled: Signal

  var models: [ServedModel] { inner.models }
  var pairs: ServedPairs { inner.pairs }
  var isReady: Bool { inner.isReady }
  var load: ServiceLoad { inner.load }

  func translate(
    _ request: TranslationRequest,
    completion: @escaping @Sendable (Result<[TranslatedText], TranslationError>) -> Void
  ) -> any Cancellable {
    Handle(work: inner.translate(request, completion: completion), cancelled: cancelled)
  }

  func checkRoom(for terms: RequestTerms) throws(TranslationError) { try inner.checkRoom(for: terms) }

  func attention(
    _ request: AttentionRequest,
    completion: @escaping @Sendable (Result<AttentionAnswer, TranslationError>) -> Void
  ) -> any Cancellable {
    inner.attention(request, completion: completion)
  }

  func score(
    _ request: ScoreRequest,
    completion: @escaping @Sendable (Result<[TranslationScore], TranslationError>) -> Void
  ) -> any Cancellable {
    inner.score(request, completion: completion)
  }

  private struct Handle: Cancellable {
    let work: any Cancellable
    let cancelled: Signal

    func cancel() {
      work.cancel()
      cancelled.signal()
    }
  }
}
