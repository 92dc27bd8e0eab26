import Files

/// The named tensors of a checkpoint, in whichever container they are.
package protocol TensorSource: Sendable {
  /// The tensors in the order of the file.
  var tensors: [StoredTensor] { get }
  /// - Throws: `FileError` that names the tensor if the file has none of that name.
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
  /// Marian's matrices in 8 bits: the integers, then one float32 multiplier. See `QuantizedTensor`.
  case intgemm8 = "INTGEMM8"
  /// Marian's matrices in 16 bits.
  case intgemm16 = "INTGEMM16"

  /// Bytes per element.
  package var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16, .intgemm16: 2
    case .int8, .uint8, .bool, .intgemm8: 1
    }
  }
}

/// A tensor in a file. Name, type and shape have been checked against the size of the file.
package struct StoredTensor: Sendable {
  package let name: String
  package let type: ElementType
  package let shape: [Int]
  package let file: InputFile
  /// Bytes of `file` that hold the elements.
  package let range: Range<Int>

  package init(name: String, type: ElementType, shape: [Int], file: InputFile, range: Range<Int>) {
    self.name = name
    self.type = type
    self.shape = shape
    self.file = file
    self.range = range
  }

  package var count: Int { shape.reduce(1, *) }

  /// Calls `body` with a copy of the tensor's bytes, valid until `body` returns.
  /// - Throws: `FileError` if the file cannot be read.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try file.withBytes(range, body)
  }
}

/// A container with an index of its tensors.
protocol IndexedTensors: TensorSource {
  var index: TensorIndex { get }
}

extension IndexedTensors {
  package var tensors: [StoredTensor] { index.tensors }
  package func contains(_ name: String) -> Bool { index.contains(name) }
  package func tensor(_ name: String) throws -> StoredTensor { try index.tensor(name) }
}

/// Tensors by name and in the order of their file.
struct TensorIndex: Sendable {
  let tensors: [StoredTensor]
  private let path: String
  private let named: [String: StoredTensor]

  /// - Parameters:
  ///   - unlisted: a name that is found by name, but not among `tensors`.
  ///   - aliases: further names of tensors, likewise.
  /// - Throws: `FileError` if two tensors have one name.
  init(
    _ stored: [StoredTensor], unlisted: String? = nil, aliases: [StoredTensor] = [], path: String
  ) throws(FileError) {
    tensors = stored.filter { $0.name != unlisted }
    self.path = path
    var named: [String: StoredTensor] = [:]
    named.reserveCapacity(stored.count + aliases.count)
    for tensor in stored + aliases {
      guard named.updateValue(tensor, forKey: tensor.name) == nil else {
        throw FileError(file: path, item: tensor.name, found: "the name twice", expected: "every name once")
      }
    }
    self.named = named
  }

  /// Every name that a tensor has, aliases included.
  var names: [String] { Array(named.keys) }

  func contains(_ name: String) -> Bool { named[name] != nil }

  func tensor(_ name: String) throws(FileError) -> StoredTensor {
    guard let tensor = named[name] else {
      throw FileError(file: path, item: name, found: "no such tensor", expected: "a tensor of that name")
    }
    return tensor
  }
}

/// Sizes of tensors whose shapes come from a file.
enum ElementCount {
  /// The number of elements; nil if it does not fit. A zero does not hide huge dimensions, which are used elsewhere too.
  static func of(_ shape: [Int]) -> Int? {
    var count = 1
    for dimension in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(dimension, 1))
      guard dimension >= 0, !overflow else { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  /// The number of bytes, with `extra` after the elements; nil if it does not fit.
  static func bytes(_ shape: [Int], _ type: ElementType, extra: Int = 0) -> Int? {
    guard let bytes = of(shape + [type.size]) else { return nil }
    let (total, overflow) = bytes.addingReportingOverflow(extra)
    return overflow ? nil : total
  }
}
