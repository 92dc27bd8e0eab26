/// The numbers of a sentence that its translation writes in digits.
package struct NumberPlan: Sendable {
  package var numbers: [NumberConstraint]
  package var texts: any TokenTexts
  /// Tokens of single digits without a space, which complete a number that was begun in other tokens than its own.
  package var digits: [Int32]

  package init(_ numbers: [NumberConstraint], texts: any TokenTexts, digits: [Int32] = []) {
    self.numbers = Array(numbers.prefix(Self.maxNumbers))
    self.texts = texts
    self.digits = digits
  }

  /// Numbers of a sentence; a hypothesis marks each in a bit.
  package static let maxNumbers = 64
}

extension NumberPlan: Hashable {
  /// Compares plans of one model, whose texts and digits are the same.
  package static func == (a: NumberPlan, b: NumberPlan) -> Bool { a.numbers == b.numbers }
  package func hash(into hasher: inout Hasher) { hasher.combine(numbers) }
}

/// A number that a translation copies from its source.
package struct NumberConstraint: Sendable, Hashable {
  /// Positions of source tokens.
  package var source: Range<Int>
  /// The ways to write the number, at least one, the usual one first.
  package var forms: [TermForm]
  /// Whether nobody writes the number in words.
  package var isInDigits: Bool

  package init(source: Range<Int>, forms: [TermForm], isInDigits: Bool) {
    self.source = source
    self.forms = forms
    self.isInDigits = isInDigits
  }
}
