import Markup
import Testing

/// Tests of references to characters outside of documents.
struct CharacterReferencesTests {
  @Test func onlyCharactersOfMarkupAreEscaped() {
    #expect(CharacterReferences.escaped("a < b & c > d \"e\" 'f'\u{A0}é") == "a &lt; b &amp; c &gt; d \"e\" 'f'\u{A0}é")
  }

  /// A combining mark makes one character of a sign and itself.
  @Test func signsBeforeCombiningMarksAreEscaped() {
    #expect(CharacterReferences.escaped("a >\u{301} b").unicodeScalars.elementsEqual("a &gt;\u{301} b".unicodeScalars))
    #expect(
      CharacterReferences.unescaped("a &gt;\u{301} b").unicodeScalars.elementsEqual("a >\u{301} b".unicodeScalars))
  }

  @Test(arguments: ["", "a & b", "&amp;lt;", "<b>\u{A0}&eacute;</b>", "&&;&#;&#x;"])
  func unescapingReversesEscaping(_ text: String) {
    #expect(CharacterReferences.unescaped(CharacterReferences.escaped(text)) == text)
  }

  @Test func namesAndNumbersAreUnescapedAndUnknownOnesStay() {
    #expect(CharacterReferences.unescaped("&eacute;&#233;&#xE9;&nbsp;&foo; & &amp") == "ééé\u{A0}&foo; & &amp")
  }
}
