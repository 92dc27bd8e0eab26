import API

/// Who may use the server, and how often.
struct AccessSettings {
  /// nil where nobody needs a key.
  var keyFile: String?
  /// Requests of one address, or with one key; nil for any number.
  var perMinute: Int?
  var trustedProxies: [AddressRange]

  /// - Throws: `FileError`.
  func keys(reportingTo sink: LogSink) throws -> KeyStore? {
    try keyFile.map { path in
      try KeyStore(path: path) { message in
        sink.append(Array("dragoman: \(message)\n".utf8)) { Array("dragoman: \($0) lines were dropped\n".utf8) }
      }
    }
  }

  func control(_ keys: KeyStore?) -> AccessControl {
    AccessControl(keys: keys, perMinute: perMinute, trustedProxies: trustedProxies)
  }
}
