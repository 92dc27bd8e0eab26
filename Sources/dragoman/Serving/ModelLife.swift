import API
import Dispatch
import Translation

/// The models from one loading to the next. New ones are loaded and warmed up beside those that serve; then requests go to
/// the new ones, and the old are given up once all that they had accepted is answered.
struct ModelLife {
  private(set) var current: TranslationService?
  private let configuration: ServiceConfiguration
  private let observer: any ServiceObserver
  private let threads: ServiceThreads
  private let slot: ServiceSlot
  private let notices: NoticeLog
  private let post: @Sendable (ServerEvent) -> Void
  private var isLoading = false
  /// Whether the files may have changed since loading began.
  private var isStale = false

  /// - Parameter post: receives `loaded` or `failed` after each `load`, on any thread.
  init(
    _ configuration: ServiceConfiguration, observer: any ServiceObserver, threads: ServiceThreads, slot: ServiceSlot,
    notices: NoticeLog, post: @escaping @Sendable (ServerEvent) -> Void
  ) {
    self.configuration = configuration
    self.observer = observer
    self.threads = threads
    self.slot = slot
    self.notices = notices
    self.post = post
  }

  mutating func load() {
    isStale = isLoading
    guard !isLoading else { return }
    isLoading = true
    DispatchQueue(label: "loading").async { [configuration, observer, threads, post] in
      do {
        let service = try TranslationService(configuration: configuration, observer: observer, threads: threads)
        service.warmUp()
        post(.loaded(service))
      } catch {
        post(.failed(error))
      }
    }
  }

  mutating func install(_ service: TranslationService) {
    let before = current
    current = service
    slot.install(service) { before?.drain {} }
    loadingEnded()
  }

  /// - Throws: the error itself where there are no models to serve on with.
  mutating func keep(after error: any Error) throws {
    guard current != nil else { throw error }
    notices.write("the models were not loaded anew, those of before serve on: \(error)")
    loadingEnded()
  }

  private mutating func loadingEnded() {
    isLoading = false
    if isStale { load() }
  }
}
