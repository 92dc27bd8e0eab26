import API

/// What `serve` says of each request, and how.
struct LogSettings {
  var format: LogFormat
  /// Texts and their translations too.
  var holdsTexts: Bool

  func log(to sink: LogSink) -> RequestLog? {
    switch format {
    case .nothing: nil
    case .json: RequestLog(sink, holdsTexts: holdsTexts)
    }
  }
}

enum LogFormat: String, CaseIterable {
  case json
  case nothing = "none"
}
