/// The attributes of a document of HTML that people read, such as `alt` and `placeholder`, as texts to translate.
///
/// Equal values are one text. Attributes of elements that are not translated, and of elements within these, stay.
struct AttributeTexts: Sendable {
  /// Attributes that people read, on all elements.
  private static let read: Set<String> = [
    "alt", "title", "placeholder", "aria-label", "aria-description", "aria-placeholder", "aria-roledescription",
    "aria-valuetext", "label", "summary",
  ]
  /// The names of `<meta>` elements whose content people read.
  private static let readMeta: Set<String> = [
    "description", "og:title", "og:description", "og:site_name", "og:image:alt", "twitter:title",
    "twitter:description", "twitter:image:alt",
  ]
  /// The kinds of `<input>` whose value is their inscription.
  private static let buttons: Set<String> = ["button", "submit", "reset"]

  /// The values as their readers see them, each once, in the order of the document.
  let texts: [String]
  /// The number of its text by the bytes of a value.
  private let numbers: [[UInt8]: Int]

  init(_ bytes: [UInt8]) {
    var texts: [String] = []
    var numbers: [[UInt8]: Int] = [:]
    for value in Self.values(bytes) where numbers[Array(bytes[value.range])] == nil {
      let raw = Array(bytes[value.range])
      let text = CharacterReferences.unescaped(String(decoding: raw, as: UTF8.self))
      guard text.unicodeScalars.contains(where: \.properties.isAlphabetic) else { continue }
      numbers[raw] = texts.count
      texts.append(text)
    }
    self.texts = texts
    self.numbers = numbers
  }

  /// Returns a document with translations in place of the values, which are as in the source.
  /// - Parameter translations: one per text.
  func written(_ document: String, _ translations: [String]) -> String {
    guard !texts.isEmpty, translations.count == texts.count else { return document }
    let bytes = Array(document.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + bytes.count / 8)
    var cursor = 0
    for value in Self.values(bytes) {
      guard let number = numbers[Array(bytes[value.range])], translations[number] != texts[number] else { continue }
      output += bytes[cursor..<value.range.lowerBound]
      output += Self.escaped(translations[number], quote: value.quote)
      cursor = value.range.upperBound
    }
    output += bytes[cursor...]
    return String(decoding: output, as: UTF8.self)
  }

  private static func escaped(_ text: String, quote: UInt8?) -> [UInt8] {
    let mark = quote ?? UInt8(ascii: "\"")
    var output: [UInt8] = quote == nil ? [mark] : []
    for byte in text.utf8 {
      switch byte {
      case .ampersand: output += Array("&amp;".utf8)
      case .less: output += Array("&lt;".utf8)
      case mark: output += Array((mark == UInt8(ascii: "'") ? "&#39;" : "&quot;").utf8)
      default: output.append(byte)
      }
    }
    return quote == nil ? output + [mark] : output
  }

  // MARK: Finding

  private static func values(_ bytes: [UInt8]) -> [AttributeValue] {
    var scanner = MarkupScanner(bytes, isXML: false, keepsAttributes: true)
    let pieces = scanner.scan()
    let extents = ElementExtents(pieces, isXML: false)
    var values: [AttributeValue] = []
    var index = 0
    while index < pieces.count {
      guard case .start(let tag) = pieces[index].kind else {
        index += 1
        continue
      }
      // The content of these elements is not translated, but what a film is called is.
      let isProtected = tag.isProtected || HTMLElements.protected.contains(tag.name)
      if !tag.isProtected { values += read(tag) }
      index = isProtected ? max(index + 1, extents.end(of: index)) : index + 1
    }
    return values
  }

  private static func read(_ tag: StartTag) -> [AttributeValue] {
    guard !tag.attributes.isEmpty else { return [] }
    func text(_ name: String) -> String? { tag.attributes.first { $0.name == name }?.text.lowercased() }
    if tag.name == "meta" {
      guard let name = text("name") ?? text("property"), readMeta.contains(name) else { return [] }
      return tag.attributes.filter { $0.name == "content" }
    }
    let isButton = tag.name == "input" && text("type").map(buttons.contains) ?? false
    return tag.attributes.filter { read.contains($0.name) || (isButton && $0.name == "value") }
  }
}

/// The value of an attribute.
package struct AttributeValue: Sendable {
  /// The name of the attribute in lower case.
  package let name: String
  /// The bytes of the document, without quotes.
  let range: Range<Int>
  /// The quotes around the value; nil if there are none.
  let quote: UInt8?
  /// The value as it is written.
  let text: String
}
