import Models

extension ModelSummary {
  /// Rows that a step is to have: with more of them each takes as long as before, and all wait for all.
  ///
  /// A step reads the decoder's weights once for all rows. Where they come from a processor's cache a dozen rows hide
  /// that; where they come from memory it takes more. Measured with models of 9 to 300 MB, `dragoman bench
  /// --batch-size`.
  var usefulRows: Int { bytes <= 32 << 20 ? 12 : 32 }
}
