import Foundation
import HTTP
import Testing

/// The page's words: each interface language has all of them, and none stands outside the tables.
struct PhraseTests {
  private static let tables = ["english", "french", "german", "spanish", "portuguese"]
  private static let paths = ["/", "/attention?q=a+b&source=en&target=fr&format=html"]

  @Test(arguments: tables)
  func tablesHaveAllPhrasesInOneOrder(_ name: String) throws {
    let page = try Caller().get("/").text
    let (english, table) = (try phrases("english", in: page), try phrases(name, in: page))
    #expect(english.count > 100)
    #expect(table.map(\.key) == english.map(\.key))
    #expect(Set(table.map(\.key)).count == table.count)
    #expect(table.allSatisfy { !$0.words.trimmingCharacters(in: .whitespaces).isEmpty })
  }

  /// A language can say a value twice, but leaves none out and has none of its own.
  @Test(arguments: tables)
  func phrasesHaveTheSameValues(_ name: String) throws {
    let page = try Caller().get("/").text
    for (english, other) in zip(try phrases("english", in: page), try phrases(name, in: page)) {
      #expect(values(of: other.words) == values(of: english.words), "\(english.key)")
    }
  }

  @Test(arguments: paths)
  func phrasesThatAreNamedExist(_ path: String) throws {
    let page = try Caller().get(path).text
    let known = Set(try phrases("english", in: page).map(\.key))
    let named = page.matches(
      of: /(?:phrase|phraseNodes)\("([\w-]+)"|data-(?:phrase|label|title|placeholder)="([\w-]+)"/)
    #expect(!named.isEmpty)
    for match in named { #expect(known.contains(String(match.1 ?? match.2 ?? ""))) }
  }

  /// A key is written between quotes in the scripts, or begins with the name of a family.
  @Test func phrasesAreUsed() throws {
    let pages = try Self.paths.map { try Caller().get($0).text }
    let code = pages.map(withoutTables).joined()
    for key in try phrases("english", in: pages[0]).map(\.key) {
      let family = key.prefix { $0 != "-" }
      let isUsed = code.contains("\"\(key)\"") || code.contains("`\(family)-${")
      #expect(isUsed, "\(key)")
    }
  }

  /// The markup has no words but the name of the program, and attributes that are read have none.
  @Test(arguments: paths)
  func markupHasNoWords(_ path: String) throws {
    let markup = try Caller().get(path).text.replacing(/(?s)<(style|script)\b.*?<\/\1>/, with: "")
    for match in markup.matches(of: />([^<]*\p{L}[^<]*)</) { #expect(match.1 == "Dragoman") }
    #expect(markup.matches(of: /\s(aria-label|title|placeholder|alt)="/).isEmpty)
  }

  /// Nothing that is shown or read aloud is written out in a script.
  @Test(arguments: paths)
  func scriptsHaveNoWords(_ path: String) throws {
    let page = try Caller().get(path).text
    let code = withoutTables(page.matches(of: /(?s)<script>(.*?)<\/script>/).map { String($0.1) }.joined())
    let written = code.matches(of: /\b(textContent|title|placeholder|label|ariaLabel)\s*[:=]\s*["`]\s*\p{L}.*/)
    #expect(written.map { String($0.0) } == [])
    // Names of classes and selectors begin with small letters.
    let texts = code.matches(of: /"(\p{Lu}[\p{L}’']* \p{L}[^"]*)"/)
    #expect(texts.map { String($0.1) } == [])
  }

  // MARK: - Parts of a page

  private func phrases(_ name: String, in page: String) throws -> [(key: String, words: String)] {
    let start = try #require(page.range(of: "const \(name)Phrases = {\n"))
    let end = try #require(page.range(of: "\n};", range: start.upperBound..<page.endIndex))
    return page[start.upperBound..<end.lowerBound].split(separator: "\n").compactMap { line in
      guard let match = line.wholeMatch(of: /\s\s"?([\w-]+)"?: "(.*)",/) else { return nil }
      return (key: String(match.1), words: String(match.2))
    }
  }

  private func withoutTables(_ page: String) -> String {
    page.replacing(/(?s)const \w+Phrases = \{.*?\n\};/, with: "")
  }

  private func values(of words: String) -> Set<String> {
    Set(words.matches(of: /\{(\w+)\}/).map { String($0.1) })
  }
}
