import Markup

/// A request for the translation of texts of any length.
package struct TranslationRequest: Sendable {
  package var texts: TextList
  /// A language code in lower case, as `/languages` lists them; nil to detect the language of each text.
  package var source: String?
  package var target: String
  /// The id of a model; nil takes the first that serves the pair.
  package var model: String?
  /// Hypotheses per decoding step, 1 is greedy; nil takes the operator's or the model's own.
  package var beam: Int?
  /// Number of further translations per text, from the beam's n-best.
  package var alternatives: Int
  package var explain: Set<Explanation>
  package var splitting: SentenceSplitting
  package var format = TextFormat.text
  /// Whether attributes of HTML that people read are translated too.
  package var translatesAttributes = false
  /// Whether the texts are parts of one text, so that one language is detected for all.
  package var isOfOneLanguage = false
  /// Whether the answer needs no sentences. A long request then holds those of a group of its texts at a time.
  package var isTextOnly = false
  package var controls = SearchControls()
  package var glossaries = RequestGlossaries()
  package var terms = RequestTerms()
  /// Takes parts of the translation as they become certain, on one thread at a time; it must be quick. The answer comes
  /// after the last part, and takes precedence over the parts.
  package var listener: (@Sendable (StreamedToken) -> Void)?
  /// Takes the part of the texts that is translated, 0 to 1, from time to time and on any thread; it must be quick.
  package var progress: (@Sendable (Double) -> Void)?
  /// Index of the text per passage that is translated; empty if every text is one passage.
  var owners: [Int] = []

  /// Bytes of texts, and number of texts, that are split or assembled in well under a millisecond.
  package static let briefBytes = 512
  private static let briefTexts = 16

  var isBrief: Bool {
    alternatives == 0 && explain.isEmpty && controls == SearchControls() && glossaries.isEmpty
      && texts.count <= Self.briefTexts
      && texts.reduce(0) { $0 + $1.utf8.count } <= Self.briefBytes
  }

  package init(
    texts: [String], source: String?, target: String, model: String? = nil, beam: Int? = nil, alternatives: Int = 0,
    explain: Set<Explanation> = [], splitting: SentenceSplitting = .sentencesAndLines
  ) {
    self.texts = TextList(texts)
    self.source = source
    self.target = target
    self.model = model
    self.beam = beam
    self.alternatives = alternatives
    self.explain = explain
    self.splitting = splitting
  }
}

/// Details of a translation beyond its text.
package enum Explanation: String, CaseIterable, Sendable {
  case scores, alignment, timings, tokens
}

/// The format of a request's texts.
package enum TextFormat: Sendable, Equatable {
  case text
  /// Fragments or whole pages: tags stay, the text between them is translated.
  case html
  case xml(XMLRules)

  var syntax: MarkupSyntax? {
    switch self {
    case .text: nil
    case .html: .html
    case .xml(let rules): .xml(rules)
    }
  }

  /// The text as its reader sees it, without tags.
  func readable(_ text: String) -> String {
    syntax.map { MarkupDocument(text, $0).passages.map(\.text).joined(separator: "\n") } ?? text
  }
}

package typealias AlignmentLink = Markup.AlignmentLink
package typealias Passage = Markup.Passage
package typealias XMLRules = Markup.XMLRules

/// The client of a request, and the time that it waits for an answer.
package struct RequestTerms: Sendable, Equatable {
  /// A name that tells one client from another; clients share the workers fairly.
  package var client: String
  /// The time for the request; nil, or more than the operator allows, takes the operator's limit.
  package var timeoutMilliseconds: Int?
  /// The part of the time that has passed since the request arrived.
  package var waitedMilliseconds = 0
  /// Whether nobody waits for the answer: the work has any time, and the workers prefer other work.
  package var isBackground = false

  package init(client: String = "", timeoutMilliseconds: Int? = nil) {
    self.client = client
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  /// The client in whose turns the work waits: all work that nobody waits for is of one client.
  var turn: String { isBackground ? "background" : client }
}
