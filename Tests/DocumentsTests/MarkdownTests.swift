import Documents
import Testing

/// Tests of Markdown as programs extend it. Each file is its own translation; its texts are compared.
struct MarkdownTests {
  private func texts(_ file: String) throws -> [String] {
    let document = try DocumentFormat.markdown.read(file)
    #expect(try document.writtenText(document.texts.map(\.text)) == file)
    return document.texts.map(\.text)
  }

  private func shouted(_ file: String) throws -> String { try Shouting.translated(.markdown, file) }

  @Test(
    arguments: [
      ("> [!NOTE]\n> Read this\n> first.\n", ["Read this first."]),
      ("> [!WARNING]\nlazy line\n", ["lazy line"]),
      ("> [!tip]- A title\n> Read this.\n", ["A title", "Read this."]),
      ("> [!my-kind|wide] Title\n>\n> Read.\n", ["Title", "Read."]),
      ("> > [!NOTE]\n> > Deep\n", ["Deep"]),
      ("> text\n> [!IMPORTANT]\n> Read\n", ["text", "Read"]),
      ("- > [!NOTE]\n  > In a list\n", ["In a list"]),
      ("> [!CAUTION]\n> - one\n> - two\n", ["one", "two"]),
      (">[!NOTE]\n>Tight\n", ["Tight"]),
      ("> [!NOTE]+ Open title\n", ["Open title"]),
      ("> [!question] Can you?\n> Yes\n", ["Can you?", "Yes"]),
    ] as [(String, [String])])
  func calloutKeepsItsKind(file: String, expected: [String]) throws { #expect(try texts(file) == expected) }

  @Test(
    arguments: [
      ("Roses are red\nViolets are blue\n", ["Roses are red", "Violets are blue"]),
      ("> Ann Hill\n> New Street 5\n> London\n", ["Ann Hill", "New Street 5", "London"]),
      ("**One** dog\nTwo `cats`  \nend\n", ["<m0>One</m0> dog", "Two <code>`cats`</code>", "end"]),
      ("One **dog\nTwo** cats\n", ["One <m0>dog Two</m0> cats"]),
      ("One dog\nand a cat\nRan\n", ["One dog and a cat Ran"]),
      (
        "A dog ran through the snow in the evening.\nThen it slept.\n",
        ["A dog ran through the snow in the evening. Then it slept."]
      ),
    ] as [(String, [String])])
  func shortLinesWithCapitalsAreTextsOfTheirOwn(file: String, expected: [String]) throws {
    #expect(try texts(file) == expected)
  }

  @Test(
    arguments: [
      ("::: tip\nRead this.\n:::\n", ["Read this."]),
      ("::: tip A title\nRead this.\n:::\n", ["A title", "Read this."]),
      (":::note[A title]\nRead this.\n:::\n", ["A title", "Read this."]),
      (":::note\nRead this.\n:::\n", ["Read this."]),
      (":::: {.box #id}\nRead\n::: inner\nDeep\n:::\n::::\n", ["Read", "Deep"]),
      ("text\n::: danger STOP\nno\n:::\nmore\n", ["text", "STOP", "no", "more"]),
      (":::{note} A title\nRead\n:::\n", ["A title", "Read"]),
      ("::: {.column width=\"50%\"}\nLeft\n:::\n", ["Left"]),
      ("::: warning :::\nRead\n:::::::::\n", ["Read"]),
      (":::tip[Title]{open=true}\nRead\n:::\n", ["Title", "Read"]),
      ("::: details Click me\n```js\nx\n```\n:::\n", ["Click me"]),
    ] as [(String, [String])])
  func containerKeepsItsKind(file: String, expected: [String]) throws { #expect(try texts(file) == expected) }

  @Test(
    arguments: [
      ("!!! note\n    Read this.\n", ["Read this."]),
      ("!!! note \"A title\"\n    Read this\n    and that.\n", ["A title", "Read this and that."]),
      ("??? tip \"Fold\"\n\n    Read this.\n\n    And that.\n", ["Fold", "Read this.", "And that."]),
      ("???+ warning\n    Read\n\ntext\n", ["Read", "text"]),
      (
        "=== \"Linux\"\n\n    Run it.\n\n=== \"Windows\"\n\n    Click it.\n",
        ["Linux", "Run it.", "Windows", "Click it."]
      ),
      ("!!! danger \"\"\n    Read\n", ["Read"]),
      ("!!! info inline end \"Side\"\n    Read\n", ["Side", "Read"]),
      ("!!! note\n    - one\n    - two\n", ["one", "two"]),
      ("- item\n\n    !!! note\n        Read\n", ["item", "Read"]),
      ("text\n!!! note\n    Read\n", ["text", "Read"]),
      ("!!! note\n\n    ```\n    code\n    ```\n", []),
      ("    code\n\n!!! note\n    Read\n", ["Read"]),
    ] as [(String, [String])])
  func admonitionKeepsItsKind(file: String, expected: [String]) throws { #expect(try texts(file) == expected) }

  @Test(
    arguments: [
      ("{% include note.html content=\"x\" %}\ntext\n", ["text"]),
      ("{{% notice tip %}}\nRead\n{{% /notice %}}\n", ["Read"]),
      ("{{< figure src=\"a.png\" title=\"x\" >}}\n", []),
      ("{{< figure\n  src=\"a.png\"\n  title=\"some words\" >}}\nRead\n", ["Read"]),
      ("{% raw %}\nsome code\n{% endraw %}\nRead\n", ["Read"]),
      ("{% highlight ruby %}\ndef foo\n{% endhighlight %}\nRead\n", ["Read"]),
      ("{{< highlight go >}}\nfunc main\n{{< /highlight >}}\nRead\n", ["Read"]),
      ("{% if page.x %}{% include y %}\nRead\n{% endif %}\n", ["Read"]),
      ("text\n{% include a.md %}\nmore\n", ["text", "more"]),
      ("{% comment %}\nnot shown\n{% endcomment %}\n", []),
      ("{%- assign x = 1 -%}\nRead\n", ["Read"]),
      ("{: .note }\nRead\n", ["Read"]),
      ("[TOC]\n\n[[_TOC_]]\n\n\\newpage\n\nRead\n", ["Read"]),
    ] as [(String, [String])])
  func templateLinesAreNoText(file: String, expected: [String]) throws { #expect(try texts(file) == expected) }

  @Test(
    arguments: [
      ("Hello {{ site.title }} friends\n", "HELLO {{ site.title }} FRIENDS\n"),
      ("See {{< ref \"a.md\" >}} now\n", "SEE {{< ref \"a.md\" >}} NOW\n"),
      ("{% if a %}One{% else %}two{% endif %} dogs\n", "{% if a %}ONE{% else %}TWO{% endif %} DOGS\n"),
      ("# A title {#an-id}\n", "# A TITLE {#an-id}\n"),
      ("## A title ## {.class}\n", "## A TITLE ## {.class}\n"),
      ("A [word]{.smallcaps} here\n", "A [WORD]{.smallcaps} HERE\n"),
      ("See [[Other Page]] now\n", "SEE [[Other Page]] NOW\n"),
      ("See [[Other Page|that page]] now\n", "SEE [[Other Page|THAT PAGE]] NOW\n"),
      ("![[picture.png]] below\n", "![[picture.png]] BELOW\n"),
      ("A ==marked== word\n", "A ==MARKED== WORD\n"),
      ("A <!-- b > c --> d\n", "A <!-- b > c --> D\n"),
    ] as [(String, String)])
  func templatesWithinATextAreUnchanged(file: String, expected: String) throws {
    #expect(try shouted(file) == expected)
  }

  @Test(
    arguments: [
      ("<Tabs>\n  <TabItem value=\"a\">\n    One\n  </TabItem>\n</Tabs>\n\nTwo\n", ["Two"]),
      ("<b>\nsome *text*\n</b>\n\nTwo\n", ["Two"]), ("<b>One</b> dog\n", ["<m0>One</m0> dog"]),
      ("<https://a.example>\nis here\n", ["<code>&lt;https://a.example&gt;</code> is here"]),
      ("One\n<b>\ntwo\n", ["One <img id=\"0\"> two"]),
    ] as [(String, [String])])
  func loneTagBeginsABlockOfHTML(file: String, expected: [String]) throws {
    #expect(try texts(file).filter { !$0.hasSuffix("\n") } == expected)
  }

  @Test(arguments: ["import A from './a'", "import { B, C } from \"b\";", "import 'c.css'"])
  func importOfMDXIsNoText(line: String) throws {
    #expect(try texts("\(line)\n\nOne\n") == ["One"])
    #expect(try texts("import duties from 'abroad' rose\n").count == 1)
  }

  @Test(
    arguments: [
      ("Term\n: A definition\n", ["Term", "A definition"]),
      ("Term\n:   One\n:   Two\n\nOther\n: Three\n", ["Term", "One", "Two", "Other", "Three"]),
      ("Term\n\n: A definition\n  goes on\n", ["Term", "A definition goes on"]),
      ("Term\n:   One\n\n    A second paragraph\n", ["Term", "One", "A second paragraph"]),
      ("> Term\n> : One\n", ["Term", "One"]),
      ("Term *x*\n: `code` only\n", ["Term <m0>x</m0>", "<code>`code`</code> only"]),
      ("*[HTML]: Hyper Text\n", ["Hyper Text"]),
      ("One: two\n", ["One: two"]),
      ("Term 1\nTerm 2\n: One\n", ["Term 1", "Term 2", "One"]),
      ("Term\n:\tTabbed\n", ["Term", "Tabbed"]),
    ] as [(String, [String])])
  func definitionListHasTermsAndDefinitions(file: String, expected: [String]) throws {
    #expect(try texts(file) == expected)
  }

  @Test(
    arguments: [
      (#"A \(c\) b"#, #"A \(c\) B"#), (#"Let \(x^2 + y\) be"#, #"LET \(x^2 + y\) BE"#),
      (#"Let \[a_i\] be"#, #"LET \[a_i\] BE"#), (#"A \*star\* b"#, #"A \*STAR\* B"#),
      (#"1\. not an item"#, #"1\. NOT AN ITEM"#), (##"\# not a heading"##, ##"\# NOT A HEADING"##),
      (#"a\_b c"#, #"A\_B C"#), (#"A \(see the page\) b"#, #"A \(SEE THE PAGE\) B"#),
      (#"C:\dir and \\share"#, #"C:\\DIR AND \\SHARE"#), (#"C:\dir x"#, #"C:\DIR X"#),
      (#"Cost \$5 or \$6"#, #"COST \$5 OR \$6"#),
      (#"Let $x_1$ and $$y$$ be"#, #"LET $x_1$ AND $$y$$ BE"#), (#"It is $5 and $6."#, #"IT IS $5 AND $6."#),
      (#"A \[link\] and [b](c\_d)"#, #"A \[LINK\] AND [B](c\_d)"#), (#"a \& b \> c"#, #"A \& B \> C"#),
      (#"- \- dash"#, #"- \- DASH"#), (#"\<b> is a tag"#, #"\<B> IS A TAG"#), (#"1\) one. Two."#, #"1\) ONE. TWO."#),
    ] as [(String, String)])
  func escapesAreKept(file: String, expected: String) throws { #expect(try shouted(file + "\n") == expected + "\n") }

  @Test func escapedSignIsReadAsTheSign() throws {
    #expect(try texts("A \\*star\\* and 1\\. b\n") == ["A *star* and 1. b"])
  }

  @Test(
    arguments: [
      ("A :dog: here", "A :dog: HERE"), ("Nice :+1: work", "NICE :+1: WORK"),
      (":white_check_mark: done", ":white_check_mark: DONE"),
      ("at 10:30:45 sharp", "AT 10:30:45 SHARP"), ("Note: a:b:c", "NOTE: A:B:C"),
      ("one: two: three", "ONE: TWO: THREE"),
      ("(:smile:) x", "(:smile:) X"), (":a::b: c", ":a::b: C"), ("# Hi :wave:", "# HI :wave:"),
      ("- :bug: fix", "- :bug: FIX"),
      ("a :: b", "A :: B"), ("| :dog: | cat |\n|---|---|", "| :dog: | CAT |\n|---|---|"),
    ] as [(String, String)])
  func namesOfPicturesAreUnchanged(file: String, expected: String) throws {
    #expect(try shouted(file + "\n") == expected + "\n")
  }
}
