import Synchronization

/// The count of a request's bytes that are translated, for whoever asks how far it is.
final class TranslationProgress: Sendable {
  private let total: Int
  private let done = Atomic<Int>(0)
  private let listener: @Sendable (Double) -> Void

  /// - Parameters:
  ///   - bytes: those that models are to read, by the languages of the request.
  ///   - listener: takes the part that is done. Nil makes no count.
  init?(of bytes: [Int], _ listener: (@Sendable (Double) -> Void)?) {
    guard let listener else { return nil }
    total = max(1, bytes.reduce(0, +))
    self.listener = listener
  }

  /// Counts bytes of a clause that a model has translated.
  func add(_ bytes: Int) {
    guard bytes > 0 else { return }
    let sum = done.wrappingAdd(bytes, ordering: .relaxed).newValue
    listener(min(1, Double(sum) / Double(total)))
  }
}
