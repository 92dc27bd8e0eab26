import Foundation
import Languages

/// The terms of one pair of languages, as an index that finds them in a text.
///
/// The index is a tree of words. A text is compared with it from each of its words on, as far as a term goes on. So the
/// time for a text does not depend on the number of terms.
package final class Glossary: Sendable {
  package let pair: LanguagePair
  /// The languages of `pair`, read once.
  fileprivate let languages: (source: GlossaryLanguage, target: GlossaryLanguage)
  package let terms: [Term]
  /// Number of bytes that the terms and their index take, about.
  package let bytes: Int
  /// A number per word or sign of a source.
  private let items: [String: UInt32]
  /// The next node per node and item; node 0 is the root.
  private let children: [UInt64: UInt32]
  /// The terms that end at a node.
  private let ends: [UInt32: [Entry]]

  private struct Entry: Sendable {
    let term: Int
    /// Whether the source is in the plural.
    let isPlural: Bool
    /// Whether each item touches the one before it.
    let touches: [Bool]
  }

  /// The items of the longest source that is found.
  private static let maxItems = 256
  /// Bytes of the index for a term, measured with 50,000 terms.
  private static let bytesPerTerm = 400

  package init(_ terms: [Term], pair: LanguagePair) {
    self.pair = pair
    languages = (GlossaryLanguage(pair.source), GlossaryLanguage(pair.target))
    self.terms = terms
    bytes = terms.reduce(0) { $0 + $1.source.utf8.count + $1.target.utf8.count + Self.bytesPerTerm }
    var builder = Builder()
    let plurals = Plurals(of: pair.source)
    for (index, term) in terms.enumerated() {
      builder.add(term.source, index, isPlural: false)
      guard term.inflects else { continue }
      for plural in plurals.forms(of: term.source) { builder.add(plural, index, isPlural: true) }
    }
    items = builder.items
    children = builder.children
    ends = builder.ends
  }

  private struct Builder {
    var items: [String: UInt32] = [:]
    var children: [UInt64: UInt32] = [:]
    var ends: [UInt32: [Entry]] = [:]
    private var nodes: UInt32 = 0

    mutating func add(_ source: String, _ term: Int, isPlural: Bool) {
      let all = TextItems(source).items
      guard !all.isEmpty, all.count <= Glossary.maxItems else { return }
      var node: UInt32 = 0
      for item in all {
        let number = items[item.text] ?? UInt32(items.count)
        items[item.text] = number
        let key = UInt64(node) << 32 | UInt64(number)
        if let next = children[key] {
          node = next
        } else {
          nodes += 1
          children[key] = nodes
          node = nodes
        }
      }
      ends[node, default: []].append(Entry(term: term, isPlural: isPlural, touches: all.map(\.touches)))
    }
  }

  /// A place of a term in a text.
  struct Match: Equatable {
    let term: Term
    /// UTF-8 bytes of the text.
    let range: Range<Int>
    let isPlural: Bool

    func moved(by offset: Int) -> Match {
      Match(term: term, range: range.lowerBound + offset..<range.upperBound + offset, isPlural: isPlural)
    }
  }

  /// The terms of a text, in their order, none of them overlapping: from the first word on, the longest ones.
  /// - Parameter protectedSpans: bytes in which no term is looked for, in their order.
  func matches(in text: String, outside protectedSpans: [Range<Int>]) -> [Match] {
    let found = TextItems(text)
    var matches: [Match] = []
    var source: ByteText?
    var index = 0
    var rest = protectedSpans[...]
    while index < found.items.count {
      guard let longest = longest(found, from: index) else {
        index += 1
        continue
      }
      let range = found.items[index].range.lowerBound..<found.items[index + longest.count - 1].range.upperBound
      rest = rest.drop { $0.upperBound <= range.lowerBound }
      let bytes = source ?? ByteText(text)
      source = bytes
      let isFree = rest.first.map { $0.lowerBound >= range.upperBound } ?? true
      if isFree, let entry = entry(longest.entries, spelled: bytes[range]) {
        matches.append(Match(term: terms[entry.term], range: range, isPlural: entry.isPlural))
        index += longest.count
      } else {
        index += 1
      }
    }
    return matches
  }

  private func longest(_ text: TextItems, from start: Int) -> (count: Int, entries: [Entry])? {
    var node: UInt32 = 0
    var longest: (count: Int, entries: [Entry])?
    for index in start..<min(text.items.count, start + Self.maxItems) {
      guard let item = items[text.items[index].text], let next = children[UInt64(node) << 32 | UInt64(item)] else {
        break
      }
      node = next
      guard let all = ends[node], text.standsAlone(start..<index + 1) else { continue }
      let entries = all.filter { entry in
        entry.touches.indices.dropFirst().allSatisfy { entry.touches[$0] == text.items[start + $0].touches }
      }
      if !entries.isEmpty { longest = (index + 1 - start, entries) }
    }
    return longest
  }

  /// The entry for a text as it is written: one that has its very case before others.
  private func entry(_ entries: [Entry], spelled text: String) -> Entry? {
    entries.first { terms[$0.term].source == text }
      ?? entries.first { terms[$0.term].letterCase != .exact }
  }
}

/// The glossaries that a request names, of one pair of languages or more.
package struct RequestGlossaries: Sendable {
  private let glossaries: [Glossary]
  /// Terms that the request brings, for whatever languages it has.
  private let terms: [Term]

  package init(_ glossaries: [Glossary] = [], terms: [Term] = []) {
    // A client can name one as often as it likes.
    var seen: Set<ObjectIdentifier> = []
    self.glossaries = glossaries.filter { seen.insert(ObjectIdentifier($0)).inserted }
    self.terms = terms
  }

  package var isEmpty: Bool { glossaries.isEmpty && terms.isEmpty }

  /// The glossaries for a translation, those that go first before others. Regions of languages do not count, except that
  /// a glossary of the very region goes before others.
  func glossaries(from source: String, to target: String) -> [Glossary] {
    let pair = LanguagePair(source: source, target: target)
    let own = terms.isEmpty ? [] : [Glossary(terms, pair: pair)]
    guard !glossaries.isEmpty else { return own }
    let (from, to) = (LanguageCode(source), LanguageCode(target))
    let named = glossaries.filter { $0.languages.source.covers(from) && $0.languages.target.covers(to) }
    func isExact(_ glossary: Glossary) -> Bool {
      glossary.languages.source.code == from && glossary.languages.target.code == to
    }
    return own + named.filter(isExact) + named.filter { !isExact($0) }
  }
}

/// A language of a glossary, which covers the language in other regions too.
private struct GlossaryLanguage: Sendable {
  let code: LanguageCode
  /// Whether the code names a language alone, and so all scripts of it.
  private let isAlone: Bool

  init(_ text: String) {
    code = LanguageCode(text)
    isAlone = !text.contains { $0 == "-" || $0 == "_" }
  }

  func covers(_ other: LanguageCode) -> Bool {
    if isAlone, code.language == other.language { return true }
    return (code.withoutRegion ?? code) == (other.withoutRegion ?? other)
  }
}
