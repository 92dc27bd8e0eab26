import Languages

/// The tokens by which a model of several languages learns what to read and what to write.
package struct LanguageTokens: Sendable {
  package struct Token: Sendable, Equatable {
    package var id: Int32
    package var piece: String

    package init(id: Int32, piece: String) {
      self.id = id
      self.piece = piece
    }
  }

  /// The places of the tokens.
  package enum Layout: Sendable {
    /// `[target] text </s>`: multi-target Marian models, SMaLL-100, MADLAD-400.
    case targetBeforeText
    /// `[source] text </s>`, and a translation that starts with `[target]`: M2M-100, NLLB-200, mBART-50.
    case sourceBeforeText
    /// `text </s> [source]`, and a translation that starts with `[target]`: NLLB-200 by its first tokenizer.
    case sourceAfterText
    /// `text </s> [source]`, and a decoder that is fed `[target]` first: mBART-25.
    case targetFedFirst
  }

  package var layout: Layout
  /// Whether the model reads the languages of its tokens too; else it reads languages that no token names.
  package var nameSources = true
  /// Codes in lower case, in the order of the ids: `zh_hans`.
  package let codes: [String]
  package let ids: Set<Int32>
  private let tokens: [LanguageCode: Token]

  /// - Parameter tokens: pairs of a code as the model has it, and its token. The first of equal languages is taken.
  /// - Returns: nil if there is none.
  package init?(_ tokens: some Sequence<(code: String, token: Token)>, layout: Layout) {
    var known: [LanguageCode: Token] = [:]
    var codes: [String] = []
    for (code, token) in tokens {
      let language = LanguageCode(code)
      guard known[language] == nil else { continue }
      known[language] = token
      codes.append(language.underscored)
    }
    guard !codes.isEmpty else { return nil }
    self.layout = layout
    self.codes = codes
    ids = Set(known.values.map(\.id))
    self.tokens = known
  }

  var pieces: Set<String> { Set(tokens.values.map(\.piece)) }

  package func token(of code: String) -> Token? { tokens[LanguageCode(code)] }

  /// The tokens of a pair; a language that the model does not know has none.
  package func prompt(source: String, target: String) -> LanguagePrompt {
    let (source, target) = (token(of: source), token(of: target))
    func list(_ token: Token?) -> [Token] { token.map { [$0] } ?? [] }
    switch layout {
    case .targetBeforeText: return LanguagePrompt(before: list(target))
    case .sourceBeforeText: return LanguagePrompt(before: list(source), firstTarget: target)
    case .sourceAfterText: return LanguagePrompt(after: list(source), firstTarget: target)
    case .targetFedFirst: return LanguagePrompt(after: list(source), startToken: target?.id)
    }
  }
}

/// The language tokens of one translation.
package struct LanguagePrompt: Sendable, Equatable {
  /// Tokens before the text of a source.
  package var before: [LanguageTokens.Token]
  /// Tokens after the end of a source.
  package var after: [LanguageTokens.Token]
  /// The first token of every translation.
  package var firstTarget: LanguageTokens.Token?
  /// The token that the decoder is fed first, instead of the model's own.
  package var startToken: Int32?

  package init(
    before: [LanguageTokens.Token] = [], after: [LanguageTokens.Token] = [],
    firstTarget: LanguageTokens.Token? = nil, startToken: Int32? = nil
  ) {
    self.before = before
    self.after = after
    self.firstTarget = firstTarget
    self.startToken = startToken
  }
}

// MARK: - Recognition

extension LanguageTokens {
  /// Finds the language tokens of a vocabulary by their spelling.
  ///
  /// `>>fra<<` is Marian's, `__fr__` M2M-100's, `<2fr>` MADLAD-400's, `fra_Latn` NLLB-200's and `fr_XX` mBART's.
  /// - Parameter pieces: the pieces of the source side by id; nil if an id has none.
  /// - Returns: nil if there are none.
  package init?(in pieces: some Sequence<String?>) {
    var found: [Spelling: [(code: String, token: Token)]] = [:]
    for (id, piece) in pieces.enumerated() {
      guard let piece, let (spelling, code) = Spelling.read(piece) else { continue }
      found[spelling, default: []].append((code, Token(id: Int32(id), piece: piece)))
    }
    // Some spellings could be words of the vocabulary, so a few of them are no languages.
    for spelling in Spelling.allCases {
      guard let tokens = found[spelling], tokens.count >= spelling.least else { continue }
      self.init(tokens, layout: spelling.layout)
      nameSources = spelling != .marian
      return
    }
    return nil
  }

  /// The spellings of language tokens, those that cannot be words first.
  private enum Spelling: CaseIterable {
    case marian, m2m, madlad, nllb, mbart

    var least: Int { self == .marian || self == .madlad ? 1 : 20 }

    var layout: Layout { self == .marian || self == .madlad ? .targetBeforeText : .sourceBeforeText }

    /// The spelling of a piece, and the code in it; nil if it is no language token.
    static func read(_ piece: String) -> (Spelling, String)? {
      guard (5...LanguageCode.maxBytes).contains(piece.utf8.count) else { return nil }
      let text = Array(piece.utf8)
      for (spelling, opening, closing) in bracketed where text.count > opening.count + closing.count {
        guard text.starts(with: opening), text.suffix(closing.count).elementsEqual(closing) else { continue }
        let code = String(decoding: text[opening.count..<text.count - closing.count], as: UTF8.self)
        return code.wholeMatch(of: /[a-z]{2,3}([_-][A-Za-z0-9]+)*/) == nil ? nil : (spelling, code)
      }
      if isCode(text, language: 3, subtag: 4) { return (.nllb, piece) }
      if isCode(text, language: 2, subtag: 2) {
        // The second part is a country, and says nothing except for Portuguese and Chinese.
        return (.mbart, String(piece.prefix(2)))
      }
      return nil
    }

    private static let bracketed: [(Spelling, opening: [UInt8], closing: [UInt8])] = [
      (.marian, Array(">>".utf8), Array("<<".utf8)), (.m2m, Array("__".utf8), Array("__".utf8)),
      (.madlad, Array("<2".utf8), Array(">".utf8)),
    ]

    /// Whether a text is a language in lower case and a subtag that starts in upper case: `fra_Latn`, `fr_XX`.
    private static func isCode(_ text: [UInt8], language: Int, subtag: Int) -> Bool {
      guard text.count == language + 1 + subtag, text[language] == UInt8(ascii: "_") else { return false }
      let lower = UInt8(ascii: "a")...UInt8(ascii: "z")
      let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
      let rest = text[(language + 2)...]
      return text[..<language].allSatisfy(lower.contains) && upper.contains(text[language + 1])
        && rest.allSatisfy(subtag == 2 ? upper.contains : lower.contains)
    }
  }
}
