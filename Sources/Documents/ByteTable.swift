/// An encoding with a byte per character (https://encoding.spec.whatwg.org, ISO 8859).
struct ByteTable: Sendable {
  let scheme: TextEncoding.Scheme
  /// The character of each byte.
  private let characters: [Unicode.Scalar]
  private let bytes: [Unicode.Scalar: UInt8]

  /// - Parameter others: the characters of the bytes that are not those of Latin-1.
  private init(_ scheme: TextEncoding.Scheme, _ others: [UInt8: UInt32]) {
    self.scheme = scheme
    characters = (0..<256).map { Unicode.Scalar(others[UInt8($0)] ?? UInt32($0)) ?? "\u{FFFD}" }
    bytes = Dictionary(characters.enumerated().map { ($1, UInt8($0)) }) { first, _ in first }
  }

  /// The table of an encoding by the name that a file gives it, in any case; nil if it is none of them.
  init?(named name: ArraySlice<UInt8>) {
    let spelling = String(decoding: name, as: UTF8.self).lowercased().filter { $0.isLetter || $0.isNumber }
    switch spelling {
    case "iso88591", "latin1", "88591": self = .latin1
    case "iso885915", "latin9", "885915": self = .latin9
    case "windows1252", "cp1252": self = .windows1252
    default: return nil
    }
  }

  /// The encodings, for messages.
  static let names = "ISO-8859-1, ISO-8859-15 or Windows-1252"

  static func of(_ scheme: TextEncoding.Scheme) -> ByteTable? {
    [windows1252, latin1, latin9].first { $0.scheme == scheme }
  }

  static let latin1 = ByteTable(.latin1, [:])

  static let latin9 = ByteTable(
    .latin9,
    [
      0xA4: 0x20AC, 0xA6: 0x160, 0xA8: 0x161, 0xB4: 0x17D, 0xB8: 0x17E, 0xBC: 0x152, 0xBD: 0x153, 0xBE: 0x178,
    ])

  /// The code page, whose five gaps are control characters.
  static let windows1252 = ByteTable(
    .windows1252,
    Dictionary(uniqueKeysWithValues: windowsCharacters.enumerated().map { (0x80 + UInt8($0), $1) }))

  /// The characters of 0x80 to 0x9F.
  private static let windowsCharacters: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]

  func character(of byte: UInt8) -> String { String(characters[Int(byte)]) }

  func text(of file: [UInt8]) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: file.lazy.map { characters[Int($0)] })
    return text
  }

  /// Returns the bytes of a text; nil if the encoding lacks a character of it.
  func bytes(of text: String) -> [UInt8]? {
    var output: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      output.append(byte)
    }
    return output
  }
}
