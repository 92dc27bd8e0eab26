extension DocumentFormat {
  /// Messages of a program in JSON (RFC 8259): the layouts of i18next, Vue I18n, FormatJS, ARB and browser extensions.
  package static let messageJSON = DocumentFormat(fileExtension: "json", mediaType: "application/json") {
    (file, document) throws(DocumentError) in try MessageJSON.read(file, into: &document)
  }
}

/// A reader of JSON, whose strings are texts. Keys, other values and white space do not change.
///
/// Values of keys that begin with `@` or `$` describe the file (Application Resource Bundle). Beside a `message` and a
/// `defaultMessage`, descriptions and placeholders are no texts (WebExtensions, FormatJS).
private struct MessageJSON {
  /// A nested object or array: what the strings in it are.
  private struct Level {
    var isObject: Bool
    /// Whether no string in it is a text.
    var isSilent: Bool
    var key: Substring = ""
    /// Whether the next string of an object is a key.
    var expectsKey: Bool
    /// Whether the object has a `message`, beside which nothing is a text.
    var hasMessage = false
  }

  private let bytes: [UInt8]
  /// Whether the file spells all characters outside of ASCII as `\u`.
  private let isASCII: Bool
  private var levels: [Level] = []
  private var document: DocumentBuilder
  private var index = 0
  /// The end of what was handed over.
  private var done = 0
  /// The starts of objects with a `message`.
  private let messages: Set<Int>

  static func read(_ file: String, into document: inout DocumentBuilder) throws(DocumentError) {
    let bytes = Array(file.utf8)
    var reader = MessageJSON(bytes, document)
    try reader.read()
    document = reader.document
  }

  private init(_ bytes: [UInt8], _ document: DocumentBuilder) {
    self.bytes = bytes
    self.document = document
    isASCII = bytes.firstRange(of: Array("\\u".utf8)) != nil && bytes.allSatisfy { $0 < 0x80 }
    messages = Self.messages(in: bytes)
  }

  private mutating func read() throws(DocumentError) {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "{"): open(isObject: true)
      case UInt8(ascii: "["): open(isObject: false)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
      case UInt8(ascii: ","):
        if let last = levels.indices.last { levels[last].expectsKey = levels[last].isObject }
      case UInt8(ascii: "\""):
        try string()
        continue
      default: break
      }
      index += 1
      if index - done >= DocumentBuilder.bytesPerCheck { try flush(index) }
    }
    try flush(bytes.count)
  }

  private mutating func open(isObject: Bool) {
    let isSilent = levels.last.map(Self.isSilent) ?? false
    levels.append(
      Level(isObject: isObject, isSilent: isSilent, expectsKey: isObject, hasMessage: messages.contains(index)))
  }

  /// Whether the value of the last key is no text.
  private static func isSilent(_ level: Level) -> Bool {
    if level.isSilent { return true }
    guard level.isObject else { return false }
    if level.hasMessage { return !messageKeys.contains(level.key) }
    return level.key.hasPrefix("@") || level.key.hasPrefix("$")
  }

  // MARK: Strings

  private mutating func string() throws(DocumentError) {
    let start = index
    let end = JSONString.end(bytes, from: start)
    index = end
    let content = start + 1..<max(start + 1, end - 1)
    if let last = levels.indices.last, levels[last].expectsKey {
      levels[last].expectsKey = false
      levels[last].key = Substring(String(decoding: bytes[content].prefix(64), as: UTF8.self))
      return
    }
    guard bytes[end - 1] == UInt8(ascii: "\""), end - 1 > start, !(levels.last.map(Self.isSilent) ?? false),
      let text = JSONString.read(bytes[content]),
      text.contains(where: \.isLetter)
    else { return }
    try flush(content.lowerBound)
    let raw = String(decoding: bytes[content], as: UTF8.self)
    try document.addText(DocumentText(text, raw: raw) { [isASCII] in JSONString.written($0, isASCII: isASCII) })
    done = content.upperBound
  }

  private mutating func flush(_ end: Int) throws(DocumentError) {
    guard end > done else { return }
    try document.addFixed(String(decoding: bytes[done..<end], as: UTF8.self))
    done = end
  }

  // MARK: Messages with a description

  private static let messageKeys: Set<Substring> = ["message", "defaultMessage"]
  private static let otherKeys: Set<Substring> = ["description", "placeholders"]

  /// Finds the objects whose keys are a message and what describes it.
  private static func messages(in bytes: [UInt8]) -> Set<Int> {
    var (found, open): (Set<Int>, [(start: Int, expectsKey: Bool, hasMessage: Bool, hasOther: Bool)]) = ([], [])
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "{"): open.append((index, true, false, false))
      case UInt8(ascii: "["): open.append((index, false, false, true))
      case UInt8(ascii: ","): if let last = open.indices.last { open[last].expectsKey = !open[last].hasOther }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let last = open.popLast(), last.hasMessage, !last.hasOther { found.insert(last.start) }
      case UInt8(ascii: "\""):
        let end = JSONString.end(bytes, from: index)
        if let last = open.indices.last, open[last].expectsKey {
          let key = Substring(String(decoding: bytes[index..<end].dropFirst().dropLast().prefix(64), as: UTF8.self))
          open[last].expectsKey = false
          if messageKeys.contains(key) {
            open[last].hasMessage = true
          } else if !otherKeys.contains(key) {
            open[last].hasOther = true
          }
        }
        index = end
        continue
      default: break
      }
      index += 1
    }
    return found
  }
}

// MARK: - Strings

/// The notation of strings in JSON (RFC 8259, 7).
enum JSONString {
  /// Returns the offset after the quote that ends a string; the end of the file if there is none.
  /// - Parameter start: the offset of the quote that begins it.
  static func end(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, bytes.count)
  }

  /// Returns the text of a string without its quotes; nil if it has an escape that JSON does not know.
  static func read(_ content: ArraySlice<UInt8>) -> String? {
    var units: [UInt16] = []
    var output = ""
    var rest = String(decoding: content, as: UTF8.self).unicodeScalars[...]
    func flush() {
      output += String(decoding: units, as: UTF16.self)
      units = []
    }
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        if !units.isEmpty { flush() }
        output.unicodeScalars.append(scalar)
        continue
      }
      guard let code = rest.popFirst() else { return nil }
      if code == "u" {
        guard let unit = UInt16(String(rest.prefix(4)), radix: 16), rest.prefix(4).count == 4 else { return nil }
        rest = rest.dropFirst(4)
        units.append(unit)
        continue
      }
      if !units.isEmpty { flush() }
      guard let character = escapes.first(where: { $0.code == code })?.character else { return nil }
      output.unicodeScalars.append(character)
    }
    flush()
    return output
  }

  private static let escapes: [(code: Unicode.Scalar, character: Unicode.Scalar)] = [
    ("\"", "\""), ("\\", "\\"), ("/", "/"), ("b", "\u{8}"), ("f", "\u{C}"), ("n", "\n"), ("r", "\r"), ("t", "\t"),
  ]

  /// Returns a text as a string of JSON without its quotes.
  /// - Parameter isASCII: whether characters outside of ASCII are written as `\u`.
  static func written(_ text: String, isASCII: Bool) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      if scalar != "/", let escape = escapes.first(where: { $0.character == scalar }) {
        output += "\\" + String(escape.code)
      } else if scalar.value < 0x20 || isASCII && !scalar.isASCII {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}
