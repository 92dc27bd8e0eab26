/// References to characters in HTML and XML: `&eacute;`, `&#233;`, `&#xE9;`.
package enum CharacterReferences {
  /// Returns a text with references in place of `&`, `<` and `>`.
  package static func escaped(_ text: some StringProtocol) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case .ampersand: output += Array("&amp;".utf8)
      case .less: output += Array("&lt;".utf8)
      case .greater: output += Array("&gt;".utf8)
      default: output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Returns a text with characters in place of the references of HTML. Unknown references stay as they are.
  package static func unescaped(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(.ampersand) else { return String(text) }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == .ampersand,
        case .scalar(let scalar, let end) = read(bytes, at: index, limit: bytes.count, isXML: false)
      {
        output += Array(String(scalar).utf8)
        index = end
      } else {
        output.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  // MARK: Reading

  enum Reading: Equatable {
    /// A reference to a character; `end` is the offset after the semicolon.
    case scalar(Unicode.Scalar, end: Int)
    /// A reference to an unknown name or number, which has to stay as it is.
    case unknown(end: Int)
    /// An ampersand that is only a character.
    case none
  }

  /// Reads a reference.
  /// - Parameters:
  ///   - start: the offset of the ampersand.
  ///   - limit: the offset at which the text ends.
  static func read(_ bytes: [UInt8], at start: Int, limit: Int, isXML: Bool) -> Reading {
    var end = start + 1
    let isNumber = end < limit && bytes[end] == UInt8(ascii: "#")
    if isNumber { end += 1 }
    let first = end
    while end < limit, end - first < 32, bytes[end].isLetter || bytes[end].isDigit || (isXML && isNamePart(bytes[end]))
    {
      end += 1
    }
    guard end > first else { return .none }
    let name = String(decoding: bytes[first..<end], as: UTF8.self)
    guard end < limit, bytes[end] == UInt8(ascii: ";") else {
      return !isXML && !isNumber && CharacterNames.isLegacy(name) ? .unknown(end: end) : .none
    }
    let scalar = isNumber ? number(name) : CharacterNames.scalar(name, isXML: isXML)
    return scalar.map { .scalar($0, end: end + 1) } ?? .unknown(end: end + 1)
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte >= 0x80 || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":")].contains(byte)
  }

  /// Returns the character of a number; nil for control characters, whose meaning differs from reader to reader.
  private static func number(_ digits: String) -> Unicode.Scalar? {
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    let value = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let value, value >= 0x20, !(0x7F...0x9F).contains(value), value & 0xFFFE != 0xFFFE else { return nil }
    return Unicode.Scalar(value)
  }
}

// MARK: Writing

/// The characters that a translation writes as references.
///
/// Markup would misread some characters. Others the source wrote as references that a reader might want to see.
struct Escaping: Sendable {
  /// The spellings of the source for characters that it did not write themselves.
  private var spellings: [Unicode.Scalar: [UInt8]] = [:]

  /// Characters whose spelling is kept: without width, not to be broken, or quotes.
  private static let respelled: Set<Unicode.Scalar> = [
    "\"", "'", "&", "<", ">", "\u{A0}", "\u{AD}", "\u{2002}", "\u{2003}", "\u{2009}", "\u{200B}", "\u{200C}",
    "\u{200D}", "\u{200E}", "\u{200F}", "\u{2011}", "\u{202F}", "\u{2060}",
  ]

  /// Whether signs that the source does not spell as references stay as they are.
  var isOff = false

  /// Notes how the source spells a character.
  mutating func note(_ scalar: Unicode.Scalar, spelled: ArraySlice<UInt8>) {
    if Self.respelled.contains(scalar) { spellings[scalar] = Array(spelled) }
  }

  /// Appends UTF-8 with references in place of the characters that need them.
  func write(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    guard spellings.isEmpty else { return respell(text, to: &output) }
    guard !isOff else { return output += text }
    for byte in text {
      switch byte {
      case .ampersand: output += Array("&amp;".utf8)
      case .less: output += Array("&lt;".utf8)
      case .greater: output += Array("&gt;".utf8)
      default: output.append(byte)
      }
    }
  }

  private func respell(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if let spelling = spellings[scalar] {
        output += spelling
      } else {
        let utf8 = Array(String(scalar).utf8)
        Escaping(isOff: isOff).write(utf8[...], to: &output)
      }
    }
  }
}

// MARK: Names

/// The names of HTML 4 for characters.
private enum CharacterNames {
  /// Returns the character of a name. XML knows only five names without a declaration.
  static func scalar(_ name: String, isXML: Bool) -> Unicode.Scalar? {
    isXML && !ofXML.contains(name) ? nil : all[name]
  }

  /// Whether browsers read a name without a semicolon too.
  static func isLegacy(_ name: String) -> Bool {
    latin[name] != nil || (name != "apos" && ofXML.contains(name))
  }

  private static let ofXML: Set<String> = ["amp", "lt", "gt", "quot", "apos"]

  /// The names of U+00A0 to U+00FF.
  private static let latin: [String: Unicode.Scalar] = {
    let scalars = latinNames.split(whereSeparator: \.isWhitespace).enumerated().compactMap { place, name in
      Unicode.Scalar(UInt32(0xA0 + place)).map { (String(name), $0) }
    }
    return Dictionary(uniqueKeysWithValues: scalars)
  }()

  private static let all: [String: Unicode.Scalar] = {
    let words = otherNames.split(whereSeparator: \.isWhitespace)
    var table = latin
    for place in stride(from: 0, to: words.count - 1, by: 2) {
      table[String(words[place])] = UInt32(words[place + 1], radix: 16).flatMap(Unicode.Scalar.init)
    }
    return table
  }()

  /// The names of U+00A0 to U+00FF, in the order of the code points.
  private static let latinNames = """
    nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute
    micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig
    Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash
    Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute
    ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc
    uuml yacute thorn yuml
    """

  /// Other names, each with its code point in hexadecimal.
  private static let otherNames = """
    OElig 152 oelig 153 Scaron 160 scaron 161 Yuml 178 fnof 192 circ 2c6 tilde 2dc Alpha 391 Beta 392 Gamma 393
    Delta 394 Epsilon 395 Zeta 396 Eta 397 Theta 398 Iota 399 Kappa 39a Lambda 39b Mu 39c Nu 39d Xi 39e Omicron 39f
    Pi 3a0 Rho 3a1 Sigma 3a3 Tau 3a4 Upsilon 3a5 Phi 3a6 Chi 3a7 Psi 3a8 Omega 3a9 alpha 3b1 beta 3b2 gamma 3b3
    delta 3b4 epsilon 3b5 zeta 3b6 eta 3b7 theta 3b8 iota 3b9 kappa 3ba lambda 3bb mu 3bc nu 3bd xi 3be omicron 3bf
    pi 3c0 rho 3c1 sigmaf 3c2 sigma 3c3 tau 3c4 upsilon 3c5 phi 3c6 chi 3c7 psi 3c8 omega 3c9 thetasym 3d1 upsih 3d2
    piv 3d6 ensp 2002 emsp 2003 thinsp 2009 zwnj 200c zwj 200d lrm 200e rlm 200f ndash 2013 mdash 2014 lsquo 2018
    rsquo 2019 sbquo 201a ldquo 201c rdquo 201d bdquo 201e dagger 2020 Dagger 2021 bull 2022 hellip 2026 permil 2030
    prime 2032 Prime 2033 lsaquo 2039 rsaquo 203a oline 203e frasl 2044 euro 20ac image 2111 weierp 2118 real 211c
    trade 2122 alefsym 2135 larr 2190 uarr 2191 rarr 2192 darr 2193 harr 2194 crarr 21b5 lArr 21d0 uArr 21d1
    rArr 21d2 dArr 21d3 hArr 21d4 forall 2200 part 2202 exist 2203 empty 2205 nabla 2207 isin 2208 notin 2209
    ni 220b prod 220f sum 2211 minus 2212 lowast 2217 radic 221a prop 221d infin 221e ang 2220 and 2227 or 2228
    cap 2229 cup 222a int 222b there4 2234 sim 223c cong 2245 asymp 2248 ne 2260 equiv 2261 le 2264 ge 2265 sub 2282
    sup 2283 nsub 2284 sube 2286 supe 2287 oplus 2295 otimes 2297 perp 22a5 sdot 22c5 lceil 2308 rceil 2309
    lfloor 230a rfloor 230b lang 2329 rang 232a loz 25ca spades 2660 clubs 2663 hearts 2665 diams 2666 apos 27
    quot 22 amp 26 lt 3c gt 3e
    """
}
