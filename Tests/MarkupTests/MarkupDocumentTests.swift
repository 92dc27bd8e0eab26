import Markup
import Support
import Testing

/// Tests of documents as a whole: their passages, and their bytes after a translation.
@Suite struct MarkupDocumentTests {
  private func passages(_ text: String, _ syntax: MarkupSyntax = .html) -> [String] {
    MarkupDocument(text, syntax).passages.map(\.text)
  }

  @Test func blocksAreSeparatePassages() {
    #expect(
      passages("<h1>One</h1><p>Two <b>three</b>\n  four<p>Five<br>six<ul><li>Seven<li>Eight</ul>")
        == ["One", "Two three four", "Five", "six", "Seven", "Eight"])
    #expect(passages("<table><tr><td>One<td>Two<tr><th>Three</table>") == ["One", "Two", "Three"])
    #expect(passages("<a href=1>Home</a><a href=2>About us</a>") == ["Home", "About us"])
  }

  @Test(arguments: [
    ("<span>Name</span><span>Ana</span>", ["Name", "Ana"]),
    ("<h3>Title<small>Subtitle</small></h3>", ["Title", "Subtitle"]),
    ("<strong>Warning</strong>The floor is wet.", ["Warning", "The floor is wet."]),
    ("<p>Hello<img src=x>world</p>", ["Hello", "world"]),
    ("<b><i>One</i></b><u>two</u><em>3 four</em>", ["One", "two", "3 four"]),
    ("<p><b><span>été</span><span>où</span></b> là</p>", ["été", "où là"]),
    ("<i>She reads a book.</i><b>Comments</b>", ["She reads a book.", "Comments"]),
    ("<p><b>Price:</b><i>Total</i></p>", ["Price:", "Total"]),
    ("<p><a>Home page</a> <b>About</b></p>", ["Home page", "About"]),
    ("<li><b>Price</b>\n<i>Free</i>\n<u>Open now</u></li>", ["Price", "Free", "Open now"]),
    ("<td><a>Status</a> <br><b>New</b></td>", ["Status ", "New"]),
    ("<p><b><i>Green</i></b> <u>House</u></p><p>One <b>Two</b></p>", ["Green", "House", "One Two"]),
    ("<nav><a>Closed</a> | <a>Warning</a> &middot; <b>Only today</b></nav>", ["Closed", "Warning", "Only today"]),
    ("<h3>Yes<small>my best friend</small></h3>", ["Yes", "my best friend"]),
    ("<p>Total:<b>25</b>items</p>", ["Total:", "items"]), ("<p>See page<b>5</b>now</p>", ["See page", "now"]),
    ("<p>Now: <del>$20</del><ins>$15</ins></p>", ["Now: $20"]), ("<b>Name:</b>Ana", ["Name:", "Ana"]),
    ("<p>It is <b>very</b><i>cold</i> today.</p>", ["It is very cold today."]),
    ("A <b>big</b><i>red</i><u>soft</u> ball", ["A big red soft ball"]),
    ("<b><i>old</i></b><i>man</i> of <b>ten</b><a><u>or so</u></a>", ["old", "man of ten or so"]),
    ("<p>Total <b>price</b><i>Free</i></p>", ["Total price", "Free"]),
    ("<p>Price: <b>low</b><i>high</i></p>", ["Price: low", "high"]),
    ("<b>5%</b><i>less</i>", ["less"]), ("<i>Size</i><b>(big)</b>", ["Size", "(big)"]),
  ])
  func adjacentElementsAreWordsOfTheirOwn(_ text: String, _ expected: [String]) {
    #expect(passages(text) == expected)
  }

  @Test(arguments: [
    ("The <u>under</u>lined word", "The underlined word"), ("super<wbr>cali", "supercali"),
    ("<span>O</span>nce upon", "Once upon"), ("a <b>b</b> <i>c</i>", "a b c"), ("<b>One</b>, <i>two</i>", "One, two"),
    ("<b>President</b> <a>Ana Silva</a> said no", "President Ana Silva said no"),
    ("My <b>New</b> <i>York</i>", "My New York"), ("<b>Read</b> <i>it now</i>", "Read it now"),
    ("<b>(</b><i>one</i><b>)</b>", "(one)"), ("W<b>hat a day</b>", "What a day"),
    ("<b>One</b> | the <i>Two</i>", "One | the Two"),
    ("the 20<b>th</b> at 10:<b>30</b>", "the 20th at 10:30"), ("5<i>km</i> of m<b>3</b>", "5km of m3"),
    ("H<sub>2</sub>O is <b>big</b>ger", "H2O is bigger"), ("<b>one</b>-<i>two</i>", "one-two"),
  ])
  func partsOfWordsStayTogether(_ text: String, _ expected: String) {
    #expect(passages(text) == [expected])
  }

  /// Such elements are two words of one sentence; each goes around what was made of its word.
  @Test func touchingElementsWithinASentenceAreTranslatedWithIt() {
    let document = MarkupDocument("<p>It is <b>very</b><i>cold</i> today.</p>", .html)
    let sentence = PassageTranslation.Sentence(
      source: 0..<22, target: 0..<19,
      links: [
        AlignmentLink(source: 0..<2, target: 0..<2), AlignmentLink(source: 6..<10, target: 3..<8),
        AlignmentLink(source: 11..<15, target: 9..<13), AlignmentLink(source: 16..<21, target: 14..<18),
      ])
    let written = document.written([PassageTranslation(text: "É muito frio hoje.", sentences: [sentence])])
    #expect(written.text == "<p>É <b>muito</b> <i>frio</i> hoje.</p>")
  }

  @Test func linesOfTextWithoutTagsAreLines() {
    let document = MarkupDocument("Shopping list\nMilk & eggs < 5\r\n\nBread &amp; tea", .html)
    let passages = document.passages
    #expect(passages.map(\.text) == ["Shopping list\nMilk & eggs < 5\r\n\nBread & tea"])
    let plain = MarkupDocument("R&D\n1 < 2 > 0", .html)
    let written = plain.written([PassageTranslation(text: "D&R\n1 < 3 > 0", sentences: [])])
    #expect(written.text == "D&R\n1 < 3 > 0")
  }

  @Test func onlyTextIsTranslated() {
    let page = """
      <!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A <b> page</title>
      <style>p > a { color: red }</style><script>document.write("<p>no</p>")</script></head>
      <body><!-- not <p>this</p> --><p>Yes.</p><textarea>no</textarea><?php echo "no > no" ?>
      <svg><title>no</title></svg><pre>  one
        two</pre> 1 &mdash; 2 <![CDATA[no]]></body></html>
      """
    #expect(passages(page) == ["A <b> page", "Yes.", "  one\n  two"])
  }

  @Test func protectedPartsAreMarked() {
    let passage = MarkupDocument("Run <code> a&lt;b </code>&foo; and <b>go</b>", .html).passages.first
    #expect(passage?.text == "Run a<b&foo; and go")
    #expect(passage?.protectedSpans == [4..<7, 7..<12])
  }

  @Test func xmlElementsSplitSentencesByTheirSurroundings() {
    let text = "<doc><t>One</t><t>Two <x>three</x></t><code>four</code></doc>"
    #expect(passages(text, .xml(XMLRules())) == ["One", "Two three", "four"])
    #expect(passages(text, .xml(XMLRules(ignored: ["code"]))) == ["One", "Two three"])
    #expect(passages(text, .xml(XMLRules(splitting: ["x"]))) == ["One", "Two ", "three", "four"])
    #expect(passages(text, .xml(XMLRules(nonSplitting: ["t", "code"]))) == ["OneTwo threefour"])
    #expect(passages(text, .xml(XMLRules(outlineDetection: false))) == ["OneTwo threefour"])
  }

  @Test func xmlNamesAreCaseSensitive() {
    #expect(passages("<a><br>One</br><BR>two</BR></a>", .xml(XMLRules(ignored: ["BR"]))) == ["One"])
    #expect(passages("<a xml:space=\"preserve\">One\n two</a>", .xml(XMLRules())) == ["One\n two"])
    #expect(passages("<a>x&eacute;</a>", .xml(XMLRules())) == ["x&eacute;"])
    #expect(passages("<!DOCTYPE a [<!ENTITY b \"c > d\">]><a>One</a>", .xml(XMLRules())) == ["One"])
  }

  /// Any document is unchanged without translations, and does not trap with them.
  @Test func untranslatedDocumentsAreUnchanged() {
    let seeds = [
      "<p class=\"a\">One <b>two</b> &amp; <i>three</i>. Four <img src='x>y'/> five.</p><!-- c --><script>a<b</script>",
      "<ul><li>One<li translate=no>Two</ul><pre> x\n y</pre><a href=x>h</a><a>i</a> &#65; &nbsp; R&D <0>z</0>",
      "<?xml version=\"1.0\"?><!DOCTYPE d [ <!ENTITY e 'f'> ]><d><t>x <u>y</u></t><![CDATA[<z>]]></d>",
    ]
    for (place, seed) in seeds.enumerated() {
      var mutator = Mutator(seed: UInt64(place))
      var bytes = Array(seed.utf8)
      for round in 0..<400 {
        if round % 8 == 0 { bytes = Array(seed.utf8) }
        bytes = mutator.mutate(bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        for syntax in [MarkupSyntax.html, .xml(XMLRules())] {
          let document = MarkupDocument(text, syntax)
          #expect(document.written([]).text == text)
          _ = SwappingTranslator().translate(document)
        }
      }
    }
  }

  @Test func randomTagsAreNotLost() {
    var random = SplitMix(state: 7)
    let parts = [
      "<b>", "</b>", "<i>", "</i>", "<p>", "</p>", "one", " two ", ".", "<br>", "<", ">", "&", "\"", "'", "<!--", "-->",
      "<code>", "</code>", "<a x=\"", "\">", "&lt;", "<script>", "</script>", "<td>", "<sup>1</sup>", "<pre>", "\n",
    ]
    for _ in 0..<600 {
      let count = Int.random(in: 0...40, using: &random)
      let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      let document = MarkupDocument(text, .html)
      #expect(document.written([]).text == text)
      let translated = SwappingTranslator().translate(document).text
      #expect(tags(translated) == tags(text), "\(text) became \(translated)")
    }
  }

  /// The number of each of a few tags in a text.
  private func tags(_ text: String) -> [Int] {
    ["<b>", "</b>", "<i>", "</i>", "<p>", "</p>", "<br>", "<code>", "</code>", "<script>"].map { tag in
      text.split(separator: tag, omittingEmptySubsequences: false).count - 1
    }
  }

  @Test func longDocumentsTakeLinearTime() {
    for part in [
      "<b>", "<b>x ", "</b>", "x</i> ", "<a b=\"", "<!--", "&", "<p translate=no>", "<![CDATA[", "<!doctype [>",
    ] {
      let text = String(repeating: part, count: 5_000) + "one ]"
      let document = MarkupDocument(text, .html)
      #expect(document.written([]).text == text)
      _ = SwappingTranslator().translate(document)
    }
  }

  @Test(arguments: [
    "<p>\n  One\t two &amp; <b>three\n</b></p>", "<p>Fish &#38; chips&nbsp;here</p>", "<title>A &mdash; b</title>",
    "<p>One <a\nhref=1>two</a  > three</P>", "<ul><li>One<li> Two </ul>", "plain  text\nwith &amp; signs",
    "<p><i></i>One <br> two<!-- note --> three</p>", "<p title='a  &quot;b'>One</p>",
  ])
  func passageThatIsItsOwnTranslationDoesNotChange(_ text: String) {
    let document = MarkupDocument(text, .html, attributes: true)
    let same = document.passages.map { PassageTranslation(text: $0.text, sentences: []) }
    #expect(document.written(same).text == text)
    #expect(document.written(same).unplaced.isEmpty)
    let other = document.passages.map { PassageTranslation(text: $0.text + "!", sentences: []) }
    #expect(document.written(other).text != text)
  }
}
