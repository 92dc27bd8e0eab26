/// Words after a number that multiply it by a power of ten, by their first letters.
enum ScaleWords {
  /// Longer beginnings before shorter ones. A billion is 10⁹ in some languages and 10¹² in others.
  private static let powers: [(String, [Int])] = [
    ("hundred", [2]), ("thousand", [3]), ("mille", [3]), ("million", [6]), ("milliard", [9]), ("miljard", [9]),
    ("miljon", [6]), ("milion", [6]), ("milli", [6]), ("mili", [6, 9]), ("milh", [6]), ("millon", [6]), ("millón", [6]),
    ("mil", [3, 6]), ("tausend", [3]), ("duizend", [3]), ("tys", [3]), ("тыс", [3]), ("миллион", [6]),
    ("миллиард", [9]),
    ("млн", [6]), ("млрд", [9]), ("мільйон", [6]), ("мільярд", [9]), ("mio", [6]), ("mln", [6]), ("mrd", [9]),
    ("mld", [9]), ("billion", [9, 12]), ("bilh", [9]), ("bili", [9, 12]), ("bn", [9]), ("trilli", [12, 18]),
    ("trilh", [12]), ("bil", [9, 12]), ("tri", [12, 18]), ("lakh", [5]), ("crore", [7]), ("千", [3]), ("万", [4]),
    ("萬", [4]), ("億", [8]), ("亿", [8]), ("兆", [12]),
  ]
  /// Letters that are a whole word.
  private static let letters: [String: [Int]] = ["k": [3], "m": [6], "b": [9], "mi": [6], "bi": [9]]
  /// Languages with words of one value, beginning with the word for a thousand, in the singular and the plural.
  private static let names: [String: [Int: (one: String, more: String)]] = [
    "en": [
      3: ("thousand", "thousand"), 6: ("million", "million"), 9: ("billion", "billion"), 12: ("trillion", "trillion"),
    ],
    "fr": [
      3: ("mille", "mille"), 6: ("million", "millions"), 9: ("milliard", "milliards"), 12: ("billion", "billions"),
    ],
    "pt": [3: ("mil", "mil"), 6: ("milhão", "milhões"), 9: ("bilhão", "bilhões"), 12: ("trilhão", "trilhões")],
    "de": [
      3: ("Tausend", "Tausend"), 6: ("Million", "Millionen"), 9: ("Milliarde", "Milliarden"),
      12: ("Billion", "Billionen"),
    ],
  ]

  private static func code(_ language: String) -> String { String(language.prefix { $0 != "_" && $0 != "-" }) }

  static func isKnown(in language: String) -> Bool { names[code(language)] != nil }

  /// The powers of ten that the word after a number can stand for in a language.
  /// - Parameter following: the text after the number.
  static func powers(_ following: String, _ language: String) -> [Int] {
    let word = following.drop { $0 == " " }
    guard !word.isEmpty else { return [] }
    if let found = letters[String(word)] { return found }
    guard let (beginning, own) = powers.first(where: { word.hasPrefix($0.0) }) else { return [] }
    switch (code(language), beginning) {
    case ("en", "billion"): return [9]
    case ("en", "trilli"): return [12]
    case ("fr", "billion"), ("de", "billion"): return [12]
    case ("fr", "trilli"), ("de", "trilli"): return [18]
    case ("es", "mil"), ("pt", "mil"): return [3, 9]
    case ("fr", "tri"), ("pt", "tri"), ("en", "tri"), ("fr", "bil"), ("en", "bil"): return []
    // "Mil milhões" and "mille millions" are 10⁹.
    default: return own == [3, 6] ? own + [9] : own
    }
  }

  /// Whether the text after a number is a word for a power of a thousand, rather than a letter.
  static func isWord(_ following: String, _ language: String) -> Bool {
    let word = following.filter(\.isLetter)
    guard word.count >= 3, let names = names[code(language)] else { return false }
    return names.values.contains { word == $0.one.lowercased() || word == $0.more.lowercased() }
  }

  /// Returns the word of another language for the same power of ten; nil if one of the languages is not known.
  static func name(of word: String, from source: String, to target: String, isSingular: Bool) -> String? {
    let word = word.lowercased()
    let power = names[code(source)]?.first { word == $0.value.one.lowercased() || word == $0.value.more.lowercased() }?
      .key
    guard let power, let name = names[code(target)]?[power] else { return nil }
    return isSingular ? name.one : name.more
  }
}
