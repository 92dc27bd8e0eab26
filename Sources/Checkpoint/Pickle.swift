import Files

/// The reader of the pickle of a PyTorch state dictionary, which is a program for a stack machine.
///
/// Only the instructions and names that build dictionaries of tensors are known. Everything else is refused by name, and
/// nothing is ever called.
///
/// Format: Python's `pickletools`. Use by PyTorch: `torch/serialization.py`, `torch/_utils.py`.
struct PickleReader {
  /// The largest pickle in bytes: about that of 25,000 tensors, a hundred times a real one.
  static let maxSize = 4 << 20

  private var reader: ByteReader
  private(set) var machine: PickleMachine
  private(set) var root = PickleValue.none

  /// - Parameter reader: over the pickle alone, of at most `maxSize` bytes.
  init(_ reader: ByteReader) throws(FileError) {
    self.reader = reader
    machine = PickleMachine(pickle: reader.bytes)
    while true {
      let start = self.reader.offset
      do {
        guard let result = try step() else { continue }
        root = result
        return
      } catch {
        throw FileError(
          file: reader.file, item: "data.pkl, byte \(start)", found: error.found, expected: error.expected)
      }
    }
  }

  /// The text of a value; nil if it is no text or not UTF-8.
  func text(_ value: PickleValue) -> String? { machine.text(value) }

  // MARK: Instructions

  /// Carries out one instruction.
  /// - Returns: the result, if it was the last instruction.
  private mutating func step() throws(PickleMachine.Failure) -> PickleValue? {
    let opcode = try byte()
    switch opcode {
    case UInt8(ascii: "."): return try machine.result()
    case 0x80: try checkProtocol()
    case 0x95: _ = try run(8)  // FRAME: only a hint for buffering
    case UInt8(ascii: "N"), 0x88, 0x89, UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "J"), 0x8A,
      UInt8(ascii: "X"), 0x8C:
      try machine.push(try constant(opcode))
    case UInt8(ascii: "q"), UInt8(ascii: "r"), UInt8(ascii: "h"), UInt8(ascii: "j"), 0x94: try memo(opcode)
    case UInt8(ascii: "c"):
      let module = try line()
      try machine.pushGlobal(module: module, name: try line())
    default: try collect(opcode)
    }
    return nil
  }

  private mutating func collect(_ opcode: UInt8) throws(PickleMachine.Failure) {
    switch opcode {
    case UInt8(ascii: "("): try machine.mark()
    case UInt8(ascii: ")"): try machine.pushTuple([])
    case UInt8(ascii: "t"): try machine.pushTuple(try machine.popToMark())
    case 0x85, 0x86, 0x87: try machine.pushTuple(try machine.pop(Int(opcode) - 0x84))
    case UInt8(ascii: "}"): try machine.pushDictionary()
    case UInt8(ascii: "]"): try machine.pushList()
    case UInt8(ascii: "s"): try machine.addToDictionary(try machine.pop(2))
    case UInt8(ascii: "u"): try machine.addToDictionary(try machine.popToMark())
    case UInt8(ascii: "a"): try machine.addToList(try machine.pop(1))
    case UInt8(ascii: "e"): try machine.addToList(try machine.popToMark())
    case 0x93: try machine.pushStackGlobal()
    case UInt8(ascii: "Q"): try machine.pushStorage()
    case UInt8(ascii: "R"): try machine.reduce()
    case UInt8(ascii: "b"): try machine.build()
    default:
      throw PickleMachine.Failure(
        found: "the instruction \(PickleOpcodeNames.name(opcode))", expected: "one that builds a dictionary of tensors")
    }
  }

  private mutating func constant(_ opcode: UInt8) throws(PickleMachine.Failure) -> PickleValue {
    switch opcode {
    case 0x88: return .boolean(true)
    case 0x89: return .boolean(false)
    case UInt8(ascii: "K"): return .integer(Int(try byte()))
    case UInt8(ascii: "M"): return .integer(Int(try number(UInt16.self)))
    case UInt8(ascii: "J"): return .integer(Int(try number(Int32.self)))
    case 0x8A: return .integer(try long())
    case UInt8(ascii: "X"): return try textValue(Int(try number(UInt32.self)))
    case 0x8C: return try textValue(Int(try byte()))
    default: return .none
    }
  }

  private mutating func memo(_ opcode: UInt8) throws(PickleMachine.Failure) {
    switch opcode {
    case UInt8(ascii: "q"): try machine.store(Int(try byte()))
    case UInt8(ascii: "r"): try machine.store(Int(try number(UInt32.self)))
    case UInt8(ascii: "h"): try machine.recall(Int(try byte()))
    case UInt8(ascii: "j"): try machine.recall(Int(try number(UInt32.self)))
    default: try machine.store(nil)
    }
  }

  private mutating func checkProtocol() throws(PickleMachine.Failure) {
    let version = try byte()
    guard (2...5).contains(version) else {
      throw PickleMachine.Failure(found: "protocol \(version)", expected: "2 to 5")
    }
  }

  // MARK: Operands

  private mutating func run(_ count: Int) throws(PickleMachine.Failure) -> Range<Int> {
    guard let range = try? reader.run(count, "") else {
      throw PickleMachine.Failure(found: "the end of the pickle", expected: "\(count) bytes more")
    }
    return range
  }

  private mutating func byte() throws(PickleMachine.Failure) -> UInt8 { try number(UInt8.self) }

  private mutating func number<Value: FixedWidthInteger>(
    _ type: Value.Type
  ) throws(PickleMachine.Failure) -> Value {
    let start = try run(MemoryLayout<Value>.size).lowerBound
    return Value(littleEndian: reader.bytes.loadUnaligned(fromByteOffset: start, as: Value.self))
  }

  /// Reads the operand of LONG1: a length and a number in two's complement.
  private mutating func long() throws(PickleMachine.Failure) -> Int {
    let count = Int(try byte())
    guard count <= 8 else { throw PickleMachine.Failure(found: "an int of \(count) bytes", expected: "at most 8") }
    let bytes = reader.slice(try run(count))
    var value: UInt64 = bytes.last.map { $0 >= 0x80 } ?? false ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    return Int(truncatingIfNeeded: value)
  }

  private mutating func textValue(_ count: Int) throws(PickleMachine.Failure) -> PickleValue {
    let range = try run(count)  // within `maxSize`, so both numbers fit 32 bits
    return .text(start: UInt32(range.lowerBound), count: UInt32(range.count))
  }

  private mutating func line() throws(PickleMachine.Failure) -> String {
    let rest = reader.slice(reader.offset..<reader.bytes.count)
    guard let end = rest.prefix(256).firstIndex(of: 0x0A) else {
      throw PickleMachine.Failure(found: "no end of a name", expected: "one within 256 bytes")
    }
    let range = try run(end + 1)
    guard let text = reader.text(range.lowerBound..<range.upperBound - 1) else {
      throw PickleMachine.Failure(found: "other bytes in a name", expected: "UTF-8")
    }
    return text
  }
}

/// The stack, the memo and the tables of `PickleReader`, all of bounded size.
struct PickleMachine {
  struct Failure: Error {
    var found: String
    var expected: String
  }

  static let maxStack = 1 << 14
  static let maxMarks = 1 << 8
  static let maxDimensions = 8

  private let pickle: UnsafeRawBufferPointer
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [PickleValue] = []
  /// Contents of tuples, lists and dictionaries, by their number.
  private(set) var tables: [[PickleValue]] = []
  private(set) var storages: [PickleStorage] = []
  private(set) var tensors: [PickleTensor] = []

  init(pickle: UnsafeRawBufferPointer) { self.pickle = pickle }

  /// The most objects of a kind. Real pickles have about 20 bytes per tuple, dictionary, storage or tensor.
  private var maxObjects: Int { pickle.count / 12 + 64 }

  // MARK: Stack and memo

  mutating func push(_ value: PickleValue) throws(Failure) {
    guard stack.count < Self.maxStack else {
      throw Failure(found: "a deeper stack", expected: "at most \(Self.maxStack) values")
    }
    stack.append(value)
  }

  /// Takes the last `count` values, in their order.
  mutating func pop(_ count: Int) throws(Failure) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw Failure(found: "an empty stack", expected: "a value") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  mutating func mark() throws(Failure) {
    guard marks.count < Self.maxMarks else {
      throw Failure(found: "more marks", expected: "at most \(Self.maxMarks)")
    }
    marks.append(stack.count)
  }

  mutating func popToMark() throws(Failure) -> [PickleValue] {
    guard let mark = marks.last else { throw Failure(found: "no mark", expected: "a mark") }
    let values = try pop(stack.count - mark)
    marks.removeLast()
    return values
  }

  /// - Parameter index: position in the memo; nil for the next.
  mutating func store(_ index: Int?) throws(Failure) {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw Failure(found: "an empty stack", expected: "a value")
    }
    let index = index ?? memo.count
    guard index <= memo.count else { throw Failure(found: "memo \(index)", expected: "\(memo.count), the next") }
    if index == memo.count { memo.append(value) } else { memo[index] = value }
  }

  mutating func recall(_ index: Int) throws(Failure) {
    guard index < memo.count else { throw Failure(found: "memo \(index)", expected: "one of \(memo.count)") }
    try push(memo[index])
  }

  mutating func result() throws(Failure) -> PickleValue {
    guard stack.count == 1, marks.isEmpty, let value = stack.last else {
      throw Failure(found: "\(stack.count) values at the end", expected: "one")
    }
    return value
  }

  // MARK: Containers

  mutating func pushTuple(_ values: [PickleValue]) throws(Failure) { try push(.tuple(try table(values))) }
  mutating func pushList() throws(Failure) { try push(.list(try table([]))) }
  mutating func pushDictionary() throws(Failure) { try push(.dictionary(try table([]))) }

  mutating func addToDictionary(_ values: [PickleValue]) throws(Failure) {
    guard case .dictionary(let index)? = stack.last, values.count.isMultiple(of: 2) else {
      throw Failure(found: "items for \(stack.last?.kind ?? "nothing")", expected: "pairs for a dictionary")
    }
    tables[index].append(contentsOf: values)
  }

  mutating func addToList(_ values: [PickleValue]) throws(Failure) {
    guard case .list(let index)? = stack.last else {
      throw Failure(found: "items for \(stack.last?.kind ?? "nothing")", expected: "a list")
    }
    tables[index].append(contentsOf: values)
  }

  private mutating func table(_ values: [PickleValue]) throws(Failure) -> Int {
    try checkRoom(tables.count)
    tables.append(values)
    return tables.count - 1
  }

  private func checkRoom(_ count: Int) throws(Failure) {
    guard count < maxObjects else {
      throw Failure(found: "more objects", expected: "at most \(maxObjects) of a kind in \(pickle.count) bytes")
    }
  }

  // MARK: Objects

  mutating func pushGlobal(module: String, name: String) throws(Failure) {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw Failure(
        found: "the name \(module.prefix(80)).\(name.prefix(80))",
        expected: "one that builds tensors; nothing else is loaded")
    }
    try push(.global(global))
  }

  mutating func pushStackGlobal() throws(Failure) {
    let names = try pop(2)
    guard let module = text(names[0]), let name = text(names[1]) else {
      throw Failure(found: "\(names[0].kind) and \(names[1].kind)", expected: "the names of a module and a global")
    }
    try pushGlobal(module: module, name: name)
  }

  /// BINPERSID: `("storage", type, key, device, count)` names elements outside the pickle.
  mutating func pushStorage() throws(Failure) {
    let values = elements(try pop(1)[0])
    guard values.count == 5, text(values[0]) == "storage", case .global(.storage(let type)) = values[1],
      case .text = values[2], case .text = values[3], case .integer(let count) = values[4], count >= 0
    else { throw Failure(found: "another persistent id", expected: "that of a storage") }
    try checkRoom(storages.count)
    storages.append(PickleStorage(type: type, key: values[2], count: count))
    try push(.storage(storages.count - 1))
  }

  /// REDUCE: calls one of the known names.
  mutating func reduce() throws(Failure) {
    let values = try pop(2)
    guard case .global(let global) = values[0], case .tuple = values[1] else {
      throw Failure(found: "a call of \(values[0].kind)", expected: "a call of a known name")
    }
    let arguments = elements(values[1])
    switch global {
    case .orderedDictionary:
      guard arguments.isEmpty else {
        throw Failure(found: "OrderedDict with arguments", expected: "an empty one, filled by SETITEMS")
      }
      try pushDictionary()
    case .rebuildTensor: try pushTensor(arguments)
    case .rebuildParameter:
      guard let tensor = arguments.first, case .tensor = tensor else {
        throw Failure(found: "a parameter of \(arguments.first?.kind ?? "nothing")", expected: "one of a tensor")
      }
      try push(tensor)
    case .storage: throw Failure(found: "a call of \(global.name)", expected: "a persistent id")
    }
  }

  /// Makes a tensor of `(storage, offset, size, stride, requires_grad, backward_hooks[, metadata])`.
  private mutating func pushTensor(_ arguments: [PickleValue]) throws(Failure) {
    guard (6...7).contains(arguments.count), case .storage(let storage) = arguments[0],
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3])
    else { throw Failure(found: "other arguments of _rebuild_tensor_v2", expected: "storage, offset, size and stride") }
    guard shape.count <= Self.maxDimensions, strides.count == shape.count else {
      throw Failure(
        found: "\(shape.count) dimensions and \(strides.count) strides",
        expected: "as many, at most \(Self.maxDimensions)")
    }
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw Failure(found: "a negative number", expected: "none in offset, size and stride")
    }
    try checkRoom(tensors.count)
    tensors.append(PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides))
    try push(.tensor(tensors.count - 1))
  }

  /// BUILD: drops attributes. A state dictionary's (`_metadata`) are not needed.
  mutating func build() throws(Failure) {
    _ = try pop(1)
    guard case .dictionary? = stack.last else {
      throw Failure(found: "attributes for \(stack.last?.kind ?? "nothing")", expected: "a dictionary")
    }
  }

  // MARK: Values

  func text(_ value: PickleValue) -> String? {
    guard case .text(let start, let count) = value else { return nil }
    return String(validating: UnsafeRawBufferPointer(rebasing: pickle[Int(start)..<Int(start + count)]), as: UTF8.self)
  }

  /// The elements of a tuple; empty for any other value.
  private func elements(_ value: PickleValue) -> [PickleValue] {
    guard case .tuple(let index) = value else { return [] }
    return tables[index]
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let index) = value else { return nil }
    var integers: [Int] = []
    for element in tables[index] {
      guard case .integer(let integer) = element else { return nil }
      integers.append(integer)
    }
    return integers
  }
}

/// A value in the pickle of a state dictionary.
///
/// A value with contents is a number into the machine's tables. Values neither nest nor own anything, so that a hostile
/// pickle can build cycles and towers at no cost.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  /// UTF-8 in the pickle, not validated yet.
  case text(start: UInt32, count: UInt32)
  case global(PickleGlobal)
  case tuple(Int)
  case list(Int)
  /// A dictionary, whose table holds keys and values in turn.
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

/// The names of Python's modules that a state dictionary needs; no other name is accepted, and none is looked up.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case storage(ElementType)

  /// Nil if the name is not one of these.
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

/// Elements in a member of the archive of their own, beside the pickle.
struct PickleStorage {
  var type: ElementType
  /// Name of the member.
  var key: PickleValue
  var count: Int
}

/// A view of a storage, as the pickle describes it.
struct PickleTensor {
  var storage: Int
  /// First element in the storage.
  var offset: Int
  var shape: [Int]
  /// Distance in elements between neighbours of each dimension.
  var strides: [Int]
}

/// Names in Python's `pickletools` of the instructions that are refused.
enum PickleOpcodeNames {
  static func name(_ opcode: UInt8) -> String {
    let code = "0x" + String(opcode, radix: 16)
    return names[opcode].map { "\($0) (\(code))" } ?? code
  }

  private static let names: [UInt8: String] = [
    UInt8(ascii: "0"): "POP", UInt8(ascii: "1"): "POP_MARK", UInt8(ascii: "2"): "DUP", UInt8(ascii: "F"): "FLOAT",
    UInt8(ascii: "I"): "INT", UInt8(ascii: "L"): "LONG", UInt8(ascii: "P"): "PERSID", UInt8(ascii: "S"): "STRING",
    UInt8(ascii: "T"): "BINSTRING", UInt8(ascii: "U"): "SHORT_BINSTRING", UInt8(ascii: "V"): "UNICODE",
    UInt8(ascii: "d"): "DICT", UInt8(ascii: "g"): "GET", UInt8(ascii: "i"): "INST", UInt8(ascii: "l"): "LIST",
    UInt8(ascii: "o"): "OBJ", UInt8(ascii: "p"): "PUT", UInt8(ascii: "G"): "BINFLOAT", UInt8(ascii: "B"): "BINBYTES",
    UInt8(ascii: "C"): "SHORT_BINBYTES", 0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x8B: "LONG4",
    0x8D: "BINUNICODE8", 0x8E: "BINBYTES8", 0x8F: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET",
    0x92: "NEWOBJ_EX", 0x96: "BYTEARRAY8", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
  ]
}
