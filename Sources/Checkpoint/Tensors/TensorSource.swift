/// Named tensors of a checkpoint, whatever container holds them.
package protocol TensorSource: Sendable {
  /// In the order of the file.
  var tensors: [StoredTensor] { get }
  /// - Throws: `FileError` naming the tensor where the file has none of that name.
  func tensor(_ name: String) throws -> StoredTensor
  func contains(_ name: String) -> Bool
}

package enum ElementType: String, Sendable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint8 = "U8"
  case bool = "BOOL"
  /// Marian's 8-bit matrices: the integers, then one float32 multiplier. See `QuantizedTensor`.
  case intgemm8 = "INTGEMM8"
  /// The same in 16 bits.
  case intgemm16 = "INTGEMM16"

  /// Bytes an element.
  package var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16, .intgemm16: 2
    case .int8, .uint8, .bool, .intgemm8: 1
    }
  }
}
