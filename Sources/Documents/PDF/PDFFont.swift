import Markup

/// A font of a PDF file: the characters and the widths of its codes (ISO 32000-1, 9).
struct PDFFont {
  /// Bytes of a code.
  let codeBytes: Int
  private var characters: [Int: String] = [:]
  private var widths: [Int: Double] = [:]
  private let defaultWidth: Double
  /// The codes that are still read.
  private var codesLeft: Int
  /// Whether codes without a character are those of Windows-1252.
  private let isLatin: Bool

  /// Characters of the longest ligature, and codes of the longest range of a map.
  private static let maxCharacters = 16
  private static let maxRange = 1 << 16

  /// - Parameter font: the dictionary of the font.
  init(_ font: [String: PDFObject], in file: inout PDFFile) {
    let isComposite = font["Subtype"]?.name == "Type0"
    codeBytes = isComposite ? 2 : 1
    isLatin = !isComposite
    let descendant = file.resolved(file.resolved(font["DescendantFonts"]).array?.first).dictionary ?? [:]
    defaultWidth = file.resolved(descendant["DW"]).number ?? (isComposite ? 1000 : 500)
    codesLeft = file.codesLeft
    readWidths(font, descendant, file)
    if let map = file.content(of: font["ToUnicode"]) { readMap(map) }
    readDifferences(file.resolved(font["Encoding"]).dictionary, file)
    file.codesLeft = codesLeft
  }

  /// The characters of a code; nil if the file does not say.
  func text(_ code: Int) -> String? {
    if let text = characters[code] { return text }
    guard isLatin, code >= 0x20, code < 0x100 else { return nil }
    return TextEncoding.windows1252(UInt8(code))
  }

  /// The width of a code, in thousandths of the size of the font.
  func width(_ code: Int) -> Double { widths[code] ?? defaultWidth }

  // MARK: Widths

  private mutating func readWidths(_ font: [String: PDFObject], _ descendant: [String: PDFObject], _ file: PDFFile) {
    if let list = file.resolved(font["Widths"]).array {
      let first = file.resolved(font["FirstChar"]).integer ?? 0
      for (offset, width) in list.prefix(Self.maxRange).enumerated() {
        if let width = file.resolved(width).number { setWidth(first &+ offset, width) }
      }
    }
    let list = file.resolved(descendant["W"]).array ?? []
    var index = 0
    while index + 1 < list.count {
      guard let first = file.resolved(list[index]).integer, (0...Self.maxRange).contains(first) else { return }
      let second = file.resolved(list[index + 1])
      if let group = second.array {
        for (offset, width) in group.prefix(Self.maxRange).enumerated() {
          if let width = file.resolved(width).number { setWidth(first + offset, width) }
        }
        index += 2
      } else {
        guard index + 2 < list.count, let last = second.integer, let width = file.resolved(list[index + 2]).number,
          first <= last, last <= Self.maxRange
        else { return }
        for code in first...min(last, first + codesLeft) { setWidth(code, width) }
        index += 3
      }
    }
  }

  private mutating func setWidth(_ code: Int, _ width: Double) {
    guard codesLeft > 0 else { return }
    codesLeft -= 1
    widths[code] = width
  }

  // MARK: Characters

  /// Reads a map from codes to characters (Adobe Technical Note 5411).
  private mutating func readMap(_ map: [UInt8]) {
    var lexer = PDFLexer(map)
    var operands: [PDFObject] = []
    while !lexer.isAtEnd {
      guard let object = lexer.next() else {
        lexer.skipSign()
        continue
      }
      guard case .word(let word) = object else {
        if operands.count < 3 * Self.maxRange { operands.append(object) }
        continue
      }
      if word == "endbfchar" {
        for place in stride(from: 0, to: operands.count - 1, by: 2) { add(operands[place], operands[place + 1], 0) }
      } else if word == "endbfrange" {
        for place in stride(from: 0, to: operands.count - 2, by: 3) {
          addRange(operands[place], operands[place + 1], operands[place + 2])
        }
      }
      operands = []
    }
  }

  private static func code(_ object: PDFObject) -> Int? {
    guard case .string(let bytes) = object, (1...2).contains(bytes.count) else { return nil }
    return bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func addRange(_ first: PDFObject, _ last: PDFObject, _ target: PDFObject) {
    guard let start = Self.code(first), let end = Self.code(last), start <= end else { return }
    for code in start...min(end, start + codesLeft) {
      if let list = target.array {
        guard list.indices.contains(code - start) else { return }
        set(code, list[code - start], 0)
      } else {
        set(code, target, code - start)
      }
    }
  }

  private mutating func add(_ code: PDFObject, _ target: PDFObject, _ offset: Int) {
    if let code = Self.code(code) { set(code, target, offset) }
  }

  private mutating func set(_ code: Int, _ target: PDFObject, _ offset: Int) {
    guard codesLeft > 0, case .string(let bytes) = target, bytes.count <= 2 * Self.maxCharacters else { return }
    codesLeft -= 1
    var units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    guard let last = units.indices.last else { return }
    units[last] &+= UInt16(truncatingIfNeeded: offset)
    characters[code] = String(decoding: units, as: UTF16.self)
  }

  /// Reads the codes whose characters an encoding names.
  private mutating func readDifferences(_ encoding: [String: PDFObject]?, _ file: PDFFile) {
    var code = 0
    for object in file.resolved(encoding?["Differences"]).array ?? [] {
      if let number = object.integer {
        code = number
      } else if let name = object.name {
        if characters[code] == nil { characters[code] = GlyphNames.text(name) }
        code &+= 1
      }
    }
  }
}

extension PDFFile {
  /// Returns the font of a dictionary, or of a reference to one, which is read once.
  mutating func font(_ object: PDFObject?) -> PDFFont? {
    let number: Int? = if case .reference(let number)? = object { number } else { nil }
    if let number, let known = fonts[number] { return known }
    guard let entries = resolved(object).dictionary else { return nil }
    let font = PDFFont(entries, in: &self)
    if let number { fonts[number] = font }
    return font
  }
}

/// The characters of the names of glyphs (Adobe Glyph List), of which HTML has most.
private enum GlyphNames {
  private static let others: [String: String] = [
    "space": " ", "period": ".", "comma": ",", "colon": ":", "semicolon": ";", "exclam": "!", "question": "?",
    "hyphen": "-", "minus": "−", "parenleft": "(", "parenright": ")", "bracketleft": "[", "bracketright": "]",
    "braceleft": "{", "braceright": "}", "quotedbl": "\"", "quotesingle": "'", "quoteleft": "‘", "quoteright": "’",
    "quotedblleft": "“", "quotedblright": "”", "quotesinglbase": "‚", "quotedblbase": "„", "guillemotleft": "«",
    "guillemotright": "»", "endash": "–", "emdash": "—", "bullet": "•", "ellipsis": "…", "slash": "/",
    "backslash": "\\", "underscore": "_", "asterisk": "*", "plus": "+", "equal": "=", "less": "<", "greater": ">",
    "percent": "%", "dollar": "$", "numbersign": "#", "at": "@", "ampersand": "&", "bar": "|", "grave": "`",
    "asciitilde": "~", "asciicircum": "^", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "fi": "fi", "fl": "fl", "ff": "ff",
    "ffi": "ffi", "ffl": "ffl", "germandbls": "ß", "dotlessi": "ı", "degree": "°", "Euro": "€", "nbspace": " ",
  ]

  static func text(_ name: String) -> String? {
    if name.count == 1 { return name }
    if let text = others[name] { return text }
    if name.hasPrefix("uni"), let value = UInt32(name.dropFirst(3).prefix(4), radix: 16) {
      return Unicode.Scalar(value).map { String($0) }
    }
    let base = name.prefix { $0 != "." }
    guard base.count < 16, base.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
    let text = CharacterReferences.unescaped("&\(base);")
    return text.hasPrefix("&") ? nil : text
  }
}
