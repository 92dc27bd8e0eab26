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
      if let all = symbols[sign] {
        // The word of another unit of the source says nothing of this one.
        let others = found.keys.filter { $0 != sign }.flatMap { symbols[$0] ?? [] }
        let beginnings = all.filter { sign.hasPrefix($0) || !others.contains($0) }
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
    let start = source.space(at: number.upperBound).upperBound
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

  /// Returns a number with the signs and unit that touch it, also after one space: "$4.50", "$ 20", "-5 °C", "20 %".
  private static func withSign(_ range: Range<Int>, _ source: ByteText) -> Range<Int> {
    var whole = source.joined(range)
    if let sign = currency(before: whole.lowerBound, source) { whole = sign..<whole.upperBound }
    let space = source.space(at: whole.upperBound)
    if !space.isEmpty, space.upperBound < source.count {
      let end = min(source.count, space.upperBound + 3)
      let sign = source[space.upperBound..<end].unicodeScalars.first
      if let sign, words[sign] != nil {
        whole =
          whole.lowerBound..<source.joined(space.upperBound..<space.upperBound + UTF8.width(sign)).upperBound
      }
    }
    return whole
  }

  /// Returns the start of the sign of a currency and the space before a number; nil if another number is before the sign.
  private static func currency(before number: Int, _ source: ByteText) -> Int? {
    let before = Array(source.end(of: 0..<number).unicodeScalars.suffix(4).reversed())
    guard before.count >= 2, before[0].properties.isWhitespace,
      before[1].properties.generalCategory == .currencySymbol,
      !before.dropFirst(2).contains(where: { $0.properties.numericType != nil })
    else { return nil }
    return number - UTF8.width(before[0]) - UTF8.width(before[1])
  }

  /// Whether a sign at an offset says what the number before it counts.
  static func isSign(at offset: Int, of text: ByteText) -> Bool {
    let end = min(text.count, offset + 3)
    return offset < end && text[offset..<end].unicodeScalars.first.map { words[$0] != nil } ?? false
  }

  /// Whether a language writes no space between a number and a sign.
  static func touchNumbers(in language: String) -> Bool {
    ["en", "zh", "ja", "ko", "th", "tr", "he"].contains(language.prefix { $0 != "_" && $0 != "-" })
  }
}
