/// A recurrent or convolutional encoder-decoder, its weights shared by the sessions of all workers.
package final class SequenceModel: TranslationModel {
  package let summary: ModelSummary
  private let session: @Sendable () -> SequenceSession

  init(summary: ModelSummary, session: @escaping @Sendable () -> SequenceSession) {
    self.summary = summary
    self.session = session
  }

  package func makeSession() -> any DecodingSession { session() }
}
