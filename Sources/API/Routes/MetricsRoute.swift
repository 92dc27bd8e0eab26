import HTTP
import Metrics

/// `GET /metrics`, for Prometheus.
struct MetricsRoute: Sendable {
  let slot: ServiceSlot
  let ledger: RequestLedger

  @Sendable func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    var text = ExpositionText()
    ledger.metrics.write(to: &text)
    writeService(to: &text)
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
    text.gauges(
      "dragoman_model_bytes", "Bytes of a model's weights.", label: "model",
      models.map { ($0.id, Double($0.bytes)) })
  }
}
