/// The abbreviation "No." of a number, which a model can take for a refusal: "No. 61" is not "Non 61".
enum NumberMarks {
  /// The word of a language for a refusal, if nobody abbreviates "number" by it.
  private static let refusals = ["de": "nein", "fr": "non", "pt": "não"]
  private static let marks = ["no.", "nos."]

  /// Returns the numbers of an English source, each with its abbreviation, that have a refusal before them in the target.
  static func misread(
    _ numbers: [WrittenNumber], _ source: ByteText, _ target: ByteText, from: String, to: String
  ) -> [Range<Int>] {
    let code = String(to.prefix { $0 != "_" && $0 != "-" })
    guard from.hasPrefix("en"), let refusal = refusals[code] else { return [] }
    return numbers.compactMap { number in
      guard let start = start(of: number, source) else { return nil }
      let digits = source[number.range]
      let isMisread = target.places(of: digits, alone: true).contains { place in
        let before = String(target.end(of: 0..<place.lowerBound).lowercased().map { $0 == "\u{A0}" ? " " : $0 })
        return before.hasSuffix(" ") && before.split { !$0.isLetter }.last.map(String.init) == refusal
      }
      return isMisread ? start..<number.range.upperBound : nil
    }
  }

  /// Returns the start of the abbreviation before a number; nil if there is none.
  private static func start(of number: WrittenNumber, _ source: ByteText) -> Int? {
    marks.lazy.compactMap { mark -> Int? in
      let blank = number.range.lowerBound - 1
      let start = blank - mark.utf8.count
      guard start >= 0, ASCII.isBlank(source.byte(blank)), source[start..<blank].lowercased() == mark,
        start == 0 || !ASCII.isWord(source.byte(start - 1))
      else { return nil }
      return start
    }.first
  }
}
