import Files

/// Reads the pickle of a PyTorch state dictionary: a program for a stack machine of which only the instructions and
/// names that build dictionaries of tensors are known. Everything else is refused by name, and nothing is ever called.
///
/// Format: Python's `pickletools`; what PyTorch writes with it: `torch/serialization.py`, `torch/_utils.py`.
struct PickleReader {
  /// 25,000 tensors take about this much; a real one is a hundredth of it.
  static let largest = 4 << 20

  private var reader: ByteReader
  private(set) var machine: PickleMachine
  private(set) var root = PickleValue.none

  /// - Parameter reader: over the pickle alone, of at most `largest` bytes.
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

  /// Nil where a value's text is not UTF-8, or it is no text.
  func text(_ value: PickleValue) -> String? { machine.text(value) }

  // MARK: Instructions

  /// - Returns: the result, at the last instruction.
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

  /// LONG1: a length and that many bytes of two's complement.
  private mutating func long() throws(PickleMachine.Failure) -> Int {
    let count = Int(try byte())
    guard count <= 8 else { throw PickleMachine.Failure(found: "an int of \(count) bytes", expected: "at most 8") }
    let bytes = reader.slice(try run(count))
    var value: UInt64 = bytes.last.map { $0 >= 0x80 } ?? false ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    return Int(truncatingIfNeeded: value)
  }

  private mutating func textValue(_ count: Int) throws(PickleMachine.Failure) -> PickleValue {
    let range = try run(count)  // within `largest`, so both numbers fit 32 bits
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
