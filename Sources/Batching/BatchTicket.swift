/// What a submission gets in return: the means to take it back.
package struct BatchTicket: Sendable {
  private let action: @Sendable () -> Void

  init(_ action: @escaping @Sendable () -> Void) {
    self.action = action
  }

  /// What has no answer yet fails as `cancelled`, on this thread, before this returns. What waits leaves the queue;
  /// what is under way is told through `BatchCourse.isCancelled`. Safe to call at any time and more than once.
  package func cancel() {
    action()
  }
}
