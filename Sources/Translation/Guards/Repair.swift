/// A repair of a sentence that the model translated wrongly.
package struct Repair: Sendable, Equatable {
  package enum Kind: String, Sendable {
    /// A protected span was changed or lost.
    case kept
    /// A number was changed or lost.
    case number
    /// The translation repeated itself without end.
    case repetition
    /// A term of the request was missing.
    case term
    /// The translation was empty.
    case empty
    /// The translation ended with brackets that the source does not have.
    case added
  }

  package enum Action: String, Sendable {
    /// The wrong part of the translation was replaced by the part of the source.
    case replaced
    /// The text around the part was translated separately, without it.
    case divided
    /// The text was translated again under stricter rules.
    case retranslated
    /// The translation was cut at its first repetition, or before what was added.
    case cut
    /// The source was returned as its translation.
    case echoed
  }

  package var kind: Kind
  package var action: Action

  package init(_ kind: Kind, _ action: Action) {
    self.kind = kind
    self.action = action
  }
}
