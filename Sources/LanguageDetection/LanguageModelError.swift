/// What is wrong with a language model's file.
package struct LanguageModelError: Error, Equatable, CustomStringConvertible {
  package let item: String
  package let found: String
  package let expected: String

  package var description: String { "language model: \(item): found \(found), expected \(expected)" }
}
