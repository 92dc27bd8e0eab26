import Dispatch
import Tokenization

/// A part of a translation, sent before the whole is there.
package struct StreamedToken: Sendable, Equatable {
  /// The index of the text in the request, and of the sentence in the text.
  package var text: Int
  package var sentence: Int
  /// The white space before the sentence, with the first part of it; nil with further parts.
  package var gap: String?
  /// Text, with the space before it.
  package var part: String

  package init(text: Int, sentence: Int, gap: String? = nil, part: String) {
    self.text = text
    self.sentence = sentence
    self.gap = gap
    self.part = part
  }
}

/// Takes the tokens of one request from workers, and passes their text to its listener. Workers do not wait for it.
///
/// `@unchecked Sendable`: what changes is only touched on `queue`.
final class TranslationStream: @unchecked Sendable {
  typealias Listener = @Sendable (StreamedToken) -> Void

  /// The serial queue on which the listener is called.
  let queue = DispatchQueue(label: "dragoman.stream", target: .global())
  private let owners: [Int]
  private let tokenizer: any Tokenizer
  private var listener: Listener?
  /// Sentences in the order in which they were opened, and the index of each.
  private var sentences: [OpenSentence] = []
  private var indices: [SentenceID: Int] = [:]

  private struct OpenSentence {
    let text: Int
    /// Index of the sentence in its text.
    let number: Int
    /// The white space before the sentence; nil once it was passed on.
    var gap: String?
    var stream: SentenceStream
  }

  /// - Parameter owners: index of the text per passage; empty if each passage is a text.
  init(owners: [Int], tokenizer: any Tokenizer, listener: @escaping Listener) {
    self.owners = owners
    self.tokenizer = tokenizer
    self.listener = listener
  }

  /// Adds a sentence before any of its clauses is translated; sentences are added in their order. From any thread.
  /// - Parameter gap: the white space before the sentence.
  func open(_ sentence: SentenceTask, gap: String) {
    queue.async { [self] in
      let passage = sentence.id.passage
      let text = owners.isEmpty ? passage : owners[passage]
      let number = sentences.last.map { $0.text == text ? $0.number + 1 : 0 } ?? 0
      indices[sentence.id] = sentences.count
      sentences.append(
        OpenSentence(
          text: text, number: number, gap: gap, stream: SentenceStream(sentence.clauses, tokenizer: tokenizer)))
    }
  }

  /// Takes tokens that the translation of a clause goes on with. From any thread.
  func receive(_ tokens: [Int32], _ clause: ClauseID) {
    queue.async { self.send(clause) { $0.receive(tokens, clause: clause.number) } }
  }

  /// Takes all tokens of a clause that is translated. From any thread.
  func finish(_ tokens: [Int32], _ clause: ClauseID) {
    queue.async { self.send(clause) { $0.finish(tokens, clause: clause.number) } }
  }

  /// Passes on text that no model translates, up to clauses that are not translated yet. On `queue`.
  func endRound() {
    for index in sentences.indices { send(index) { $0.end() } }
  }

  /// Passes on the text that is left, and nothing after it. On `queue`.
  func end() {
    endRound()
    close()
  }

  /// Ends the stream without passing on more. On `queue`.
  func close() {
    listener = nil
    sentences = []
    indices = [:]
  }

  private func send(_ clause: ClauseID, _ parts: (inout SentenceStream) -> [String]) {
    if let index = indices[clause.sentence] { send(index, parts) }
  }

  private func send(_ index: Int, _ parts: (inout SentenceStream) -> [String]) {
    guard let listener else { return }
    for part in parts(&sentences[index].stream) {
      let (text, number, gap) = (sentences[index].text, sentences[index].number, sentences[index].gap)
      sentences[index].gap = nil
      listener(StreamedToken(text: text, sentence: number, gap: gap, part: part))
    }
    if sentences[index].stream.isOver { sentences[index].stream = SentenceStream([], tokenizer: tokenizer) }
  }
}

// MARK: - Sentences

/// The growing translation of a sentence: pieces of its text in order, although its clauses are decoded side by side.
struct SentenceStream {
  private struct GrowingClause {
    let clause: Clause
    var text: GrowingText
    /// Whether any text of the clause was passed on, and with it the text before the clause.
    var hasSent = false
    /// Tokens that came while an earlier clause was unfinished.
    var waiting: [Int32] = []
    /// All tokens, once they are known.
    var whole: [Int32]?
  }

  private let tokenizer: any Tokenizer
  private var clauses: [GrowingClause]
  /// Index of each clause that is translated, by its number.
  private let indices: [Int: Int]
  private var current = 0
  /// Text before the next piece that is not translated.
  private var gap = ""

  init(_ clauses: [Clause], tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
    self.clauses = clauses.map { GrowingClause(clause: $0, text: GrowingText(tokenizer)) }
    indices = Dictionary(uniqueKeysWithValues: clauses.enumerated().map { ($1.number, $0) })
  }

  var isOver: Bool { current == clauses.count }

  /// - Returns: the pieces that are certain now, none of them empty.
  mutating func receive(_ tokens: [Int32], clause number: Int) -> [String] {
    guard let index = indices[number] else { return [] }
    clauses[index].waiting += tokens
    return advance()
  }

  /// - Parameter tokens: all tokens of the clause's best hypothesis.
  mutating func finish(_ tokens: [Int32], clause number: Int) -> [String] {
    guard let index = indices[number] else { return [] }
    clauses[index].whole = tokens
    return advance()
  }

  /// The pieces that are left once all is translated.
  mutating func end() -> [String] { advance() }

  private mutating func advance() -> [String] {
    var pieces: [String] = []
    while current < clauses.count {
      let clause = clauses[current].clause
      if clause.encoded == nil {
        add(clause.before + (clause.translation?.best ?? clause.text), to: &pieces)
        moveOn(&pieces)
        continue
      }
      let waiting = clauses[current].waiting
      clauses[current].waiting = []
      for token in waiting { send(clauses[current].text.append(token), to: &pieces) }
      guard let whole = clauses[current].whole else { break }
      finishCurrent(whole, &pieces)
    }
    return pieces
  }

  private mutating func finishCurrent(_ tokens: [Int32], _ pieces: inout [String]) {
    for token in tokens.dropFirst(clauses[current].text.tokens.count) {
      send(clauses[current].text.append(token), to: &pieces)
    }
    let text = tokenizer.decode(tokens)
    send(clauses[current].text.finish(text.isEmpty ? clauses[current].clause.text : text), to: &pieces)
    moveOn(&pieces)
  }

  private mutating func moveOn(_ pieces: inout [String]) {
    gap += clauses[current].clause.after
    current += 1
    if current == clauses.count, !gap.isEmpty {
      pieces.append(gap)
      gap = ""
    }
  }

  /// Adds a piece of the current clause's translation.
  private mutating func send(_ piece: String, to pieces: inout [String]) {
    guard !piece.isEmpty else { return }
    let piece = clauses[current].clause.reading?.isLowered ?? false ? piece.uppercased() : piece
    let before = clauses[current].hasSent ? "" : clauses[current].clause.before
    clauses[current].hasSent = true
    add(before + piece, to: &pieces)
  }

  private mutating func add(_ piece: String, to pieces: inout [String]) {
    pieces.append(gap + piece)
    gap = ""
  }
}

// MARK: - Growing text

/// The text of one clause's tokens while they are decoded, cut into parts that can no longer change.
///
/// Some tokens have an empty part: bytes of a character that is not whole yet, a space at the end, special tokens. The
/// text of these is in the part of a later token.
struct GrowingText {
  /// The number of tokens that are decoded again with each new one. It bounds the cost of a token of a long text.
  private static let context = 16
  private static let malformed = Array("\u{FFFD}".utf8)

  private let tokenizer: any Tokenizer
  private(set) var tokens: [Int32] = []
  /// UTF-8 of all parts so far.
  private(set) var given: [UInt8] = []
  /// The first token that is still decoded, and the number of bytes of the tokens from it on that were given.
  private var start = 0
  private var settled = 0

  init(_ tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
  }

  mutating func append(_ token: Int32) -> String {
    tokens.append(token)
    let bytes = Array(tokenizer.decode(Array(tokens[start...])).utf8)
    // A character whose last bytes are missing reads as malformed, and so does one that is.
    var stable = bytes[...]
    while stable.suffix(Self.malformed.count).elementsEqual(Self.malformed) {
      stable.removeLast(Self.malformed.count)
    }
    guard stable.count > settled else { return "" }
    let part = stable[settled...]
    settled = stable.count
    given += part
    if stable.count == bytes.count { moveOn() }
    return String(decoding: part, as: UTF8.self)
  }

  /// The part of the whole text that is missing; empty if the text does not begin with the parts given.
  mutating func finish(_ whole: String) -> String {
    let bytes = Array(whole.utf8)
    guard bytes.starts(with: given) else { return "" }
    defer { given = bytes }
    return String(decoding: bytes[given.count...], as: UTF8.self)
  }

  /// Leaves early tokens behind, if the later tokens have a text and cannot be misread without them.
  private mutating func moveOn() {
    guard tokens.count - start >= 2 * Self.context else { return }
    let next = tokens.count - Self.context
    let bytes = Array(tokenizer.decode(Array(tokens[next...])).utf8)
    guard !bytes.isEmpty, !bytes.suffix(Self.malformed.count).elementsEqual(Self.malformed) else { return }
    start = next
    settled = bytes.count
  }
}
