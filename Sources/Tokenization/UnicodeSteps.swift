import Foundation

/// A step of a `tokenizer.json` that changes characters by Unicode's tables alone, under its name there.
enum UnicodeStep: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"
  case lowercase = "Lowercase"
  case stripAccents = "StripAccents"
  /// The characters that SentencePiece's rules for machine translation drop or read as spaces.
  case nmt = "Nmt"

  fileprivate func apply(_ character: String) -> String {
    switch self {
    case .nfc: character.precomposedStringWithCanonicalMapping
    case .nfd: character.decomposedStringWithCanonicalMapping
    case .nfkc: character.precomposedStringWithCompatibilityMapping
    case .nfkd: character.decomposedStringWithCompatibilityMapping
    case .lowercase: character.unicodeScalars.map(\.properties.lowercaseMapping).joined()
    case .stripAccents: Self.filtered(character) { $0.isMark ? nil : $0 }
    case .nmt: Self.filtered(character, Self.translated)
    }
  }

  private static func filtered(_ text: String, _ change: (Unicode.Scalar) -> Unicode.Scalar?) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { if let scalar = change(scalar) { result.append(scalar) } }
    return String(result)
  }

  private static func translated(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x1...0x8, 0xB, 0xE...0x1F, 0x7F, 0x8F, 0x9F: nil
    case 0x9, 0xA, 0xC, 0xD, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: " "
    default: scalar
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isMark: Bool {
    [.nonspacingMark, .spacingMark, .enclosingMark].contains(properties.generalCategory)
  }
}

extension [UnicodeStep] {
  /// Applies the steps one after the other. Characters as people see them are changed one by one, so that the origin of
  /// each byte is known.
  func apply(_ text: UnsafeBufferPointer<UInt8>) -> NormalizedText {
    var result = NormalizedText(bytes: [], offsets: [])
    result.bytes.reserveCapacity(text.count)
    result.offsets.reserveCapacity(text.count + 1)
    var position = 0
    for character in String(decoding: text, as: UTF8.self) {
      let changed = reduce(String(character)) { $1.apply($0) }
      result.bytes.append(contentsOf: changed.utf8)
      result.offsets.append(contentsOf: repeatElement(position, count: changed.utf8.count))
      // A malformed byte is read as a character of three.
      position = Swift.min(text.count, position + character.utf8.count)
    }
    result.offsets.append(text.count)
    return result
  }
}
