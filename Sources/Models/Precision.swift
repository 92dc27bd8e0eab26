/// In which numbers a model multiplies.
package enum Precision: String, CaseIterable, Sendable {
  case float32, int8
}
