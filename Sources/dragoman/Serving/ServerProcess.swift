import API
import Dispatch
import Glibc
import HTTP
import Translation

/// The life of the server: listens at once so that health checks are answered, loads the models beside that, serves
/// until a signal, finishes what it has accepted. SIGHUP reads keys and models again.
struct ServerProcess {
  private let http: HTTPServerConfiguration
  private let service: ServiceConfiguration
  private let log: LogSettings
  private let access: AccessSettings
  private let settings: ServerSettings
  private let drainSeconds: Double
  private let slot = ServiceSlot()
  private let events = EventQueue<ServerEvent>()

  init(
    http: HTTPServerConfiguration, service: ServiceConfiguration, log: LogSettings, access: AccessSettings,
    settings: ServerSettings, drainSeconds: Double
  ) {
    self.http = http
    self.service = service
    self.log = log
    self.access = access
    self.settings = settings
    self.drainSeconds = drainSeconds
  }

  /// - Returns: the exit status: 0 where everything that was accepted has been answered.
  func run() throws -> Int32 {
    // Whoever reads the log may go away; that must not end the server.
    signal(SIGPIPE, SIG_IGN)
    let sink = LogSink(descriptor: STDERR_FILENO)
    defer { sink.flush(seconds: 1) }
    let metrics = ServiceMetrics()
    let notices = NoticeLog(sink: sink)
    let keys = try access.keys(reportingTo: notices)
    let api = TranslationAPI(
      slot: slot, access: access.control(keys), ledger: RequestLedger(metrics: metrics, log: log.log(to: sink)),
      crossOrigin: CrossOrigin(access.origins), settings: settings)
    let server = HTTPServer(configuration: http, handler: api, refusalBody: api.refusalBody)
    let signals = try Signals([SIGTERM, SIGINT, SIGHUP]) { events.post(.signal($0)) }
    // Never released: with its end the signals would end the process again, a SIGHUP after the drain too.
    _ = Unmanaged.passRetained(signals)
    let port = try server.start()
    var models = ModelLife(
      service, observer: metrics, threads: ServiceThreads(host: server.perform), slot: slot, notices: notices
    ) { events.post($0) }
    models.load()
    var memory = IdleMemory()
    let timer = ticking()
    defer { timer.cancel() }
    while true {
      switch events.wait() {
      case .loaded(let service):
        models.install(service)
        notices.write("serving \(names(service)) on \(url(port: port))")
      case .failed(let error): try models.keep(after: error)
      case .signal(SIGHUP):
        keys?.reload()
        models.load()
      case .timePassed: if let service = models.current { memory.look(at: service) }
      case .signal(SIGTERM), .signal(SIGINT): return drain(server, models.current, notices)
      case .signal: break
      }
    }
  }

  private func ticking() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource()
    timer.setEventHandler { [events] in events.post(.timePassed) }
    timer.schedule(deadline: .now() + IdleMemory.patience, repeating: IdleMemory.patience, leeway: .seconds(1))
    timer.resume()
    return timer
  }

  /// Connections first, since what comes in on those that are open is still to be answered; the service after them.
  private func drain(_ server: HTTPServer, _ service: TranslationService?, _ notices: NoticeLog) -> Int32 {
    slot.beginDrain()
    let finished = EventQueue<Bool>()
    server.shutdown(graceSeconds: drainSeconds) { finished.post($0) }
    guard finished.wait() else {
      notices.write("requests were still under way after \(drainSeconds) seconds")
      return 1
    }
    guard let service else { return 0 }
    service.drain { finished.post(true) }
    _ = finished.wait()
    return 0
  }

  private func names(_ service: TranslationService) -> String {
    service.models.map { "\($0.id) (\($0.pair.source) to \($0.pair.target))" }.joined(separator: ", ")
  }

  private func url(port: Int) -> String {
    http.host.contains(":") ? "http://[\(http.host)]:\(port)" : "http://\(http.host):\(port)"
  }
}
