import Dispatch
import Metrics
import Testing

struct ExpositionTextTests {
  @Test func gaugesAndCounters() {
    let family = Family(labels: ["route", "status"]) { Counter() }
    family["/translate", "200"].add(3)
    family["/health", "200"].add()
    family["/translate", "200"].add()
    var text = ExpositionText()
    text.gauge("a", "What a is.", 0.25)
    text.counters("b_total", "What b is.", family)
    #expect(
      text.text == """
        # HELP a What a is.
        # TYPE a gauge
        a 0.25
        # HELP b_total What b is.
        # TYPE b_total counter
        b_total{route="/health",status="200"} 1
        b_total{route="/translate",status="200"} 4

        """)
  }

  @Test func histogramsCountUpToEachBound() {
    let family = Family(labels: ["route"]) { Histogram(bounds: [0.5, 2]) }
    for value in [0.25, 0.5, 1, 2, 2.5] { family["/"].observe(value) }
    var text = ExpositionText()
    text.histograms("c_seconds", "What c is.", family)
    #expect(
      text.text == """
        # HELP c_seconds What c is.
        # TYPE c_seconds histogram
        c_seconds_bucket{route="/",le="0.5"} 2
        c_seconds_bucket{route="/",le="2"} 4
        c_seconds_bucket{route="/",le="+Inf"} 5
        c_seconds_sum{route="/"} 6.25
        c_seconds_count{route="/"} 5

        """)
  }

  @Test func lineEndsAndQuotesAreEscaped() {
    var text = ExpositionText()
    text.gauges("d", "a\\b\nc", label: "model", [("x\"y\\z\n", 1)])
    #expect(text.text == "# HELP d a\\\\b\\nc\n# TYPE d gauge\nd{model=\"x\\\"y\\\\z\\n\"} 1\n")
  }

  @Test func specialNumbers() {
    var text = ExpositionText()
    text.gauge("e", "e", .infinity)
    text.gauge("f", "f", -.infinity)
    text.gauge("g", "g", .nan)
    #expect(text.text.split(separator: "\n").filter { !$0.hasPrefix("#") } == ["e +Inf", "f -Inf", "g NaN"])
  }

  @Test func countsFromManyThreadsAddUp() {
    let family = Family(labels: ["x"]) { Counter() }
    let histogram = Histogram(bounds: [10, 100])
    DispatchQueue.concurrentPerform(iterations: 1000) { index in
      family[String(index % 3)].add(2)
      histogram.observe(Double(index % 200))
    }
    #expect(family.all.map(\.instrument.value).reduce(0, +) == 2000)
    #expect(histogram.snapshot.cumulative == [55, 505])
    #expect(histogram.snapshot.count == 1000)
    #expect(histogram.snapshot.sum == 99500)
  }

  @Test func processMetrics() throws {
    var text = ExpositionText()
    ProcessMetrics.write(to: &text)
    let values = Dictionary(
      uniqueKeysWithValues: text.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
        let parts = line.split(separator: " ")
        return (String(parts[0]), Double(parts[1]))
      }
    ).compactMapValues { $0 }
    #expect(values.count == 5)
    let memory = try #require(values["process_resident_memory_bytes"])
    #expect(memory > 1e6)
    let files = try #require(values["process_open_fds"])
    #expect(files >= 3)
    let limit = try #require(values["process_max_fds"])
    #expect(limit >= files)
    let start = try #require(values["process_start_time_seconds"])
    #expect(start > 1_700_000_000)
    let used = try #require(values["process_cpu_seconds_total"])
    #expect(used > 0)
  }
}
