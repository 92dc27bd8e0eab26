/// The name of a request in logs and answers, which a load balancer may have given it.
enum RequestID {
  static let field = "X-Request-Id"
  private static let lengths = 1...128

  /// What the client calls its request, where that can stand in a header and a log; else a new name.
  static func taken(from given: String?) -> String {
    guard let given, lengths.contains(given.utf8.count), given.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return RandomName.made()
    }
    return given
  }
}
