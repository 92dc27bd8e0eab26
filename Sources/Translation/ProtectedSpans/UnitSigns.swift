/// The signs beside numbers that say what they count: percent, degrees, currencies, metric units.
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

  /// For each symbol of a unit or currency, beginnings of words that stand for it in languages with Latin letters.
  private static let symbols: [String: [String]] = [
    "min": ["min", "minu"], "m": ["m", "met", "mèt", "mét", "mil", "min", "mio", "mln"], "g": ["g", "gr"],
    "l": ["l", "lit"],
    "ml": ["ml", "mil"], "cl": ["cl", "cent", "zent"], "dl": ["dl", "de"], "kg": ["kg", "kil", "quil", "chil"],
    "mg": ["mg", "mil"], "km": ["km", "kil", "quil", "chil"], "cm": ["cm", "cent", "zent"], "mm": ["mm", "mil"],
    "km/h": ["km", "kil", "quil", "chil"], "mph": ["mph", "mi", "m/h", "km"], "kwh": ["kwh", "kil", "quil", "chil"],
    "kw": ["kw", "kil", "quil", "chil"], "mw": ["mw", "meg"], "hz": ["hz", "her"],
    "khz": ["khz", "kil", "quil", "chil"], "mhz": ["mhz", "meg"], "ghz": ["ghz", "gig"],
    "kb": ["kb", "ko", "kil", "quil", "chil"], "mb": ["mb", "mo", "meg"],
    "gb": ["gb", "go", "gig"], "tb": ["tb", "to", "ter"], "usd": ["usd", "dol", "dól", "$", "us$"],
    "eur": ["eur", "€"],
    "gbp": ["gbp", "libr", "livr", "pfund", "pound", "sterl", "£"], "chf": ["chf", "fr"],
    "jpy": ["jpy", "yen", "ien", "¥"], "cad": ["cad", "dol", "dól", "$", "c$", "ca$"],
    "aud": ["aud", "dol", "dól", "$", "a$", "au$"],
    "brl": ["brl", "rea", "r$"],
    "inr": ["inr", "rup", "₹"], "cny": ["cny", "yuan", "iuan", "¥"],
  ]

  /// Returns the numbers of a source, each with its sign or symbol, that have none in the target.
  static func lost(_ numbers: [WrittenNumber], _ source: ByteText, in target: ByteText) -> [Range<Int>] {
    var found: [String: [Range<Int>]] = [:]
    for number in numbers {
      let whole = withSign(number.range, source)
      for scalar in source[whole].unicodeScalars where words[scalar] != nil {
        found[String(scalar), default: []].append(whole)
      }
      if let (symbol, range) = symbol(beside: number.range, source) { found[symbol, default: []].append(range) }
    }
    guard !found.isEmpty else { return [] }
    let text = target.string.lowercased()
    let isLatin = text.utf8.contains(where: ASCII.isLetter)
    return found.flatMap { sign, places -> [Range<Int>] in
      if let beginnings = symbols[sign] {
        let isThere = text.split { !$0.isLetter && !$0.isCurrencySymbol }.contains { word in
          beginnings.contains { $0 == sign ? word == $0 : word.hasPrefix($0) }
        }
        return isThere || !isLatin ? [] : places
      }
      let isThere = sign.unicodeScalars.first.flatMap { words[$0] }?.contains { text.contains($0) } ?? true
      return isThere ? [] : places
    }.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Returns the numbers of a source, each with its sign, that have a percent sign in the target and none in the source.
  static func invented(_ numbers: [WrittenNumber], _ source: ByteText, in target: ByteText) -> [Range<Int>] {
    ["%", "\u{2030}"].flatMap { (sign: Unicode.Scalar) -> [Range<Int>] in
      let places = target.places(of: String(sign), alone: false)
      guard !places.isEmpty, places.count > source.places(of: String(sign), alone: false).count else { return [] }
      let text = source.string.lowercased()
      guard let beginnings = words[sign],
        !beginnings.contains(where: text.contains) || text.unicodeScalars.contains(sign)
      else { return [] }
      return places.flatMap { place -> [Range<Int>] in
        var start = place.lowerBound
        func isOfNumber(_ byte: UInt8) -> Bool { ASCII.isDigit(byte) || ASCII.isOne(of: ".,", byte) }
        while start > 0, !isOfNumber(target.byte(start - 1)), place.lowerBound - start < 3 { start -= 1 }
        let end = start
        while start > 0, isOfNumber(target.byte(start - 1)), end - start < longestNumber { start -= 1 }
        let digits = target[start..<end].filter(\.isNumber)
        return numbers.filter { $0.written == digits }.map { withSign($0.range, source) }
          .filter { !source[$0].unicodeScalars.contains(sign) }
      }
    }
  }

  /// The bytes of the longest number before a percent sign.
  private static let longestNumber = 24

  /// Whether a text is a number with the sign of a currency, and no word.
  static func isAmount(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    return scalars.contains { $0.properties.generalCategory == .currencySymbol }
      && text.utf8.contains(where: ASCII.isDigit) && !scalars.contains(where: \.properties.isAlphabetic)
  }

  static func isSymbol(_ text: String) -> Bool { symbols[text.lowercased()] != nil }

  /// Returns a number with all that says what it counts: its signs, its unit, its half of the day.
  static func expression(_ number: WrittenNumber, in source: ByteText, _ language: String) -> Range<Int> {
    let parts = [
      number.withScale(in: source, language) ?? number.range,
      withSign(number.range, source), source.withSign(number.range), number.withHalf(in: source),
      symbol(beside: number.range, source)?.1 ?? number.range,
    ]
    let start = parts.map(\.lowerBound).min() ?? number.range.lowerBound
    return start..<(parts.map(\.upperBound).max() ?? number.range.upperBound)
  }

  /// Returns the symbol after a number or the code of a currency before it, with the range of both; nil if there is none.
  private static func symbol(beside number: Range<Int>, _ source: ByteText) -> (String, Range<Int>)? {
    var start = number.upperBound
    if start < source.count, source.byte(start) == UInt8(ascii: " ") { start += 1 }
    var end = start
    while end < source.count, end < start + 5, ASCII.isLetter(source.byte(end)) || source.byte(end) == UInt8(ascii: "/")
    {
      end += 1
    }
    let after = source[start..<end].lowercased()
    if symbols[after] != nil, !source.hasLetter(after: end) { return (after, number.lowerBound..<end) }
    let before = number.lowerBound - 4
    guard before >= 0, source.byte(before + 3) == UInt8(ascii: " "), !source.hasLetter(before: before) else {
      return nil
    }
    let code = source[before..<before + 3]
    guard code.allSatisfy(\.isUppercase), symbols[code.lowercased()] != nil else { return nil }
    return (code.lowercased(), before..<number.upperBound)
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
