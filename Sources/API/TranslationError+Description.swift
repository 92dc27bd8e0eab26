import Translation

/// In the words that the API answers with, for the commands that print it.
extension TranslationError: CustomStringConvertible {
  package var description: String { ErrorStatus(self).message }
}
