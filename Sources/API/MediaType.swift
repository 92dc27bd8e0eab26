/// A Content-Type field: type and parameters (RFC 9110, 8.3.1). Names compare without case.
struct MediaType: CustomStringConvertible {
  let description: String
  let name: String
  private let charset: String?

  init(_ field: String) {
    description = field
    let parts = field.lowercased().split(separator: ";").map { part in
      part.filter { !" \t\"".contains($0) }
    }
    name = parts.first ?? ""
    charset = parts.dropFirst().first { $0.hasPrefix("charset=") }.map { String($0.dropFirst("charset=".count)) }
  }

  /// Whether its text is UTF-8, which it is unless it says otherwise.
  var isUTF8: Bool { charset == nil || charset == "utf-8" || charset == "utf8" || charset == "us-ascii" }
}
