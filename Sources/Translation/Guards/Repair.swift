/// What was done to a sentence that the model translated wrongly.
package struct Repair: Sendable, Equatable {
  package enum Kind: String, Sendable {
    /// Something that has to stand as it is was changed or lost.
    case kept
    /// A number was changed or lost.
    case number
    /// The translation ran in circles.
    case repetition
    /// There was no translation.
    case empty
  }

  package enum Action: String, Sendable {
    /// What the model had made of it was replaced by what it should be.
    case replaced
    /// What is around it was translated by itself, without it.
    case divided
    /// It was translated again under stricter rules.
    case retranslated
    /// The translation ends where it began to repeat itself.
    case cut
    /// The source stands for its translation.
    case echoed
  }

  package var kind: Kind
  package var action: Action

  package init(_ kind: Kind, _ action: Action) {
    self.kind = kind
    self.action = action
  }
}
