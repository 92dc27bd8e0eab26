/// The encoding of a text file, found by its first bytes and by what the others can be.
struct TextEncoding: Sendable, Equatable {
  enum Scheme: Sendable { case utf8, utf16LittleEndian, utf16BigEndian, windows1252 }

  let scheme: Scheme
  /// Whether the file begins with a byte order mark.
  let hasMark: Bool

  /// Returns the text of a file without its byte order mark, and the encoding that gives its bytes back.
  /// - Parameter isOftenLegacy: whether bytes that are not UTF-8 can be Windows-1252, which Latin-1 is a part of.
  /// - Throws: `DocumentError.broken` if the file is in no encoding that is read.
  static func decode(
    _ file: [UInt8], isOftenLegacy: Bool
  ) throws(DocumentError) -> (text: String, encoding: TextEncoding) {
    if file.starts(with: [0xEF, 0xBB, 0xBF]), let text = String(validating: file.dropFirst(3), as: UTF8.self) {
      return (text, TextEncoding(scheme: .utf8, hasMark: true))
    }
    if let scheme = utf16Scheme(file) {
      let hasMark = file.starts(with: scheme.mark)
      guard let text = utf16Text(file.dropFirst(hasMark ? 2 : 0), scheme) else {
        throw .broken(item: "file", found: "UTF-16 with a half character", expected: "whole characters")
      }
      return (text, TextEncoding(scheme: scheme, hasMark: hasMark))
    }
    if let text = String(validating: file, as: UTF8.self) { return (text, TextEncoding(scheme: .utf8, hasMark: false)) }
    guard isOftenLegacy, isPlausible(file) else {
      throw .broken(
        item: "file", found: "other bytes",
        expected: isOftenLegacy ? "UTF-8, UTF-16 or Windows-1252" : "UTF-8 or UTF-16")
    }
    let scalars = file.map { Unicode.Scalar(Windows1252.characters[Int($0)]) ?? "\u{FFFD}" }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return (text, TextEncoding(scheme: .windows1252, hasMark: false))
  }

  /// Returns the bytes of a text that is in UTF-8.
  func encoded(_ text: [UInt8]) -> [UInt8] {
    scheme == .utf8 && !hasMark ? text : encode(String(decoding: text, as: UTF8.self))
  }

  /// Returns the bytes of a text. If Windows-1252 lacks a character, they are UTF-8 with a byte order mark.
  func encode(_ text: String) -> [UInt8] {
    switch scheme {
    case .utf8: return (hasMark ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
    case .utf16LittleEndian, .utf16BigEndian:
      var bytes = hasMark ? scheme.mark : []
      bytes.reserveCapacity(bytes.count + 2 * text.utf16.count)
      for unit in text.utf16 {
        let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
        bytes += scheme == .utf16BigEndian ? [high, low] : [low, high]
      }
      return bytes
    case .windows1252:
      var bytes: [UInt8] = []
      for scalar in text.unicodeScalars {
        guard let byte = Windows1252.byte(scalar) else { return [0xEF, 0xBB, 0xBF] + Array(text.utf8) }
        bytes.append(byte)
      }
      return bytes
    }
  }

  /// Returns the character of a byte of Windows-1252.
  static func windows1252(_ byte: UInt8) -> String {
    Unicode.Scalar(Windows1252.characters[Int(byte)]).map { String($0) } ?? ""
  }

  // MARK: UTF-16

  /// Bytes that tell UTF-16 without a mark from other encodings.
  private static let sampleBytes = 4096

  /// Finds UTF-16 by its mark, or because most of its characters have a high byte of zero, as those of Latin letters.
  private static func utf16Scheme(_ file: [UInt8]) -> Scheme? {
    for scheme in [Scheme.utf16LittleEndian, .utf16BigEndian] where file.starts(with: scheme.mark) { return scheme }
    let sample = file.prefix(sampleBytes)
    guard file.count >= 4, file.count.isMultiple(of: 2), sample.contains(0) else { return nil }
    let even = stride(from: 0, to: sample.count, by: 2).count { sample[$0] == 0 }
    let odd = stride(from: 1, to: sample.count, by: 2).count { sample[$0] == 0 }
    let half = sample.count / 2
    if odd * 2 > half, even == 0 { return .utf16LittleEndian }
    if even * 2 > half, odd == 0 { return .utf16BigEndian }
    return nil
  }

  /// Returns the text of code units; nil if half of a pair of surrogates, or half a unit, is among them.
  private static func utf16Text(_ bytes: ArraySlice<UInt8>, _ scheme: Scheme) -> String? {
    guard bytes.count.isMultiple(of: 2) else { return nil }
    let isBig = scheme == .utf16BigEndian
    let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBig ? first << 8 | second : second << 8 | first
    }
    return String(validating: units, as: UTF16.self)
  }

  // MARK: Windows-1252

  /// Whether bytes can be text of a Western language: no control characters, and one letter in four has an accent at
  /// most. Other legacy encodings, and files that are no text, have more.
  private static func isPlausible(_ file: [UInt8]) -> Bool {
    var (ascii, others) = (0, 0)
    for byte in file {
      switch byte {
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1A: break
      case 0..<0x20, 0x7F: return false
      case 0x80...: others += 1
      default: ascii += byte == 0x20 ? 0 : 1
      }
    }
    return others * 3 <= ascii
  }
}

extension TextEncoding.Scheme {
  /// The byte order mark.
  fileprivate var mark: [UInt8] {
    switch self {
    case .utf8: [0xEF, 0xBB, 0xBF]
    case .utf16LittleEndian: [0xFF, 0xFE]
    case .utf16BigEndian: [0xFE, 0xFF]
    case .windows1252: []
    }
  }
}

/// The code page Windows-1252 (https://encoding.spec.whatwg.org/#windows-1252). Its five gaps are control characters.
private enum Windows1252 {
  /// The characters of 0x80 to 0x9F.
  private static let special: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]

  static let characters: [UInt32] = (0..<256).map { (0x80...0x9F).contains($0) ? special[$0 - 0x80] : UInt32($0) }

  private static let bytes = Dictionary(uniqueKeysWithValues: characters.enumerated().map { ($1, UInt8($0)) })

  static func byte(_ scalar: Unicode.Scalar) -> UInt8? { bytes[scalar.value] }
}
