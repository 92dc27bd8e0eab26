/// A decoder of DEFLATE data (RFC 1951), alone or in a zlib stream (RFC 1950).
///
/// Time is linear in input plus output; memory is the window of 32 KiB and small tables.
package enum Inflate {
  /// Decodes raw DEFLATE data up to the end of its last block.
  ///
  /// - parameter limit: the most bytes that the output can have; more are an error
  /// - parameter sink: receives the output in order, in pieces
  /// - returns: the number of input bytes that belong to the data
  package static func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    let output = OutputWindow(maxDistance: 32 << 10, limit: limit, sink: sink)
    var decoder = InflateDecoder(bits: BitReader(input), output: output)
    try decoder.run()
    try output.finish()
    return decoder.bits.bytesRead
  }

  /// Decodes raw DEFLATE data of which size and checksum are known, such as a member of a ZIP archive.
  ///
  /// - parameter size: the number of bytes of the output; more are never produced
  /// - parameter checksum: the CRC-32 of the output
  /// - throws: `DecompressionError` if the data ends elsewhere, or size or checksum differ, or an error of `sink`
  package static func decode(
    _ input: UnsafeRawBufferPointer, size: Int, checksum: UInt32,
    sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let produced = Box((crc: CRC32(), count: 0))
    let used = try decode(input, limit: size) { piece in
      produced.value.crc.update(piece)
      produced.value.count += piece.count
      try sink(piece)
    }
    guard used == input.count, produced.value.count == size else {
      throw DecompressionError(
        "\(produced.value.count) unpacked bytes from \(used)", expected: "\(size) from \(input.count)")
    }
    guard produced.value.crc.value == checksum else {
      throw DecompressionError("CRC-32 \(produced.value.crc.value)", expected: "\(checksum)")
    }
  }

  /// Decodes a zlib stream and checks its Adler-32.
  ///
  /// - returns: the number of input bytes that belong to the stream
  package static func decodeZlib(
    _ input: UnsafeRawBufferPointer, limit: Int, sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    guard input.count >= 2 else { throw DecompressionError.truncated }
    guard input[0] & 0x0F == 8, (Int(input[0]) << 8 | Int(input[1])) % 31 == 0, input[1] & 0x20 == 0 else {
      throw DecompressionError("a header that is not zlib's", expected: "method 8 without a dictionary")
    }
    let checksum = Box(Adler32())
    let body = UnsafeRawBufferPointer(rebasing: input.dropFirst(2))
    let used = try decode(body, limit: limit) { piece in
      checksum.value.update(piece)
      try sink(piece)
    }
    guard body.count - used >= 4 else { throw DecompressionError.truncated }
    let stored = UInt32(bigEndian: body.loadUnaligned(fromByteOffset: used, as: UInt32.self))
    guard stored == checksum.value.value else {
      throw DecompressionError("Adler-32 \(checksum.value.value)", expected: "\(stored)")
    }
    return 2 + used + 4
  }
}

/// A value that an escaping closure changes and its owner reads.
final class Box<Value> {
  var value: Value

  init(_ value: Value) {
    self.value = value
  }
}

// MARK: - Blocks

private struct InflateDecoder {
  var bits: BitReader
  let output: OutputWindow
  private var literals = HuffmanCode()
  private var distances = HuffmanCode()

  init(bits: BitReader, output: OutputWindow) {
    self.bits = bits
    self.output = output
  }

  mutating func run() throws {
    var isLast = false
    while !isLast {
      isLast = try bits.take(1) == 1
      switch try bits.take(2) {
      case 0: try copyStored()
      case 1:
        try setFixedCodes()
        try decodeSymbols()
      case 2:
        try readCodes()
        try decodeSymbols()
      default: throw DecompressionError("DEFLATE block type 3", expected: "0, 1 or 2")
      }
    }
  }

  private mutating func copyStored() throws {
    bits.alignToByte()
    let length = try bits.take(16)
    let complement = try bits.take(16)
    guard length == ~complement & 0xFFFF else {
      throw DecompressionError("a stored block whose lengths differ", expected: "a length and its complement")
    }
    try output.append(bits.takeBytes(Int(length)))
  }

  private mutating func setFixedCodes() throws {
    var lengths = [UInt8](repeating: 8, count: 288)
    for symbol in 144..<256 { lengths[symbol] = 9 }
    for symbol in 256..<280 { lengths[symbol] = 7 }
    try literals.set(lengths, name: "fixed")
    try distances.set([UInt8](repeating: 5, count: 32), name: "fixed")
  }

  /// Reads the code lengths of a dynamic block (section 3.2.7).
  private mutating func readCodes() throws {
    let literalCount = Int(try bits.take(5)) + 257
    let distanceCount = Int(try bits.take(5)) + 1
    let lengthCount = Int(try bits.take(4)) + 4
    guard literalCount <= 286, distanceCount <= 30 else {
      throw DecompressionError(
        "\(literalCount) literal and \(distanceCount) distance codes", expected: "at most 286 and 30")
    }
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var lengths = [UInt8](repeating: 0, count: 19)
    for symbol in order.prefix(lengthCount) { lengths[symbol] = UInt8(try bits.take(3)) }
    try literals.set(lengths, name: "code length")

    var codes: [UInt8] = []
    codes.reserveCapacity(literalCount + distanceCount)
    while codes.count < literalCount + distanceCount {
      let symbol = try literals.next(&bits)
      var (value, repeats) = (UInt8(truncatingIfNeeded: symbol), 1)
      if symbol >= 16 {
        if symbol == 16 {
          guard let last = codes.last else {
            throw DecompressionError("a repeated code length at the start", expected: "a code length")
          }
          value = last
          repeats = 3 + Int(try bits.take(2))
        } else {
          value = 0
          repeats = symbol == 17 ? 3 + Int(try bits.take(3)) : 11 + Int(try bits.take(7))
        }
      }
      guard codes.count + repeats <= literalCount + distanceCount else {
        throw DecompressionError("too many code lengths", expected: "\(literalCount + distanceCount)")
      }
      codes.append(contentsOf: repeatElement(value, count: repeats))
    }
    guard codes[256] != 0 else { throw DecompressionError("no code for the end of a block", expected: "a code") }
    try literals.set(Array(codes.prefix(literalCount)), name: "literal")
    try distances.set(Array(codes.suffix(distanceCount)), name: "distance")
  }

  private static let lengthBases: [UInt16] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits: [UInt8] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases: [UInt16] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
  private static let distanceBits: [UInt8] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]

  private mutating func decodeSymbols() throws {
    while true {
      let symbol = try literals.next(&bits)
      if symbol < 256 {
        try output.append(UInt8(truncatingIfNeeded: symbol))
        continue
      }
      if symbol == 256 { return }
      let lengthCode = symbol - 257
      guard lengthCode < Self.lengthBases.count else {
        throw DecompressionError("length code \(symbol)", expected: "at most 285")
      }
      let length = Int(Self.lengthBases[lengthCode]) + Int(try bits.take(Int(Self.lengthBits[lengthCode])))
      let distanceCode = try distances.next(&bits)
      guard distanceCode < Self.distanceBases.count else {
        throw DecompressionError("distance code \(distanceCode)", expected: "at most 29")
      }
      let distance = Int(Self.distanceBases[distanceCode]) + Int(try bits.take(Int(Self.distanceBits[distanceCode])))
      try output.copy(distance: distance, length: length)
    }
  }
}

// MARK: - Codes

/// A canonical Huffman code (section 3.2.2): a table for codes of up to ten bits, and a search for longer ones.
private struct HuffmanCode {
  private static let tableBits = 10
  /// Symbol times 16 plus code length, by the next ten bits; 0 if the code is longer or unknown.
  private var table = [UInt16](repeating: 0, count: 1 << tableBits)
  /// Numbers of codes by length, and the symbols in the order of their codes.
  private var counts = [Int](repeating: 0, count: 16)
  private var symbols: [UInt16] = []

  mutating func set(_ lengths: [UInt8], name: String) throws {
    for i in counts.indices { counts[i] = 0 }
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var unused = 1
    for length in 1...15 {
      unused = 2 * unused - counts[length]
      guard unused >= 0 else { throw DecompressionError("an over-subscribed \(name) code", expected: "a prefix code") }
    }
    let used = counts.reduce(0, +)
    // An incomplete code can only be a single code of one bit, or no code at all.
    guard unused == 0 || used == 0 || (used == 1 && counts[1] == 1) else {
      throw DecompressionError("an incomplete \(name) code", expected: "a complete prefix code")
    }
    var offsets = [Int](repeating: 0, count: 17)
    var codes = [Int](repeating: 0, count: 17)
    for length in 1...15 {
      offsets[length + 1] = offsets[length] + counts[length]
      codes[length + 1] = (codes[length] + counts[length]) << 1
    }
    symbols = [UInt16](repeating: 0, count: used)
    for i in table.indices { table[i] = 0 }
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      symbols[offsets[length]] = UInt16(symbol)
      offsets[length] += 1
      let code = codes[length]
      codes[length] += 1
      guard length <= Self.tableBits else { continue }
      let entry = UInt16(symbol << 4 | length)
      let first = Int(UInt32(truncatingIfNeeded: code).reversed(bits: length))
      for index in stride(from: first, to: table.count, by: 1 << length) { table[index] = entry }
    }
  }

  @inline(__always)
  func next(_ bits: inout BitReader) throws -> Int {
    bits.refill()
    let entry = table[Int(bits.peek(Self.tableBits))]
    if entry != 0 {
      try bits.skip(Int(entry & 15))
      return Int(entry >> 4)
    }
    return try search(&bits)
  }

  /// Finds a code that is longer than the table's, bit by bit.
  private func search(_ bits: inout BitReader) throws -> Int {
    var (code, first, index) = (0, 0, 0)
    for length in 1...15 {
      code |= Int(bits.bit(length - 1))
      let count = counts[length]
      if code - first < count {
        try bits.skip(length)
        return Int(symbols[index + code - first])
      }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    try bits.skip(15)
    throw DecompressionError("bits that are no code", expected: "a code")
  }
}

extension UInt32 {
  /// The lowest `count` bits in reverse order.
  fileprivate func reversed(bits count: Int) -> UInt32 {
    var (value, result) = (self, UInt32(0))
    for _ in 0..<count {
      result = result << 1 | value & 1
      value >>= 1
    }
    return result
  }
}

/// A reader of bits, the least significant bit of each byte first.
struct BitReader {
  private let input: UnsafeRawBufferPointer
  private var position = 0
  private var buffer: UInt64 = 0
  private var available = 0

  init(_ input: UnsafeRawBufferPointer) {
    self.input = input
  }

  /// Whole bytes that have been read, partly read bytes included.
  var bytesRead: Int { position - available / 8 }

  /// Fills the buffer with at least 56 bits if the input has as many.
  @inline(__always)
  mutating func refill() {
    if available >= 48 { return }
    while available <= 56, position < input.count {
      buffer |= UInt64(input[position]) << UInt64(available)
      position &+= 1
      available &+= 8
    }
  }

  /// The next `count` bits, which are zero after the end of the input.
  @inline(__always)
  func peek(_ count: Int) -> UInt64 {
    buffer & (1 << UInt64(count) - 1)
  }

  func bit(_ index: Int) -> UInt64 {
    buffer >> UInt64(index) & 1
  }

  @inline(__always)
  mutating func skip(_ count: Int) throws {
    guard count <= available else { throw DecompressionError.truncated }
    buffer >>= UInt64(count)
    available &-= count
  }

  @inline(__always)
  mutating func take(_ count: Int) throws -> UInt64 {
    refill()
    let value = peek(count)
    try skip(count)
    return value
  }

  mutating func alignToByte() {
    let rest = available % 8
    buffer >>= UInt64(rest)
    available -= rest
  }

  /// The next whole bytes; the reader must be at the start of a byte.
  mutating func takeBytes(_ count: Int) throws -> UnsafeRawBufferPointer {
    let start = bytesRead
    guard input.count - start >= count else { throw DecompressionError.truncated }
    position = start + count
    buffer = 0
    available = 0
    return UnsafeRawBufferPointer(rebasing: input[start..<start + count])
  }
}
