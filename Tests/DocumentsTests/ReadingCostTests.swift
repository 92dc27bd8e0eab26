import Testing

@testable import Documents

/// Counts of the work that reading takes, for files that once took time quadratic in their length.
struct ReadingCostTests {
  @Test func untranslatedMessagesAreWrittenOnlyWithTheirTranslations() throws {
    let file = "msgid \"" + String(repeating: "a", count: 1000) + "\"\n" + String(repeating: "msgstr\n", count: 1000)
    let texts = try DocumentFormat.portableObject.read(file).texts
    #expect(texts.count == 1000)
    #expect(texts.allSatisfy { $0.isRewritten })
  }

  @Test func nothingIsHeldOfAMemberWithoutTexts() throws {
    let cells = String(repeating: "<c t=\"s\"><v>0</v></c>", count: 100)
    let file = OfficePackages.archive([
      ("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", "<worksheet><row>\(cells)</row></worksheet>"),
      ("xl/sharedStrings.xml", "<sst><si><t>dog</t></si></sst>"),
    ])
    let document = try DocumentFormat.workbook.read(file)
    #expect(try document.writtenParts(["cat"]).map(\.count) == [0, 30])
    let written = try document.written(["cat"])
    #expect(try OfficePackages.content(written, "xl/worksheets/sheet1.xml").contains(cells))
  }

  @Test(arguments: [" ", "♪", "\n", "<i>"]) func endOfCueIsFoundInStepsForWhatIsRemoved(mark: String) {
    let steps = StepCount()
    let text = CountedText(String(repeating: "a", count: 1000) + String(repeating: mark, count: 1000), steps)
    #expect(String(CueText.withoutMarksAtEnd(text).base) == String(repeating: "a", count: 1000))
    #expect(steps.count <= 20 * mark.count * 1000)
  }

  @Test func fenceIsCountedOnce() {
    let line = MarkdownLine("``````` swift")
    #expect(line.fence == MarkdownLine.Fence(mark: "`", count: 7))
    #expect(MarkdownLine("```````").closes(MarkdownLine.Fence(mark: "`", count: 7)))
    #expect(!MarkdownLine("``````").closes(MarkdownLine.Fence(mark: "`", count: 7)))
  }

  @Test func endOfHTMLBlockIsDerivedFromItsFirstLineOnce() {
    #expect(MarkdownLine("<div aaaaaaaa").htmlEnd == .lineBeforeBlank)
    #expect(MarkdownLine("<PRE aaaaaaaa").htmlEnd == .lineWith(endTag: "</pre"))
    #expect(MarkdownLine("<!-- aaaaaaa").htmlEnd == .lineWithCommentEnd)
  }
}

/// A number of index steps that copies of a `CountedText` share.
final class StepCount {
  var count = 0
}

/// A text that counts each step from one index to the next or the one before.
struct CountedText: BidirectionalCollection {
  let base: Substring
  let steps: StepCount

  init(_ text: some StringProtocol, _ steps: StepCount) {
    base = Substring(text)
    self.steps = steps
  }

  var startIndex: String.Index { base.startIndex }
  var endIndex: String.Index { base.endIndex }

  func index(after index: String.Index) -> String.Index {
    steps.count += 1
    return base.index(after: index)
  }

  func index(before index: String.Index) -> String.Index {
    steps.count += 1
    return base.index(before: index)
  }

  subscript(index: String.Index) -> Character { base[index] }

  subscript(range: Range<String.Index>) -> CountedText { CountedText(base[range], steps) }
}
