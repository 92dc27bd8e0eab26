import Models

/// How an operator wants models to be loaded.
package struct ModelPreferences: Sendable {
  /// Nil takes the numbers that each checkpoint was published in.
  package var precision: Precision?
  /// Whether a folder's lexical shortlist narrows the output layer.
  package var usesShortlist: Bool

  package init(precision: Precision? = nil, usesShortlist: Bool = true) {
    self.precision = precision
    self.usesShortlist = usesShortlist
  }
}
