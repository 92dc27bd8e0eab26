/// A way to make a text of any length that some parser could find costly.
struct Pattern: Sendable {
  let name: String
  private let make: @Sendable (_ bytes: Int) -> String

  init(_ name: String, _ make: @escaping @Sendable (_ bytes: Int) -> String) {
    self.name = name
    self.make = make
  }

  /// A unit again and again.
  init(_ name: String, repeating unit: String) {
    self.init(name) { bytes in String(repeating: unit, count: max(1, bytes / unit.utf8.count)) }
  }

  /// An opening again and again, then as many closings.
  init(_ name: String, nesting opening: String, _ closing: String) {
    self.init(name) { bytes in
      let depth = max(1, bytes / (opening.utf8.count + closing.utf8.count))
      return String(repeating: opening, count: depth) + String(repeating: closing, count: depth)
    }
  }

  /// A long first part, then a unit again and again, each half of the bytes.
  init(_ name: String, first: String, then unit: String) {
    self.init(name) { bytes in
      String(repeating: first, count: max(1, bytes / 2 / first.utf8.count))
        + String(repeating: unit, count: max(1, bytes / 2 / unit.utf8.count))
    }
  }

  /// Text of about this number of bytes.
  func text(bytes: Int) -> String { make(bytes) }
}

extension Pattern {
  /// Patterns for everything that is read: ordinary, repetitive, nested and random.
  static let general: [Pattern] = [
    Pattern("prose", repeating: "The river rose by 12 metres in 1987. Nobody was hurt, she said. "),
    Pattern("one word", repeating: "a"),
    Pattern("one word of two bytes each", repeating: "é"),
    Pattern("spaces", first: "a", then: " "),
    Pattern("line ends", repeating: "\n"),
    Pattern("short lines", repeating: "ab\n"),
    Pattern("long line, then short ones", first: "a", then: "\nab"),
    Pattern("capitals", repeating: "A DOG "),
    Pattern("numbers", repeating: "1,234.5 "),
    Pattern("digits", repeating: "1"),
    Pattern("full stops", repeating: "."),
    Pattern("sentences of a letter", repeating: "A. "),
    Pattern("slashes", repeating: "/"),
    Pattern("backslashes", repeating: "\\"),
    Pattern("quotes", repeating: "\""),
    Pattern("ampersands", repeating: "&amp;"),
    Pattern("percent signs", repeating: "%"),
    Pattern("empty braces", repeating: "{}"),
    Pattern("empty braces and a word") { String(repeating: "{}", count: max(1, $0 / 2)) + " dog" },
    Pattern("open braces", repeating: "{"),
    Pattern("nested braces", nesting: "{", "}"),
    Pattern("nested messages", nesting: "{n, plural, other {a ", "}}"),
    Pattern("addresses", repeating: "https://a.b/c?d=e "),
    Pattern("mail addresses", repeating: "a@b.c"),
    Pattern("dots and letters", repeating: "a."),
    Pattern("underscores", repeating: "_ "),
    Pattern("backticks", repeating: "`a"),
    Pattern("emoji that are joined", repeating: "👩‍"),
    Pattern("combining marks", repeating: "\u{301}"),
    Pattern("tags", repeating: "<b>a</b>"),
    Pattern("open tags", repeating: "<b>"),
    Pattern("angle brackets", repeating: "<"),
    Pattern("random letters", random: Array("abcdefghij ")),
    Pattern("random signs", random: Array("a1 .,{}<>&\"'\\/`*_#|:-=[]()\n")),
  ]

  /// Signs in an order that looks random and is always the same.
  init(_ name: String, random signs: [Character]) {
    self.init(name) { bytes in
      var state: UInt64 = 0x9E37_79B9_7F4A_7C15
      var text = ""
      for _ in 0..<bytes {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(signs[Int(state >> 33) % signs.count])
      }
      return text
    }
  }
}
