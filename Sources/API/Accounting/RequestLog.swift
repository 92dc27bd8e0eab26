import Glibc
import JSON
import Translation

/// The log of requests: one line of JSON per request. A line has no address, no key, and nothing that the client wrote
/// except the request's id and method, unless the operator asks for texts.
package struct RequestLog: Sendable {
  private let sink: LogSink
  private let holdsTexts: Bool

  /// - Parameter holdsTexts: whether texts, their translations, and messages that can quote them are logged.
  package init(_ sink: LogSink, holdsTexts: Bool = false) {
    self.sink = sink
    self.holdsTexts = holdsTexts
  }

  /// Number of lines that were dropped because nobody read them.
  var dropped: Int { sink.dropped }

  func write(_ account: RequestAccount, unixMilliseconds: Int) {
    let time = Timestamp.text(unixMilliseconds: unixMilliseconds)
    var writer = JSONWriter(capacity: 512)
    writer.object { writer in
      writer.member("time", time)
      writer.member("id", account.id)
      writer.member("method", ifPresent: account.method)
      writer.member("route", account.route)
      writer.member("status", account.status)
      writer.member("bytesIn", account.bytesIn)
      writer.member("bytesOut", account.bytesOut)
      writer.member("ms", milliseconds: account.seconds.map { $0 * 1000 })
      if let work = account.work { members(&writer, work) }
      writer.member("key", ifPresent: account.key)
      writer.member("job", ifPresent: account.job)
      if let refusal = account.refusal { members(&writer, refusal, status: account.status) }
    }
    sink.append(writer.bytes + [UInt8(ascii: "\n")]) { Self.loss($0, time) }
  }

  private func members(_ writer: inout JSONWriter, _ work: RequestWork) {
    writer.member("queueMs", milliseconds: work.queueMilliseconds)
    writer.member("encodeMs", milliseconds: work.encodeMilliseconds)
    writer.member("decodeMs", milliseconds: work.decodeMilliseconds)
    writer.member("sentences", work.sentences)
    writer.member("sourceTokens", work.tokens.source)
    writer.member("targetTokens", work.tokens.target)
    writer.member("batchSize", ifPresent: work.batchSize)
    guard holdsTexts else { return }
    if !work.texts.isEmpty { writer.member("texts", Array(work.texts)) }
    if !work.translations.isEmpty { writer.member("translations", work.translations.values) }
  }

  /// Writes the reason, and the message of a failure of the server itself, which no client wrote.
  private func members(_ writer: inout JSONWriter, _ refusal: RequestRefusal, status: Int) {
    writer.member("refused", refusal.reason.rawValue)
    if holdsTexts || status == 500 { writer.member("error", refusal.message) }
  }

  /// A line that reports lost lines.
  private static func loss(_ lines: Int, _ time: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("time", time)
      writer.member("droppedLines", lines)
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }
}

extension JSONWriter {
  /// Writes a time to a microsecond, unless it is nil.
  mutating func member(_ name: String, milliseconds: Double?) {
    if let milliseconds { member(name, (milliseconds * 1000).rounded() / 1000) }
  }
}

// MARK: - Time stamps

/// A time as RFC 3339 writes it, in UTC: `2026-11-21T08:16:49.123Z`.
enum Timestamp {
  static func text(unixMilliseconds: Int) -> String {
    var seconds = time_t(unixMilliseconds / 1000)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil else { return "" }
    let date = "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
    let time = "\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))"
    return "\(date)T\(time).\(digits(unixMilliseconds % 1000, 3))Z"
  }

  private static func digits(_ number: some BinaryInteger, _ count: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
