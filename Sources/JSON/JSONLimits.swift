/// How much of a JSON text is read to a tree, for it may come from anywhere.
package struct JSONLimits: Sendable {
  /// What is done about a name that an object has twice, which RFC 8259 leaves open.
  package enum Repetition: Sendable {
    case lastWins
    case refused
  }

  /// Arrays and objects within each other.
  package var depth: Int
  /// Of every kind, arrays and objects included: each takes many times its bytes in the text.
  package var values: Int
  package var repeatedNames: Repetition

  package init(depth: Int, values: Int, repeatedNames: Repetition) {
    self.depth = depth
    self.values = values
    self.repeatedNames = repeatedNames
  }
}
