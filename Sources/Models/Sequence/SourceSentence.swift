/// What the rows of one sentence share: its place in an encoded batch, and what is wanted of its output.
final class SourceSentence {
  let memory: SourceMemory
  /// First row of `memory` and how many: the sentence's source tokens.
  let start: Int
  let length: Int
  let output: OutputPlan

  init(memory: SourceMemory, start: Int, length: Int, output: OutputPlan) {
    self.memory = memory
    self.start = start
    self.length = length
    self.output = output
  }
}
