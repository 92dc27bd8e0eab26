/// The signs beside numbers that say what they count: percent, degrees, currencies.
///
/// A translation can have a word for a sign, or write it on the other side of the number; it must not lose the sign.
enum UnitSigns {
  /// For each sign, beginnings of words that stand for it.
  private static let words: [Unicode.Scalar: [String]] = [
    "%": ["cent", "perc", "proz", "proc", "pros", "процент", "відсот", "yüzde", "százal", "%"],
    "‰": ["mille", "mil", "promil", "промил", "‰"], "°": ["gra", "deg", "град", "derece", "fok", "º", "℃", "℉", "°"],
    "€": ["eur", "евро", "євро", "€"], "$": ["dol", "dól", "dòl", "usd", "долл", "долар", "$"],
    "£": ["libr", "livr", "pfund", "pound", "sterl", "gbp", "фунт", "£"],
    "¥": ["yen", "ien", "yuan", "jpy", "cny", "иен", "юан", "円", "元", "¥"], "₹": ["rup", "inr", "рупи", "₹"],
    "₽": ["rub", "rouble", "руб", "₽"],
  ]

  /// Returns the numbers of a source, each with its sign, whose sign is missing in the target.
  static func lost(_ numbers: [WrittenNumber], _ source: ByteText, in target: ByteText) -> [Range<Int>] {
    var found: [Unicode.Scalar: [Range<Int>]] = [:]
    for number in numbers {
      let whole = withSign(number.range, source)
      guard whole != number.range else { continue }
      for scalar in source[whole].unicodeScalars where words[scalar] != nil { found[scalar, default: []].append(whole) }
    }
    guard !found.isEmpty else { return [] }
    let text = target.string.lowercased()
    return found.flatMap { sign, places -> [Range<Int>] in
      let isThere = (words[sign] ?? []).contains { text.contains($0) }
      return isThere ? [] : places
    }.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Returns a number with the signs and unit that touch it, also after one space: "$4.50", "-5 °C", "20 %".
  private static func withSign(_ range: Range<Int>, _ source: ByteText) -> Range<Int> {
    var whole = source.joined(range)
    let next = whole.upperBound
    if next + 1 < source.count, source.byte(next) == UInt8(ascii: " ") {
      let end = min(source.count, next + 4)
      let sign = source[next + 1..<end].unicodeScalars.first
      if let sign, words[sign] != nil {
        whole = whole.lowerBound..<source.joined(next + 1..<next + 1 + UTF8.width(sign)).upperBound
      }
    }
    return whole
  }
}
