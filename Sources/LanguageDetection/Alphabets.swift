import Foundation

/// The letters beyond a to z that languages in Latin script use, in small letters.
///
/// A letter of none of these tells that a text is in another language, or has a name of one. The lists have letters of
/// loanwords that are common, such as "é" in English. Source: the main exemplar characters of Unicode's CLDR.
enum Alphabets {
  private static let letters: [String: Set<Unicode.Scalar>] = [
    "ca": "àçèéíïòóúü", "cs": "áčďéěíňóřšťúůýž", "da": "æøåé", "de": "äöüß", "en": "éèêçïñ", "es": "áéíñóúü",
    "et": "äöõüšž", "fi": "äöåšž", "fr": "àâæçèéêëîïôœùûüÿ", "hr": "čćđšž", "hu": "áéíóöőúüű", "id": "é",
    "it": "àèéìíîòóùú", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "nb": "æøåàéèêòóô", "nl": "áäèéëïíóöúü",
    "pl": "ąćęłńóśźż", "pt": "àáâãçéêíóôõúü", "ro": "ăâîșțşţ", "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšž",
    "sv": "åäöéàü", "sw": "", "tr": "çğıöşüâîû",
  ].mapValues { Set($0.unicodeScalars) }

  /// Whether a language has all of some letters that are in Latin script. A language without a list here has all.
  static func has(_ found: Set<Unicode.Scalar>, in language: String) -> Bool {
    letters[language].map(found.isSubset) ?? true
  }

  /// The letters of a text beyond a to z, in small letters, that are in Latin script.
  static func letters(of text: String) -> Set<Unicode.Scalar> {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return [] }
    var found: Set<Unicode.Scalar> = []
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars where isLatin(scalar) {
      found.formUnion(scalar.properties.lowercaseMapping.unicodeScalars.filter(isLatin))
    }
    return found
  }

  /// Whether a scalar is a letter of the blocks from Latin-1 to Latin Extended-B, or of Latin Extended Additional.
  private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xD7, 0xF7: false
    case 0xC0...0x24F, 0x1E00...0x1EFF: true
    default: false
    }
  }
}
