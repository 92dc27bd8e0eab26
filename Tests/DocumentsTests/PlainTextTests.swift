import Documents
import Testing

/// Paragraphs of plain text whose lines were broken at a width, and others.
struct PlainTextTests {
  private func read(_ file: String) throws -> Document { try DocumentFormat.plainText.read(Array(file.utf8)) }

  private func translated(_ file: String, _ translate: (String) -> String) throws -> String {
    let document = try read(file)
    return String(decoding: try document.written(document.texts.map { translate($0.text) }), as: UTF8.self)
  }

  private static let wrapped = """
    The old house at the end of the street had been empty for
    many years before anybody thought of buying it. Then, on a
    cold morning in March, a family of five moved in.
    """

  @Test func wrappedParagraphIsOneText() throws {
    let texts = try read(Self.wrapped + "\n\nSecond.\n").texts.map(\.text)
    #expect(texts == [Self.wrapped.replacing("\n", with: " "), "\nSecond.\n"])
  }

  @Test func translationIsBrokenAtTheSameWidth() throws {
    let long = try translated(Self.wrapped + "\n") { $0.replacing("house", with: "habitation familiale") }
    #expect(long.split(separator: "\n").allSatisfy { $0.count <= 58 })
    #expect(long.replacing("\n", with: " ").hasPrefix("The old habitation familiale at the end"))
    #expect(long.hasSuffix("in.\n"))
  }

  @Test(arguments: ["\n", "\r\n"]) func lineEndsAndIndentsStay(end: String) throws {
    let file = Self.wrapped.replacing("\n", with: "\n  ").replacing("\n", with: end) + end
    let upper = try translated(file) { $0.uppercased() }
    #expect(upper == file.uppercased())
  }

  @Test func hyphensAtLineEndsKeepTheirWordTogether() throws {
    let file =
      "Somebody had left a whole box of these well-\nknown green tea biscuits on the table there\nof the hall.\n"
    let text = try read(file).texts[0].text
    #expect(text.contains("well-known"))
  }

  @Test(arguments: [
    "Shopping list\nMilk\nEggs\n",
    "Milk and a loaf of bread from the corner shop\nEggs, twelve of them, if there are any left\nButter\n",
    "The woods are lovely, dark and deep, but I have\nPromises to keep, and miles to go before I may\nSleep.\n",
    "- The first item of this list is rather long and\n- the second item of this list is longer still\n",
    "1. Take the second street on the left side after\n2. take the first one on the right side of there\n",
    "This is a sentence on a line of its own here.\nthis is another sentence on its own line now.\n",
    "Name            Age           City of birth here\nAna              31          Lisbon, in Portugal\n",
    "> On Monday somebody wrote that the train would be\n> late again, which it was, as on every other day\n",
    "One long line that ends where the writer wanted it to end\nand a short one\nand another\nand one more\n",
    "John Smith\n12 High Street\nLondon\n", "Title\n=====\n\nText.\n", "", "\n\n", "One", "a\nb", "\r\n",
  ])
  func otherLinesStay(file: String) throws {
    let texts = try read(file).texts.map(\.text)
    let same = try translated(file) { $0 }
    #expect(texts == [file])
    #expect(same == file)
  }

  @Test func everyByteStaysIfNothingIsTranslated() throws {
    let file = "  Intro\n\n" + Self.wrapped + "\r\n\r\n" + Self.wrapped + "\nTail"
    let same = try translated(file) { $0 }
    #expect(same == file)
  }
}
