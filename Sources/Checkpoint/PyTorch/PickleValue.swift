/// What a state dictionary's pickle can hold. Whatever contains values is a number into the machine's tables, so that
/// values neither nest nor own anything: a hostile pickle can build cycles and towers at no cost.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  /// UTF-8 in the pickle, not validated yet.
  case text(start: UInt32, count: UInt32)
  case global(PickleGlobal)
  case tuple(Int)
  case list(Int)
  /// Its table holds keys and values in turn.
  case dictionary(Int)
  case storage(Int)
  case tensor(Int)

  /// For messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .boolean: "a bool"
    case .integer: "an int"
    case .text: "a string"
    case .global(let global): global.name
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// The names from Python's modules that a state dictionary needs; no other is accepted, and none is looked up.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case storage(ElementType)

  /// Nil for any other name.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    default:
      guard module == "torch", let type = Self.storageTypes[name] else { return nil }
      self = .storage(type)
    }
  }

  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .storage(let type): "torch's storage of \(type.rawValue)"
    }
  }

  private static let storageTypes: [String: ElementType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool,
  ]
}

/// Elements that lie in a member of their own beside the pickle.
struct PickleStorage {
  var type: ElementType
  /// The member's name.
  var key: PickleValue
  var count: Int
}

/// A view of a storage, as the pickle describes it.
struct PickleTensor {
  var storage: Int
  /// In elements.
  var offset: Int
  var shape: [Int]
  /// In elements.
  var strides: [Int]
}
