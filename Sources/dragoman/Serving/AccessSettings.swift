import API

/// Who may use the server, and how often.
struct AccessSettings {
  /// nil where nobody needs a key.
  var keyFile: String?
  /// Requests of one address, or with one key; nil for any number.
  var perMinute: Int?
  var trustedProxies: [AddressRange]
  /// Pages that may read the answers; none for any.
  var origins: [AllowedOrigin]

  /// - Throws: `FileError`.
  func keys(reportingTo notices: NoticeLog) throws -> KeyStore? {
    try keyFile.map { try KeyStore(path: $0, report: notices.write) }
  }

  func control(_ keys: KeyStore?) -> AccessControl {
    AccessControl(keys: keys, perMinute: perMinute, trustedProxies: trustedProxies)
  }
}
