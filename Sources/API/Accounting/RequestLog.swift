import JSON
import Translation

/// One line of JSON a request. It holds no address, no key and nothing that the client wrote but the request's id and
/// method, unless texts are asked for.
package struct RequestLog: Sendable {
  private let sink: LogSink
  private let holdsTexts: Bool

  /// - Parameter holdsTexts: whether texts, their translations and messages that may quote them are logged.
  package init(_ sink: LogSink, holdsTexts: Bool = false) {
    self.sink = sink
    self.holdsTexts = holdsTexts
  }

  /// Lines that were dropped because nobody read them.
  var dropped: Int { sink.dropped }

  func write(_ account: RequestAccount, unixMilliseconds: Int) {
    let time = Timestamp.text(unixMilliseconds: unixMilliseconds)
    var writer = JSONWriter(capacity: 512)
    writer.object { writer in
      writer.member("time", time)
      writer.member("id", account.id)
      writer.member("method", account.method)
      writer.member("route", account.route)
      writer.member("status", account.status)
      writer.member("bytesIn", account.bytesIn)
      writer.member("bytesOut", account.bytesOut)
      writer.member("ms", account.seconds.map { $0 * 1000 })
      if let work = account.work { members(&writer, work) }
      writer.member("key", account.key)
      if let refusal = account.refusal { members(&writer, refusal, status: account.status) }
    }
    sink.append(writer.bytes + [UInt8(ascii: "\n")]) { Self.loss($0, time) }
  }

  private func members(_ writer: inout JSONWriter, _ work: RequestWork) {
    writer.member("queueMs", work.queueMilliseconds)
    writer.member("encodeMs", work.encodeMilliseconds)
    writer.member("decodeMs", work.decodeMilliseconds)
    writer.member("sentences", work.sentences)
    writer.member("sourceTokens", work.tokens.source)
    writer.member("targetTokens", work.tokens.target)
    writer.member("batchSize", work.batchSize)
    guard holdsTexts else { return }
    for (name, texts) in [("texts", work.texts), ("translations", work.translations)] where !texts.isEmpty {
      writer.name(name)
      writer.array(of: texts) { $0.string($1) }
    }
  }

  /// What failed in the server itself is told in full; no client wrote that.
  private func members(_ writer: inout JSONWriter, _ refusal: RequestRefusal, status: Int) {
    writer.member("refused", refusal.reason.rawValue)
    if holdsTexts || status == 500 { writer.member("error", refusal.message) }
  }

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
  /// Absent where there is no text.
  fileprivate mutating func member(_ name: String, _ text: String?) {
    guard let text else { return }
    self.name(name)
    string(text)
  }

  fileprivate mutating func member(_ name: String, _ number: Int?) {
    guard let number else { return }
    self.name(name)
    integer(number)
  }

  /// To a microsecond; absent where there is none.
  fileprivate mutating func member(_ name: String, _ milliseconds: Double?) {
    guard let milliseconds else { return }
    self.name(name)
    real((milliseconds * 1000).rounded() / 1000)
  }
}
