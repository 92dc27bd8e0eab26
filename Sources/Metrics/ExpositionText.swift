/// A text in Prometheus' exposition format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
///
/// Each metric is written once, with its help and type before its samples.
package struct ExpositionText {
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
  package private(set) var text = ""

  package init() {}

  package mutating func gauge(_ name: String, _ help: String, _ value: Double) {
    head(name, help, "gauge")
    sample(name, "", value)
  }

  /// Writes a sample per value of a label.
  package mutating func gauges(_ name: String, _ help: String, label: String, _ values: [(String, Double)]) {
    head(name, help, "gauge")
    for (labelled, value) in values { sample(name, Self.labels([label], [labelled]), value) }
  }

  package mutating func counter(_ name: String, _ help: String, _ value: Double) {
    head(name, help, "counter")
    sample(name, "", value)
  }

  package mutating func counters(_ name: String, _ help: String, _ family: Family<Counter>) {
    head(name, help, "counter")
    for (values, counter) in family.all {
      sample(name, Self.labels(family.labels, values), Double(counter.value))
    }
  }

  package mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
    head(name, help, "histogram")
    samples(name, [], [], histogram)
  }

  package mutating func histograms(_ name: String, _ help: String, _ family: Family<Histogram>) {
    head(name, help, "histogram")
    for (values, histogram) in family.all { samples(name, family.labels, values, histogram) }
  }

  // MARK: Lines

  private mutating func head(_ name: String, _ help: String, _ type: String) {
    text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(type)\n"
  }

  private mutating func sample(_ name: String, _ labels: String, _ value: Double) {
    text += "\(name)\(labels) \(Self.number(value))\n"
  }

  private mutating func samples(_ name: String, _ labels: [String], _ values: [String], _ histogram: Histogram) {
    let (cumulative, count, sum) = histogram.snapshot
    for (bound, below) in zip(histogram.bounds + [.infinity], cumulative + [count]) {
      sample("\(name)_bucket", Self.labels(labels + ["le"], values + [Self.number(bound)]), Double(below))
    }
    sample("\(name)_sum", Self.labels(labels, values), sum)
    sample("\(name)_count", Self.labels(labels, values), Double(count))
  }

  private static func labels(_ names: [String], _ values: [String]) -> String {
    guard !names.isEmpty else { return "" }
    let pairs = zip(names, values).map { "\($0)=\"\(escaped($1).replacing("\"", with: "\\\""))\"" }
    return "{\(pairs.joined(separator: ","))}"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  private static func number(_ value: Double) -> String {
    if value == .infinity { return "+Inf" }
    if value == -.infinity { return "-Inf" }
    if value.isNaN { return "NaN" }
    return Int(exactly: value).map(String.init) ?? value.description
  }
}
