/// A part that a model has not yet translated well enough.
struct PartDraft: Sendable {
  let part: SentencePart
  var repairs: [Repair] = []
  var repetition = false
  /// Whether it is what lay around something that was broken.
  var isPiece = false
  /// The answer that it is translated again for, and what was wrong with it.
  var rejected: (answer: UnitAnswer, kind: Repair.Kind)?

  /// The same once more, under stricter rules.
  func again(instead answer: UnitAnswer, for kind: Repair.Kind) -> PartDraft {
    var draft = self
    draft.rejected = (answer, kind)
    draft.repairs.append(Repair(kind, .retranslated))
    return draft
  }
}
