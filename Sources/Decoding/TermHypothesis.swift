/// The state of a hypothesis that has terms to write, beside its tokens.
struct TermHypothesis {
  var leaf = Trace.root
  var total: Float = 0
  /// The total just after the last term was begun.
  var entry: Float = 0
  /// A bit per term that is not written.
  var pending: UInt64
  /// The tokens of a begun term that are still to come.
  var rest: ArraySlice<Int32> = []
  /// Short words that were written in front of a term that was due.
  var delays = 0
  /// Steps since the last of them.
  var waited = 0
  /// A bit per term that the model would not have written by itself.
  var forced: UInt64 = 0
  /// The token that the last term stands in place of, and the steps since the term was whole.
  var replaced: Int32?
  var since = 0
  /// Whether the last token is the end of a term, so that no letter can follow.
  var isWhole = false
  /// The term that is being written, or was written last.
  var current: Int?
  /// The start of the word that is being written; nil if that is a term or a short word before one.
  var word: TermPlace?
  /// The likeliest place of the term that short words delay; nil for none.
  var undelayed: TermReturn?
}

/// A token that can come next, with the state of its hypothesis then.
struct TermStep {
  var parent: Int
  var token: Int32
  var logProb: Float
  /// The state with the token, except that its leaf is the one before.
  var state: TermHypothesis
  /// The source position that the token stands for, if it is a term's.
  var source: Int32?
  /// Whether a term is whole with the token.
  var isWhole: Bool
}
