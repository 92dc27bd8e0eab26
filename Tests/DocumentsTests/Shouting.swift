import Documents

/// A translation that is the text in capitals, with its tags unchanged.
enum Shouting {
  static func translated(_ format: DocumentFormat, _ file: String) throws -> String {
    let document = try format.read(file)
    return document.written(document.texts.map { shouted($0.text, isMarkup: document.isMarkup) })
  }

  static func shouted(_ text: String, isMarkup: Bool) -> String {
    guard isMarkup else { return text.uppercased() }
    var output = text.uppercased()
    for match in text.matches(of: /<code>.*?<\/code>|<[^>]*>|&[a-z]+;/) {
      output = output.replacing(match.output.uppercased(), with: match.output)
    }
    return output
  }
}
