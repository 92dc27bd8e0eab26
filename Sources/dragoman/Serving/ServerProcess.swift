import API
import Batching
import CLinux
import Dispatch
import Foundation
import HTTP
import Translation

/// The server's life: listens, loads the models, serves until SIGTERM or SIGINT, and finishes the accepted requests.
///
/// The socket is open before the models are loaded, so that health checks are answered. SIGHUP reads keys and models
/// again. All decisions are made on the thread that calls `run`; other threads post events to it.
struct ServerProcess {
  private let http: HTTPServerConfiguration
  private let memoryLimit: MemoryLimit
  private let service: ServiceConfiguration
  private let log: LogSettings
  private let access: AccessSettings
  private let settings: ServerSettings
  private let glossaries: GlossarySettings
  /// The folder of jobs; nil to keep them in memory.
  private let jobs: String?
  private let drainSeconds: Double
  private let slot = ServiceSlot()
  private let events = EventQueue<ServerEvent>()

  init(
    http: HTTPServerConfiguration, memoryLimit: MemoryLimit, service: ServiceConfiguration, log: LogSettings,
    access: AccessSettings, settings: ServerSettings, glossaries: GlossarySettings = GlossarySettings(),
    jobs: String? = nil, drainSeconds: Double
  ) {
    self.jobs = jobs
    self.glossaries = glossaries
    self.http = http
    self.memoryLimit = memoryLimit
    self.service = service
    self.log = log
    self.access = access
    self.settings = settings
    self.drainSeconds = drainSeconds
  }

  /// - Returns: the exit status: 0 if every accepted request was answered, 1 otherwise.
  /// - Throws: `HTTPServerError`, or the error of the first loading of keys or models.
  func run() throws -> Int32 {
    // A reader of the log that goes away must not end the server.
    signal(SIGPIPE, SIG_IGN)
    let sink = LogSink(descriptor: STDERR_FILENO)
    defer { sink.flush(seconds: 1) }
    let metrics = ServiceMetrics()
    let notices = NoticeLog(sink: sink)
    let keys = try access.keys(reportingTo: notices)
    var settings = settings
    try glossaries.open(in: &settings, reportingTo: notices)
    settings.report = notices.write
    if let jobs { try settings.keepJobs(in: jobs) }
    let api = TranslationAPI(
      slot: slot, access: access.control(keys), ledger: RequestLedger(metrics: metrics, log: log.log(to: sink)),
      crossOrigin: CrossOrigin(access.origins), settings: settings)
    let server = HTTPServer(configuration: http, handler: api, refusalBody: api.refusalBody)
    let signals = try Signals([SIGTERM, SIGINT, SIGHUP]) { events.post(.signal($0)) }
    // Never released: signals would end the process again after that, a SIGHUP after the drain too.
    _ = Unmanaged.passRetained(signals)
    let port = try server.start()
    let store = ModelStore(limits: service.storeLimits, observer: metrics, report: notices.write)
    let folders = StoredFolders(
      service.roots, pair: service.pair, preferences: service.preferences, report: notices.write)
    let residents = ResidentModels(service)
    var models = ModelReloader(
      slot: slot, notices: notices,
      load: { [service] in
        let stored = folders.scan()
        let models = try residents.models().map(CatalogModel.resident) + stored.map(CatalogModel.stored)
        let loaded = try TranslationService(
          configuration: service, models: models, store: store, observer: metrics,
          threads: ServiceThreads(runOnEventLoop: server.perform))
        store.keep(stored)
        return loaded
      }, post: { events.post($0) })
    models.load()
    var memory = FreeMemory()
    let timer = startTimer()
    defer { timer.cancel() }
    while true {
      switch events.wait() {
      case .loaded(let service):
        models.install(service)
        http.memory.bytes = memoryLimit.requestBytes(besideModels: modelBytes(service))
        notices.write("serving \(names(service)) on \(url(port: port))")
      case .failed(let error): try models.keepCurrent(after: error)
      case .signal(SIGHUP):
        keys?.reload()
        residents.forget()
        models.load()
      case .signal(SIGTERM), .signal(SIGINT):
        api.stopJobs()
        return drain(server, models.current, notices)
      case .signal: break
      case .timePassed:
        store.removeIdle()
        if let service = models.current { memory.trim(after: service) }
        if folders.haveChanged { models.load() }
      }
    }
  }

  private func startTimer() -> any DispatchSourceTimer {
    let interval = FreeMemory.pollIntervalSeconds
    let timer = DispatchSource.makeTimerSource()
    timer.setEventHandler { [events] in events.post(.timePassed) }
    timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .seconds(1))
    timer.resume()
    return timer
  }

  /// Ends the connections, then the service: requests that arrive on open connections meanwhile are still answered.
  private func drain(_ server: HTTPServer, _ service: TranslationService?, _ notices: NoticeLog) -> Int32 {
    slot.beginDrain()
    let finished = EventQueue<Bool>()
    server.shutdown(graceSeconds: drainSeconds) { finished.post($0) }
    guard finished.wait() else {
      notices.write("requests were still in flight after \(drainSeconds) seconds")
      return 1
    }
    guard let service else { return 0 }
    service.drain { finished.post(true) }
    _ = finished.wait()
    return 0
  }

  /// The memory of models that stay, and what stored ones can come to take.
  private func modelBytes(_ current: TranslationService) -> Int {
    current.models.filter(\.isLoaded).reduce(service.storeLimits.bytes ?? 0) { $0 + $1.bytes }
  }

  private func names(_ service: TranslationService) -> String {
    service.models.map { model in
      let kind = model.card?.isDemonstration == true ? ", a demonstration" : ""
      return "\(model.id) (\(model.languages)\(kind))"
    }.joined(separator: ", ")
  }

  private func url(port: Int) -> String {
    http.host.contains(":") ? "http://[\(http.host)]:\(port)" : "http://\(http.host):\(port)"
  }
}

// MARK: Events

/// An event that the server's main thread waits for.
package enum ServerEvent: Sendable {
  /// New models are loaded and warmed up.
  case loaded(TranslationService)
  case failed(any Error)
  case signal(Int32)
  case timePassed
}

/// A queue from any thread to the one that waits, in the order of posting.
///
/// `@unchecked Sendable`: `events` is only touched under `condition`.
package final class EventQueue<Event>: @unchecked Sendable {
  private let condition = NSCondition()
  private var events: [Event] = []

  package init() {}

  package func post(_ event: Event) {
    condition.lock()
    events.append(event)
    condition.signal()
    condition.unlock()
  }

  package func wait() -> Event {
    condition.lock()
    defer { condition.unlock() }
    while events.isEmpty { condition.wait() }
    return events.removeFirst()
  }
}

// MARK: Models

/// The models that stay in memory. They are loaded again when an operator asks for it, not when folders of stored models
/// change.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
private final class ResidentModels: @unchecked Sendable {
  private let service: ServiceConfiguration
  private let lock = NSLock()
  private var loaded: [LoadedModel]?
  /// The number of calls of `forget`: what was loaded before the last is not kept.
  private var generation = 0

  init(_ service: ServiceConfiguration) { self.service = service }

  func forget() {
    lock.withLock {
      loaded = nil
      generation += 1
    }
  }

  func models() throws -> [LoadedModel] {
    let (known, generation) = lock.withLock { (loaded, self.generation) }
    if let known { return known }
    let models = try service.loadModels()
    lock.withLock { if generation == self.generation { loaded = models } }
    return models
  }
}

/// The models from one loading to the next.
///
/// New models are loaded and warmed up beside the current ones. Requests go to the new ones after that, and the current
/// ones are released when all requests that they had accepted are answered.
package struct ModelReloader {
  package private(set) var current: TranslationService?
  private let slot: ServiceSlot
  private let notices: NoticeLog
  private let loadService: @Sendable () throws -> TranslationService
  private let post: @Sendable (ServerEvent) -> Void
  private var isLoading = false
  /// Whether another loading was requested after the running one began: its files might have changed meanwhile.
  private var isStale = false

  /// - Parameters:
  ///   - load: loads the models, on a thread of its own.
  ///   - post: receives `loaded` or `failed` after each `load()` that begins, on any thread.
  package init(
    slot: ServiceSlot, notices: NoticeLog, load: @escaping @Sendable () throws -> TranslationService,
    post: @escaping @Sendable (ServerEvent) -> Void
  ) {
    self.slot = slot
    self.notices = notices
    loadService = load
    self.post = post
  }

  /// Begins to load the models, or marks the running loading as stale.
  package mutating func load() {
    isStale = isLoading
    guard !isLoading else { return }
    isLoading = true
    DispatchQueue(label: "loading").async { [loadService, post] in
      do {
        let service = try loadService()
        service.warmUp()
        post(.loaded(service))
      } catch {
        post(.failed(error))
      }
    }
  }

  /// Sends requests to the new models, and drains the previous ones.
  package mutating func install(_ service: TranslationService) {
    let previous = current
    current = service
    slot.install(service) { previous?.drain {} }
    loadingEnded()
  }

  /// Keeps the current models after a failed loading.
  ///
  /// - Throws: the error itself if there are no current models.
  package mutating func keepCurrent(after error: any Error) throws {
    guard current != nil else { throw error }
    notices.write("the models could not be loaded again, the old models stay in service: \(error)")
    loadingEnded()
  }

  private mutating func loadingEnded() {
    isLoading = false
    if isStale { load() }
  }
}

// MARK: Memory

/// Returns free memory to the system, which the heap keeps otherwise: large requests, and models that leave, free blocks
/// between used ones. It waits for a moment without work, but not for ever.
private struct FreeMemory {
  static let pollIntervalSeconds = 5.0
  /// The number of polls with work in flight before one of them returns memory too.
  private static let maxBusyPolls = 3
  /// The least amount that is worth returning; the next requests soon use less than that again.
  private static let minFreeBytes = 8 << 20

  /// The number of batches at the last trim.
  private var batches = 0
  private var busyPolls = 0

  mutating func trim(after service: TranslationService) {
    let counters = service.counters
    guard counters.batches != batches else { return }
    let isIdle = counters.queuedItems == 0 && counters.runningRows == 0
    busyPolls = isIdle ? 0 : busyPolls + 1
    guard isIdle || busyPolls > Self.maxBusyPolls else { return }
    (batches, busyPolls) = (counters.batches, 0)
    linux_trim_memory(Self.minFreeBytes)
  }
}
