import Decoding
import Synchronization
import Tokenization

/// A form of a term as a model writes it.
struct WrittenForm: Sendable {
  let form: ClauseTerm.Form
  let tokens: TermForm
  /// The texts that the tokens make at the start of a translation and within it. They differ from those of the form if
  /// the vocabulary lacks a character, such as an apostrophe; the translation gets the form in their place.
  let first: String
  let inner: String

  /// Whether the model writes the very form.
  var isExact: Bool { first == form.first && inner == form.inner }
}

/// The tokens of a request's terms in a model's vocabulary. Each form is looked up once, however often its source stands in
/// the texts.
final class TermSpelling: Sendable {
  private let tokenizer: any Tokenizer
  /// Number of tokens at the start of every translation that name its language.
  private let lead: Int
  /// The language of the translation.
  private let joints: TermJoints
  private let known = Mutex<[ClauseTerm.Form: WrittenForm?]>([:])

  /// The letters of the shortest text that can stand for a longer one.
  private static let leastLetters = 3

  init(tokenizer: any Tokenizer, lead: Int, joints: TermJoints) {
    self.tokenizer = tokenizer
    self.lead = lead
    self.joints = joints
  }

  /// A form as the model writes it: with other characters in place of those that its vocabulary lacks, or without them.
  /// - Returns: nil if too little of it is left.
  func written(_ form: ClauseTerm.Form) -> WrittenForm? {
    if let known = known.withLock({ $0[form] }) { return known }
    let written = readableForm(form)
    known.withLock { $0[form] = .some(written) }
    return written
  }

  private func readableForm(_ form: ClauseTerm.Form) -> WrittenForm? {
    if let written = written(form, first: form.first, inner: form.inner) { return written }
    let (first, inner) = (readable(form.first), readable(form.inner))
    return first.isEmpty || inner.isEmpty ? nil : written(form, first: first, inner: inner)
  }

  /// A form that another text stands for.
  func written(_ form: ClauseTerm.Form, as name: String) -> WrittenForm? {
    written(form, first: name, inner: name, isName: true)
  }

  private func written(
    _ form: ClauseTerm.Form, first: String, inner: String, isName: Bool = false
  ) -> WrittenForm? {
    let (spaced, joined) = (self.tokens(" " + inner, after: "a"), self.tokens(inner, after: "("))
    let tokens = TermForm(
      first: self.tokens(first, after: ""), spaced: spaced, joined: joined.isEmpty ? spaced : joined,
      misfits: joints.misfits(before: form.inner))
    guard !tokens.first.isEmpty, !tokens.spaced.isEmpty,
      !tokens.all.contains(where: { $0.contains(tokenizer.unknownToken) })
    else { return nil }
    let read = WrittenForm(
      form: form, tokens: tokens, first: tokenizer.decode(tokens.first), inner: tokenizer.decode(tokens.spaced))
    let letters = read.inner.filter { $0.isLetter || $0.isNumber }.count
    let wanted = form.inner.filter { $0.isLetter || $0.isNumber }.count
    let isKnown = isName || read.isExact || letters >= min(wanted, Self.leastLetters)
    return letters > 0 && isKnown && !read.first.isEmpty ? read : nil
  }

  private func tokens(_ text: String, after before: String) -> [Int32] {
    let encoded = tokenizer.encodeTarget(before + text)
    let pairs = zip(encoded.ids, encoded.ranges).dropFirst(lead)
    // A token of both texts would bring the first one with it.
    let own = pairs.filter { $1.upperBound > before.utf8.count && !$1.isEmpty }
    return own.allSatisfy { $1.lowerBound >= before.utf8.count } ? own.map(\.0) : []
  }

  /// A text without the characters that the vocabulary lacks.
  private func readable(_ text: String) -> String {
    let encoded = tokenizer.encodeTarget(text)
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    for (id, range) in zip(encoded.ids, encoded.ranges) where id != tokenizer.unknownToken {
      kept += bytes[range.clamped(to: 0..<bytes.count)]
    }
    let words = String(decoding: kept, as: UTF8.self).split(separator: " ").joined(separator: " ")
    return words.contains("\u{FFFD}") ? "" : words
  }
}

/// Single capital letters, which models carry over, as names for terms that a vocabulary has no tokens for.
struct StandInLetters {
  private var rest: [Character]

  /// - Parameter source: the text of the clause, whose own letters are not used.
  init(source: String) {
    let known = Set(source)
    rest = "XYZWVKQ".filter { !known.contains($0) }
  }

  mutating func next() -> String? { rest.isEmpty ? nil : String(rest.removeFirst()) }
}
