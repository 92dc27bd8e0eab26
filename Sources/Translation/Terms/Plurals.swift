import Languages

/// Regular plurals of a language's nouns. Languages without rules here have none.
struct Plurals: Sendable {
  private let rules: [(ending: String, plural: String)]

  /// - Parameter language: a code in any spelling.
  init(of language: String) {
    rules = Self.rules[LanguageCode(language).language] ?? []
  }

  /// The plurals of a term: with its first word, its last word, or all of its words in the plural.
  func forms(of term: String) -> [String] {
    guard !rules.isEmpty else { return [] }
    let words = term.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let plurals = words.map { plural($0) ?? $0 }
    guard plurals != words, let first = plurals.first, let last = plurals.last else { return [] }
    var forms = [plurals, [first] + words.dropFirst(), words.dropLast() + [last]].map { $0.joined(separator: " ") }
    forms.removeAll { $0 == term }
    return forms.enumerated().filter { index, form in !forms[..<index].contains(form) }.map(\.element)
  }

  /// The plural by the rule of the longest ending; nil for a word without letters at its end.
  private func plural(_ word: String) -> String? {
    guard word.last?.isLetter ?? false else { return nil }
    let lowered = word.lowercased()
    guard let rule = rules.first(where: { lowered.hasSuffix($0.ending) }) else { return nil }
    return word.dropLast(rule.ending.count) + rule.plural
  }

  /// Rules per language, those of longer endings first.
  private static let rules: [String: [(ending: String, plural: String)]] = [
    "en": [
      ("sh", "shes"), ("ch", "ches"), ("ay", "ays"), ("ey", "eys"), ("oy", "oys"), ("uy", "uys"), ("y", "ies"),
      ("s", "ses"), ("x", "xes"), ("z", "zes"), ("", "s"),
    ],
    "fr": [
      ("eau", "eaux"), ("al", "aux"), ("eu", "eux"), ("s", "s"), ("x", "x"), ("z", "z"), ("", "s"),
    ],
    "pt": [
      ("ão", "ões"), ("al", "ais"), ("el", "éis"), ("ol", "óis"), ("ul", "uis"), ("il", "is"), ("m", "ns"),
      ("r", "res"), ("z", "zes"), ("s", "s"), ("x", "x"), ("", "s"),
    ],
    "es": [
      ("ión", "iones"), ("z", "ces"), ("s", "s"), ("a", "as"), ("e", "es"), ("i", "is"), ("o", "os"), ("u", "us"),
      ("é", "és"), ("ó", "ós"), ("á", "ás"), ("", "es"),
    ],
    "it": [
      ("ca", "che"), ("ga", "ghe"), ("a", "e"), ("io", "i"), ("o", "i"), ("e", "i"), ("", ""),
    ],
  ]
}
