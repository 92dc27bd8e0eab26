import HTTP
import Metrics
import Translation

/// The counters behind `/metrics`. Labels are routes, statuses, reasons and model ids alone, so that there are never many
/// of them, and nothing in them is from a client.
package final class ServiceMetrics: ServiceObserver, StoreObserver {
  private static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
  private static let powers = (0...15).map { Double(1 << $0) }

  private let requests = Family(labels: ["route", "status"]) { Counter() }
  private let requestSeconds = Family(labels: ["route"]) { Histogram(bounds: seconds) }
  private let refused = Family(labels: ["reason"]) { Counter() }
  private let queueWait = Histogram(bounds: [0.0001, 0.00025, 0.0005] + seconds)
  private let batchSize = Histogram(bounds: Array(powers[...9]))
  private let paddedTokens = Histogram(bounds: Array(powers[3...]))
  private let tokens = Family(labels: ["direction"]) { Counter() }

  private let modelLoads = Family(labels: ["result"]) { Counter() }
  private let modelLoadSeconds = Histogram(bounds: seconds)
  private let modelRemovals = Counter()
  private let jobs = Family(labels: ["result"]) { Counter() }

  package init() {}

  /// The end of a job.
  enum JobResult: String {
    case done, failed, cancelled
  }

  func ended(_ result: JobResult) {
    jobs[result.rawValue].add()
  }

  package func started(waitedSeconds: Double) {
    queueWait.observe(waitedSeconds)
  }

  package func ran(rows: Int, paddedTokens: Int) {
    batchSize.observe(Double(rows))
    self.paddedTokens.observe(Double(paddedTokens))
  }

  package func finished(_ tokens: TokenCounts) {
    self.tokens["source"].add(tokens.source)
    self.tokens["target"].add(tokens.target)
  }

  package func loaded(seconds: Double, failed: Bool) {
    modelLoads[failed ? "failed" : "loaded"].add()
    modelLoadSeconds.observe(seconds)
  }

  package func removed(_ models: Int) {
    modelRemovals.add(models)
  }

  func count(_ account: RequestAccount) {
    requests[account.route, String(account.status)].add()
    if let seconds = account.seconds { requestSeconds[account.route].observe(seconds) }
    if let reason = account.refusal?.reason { refused[reason.rawValue].add() }
  }

  func write(to text: inout ExpositionText) {
    text.counters("dragoman_http_requests_total", "Requests answered, by route and status.", requests)
    text.histograms(
      "dragoman_http_request_seconds", "Time from a whole request to its answer, by route.", requestSeconds)
    text.counters("dragoman_refused_total", "Requests that were refused, by reason.", refused)
    text.histogram("dragoman_queue_wait_seconds", "Time that sentences waited for a worker.", queueWait)
    text.histogram("dragoman_batch_size", "Rows in flight on a worker when sentences start, beams included.", batchSize)
    text.histogram("dragoman_batch_padded_tokens", "Tokens that start together, padding included.", paddedTokens)
    text.counters("dragoman_tokens_total", "Tokens translated, by direction.", tokens)
    text.counters("dragoman_model_loads_total", "Models loaded at their use, by result.", modelLoads)
    text.histogram("dragoman_model_load_seconds", "Time to load a model at its use.", modelLoadSeconds)
    text.counters("dragoman_jobs_total", "Jobs that have ended, by result.", jobs)
    text.counter(
      "dragoman_model_removals_total", "Loaded models that left for others, or unused.", Double(modelRemovals.value))
  }
}

// MARK: - The route

/// `GET /metrics`, for Prometheus.
struct MetricsRoute: Sendable {
  let slot: ServiceSlot
  let ledger: RequestLedger
  let jobs: JobQueue
  let memory: MemoryBudget

  @Sendable func handle(_ request: HTTPRequest, _ exchange: APIExchange) {
    var text = ExpositionText()
    ledger.metrics.write(to: &text)
    writeService(to: &text)
    writeJobs(to: &text)
    text.gauge(
      "dragoman_request_memory_bytes", "Memory that unanswered requests can come to take.",
      Double(memory.reservedBytes))
    text.gauge("dragoman_request_memory_limit_bytes", "The limit of --max-memory.", Double(memory.bytes))
    if let log = ledger.log {
      let help = "Log lines dropped because nobody read them."
      text.counter("dragoman_log_lines_dropped_total", help, Double(log.dropped))
    }
    ProcessMetrics.write(to: &text)
    exchange.respond(
      HTTPResponse(
        status: 200, headers: ["Content-Type": ExpositionText.contentType], body: Array(text.text.utf8)))
  }

  private func writeService(to text: inout ExpositionText) {
    let (load, models) = (try? slot.withService { ($0.load, $0.models) }) ?? (nil, [])
    let isReady = (try? slot.checkReady()) != nil
    text.gauge("dragoman_ready", "1 while requests should be sent here, else 0.", isReady ? 1 : 0)
    text.gauge("dragoman_queue_depth", "Sentences that wait for a worker.", Double(load?.queuedSentences ?? 0))
    text.gauge("dragoman_rows_active", "Rows being decoded, beams included.", Double(load?.activeRows ?? 0))
    let loaded = models.filter(\.isLoaded)
    text.gauge("dragoman_models_loaded", "Models in memory.", Double(loaded.count))
    text.gauges(
      "dragoman_model_bytes", "Bytes of a loaded model's weights.", label: "model",
      loaded.map { ($0.id, Double($0.bytes)) })
    if let use = try? slot.withService(\.cacheUse) { Self.write(use, to: &text) }
  }

  private func writeJobs(to text: inout ExpositionText) {
    let load = jobs.load
    text.gauges(
      "dragoman_jobs", "Jobs that are kept, by state.", label: "state",
      [("queued", Double(load.queued)), ("running", Double(load.running)), ("ended", Double(load.ended))])
    text.gauge("dragoman_job_bytes", "Bytes of the jobs that are kept.", Double(load.bytes))
  }

  private static func write(_ use: CacheUse, to text: inout ExpositionText) {
    text.counter("dragoman_cache_hits_total", "Sentences whose translation was in the cache.", Double(use.hits))
    text.counter("dragoman_cache_misses_total", "Sentences that were not in the cache.", Double(use.misses))
    text.gauge("dragoman_cache_entries", "Translations in the cache.", Double(use.entries))
    text.gauge("dragoman_cache_bytes", "Bytes of the cache.", Double(use.bytes))
  }
}
