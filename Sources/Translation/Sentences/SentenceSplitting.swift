/// Where a text is taken apart before it is translated.
package enum SentenceSplitting: Sendable {
  /// At sentence ends and at line ends.
  case sentencesAndLines
  /// At sentence ends; a line end is white space like any other.
  case sentences
  /// Nowhere: a text is one sentence.
  case none
}
