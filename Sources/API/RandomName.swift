/// Names that nobody guesses.
enum RandomName {
  private static let digits = Array("0123456789abcdef".utf8)

  /// 16 random bytes in hexadecimal.
  static func made() -> String {
    String(unsafeUninitializedCapacity: 32) { text in
      for half in 0..<2 {
        var bits = UInt64.random(in: 0 ... .max)
        for place in 0..<16 {
          text[16 * half + place] = digits[Int(bits & 15)]
          bits >>= 4
        }
      }
      return 32
    }
  }
}
