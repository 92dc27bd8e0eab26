import Testing
import Translation

/// Signs of programs and menus, and boxes to be ticked, between words.
@Suite struct OperatorSpanTests {
  private func spans(_ text: String) -> [String] {
    ProtectedSpanDetector.spans(in: text).map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  @Test(arguments: [
    ("x < 3 && y > 2", ["x < 3 && y > 2"]), ("If x != 3 || y == 2, stop.", ["x != 3 || y == 2"]),
    ("cats && dogs || birds", ["&&", "||"]), ("Use key => value and p -> q.", ["=>", "p -> q"]),
    ("Is a_1 >= b2 here?", ["a_1 >= b2"]), ("The && and ||, (!=) too", ["&&", "||", "!="]),
    ("Call std::vector or Foo::bar() now", ["std::vector", "Foo::bar()"]), ("a:: b, c :: d", ["::"]),
    ("so p->run() and Home->Settings", ["p->run()", "->"]), ("if (n==10 && !done) go", ["n==10 && !done"]),
    ("x := 5, y+=2 and z -= 1", ["x := 5", "y+=2", "z -= 1"]), ("Paris <-> London --> Rome", ["<->", "-->"]),
    ("Home >> Settings << Back", [">>", "<<"]), ("yes | no", ["|"]), ("Go to File > Open > Été", [">", ">"]),
    ("1 <= x <= 10", ["1 <= x <= 10"]), ("while (i < 10 && !done)", ["i < 10 && !done"]),
    ("if (!ready || count >= 10) stop", ["!ready || count >= 10"]), ("Set !open && shut == 1", ["!open && shut == 1"]),
    ("When x && total != 0 || !late, go", ["x && total != 0 || !late"]), ("Tea && milk || !sugar", ["&&", "||"]),
    ("Set a && b + 3 * c now", ["a && b + 3 * c"]),
  ])
  func operatorIsFound(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }

  @Test(arguments: [
    "Well -- yes, rock & roll! :-) :=)", "a < b, and A > B; three > two", "I said: no; either/or - both",
    "He was 5-4 up... 2+2=4!", "cause|effect", "Wow!! What?! No!",
  ])
  func punctuationIsNoOperator(_ text: String) {
    #expect(spans(text) == [])
  }

  @Test(arguments: [
    ("[ ] no", ["[ ]"]), ("- [x] Done", ["[x]"]), ("( ) yes ( ) no (x) other", ["( )", "( )", "(x)"]),
    ("1. [X] Pay\n2. [-] Go", ["[X]", "[-]"]), ("Sure: (x) yes [] no", ["(x)", "[]"]), ("[   ] maybe", ["[   ]"]),
    ("Go on? [y/N] or (a/b/c)", ["[y/N]", "(a/b/c)"]), ("* (*) all", ["(*)"]),
  ])
  func boxIsFound(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }

  @Test(arguments: ["Select (x) to close", "f( ) and g()", "The () of it", "[x]y and (s)he", "(and/or) [1]"])
  func bracketIsNoBox(_ text: String) {
    #expect(spans(text) == [])
  }

  // MARK: Translations

  private func translate(_ text: String, script: @escaping ShoutingDecoder.Script = { _, _ in nil }) throws -> String {
    try TestService(script: script).translate(text).text
  }

  /// A model that loses short words beside brackets reads the words alone.
  @Test(arguments: [
    ("[ ] no", "[ ] NO"), ("- [x] Done", "- [x] DONE"), ("( ) yes ( ) no", "( ) YES ( ) NO"),
    ("Answer: [ ] yes [ ] no", "ANSWER: [ ] YES [ ] NO"), ("☐ yes ☐ no", "☐ YES ☐ NO"), ("Agree: (x)", "AGREE: (x)"),
    ("cats | dogs | birds", "CATS | DOGS | BIRDS"), ("File > Open", "FILE > OPEN"),
    ("Phone: _ _ _ _", "PHONE: _ _ _ _"), ("Date: __/__/____", "DATE: __/__/____"), ("City: …", "CITY: …"),
    ("Name: ...... City: ..", "NAME: ...... CITY: .."),
  ])
  func signIsNotRead(_ source: String, _ expected: String) throws {
    let text = try translate(source) { text, _ in
      text.contains { "[]()☐|>_….".contains($0) } ? "QUELQUE CHOSE" : nil
    }
    #expect(text == expected)
  }

  /// No word can stand for an operator: the words on both sides keep their order.
  @Test(arguments: [("cats && dogs", "CATS && DOGS"), ("Next -> Finish", "NEXT -> FINISH")])
  func wordsAroundALostOperatorAreTranslatedAlone(_ source: String, _ expected: String) throws {
    #expect(try translate(source) { text, _ in text.contains(" ") ? "LES CHIENS" : nil } == expected)
  }

  @Test func expressionIsReadAsAWord() throws {
    let text = try translate("If x != 3 || y == 2, stop.") { source, _ in
      source == "If Z, stop." ? "Si Z, arrêtez." : "Si x."
    }
    #expect(text == "Si x != 3 || y == 2, arrêtez.")
  }

  @Test func remainsOfABrokenOperatorGo() throws {
    let text = try translate("The arrow => here") { source, _ in
      source.contains("=>") ? "LA CHOSE =# ICI" : "?"
    }
    #expect(text == "LA CHOSE => ICI")
  }
}
