import Documents
import Testing

/// A translation that is the text in capitals, with its tags unchanged.
enum Shouting {
  static func translated(_ format: DocumentFormat, _ file: String) throws -> String {
    let document = try format.read(file)
    return try document.writtenText(document.texts.map { shouted($0.text, isMarkup: document.isMarkup) })
  }

  /// The translation of a file that its own texts give back byte for byte.
  static func translated(_ file: String, ending: String) throws -> String {
    let format = try #require(DocumentFormat(fileName: "a." + ending))
    let document = try format.read(file)
    #expect(try document.writtenText(document.texts.map(\.text)) == file)
    return try translated(format, file)
  }

  static func shouted(_ text: String, isMarkup: Bool) -> String {
    guard isMarkup else { return text.uppercased() }
    var output = ""
    var start = text.startIndex
    for match in text.matches(of: /<code>.*?<\/code>|<[^>]*>|&[a-z]+;/) {
      output += text[start..<match.range.lowerBound].uppercased() + match.output
      start = match.range.upperBound
    }
    return output + text[start...].uppercased()
  }
}

extension DocumentFormat {
  /// Takes a text file in UTF-8 apart.
  func read(
    _ file: String, textLimitBytes: Int = .max, joinsCues: Bool = false,
    isCancelled: @escaping () -> Bool = { false }
  ) throws(DocumentError) -> Document {
    try read(Array(file.utf8), textLimitBytes: textLimitBytes, joinsCues: joinsCues, isCancelled: isCancelled)
  }
}

extension Document {
  /// The file with translations, in UTF-8.
  func writtenText(_ translations: [String]) throws -> String {
    String(decoding: try written(translations), as: UTF8.self)
  }
}
