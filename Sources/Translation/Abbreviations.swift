/// Words before a full stop that does not end a sentence, in English, French, German and a few of their neighbours.
enum Abbreviations {
  /// Titles before names, and words that introduce something.
  private static let never: Set<String> = [
    "mr", "mrs", "ms", "mx", "dr", "drs", "prof", "st", "ste", "rev", "hon", "gen", "col", "maj", "capt", "cpt", "lt",
    "sgt", "cmdr", "adm", "gov", "sen", "rep", "pres", "messrs", "mm", "mme", "mmes", "mlle", "mgr", "hr", "fr", "sr",
    "sra", "srta", "dra", "e.g", "i.e", "eg", "ie", "cf", "vs", "viz", "ca", "approx", "resp", "bzw", "ggf", "evtl",
    "inkl", "exkl", "incl", "z.b", "d.h", "u.a", "z.t", "v.a", "p.ex", "mt", "ft",
  ]
  /// Only where a number follows.
  private static let beforeNumbers: Set<String> = [
    "no", "nos", "nr", "núm", "num", "n", "vol", "vols", "p", "pp", "pg", "pág", "fig", "figs", "art", "sec", "ch",
    "chap", "kap", "abs", "bd", "eq", "tab", "op", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept",
    "oct", "nov", "dec",
  ]

  /// Whether the full stop behind `word` belongs to it.
  /// - Parameters:
  ///   - word: what stands before the full stop, without it, as written.
  ///   - following: the first scalar behind the white space.
  static func covers(_ word: String, following: Unicode.Scalar) -> Bool {
    let lower = word.lowercased()
    if never.contains(lower) { return true }
    if beforeNumbers.contains(lower) { return following.properties.numericType != nil }
    return isInitials(word)
  }

  /// As in "J", "U.S" or "Ph.D"; not the pronoun "I".
  private static func isInitials(_ word: String) -> Bool {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard word != "I", let last = parts.last, last.unicodeScalars.count == 1 else { return false }
    return parts.allSatisfy { $0.unicodeScalars.first?.properties.isUppercase == true && $0.unicodeScalars.count <= 2 }
  }
}
