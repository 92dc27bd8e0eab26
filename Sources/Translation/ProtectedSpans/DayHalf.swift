/// The half of the day that a text says an hour is of.
enum DayHalf: Equatable, Sendable {
  case morning
  case afternoon

  /// Languages whose words for the halves of the day are known.
  private static let languages: Set<String> = ["ca", "de", "en", "es", "fr", "gl", "it", "nl", "pt"]
  /// Words after an hour, by their first letters.
  private static let words: [(beginnings: [String], half: DayHalf)] = [
    (
      ["manhã", "madrugada", "mañana", "matin", "morgen", "früh", "vormittag", "mattin", "mati", "morning", "ochtend"],
      .morning
    ),
    (
      [
        "tard", "noite", "noit", "noche", "nuit", "soir", "après-midi", "après", "nachmittag", "abend", "nacht", "ser",
        "pomeriggio", "notte", "afternoon", "evening", "night", "namiddag", "middag", "avond", "vespre", "nit",
      ], .afternoon
    ),
  ]
  /// Words between an hour and its half of the day: "5 horas da tarde".
  private static let maxWords = 4

  static func isKnown(in language: String) -> Bool {
    languages.contains(String(language.prefix { $0 != "_" && $0 != "-" }))
  }

  /// - Parameter text: what follows an hour, in small letters, up to the next number or comma.
  init?(after text: String) {
    let words = text.split { $0.isWhitespace }.prefix(Self.maxWords).map { $0.filter { $0 != "." } }
    let sign = words.first == "a" || words.first == "p" ? words.prefix(2).joined() : words.first ?? ""
    switch sign {
    case "am": self = .morning
    case "pm": self = .afternoon
    default:
      let found = words.lazy.compactMap { word in
        Self.words.first { $0.beginnings.contains { word.hasPrefix($0) } }?.half
      }.first
      guard let found else { return nil }
      self = found
    }
  }

  /// Whether a text has a word or sign for this half anywhere.
  func isNamed(in text: String) -> Bool {
    let own = Self.words.filter { $0.half == self }.flatMap(\.beginnings) + [self == .morning ? "am" : "pm"]
    return text.lowercased().split { $0.isWhitespace }.map { $0.filter { $0 != "." } }.contains { word in
      own.contains { word.hasPrefix($0) }
    }
  }

  /// An hour of this half in a day of 24 hours.
  func hour(_ hour: Int) -> Int {
    switch self {
    case .morning: hour == 12 ? 0 : hour
    case .afternoon: hour < 12 ? hour + 12 : hour
    }
  }
}
