/// Who asks, and how long they wait for an answer.
package struct RequestTerms: Sendable, Equatable {
  /// Whatever tells one client from another; clients share the workers fairly.
  package var client: String
  /// nil takes what the operator allows, which is also the most.
  package var timeoutMilliseconds: Int?
  /// How much of that has gone by since the request came.
  package var waitedMilliseconds = 0

  package init(client: String = "", timeoutMilliseconds: Int? = nil) {
    self.client = client
    self.timeoutMilliseconds = timeoutMilliseconds
  }
}
