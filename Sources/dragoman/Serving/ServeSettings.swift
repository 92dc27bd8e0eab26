import API
import Glibc
import Terminal

/// Settings of who can use the server, and how often.
package struct AccessSettings {
  /// The file of keys; nil if nobody needs a key.
  package var keyFile: String?
  /// The requests per minute from one address, or with one key; nil for any number.
  package var requestsPerMinute: Int?
  package var trustedProxies: [AddressRange]
  /// The origins of pages that can read the answers; empty for all.
  package var origins: [AllowedOrigin]

  package init(
    keyFile: String? = nil, requestsPerMinute: Int? = nil, trustedProxies: [AddressRange] = [],
    origins: [AllowedOrigin] = []
  ) {
    self.keyFile = keyFile
    self.requestsPerMinute = requestsPerMinute
    self.trustedProxies = trustedProxies
    self.origins = origins
  }

  /// - Throws: `FileError` if the file of keys cannot be used.
  func keys(reportingTo notices: NoticeLog) throws -> KeyStore? {
    try keyFile.map { try KeyStore(path: $0, report: notices.write) }
  }

  func control(_ keys: KeyStore?) -> AccessControl {
    AccessControl(keys: keys, perMinute: requestsPerMinute, trustedProxies: trustedProxies)
  }
}

/// Folders of glossaries.
package struct GlossarySettings {
  /// The folder of files of terms; nil for none.
  package var folder: String?
  /// The folder that keeps glossaries of clients; nil to keep them in memory.
  package var store: String?

  package init(folder: String? = nil, store: String? = nil) {
    self.folder = folder
    self.store = store
  }

  /// Adds the glossaries to the settings of a server.
  /// - Throws: `FileError` if a folder cannot be used.
  func open(in settings: inout ServerSettings, reportingTo notices: NoticeLog) throws {
    settings.glossaries = try folder.map { try GlossaryFolder(path: $0, report: notices.write) }
    if let store { settings.clientGlossaries = try GlossaryStore(folder: store, report: notices.write) }
  }
}

/// Settings of the line that `serve` logs per request.
package struct LogSettings {
  package var format: LogFormat
  /// Whether texts and their translations are logged too.
  package var includesTexts: Bool

  package init(format: LogFormat, includesTexts: Bool = false) {
    self.format = format
    self.includesTexts = includesTexts
  }

  func log(to sink: LogSink) -> RequestLog? {
    switch format {
    case .nothing: nil
    case .json: RequestLog(sink, holdsTexts: includesTexts)
    }
  }
}

package enum LogFormat: String, CaseIterable, Sendable {
  case json
  case nothing = "none"
}

/// The server's notices on stderr, beside the lines for requests. Writing never waits for the reader.
package struct NoticeLog: Sendable {
  private let sink: LogSink

  package init(sink: LogSink) {
    self.sink = sink
  }

  package func write(_ message: String) {
    sink.append(Array("dragoman: \(message)\n".utf8)) { Array("dragoman: \($0) lines were dropped\n".utf8) }
  }
}

/// The system's limit of open files for this process.
package enum FileDescriptorLimit {
  /// Descriptors for everything except connections: models, standard streams, the event loop.
  private static let reserved = 64

  /// Raises the soft limit as far as needed and possible.
  ///
  /// - Returns: the number of connections that have descriptors, at most `connections`.
  /// - Throws: `UsageError` if there are none.
  package static func raise(forConnections connections: Int) throws -> Int {
    var limits = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limits) == 0 else { return connections }
    let needed = rlim_t(connections + reserved)
    if limits.rlim_cur < needed {
      limits.rlim_cur = min(needed, limits.rlim_max)
      setrlimit(resource, &limits)
    }
    let possible = limits.rlim_cur >= needed ? connections : Int(limits.rlim_cur) - reserved
    guard possible > 0 else {
      throw UsageError("found a limit of \(limits.rlim_cur) open files, expected more than \(reserved)")
    }
    return possible
  }
}
