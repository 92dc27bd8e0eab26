import Markup
import Testing

/// Attributes that people read, translated on request.
struct AttributeTextsTests {
  private func document(_ html: String) -> MarkupDocument { MarkupDocument(html, .html, attributes: true) }

  private func shouted(_ html: String) -> String {
    let document = document(html)
    return document.written(document.passages.map { PassageTranslation(text: $0.text.uppercased(), sentences: []) })
      .text
  }

  @Test(arguments: [
    (#"<img alt="A dog" src="dog.png">"#, #"<img alt="A DOG" src="dog.png">"#),
    (#"<p>Go <a href="/x" title="home page">home</a>.</p>"#, #"<p>GO <a href="/x" title="HOME PAGE">HOME</a>.</p>"#),
    ("<input placeholder='your name' value='Ana'>", "<input placeholder='YOUR NAME' value='Ana'>"),
    (#"<input type=submit value="Send now">"#, #"<input type=submit value="SEND NOW">"#),
    (#"<button aria-label="close">x</button>"#, #"<button aria-label="CLOSE">X</button>"#),
    (
      #"<meta name="description" content="a page"><meta name="viewport" content="width=device-width">"#,
      #"<meta name="description" content="A PAGE"><meta name="viewport" content="width=device-width">"#
    ),
    (#"<meta property=og:title content='the title'>"#, #"<meta property=og:title content='THE TITLE'>"#),
    ("<img alt=dog>", #"<img alt="DOG">"#), (#"<IMG ALT="dog">"#, #"<IMG ALT="DOG">"#),
    (#"<option label="one">x</option>"#, #"<option label="ONE">X</option>"#),
    (#"<abbr title="as soon as possible">ASAP</abbr>"#, #"<abbr title="AS SOON AS POSSIBLE">ASAP</abbr>"#),
    (#"<img alt="cats &amp; dogs">"#, #"<img alt="CATS &amp; DOGS">"#),
    (#"<img alt='the dog&#39;s "bone"'>"#, #"<img alt='THE DOG&#39;S "BONE"'>"#),
    (#"<video title="a film"><track label="inner"></video>"#, #"<video title="A FILM"><track label="inner"></video>"#),
  ])
  func valuesAreTranslated(_ html: String, _ expected: String) {
    #expect(shouted(html) == expected)
  }

  @Test(arguments: [
    #"<img alt="" src="a b.png">"#, #"<img alt="123">"#, #"<a href="dog house" class="big dog" id="dog">1</a>"#,
    #"<img translate="no" alt="dog">"#, #"<div translate="no"><img alt="dog">dog</div>"#,
    #"<code><span title="dog">x</span></code>"#, #"<script>var a = '<img alt="dog">'</script>"#,
    #"<!-- <img alt="dog"> -->"#, #"<input type="text" value="dog">"#, #"<meta name="author" content="Ana">"#,
    #"<p data-title="dog">1</p>"#,
  ])
  func otherValuesStay(html: String) {
    #expect(shouted(html) == html)
  }

  @Test func valuesAreTranslatedOnlyOnRequest() {
    let html = #"<img alt="dog">"#
    #expect(MarkupDocument(html, .html).passages.isEmpty)
    #expect(document(html).passages.map(\.text) == ["dog"])
    #expect(MarkupDocument(html, .xml(XMLRules()), attributes: true).passages.isEmpty)
  }

  @Test func equalValuesAreOnePassageAfterTheText() {
    let html = #"<p title="dog">cat</p><p title="dog">cow</p>"#
    #expect(document(html).passages.map(\.text) == ["cat", "cow", "dog"])
    #expect(shouted(html) == #"<p title="DOG">CAT</p><p title="DOG">COW</p>"#)
  }

  /// A translation cannot end its attribute or begin a tag.
  @Test func translationsAreEscaped() {
    let document = document(#"<img alt="dog"><img alt='cow'><img alt=cat>"#)
    let translations = [#"a" b<c>&d"#, "a' b", #"x "y""#].map { PassageTranslation(text: $0, sentences: []) }
    #expect(
      document.written(translations).text
        == #"<img alt="a&quot; b&lt;c>&amp;d"><img alt='a&#39; b'><img alt="x &quot;y&quot;">"#)
  }

  @Test func untranslatedValuesKeepTheirBytes() {
    let html = #"<img alt="R&D &eacute; x"> text"#
    let document = document(html)
    let same = document.passages.map { PassageTranslation(text: $0.text, sentences: []) }
    #expect(document.written(same).text == html)
    #expect(document.written([]).text == html)
  }

  @Test func brokenTagsAreTranslatedOrStay() {
    for html in [
      "<img alt=\"dog", "<img alt=", "<img alt", "<img alt='a\"b>c", "<p title=\"x\"y\"z\">t</p>", "<a title=>b",
    ] {
      _ = shouted(html)
    }
  }
}
