import Markup
import Testing

/// Tests of the places of tags in a translation that swaps every two words of a sentence: "a b" becomes "B A".
@Suite struct PlacementTests {
  private func check(_ source: String, _ expected: String, _ syntax: MarkupSyntax = .html) {
    #expect(SwappingTranslator().translate(source, syntax) == expected)
  }

  @Test func elementMovesWithItsWords() {
    check("a <b>red</b> dog runs.", "<b>RED</b> A RUNS DOG.")
    check("a red <b>dog runs</b>.", "RED A <b>RUNS DOG</b>.")
    check("<i>a</i> red dog <b>runs</b>.", "RED <i>A</i> <b>RUNS</b> DOG.")
  }

  @Test func attributesAndNestingAreUnchanged() {
    check(
      "<a href='x>y' title=\"q &amp; r\">big <em>red</em></a> dog",
      "<a href='x>y' title=\"q &amp; r\"><em>RED</em> BIG</a> DOG")
  }

  @Test func elementWithSeparatedWordsSurroundsTheBestStretch() {
    check("one <b>two three</b> four.", "<b>TWO</b> ONE FOUR THREE.")
    check("a <b>red fat dog</b> runs.", "<b>RED A DOG FAT</b> RUNS.")
  }

  @Test func whiteSpaceIsOutsideTranslatedElements() {
    check("a<b> red </b>dog runs.", "<b>RED</b> A RUNS DOG.")
  }

  @Test func elementAroundWholeSentenceStays() {
    check("<b>one two.</b> <i>three four.</i>", "<b>TWO ONE.</b> <i>FOUR THREE.</i>")
    check("<p>\n  <b>one two.</b>\n  three four.\n</p>", "<p>\n  <b>TWO ONE.</b>\n  FOUR THREE.\n</p>")
  }

  @Test func elementAroundPartsOfTwoSentences() {
    check("one two <b>three four. five six</b> seven eight.", "TWO ONE <b>FOUR THREE. SIX FIVE</b> EIGHT SEVEN.")
  }

  @Test func finalPunctuationStaysInsideOrOutside() {
    check("one <b>two.</b>", "<b>TWO</b> ONE.")
    check("one two <b>three four</b>.", "TWO ONE <b>FOUR THREE</b>.")
    check("one two <b>three four.</b>", "TWO ONE <b>FOUR THREE.</b>")
  }

  @Test func emptyElementsPrecedeTheSameWord() {
    check("one two <img src=x>three four", "TWO ONE FOUR <img src=x>THREE")
    check("one two <img src=x> three four", "TWO ONE FOUR <img src=x> THREE")
    check("one two<img src=x> three four", "TWO<img src=x> ONE FOUR THREE")
    check("<img src=x>one two", "<img src=x>TWO ONE")
    check("one two<a id=x></a>", "TWO ONE<a id=x></a>")
  }

  @Test func pointAfterTheLastWordStaysThere() {
    check("one two<img src=x>.", "TWO ONE<img src=x>.")
    check("one two<img src=x>. three four<img src=y>", "TWO ONE<img src=x>. FOUR THREE<img src=y>")
    check("one two<sup>1</sup> three four<sup>2</sup>.", "TWO<sup>1</sup> ONE FOUR THREE<sup>2</sup>.")
    check("one <b>two three<img src=x></b>.", "<b>TWO ONE THREE<img src=x></b>.")
  }

  @Test func readingOfAWordStaysBesideIt() {
    check("see <ruby>tokyo<rt>capital</rt></ruby> now", "<ruby>TOKYO<rt>capital</rt></ruby> SEE NOW")
    check(
      "see <ruby>tokyo<rp>(</rp><rt>capital<rp>)</rp></ruby> now",
      "<ruby>TOKYO<rp>(</rp><rt>capital<rp>)</rp></ruby> SEE NOW")
  }

  @Test func referenceMarkIsSeparateFromItsWord() {
    check("one two<sup><a href=\"#n\">[1]</a></sup> three", "TWO<sup><a href=\"#n\">[1]</a></sup> ONE THREE")
  }

  @Test func elementsWithinUnchangedWordsStay() {
    check("drink h<sub>2</sub>o", "H<sub>2</sub>O DRINK")
    check("<span>o</span>nce more", "MORE <span>O</span>NCE")
  }

  @Test func protectedElementsAreUnchanged() {
    check("type <code>ls  -l</code> now please", "<code>ls  -l</code> TYPE PLEASE NOW")
    check("see <b translate=\"no\">my <i>app</i></b> here", "<b translate=\"no\">my <i>app</i></b> SEE HERE")
    check("<span class='x notranslate'>one</span> two", "TWO <span class='x notranslate'>one</span>")
    check("<div translate=no><p>one</p></div><p>two three", "<div translate=no><p>one</p></div><p>THREE TWO")
    check("<script>if (a < b) { '<b>' }</script>one two", "<script>if (a < b) { '<b>' }</script>TWO ONE")
  }

  @Test func specialCharactersAreEscaped() {
    check("a &lt; b &amp; c", "B &lt; A &amp; C")
    check("R&D a < b", "D&R B < A")
    check("<p>R&D a < b", "<p>D&amp;R B &lt; A")
    check("say &quot;far&quot;&nbsp;", "FAR &quot;SAY&quot;&nbsp;")
    check("&eacute;t&#233; &#x1F600; two", "TWO 😀 ÉTÉ")
    check("one &unknown; two", "&unknown; ONE TWO")
  }

  @Test func brokenMarkupIsNotLost() {
    check("one <b>two three", "TWO ONE <b>THREE")
    check("one two</b> three", "TWO ONE</b> THREE")
    check("one <a href=\"two three", "ONE <a href=\"two three")
  }

  /// A translation whose words were all made of the words of one element.
  @Test(arguments: [
    ("<b>one</b> <i>two</i>", "UN DEUX", 0, "<b>UN</b> <i>DEUX</i>"),
    ("so <b>one</b> <i>two</i>", "UN DEUX TROIS", 1, "<b>UN DEUX</b> <i>TROIS</i>"),
    ("so <b>one</b> <i>two</i>", "UN DEUX.", 2, "<b>UN</b> <i>DEUX</i>."),
  ])
  func elementWithoutWordsTakesOne(_ source: String, _ target: String, _ word: Int, _ expected: String) {
    let document = MarkupDocument(source, .html)
    let text = document.passages[0].text
    let words = text.split(separator: " ")
    let start = words[word].utf8.startIndex.utf16Offset(in: text)
    let links = [AlignmentLink(source: start..<start + words[word].utf8.count, target: 0..<target.utf8.count)]
    let sentence = PassageTranslation.Sentence(
      source: 0..<text.utf8.count, target: 0..<target.utf8.count, links: links)
    #expect(document.written([PassageTranslation(text: target, sentences: [sentence])]).text == expected)
  }

  @Test func withoutAlignmentOrderDecides() {
    let translator = SwappingTranslator(swaps: false, aligns: false)
    let written = translator.translate(MarkupDocument("one <b>two</b> three.", .html))
    #expect(written.text == "ONE <b>TWO</b> THREE.")
    #expect(written.unplaced == ["<b>"])
    #expect(SwappingTranslator().translate(MarkupDocument("one <b>two</b> three.", .html)).unplaced.isEmpty)
  }
}
