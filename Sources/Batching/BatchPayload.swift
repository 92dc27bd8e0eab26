/// Something to be processed, with the sizes that batching goes by.
package struct BatchPayload<Value: Sendable>: Sendable {
  package var value: Value
  /// Only payloads of one kind share a batch.
  package var kind: Int
  /// Tokens.
  package var length: Int
  /// Rows it takes in a batch.
  package var rows: Int

  package init(_ value: Value, kind: Int, length: Int, rows: Int) {
    self.value = value
    self.kind = kind
    self.length = length
    self.rows = rows
  }
}
