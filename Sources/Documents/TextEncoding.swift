/// The encodings besides UTF-8 and UTF-16 that files of a kind can be in.
enum OtherEncodings: Sendable {
  case none
  /// Windows-1252, which Latin-1 is a part of and which nothing in the file says.
  case windows1252
  /// The encoding that the file names.
  /// - Parameter find: returns the range of the name in the bytes of a file; nil if there is none.
  case named(_ find: @Sendable (_ file: ArraySlice<UInt8>) -> Range<Int>?)
}

/// The encoding of a text file, found by its first bytes and by what the others can be.
struct TextEncoding: Sendable {
  enum Scheme: Sendable { case utf8, utf16LittleEndian, utf16BigEndian, windows1252, latin1, latin9 }

  let scheme: Scheme
  /// Whether the file begins with a byte order mark.
  let hasMark: Bool
  /// Returns the range of the encoding's name in the bytes of a text; nil if the text does not name it.
  private var findName: (@Sendable (ArraySlice<UInt8>) -> Range<Int>?)?

  /// Returns the text of a file without its byte order mark, and the encoding that gives its bytes back.
  /// - Throws: `DocumentError.broken` if the file is in no encoding that is read.
  static func decode(
    _ file: [UInt8], _ others: OtherEncodings = .none
  ) throws(DocumentError) -> (text: String, encoding: TextEncoding) {
    if startsWithUTF8Mark(file), let text = String(validating: file.dropFirst(3), as: UTF8.self) {
      return (text, TextEncoding(scheme: .utf8, hasMark: true))
    }
    if let scheme = utf16Scheme(file) {
      let hasMark = file.starts(with: scheme.mark)
      guard let text = utf16Text(file.dropFirst(hasMark ? 2 : 0), scheme) else {
        throw .broken(item: "file", found: "UTF-16 with a half character", expected: "whole characters")
      }
      return (text, TextEncoding(scheme: scheme, hasMark: hasMark))
    }
    // A file in ASCII is in any encoding that it names; one in UTF-8 with other characters is in no other one.
    let isASCII = file.allSatisfy { $0 < 0x80 }
    if !isASCII, let text = String(validating: file, as: UTF8.self) {
      return (text, TextEncoding(scheme: .utf8, hasMark: false))
    }
    if case .named(let find) = others, let name = find(file[...]) {
      if let table = ByteTable(named: file[name]) {
        return (table.text(of: file), TextEncoding(scheme: table.scheme, hasMark: false, findName: find))
      }
      if isASCII {
        let text = String(decoding: file, as: UTF8.self)
        return (text, TextEncoding(scheme: .utf8, hasMark: false, findName: find))
      }
    }
    if isASCII { return (String(decoding: file, as: UTF8.self), TextEncoding(scheme: .utf8, hasMark: false)) }
    guard case .windows1252 = others, isPlausible(file) else { throw unknown(file, others) }
    return (ByteTable.windows1252.text(of: file), TextEncoding(scheme: .windows1252, hasMark: false))
  }

  static func startsWithUTF8Mark(_ file: [UInt8]) -> Bool { file.starts(with: utf8Mark) }

  static let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Bytes that are validated at a time.
  private static let pieceBytes = 1 << 16

  /// Whether bytes are text in UTF-8. No copy of all of them is made.
  static func isUTF8(_ file: [UInt8]) -> Bool {
    guard utf16Scheme(file) == nil else { return false }
    var rest = file[...]
    while !rest.isEmpty {
      var end = min(rest.startIndex + pieceBytes, rest.endIndex)
      // A piece ends with a whole character.
      while end < rest.endIndex, file[end] & 0xC0 == 0x80 { end += 1 }
      guard String(validating: rest[..<end], as: UTF8.self) != nil else { return false }
      rest = rest[end...]
    }
    return true
  }

  private static func unknown(_ file: [UInt8], _ others: OtherEncodings) -> DocumentError {
    let utf = "UTF-8 or UTF-16"
    return switch others {
    case .none: .broken(item: "file", found: "other bytes", expected: utf)
    case .windows1252: .broken(item: "file", found: "other bytes", expected: "UTF-8, UTF-16 or Windows-1252")
    case .named(let find):
      .broken(
        item: "file", found: find(file[...]).map { String(decoding: file[$0], as: UTF8.self) } ?? "other bytes",
        expected: "\(utf), or \(ByteTable.names) by name")
    }
  }

  /// Returns the bytes of a text that is in UTF-8.
  func encoded(_ text: [UInt8]) -> [UInt8] {
    guard scheme == .utf8, !hasMark else { return encode(String(decoding: text, as: UTF8.self)) }
    return findName == nil || text.allSatisfy { $0 < 0x80 } ? text : namedUTF8(text)
  }

  /// Returns a text in UTF-8 that says so: by its name in place of the encoding's, or else by a byte order mark.
  private func namedUTF8(_ bytes: [UInt8]) -> [UInt8] {
    guard let findName else { return Scheme.utf8.mark + bytes }
    guard let name = findName(bytes[...]) else { return bytes }
    return bytes[..<name.lowerBound] + Array("UTF-8".utf8) + bytes[name.upperBound...]
  }

  /// Returns the bytes of a text. If the encoding lacks a character, they are UTF-8.
  func encode(_ text: String) -> [UInt8] {
    switch scheme {
    case .utf8: return (hasMark ? Self.utf8Mark : []) + Array(text.utf8)
    case .utf16LittleEndian, .utf16BigEndian:
      var bytes = hasMark ? scheme.mark : []
      bytes.reserveCapacity(bytes.count + 2 * text.utf16.count)
      for unit in text.utf16 {
        let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
        bytes += scheme == .utf16BigEndian ? [high, low] : [low, high]
      }
      return bytes
    case .windows1252, .latin1, .latin9:
      return ByteTable.of(scheme)?.bytes(of: text) ?? namedUTF8(Array(text.utf8))
    }
  }

  /// Returns the character of a byte of Windows-1252.
  static func windows1252(_ byte: UInt8) -> String { ByteTable.windows1252.character(of: byte) }

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
    case .utf8: TextEncoding.utf8Mark
    case .utf16LittleEndian: [0xFF, 0xFE]
    case .utf16BigEndian: [0xFE, 0xFF]
    case .windows1252, .latin1, .latin9: []
    }
  }
}
