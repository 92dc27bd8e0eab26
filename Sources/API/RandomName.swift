/// Names that nobody guesses.
enum RandomName {
  /// 16 random bytes in hexadecimal.
  static func made() -> String {
    (0..<2).map { _ in
      let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }
}
