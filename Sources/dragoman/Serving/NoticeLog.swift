import API

/// What a server says of itself beside its line a request. It never waits for whoever reads that.
struct NoticeLog: Sendable {
  let sink: LogSink

  func write(_ message: String) {
    sink.append(Array("dragoman: \(message)\n".utf8)) { Array("dragoman: \($0) lines were dropped\n".utf8) }
  }
}
