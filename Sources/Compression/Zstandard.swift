/// A reader of Zstandard files (RFC 8878), with one or several frames. Dictionaries are not supported.
///
/// Time is linear in input plus output; memory is the frame's window, which `maxWindow` bounds, and small tables.
package enum Zstandard {
  /// The greatest window that a frame can ask for, in bytes: what the reference implementation accepts by default.
  package static let maxWindow = 128 << 20
  static let maxBlock = 128 << 10
  private static let magic: UInt32 = 0xFD2F_B528

  /// Whether the bytes start as a frame does.
  package static func isZstandard(_ input: UnsafeRawBufferPointer) -> Bool {
    guard input.count >= 4 else { return false }
    let magic = UInt32(littleEndian: input.loadUnaligned(as: UInt32.self))
    return magic == Self.magic || isSkippable(magic)
  }

  /// The content size in the first frame's header; nil if the header has none.
  static func declaredSize(_ input: UnsafeRawBufferPointer) -> Int? {
    var reader = ByteCursor(input)
    guard let magic = try? reader.littleEndian(4), magic == Self.magic else { return nil }
    return (try? FrameHeader(&reader))?.contentSize
  }

  /// Decodes all frames and checks their content sizes and checksums.
  ///
  /// - parameter limit: the most bytes that the output can have; more are an error
  /// - parameter sink: receives the output in order, in pieces
  package static func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var reader = ByteCursor(input)
    var left = limit
    repeat {
      let magic = UInt32(try reader.littleEndian(4))
      if isSkippable(magic) {
        _ = try reader.bytes(Int(try reader.littleEndian(4)))
      } else if magic == Self.magic {
        left -= try decodeFrame(&reader, limit: left, sink: sink)
      } else {
        throw DecompressionError("bytes that are not Zstandard's", expected: "28 B5 2F FD")
      }
    } while reader.remaining > 0
  }

  private static func isSkippable(_ magic: UInt32) -> Bool {
    magic & 0xFFFF_FFF0 == 0x184D_2A50
  }

  // MARK: Frames

  private static func decodeFrame(
    _ reader: inout ByteCursor, limit: Int, sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    let header = try FrameHeader(&reader)
    if let size = header.contentSize, size > limit {
      throw DecompressionError("\(size) unpacked bytes", expected: "at most \(limit)")
    }
    let checksum = Box(XXH64())
    let output = OutputWindow(maxDistance: header.window, limit: limit) { piece in
      if header.hasChecksum { checksum.value.update(piece) }
      try sink(piece)
    }
    let decoder = BlockDecoder(output: output, maxBlock: min(header.window, maxBlock))
    var isLast = false
    while !isLast {
      let block = try reader.littleEndian(3)
      isLast = block & 1 == 1
      let size = Int(block >> 3)
      switch block >> 1 & 3 {
      case 0:
        try decoder.checkSize(size)
        try output.append(reader.bytes(size))
      case 1:
        try decoder.checkSize(size)
        try output.append(repeating: UInt8(reader.littleEndian(1)), count: size)
      case 2:
        try decoder.checkSize(size)
        try decoder.decode(reader.bytes(size))
      default: throw DecompressionError("block type 3", expected: "0, 1 or 2")
      }
    }
    try output.finish()
    if let size = header.contentSize, size != output.total {
      throw DecompressionError("\(output.total) unpacked bytes", expected: "\(size)")
    }
    if header.hasChecksum {
      let stored = UInt32(try reader.littleEndian(4))
      let found = UInt32(truncatingIfNeeded: checksum.value.value)
      guard found == stored else { throw DecompressionError("checksum \(found)", expected: "\(stored)") }
    }
    return output.total
  }

  /// A frame's header (section 3.1.1.1).
  private struct FrameHeader {
    let window: Int
    let contentSize: Int?
    let hasChecksum: Bool

    init(_ reader: inout ByteCursor) throws {
      let descriptor = try reader.littleEndian(1)
      guard descriptor & 8 == 0 else { throw DecompressionError("a reserved bit in a frame", expected: "0") }
      hasChecksum = descriptor & 4 != 0
      let isSingleSegment = descriptor & 32 != 0
      var window = 0
      if !isSingleSegment {
        let bits = try reader.littleEndian(1)
        let base = 1 << (10 + Int(bits >> 3))
        window = base + base / 8 * Int(bits & 7)
      }
      let dictionary = try reader.littleEndian([0, 1, 2, 4][Int(descriptor & 3)])
      guard dictionary == 0 else {
        throw DecompressionError("a frame that needs dictionary \(dictionary)", expected: "none")
      }
      let sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
      if sizeBytes > 0 {
        let size = try reader.littleEndian(sizeBytes)
        guard let size = Int(exactly: size), size < Int.max - 256 else {
          throw DecompressionError("\(size) unpacked bytes", expected: "fewer")
        }
        contentSize = sizeBytes == 2 ? size + 256 : size
      } else {
        contentSize = nil
      }
      if isSingleSegment { window = contentSize ?? 0 }
      guard window <= Zstandard.maxWindow else {
        throw DecompressionError("a window of \(window) bytes", expected: "at most \(Zstandard.maxWindow)")
      }
      self.window = window
    }
  }
}

/// A reader of little-endian numbers and byte ranges.
struct ByteCursor {
  private let input: UnsafeRawBufferPointer
  private var position = 0

  init(_ input: UnsafeRawBufferPointer) {
    self.input = input
  }

  var remaining: Int { input.count - position }

  mutating func littleEndian(_ count: Int) throws -> UInt64 {
    var value: UInt64 = 0
    for (i, byte) in try bytes(count).enumerated() { value |= UInt64(byte) << UInt64(8 * i) }
    return value
  }

  mutating func bytes(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count <= remaining else { throw DecompressionError.truncated }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: input[position..<position + count])
  }

  /// All remaining bytes.
  mutating func rest() throws -> UnsafeRawBufferPointer {
    try bytes(remaining)
  }
}

// MARK: - Compressed blocks

/// A decoder of the compressed blocks of one frame; tables and repeated offsets pass from block to block.
private final class BlockDecoder {
  private let output: OutputWindow
  private let maxBlock: Int
  private var huffman: HuffmanTable?
  private var literalLengths: FSETable?
  private var offsets: FSETable?
  private var matchLengths: FSETable?
  private var repeated = (1, 4, 8)
  private var literals: [UInt8] = []

  init(output: OutputWindow, maxBlock: Int) {
    self.output = output
    self.maxBlock = maxBlock
  }

  func checkSize(_ size: Int) throws {
    guard size <= maxBlock else {
      throw DecompressionError("a block of \(size) bytes", expected: "at most \(maxBlock)")
    }
  }

  func decode(_ block: UnsafeRawBufferPointer) throws {
    var reader = ByteCursor(block)
    try readLiterals(&reader)
    try runSequences(&reader)
  }

  // MARK: Literals (section 3.1.1.3.1)

  private func readLiterals(_ reader: inout ByteCursor) throws {
    let first = try reader.littleEndian(1)
    let format = Int(first >> 2 & 3)
    switch first & 3 {
    case 0, 1:
      let size: Int
      switch format {
      case 0, 2: size = Int(first >> 3)
      case 1: size = Int(first >> 4) | Int(try reader.littleEndian(1)) << 4
      default: size = Int(first >> 4) | Int(try reader.littleEndian(2)) << 4
      }
      try checkSize(size)
      literals =
        first & 3 == 0
        ? Array(try reader.bytes(size)) : [UInt8](repeating: UInt8(try reader.littleEndian(1)), count: size)
    default:
      let bits = [10, 10, 14, 18][format]
      let header = first >> 4 | (try reader.littleEndian([2, 2, 3, 4][format])) << 4
      let size = Int(header & (1 << UInt64(bits) - 1))
      let packed = Int(header >> UInt64(bits))
      try checkSize(size)
      var body = ByteCursor(try reader.bytes(packed))
      if first & 3 == 2 { huffman = try HuffmanTable(&body) }
      guard let huffman else { throw DecompressionError("literals without a code", expected: "a Huffman code") }
      literals = [UInt8](repeating: 0, count: size)
      try literals.withUnsafeMutableBufferPointer { target in
        guard format > 0 else { return try huffman.decode(body.rest(), into: target[...]) }
        let sizes = [Int(try body.littleEndian(2)), Int(try body.littleEndian(2)), Int(try body.littleEndian(2))]
        let quarter = (size + 3) / 4
        guard 3 * quarter <= size else {
          throw DecompressionError("\(size) literals in four streams", expected: "at least 6")
        }
        for i in 0..<4 {
          let stream = i < 3 ? try body.bytes(sizes[i]) : try body.rest()
          try huffman.decode(stream, into: target[i * quarter..<(i < 3 ? (i + 1) * quarter : size)])
        }
      }
    }
  }

  // MARK: Sequences (section 3.1.1.3.2)

  private func runSequences(_ reader: inout ByteCursor) throws {
    var count = Int(try reader.littleEndian(1))
    if count == 255 {
      count = Int(try reader.littleEndian(2)) + 0x7F00
    } else if count >= 128 {
      count = (count - 128) << 8 + Int(try reader.littleEndian(1))
    }
    if count == 0 {
      guard reader.remaining == 0 else {
        throw DecompressionError("bytes after a block without sequences", expected: "the block's end")
      }
      return try literals.withUnsafeBytes { try output.append($0) }
    }
    let modes = try reader.littleEndian(1)
    guard modes & 3 == 0 else { throw DecompressionError("reserved bits in a block", expected: "0") }
    literalLengths = try table(.literalLengths, Int(modes >> 6), previous: literalLengths, &reader)
    offsets = try table(.offsets, Int(modes >> 4 & 3), previous: offsets, &reader)
    matchLengths = try table(.matchLengths, Int(modes >> 2 & 3), previous: matchLengths, &reader)
    guard let literalLengths, let offsets, let matchLengths else { return }
    let scratch = PaddedBytes(try reader.rest())
    var bits = try BackwardBitReader(scratch)
    try literals.withUnsafeBytes { literals in
      try run(count, &bits, literals, literalLengths, offsets, matchLengths)
    }
  }

  private func table(
    _ kind: SequenceCodes, _ mode: Int, previous: FSETable?, _ reader: inout ByteCursor
  ) throws -> FSETable {
    switch mode {
    case 0: return kind.predefined
    case 1:
      let symbol = Int(try reader.littleEndian(1))
      guard symbol <= kind.maxSymbol else {
        throw DecompressionError("code \(symbol)", expected: "at most \(kind.maxSymbol)")
      }
      return FSETable(symbol: symbol)
    case 2: return try FSETable(&reader, maxAccuracy: kind.maxAccuracy, maxSymbol: kind.maxSymbol)
    default:
      guard let previous else { throw DecompressionError("a repeated table in the first block", expected: "a table") }
      return previous
    }
  }

  private func run(
    _ count: Int, _ bits: inout BackwardBitReader, _ literals: UnsafeRawBufferPointer, _ literalLengths: FSETable,
    _ offsets: FSETable, _ matchLengths: FSETable
  ) throws {
    var literalState = bits.take(literalLengths.accuracy)
    var offsetState = bits.take(offsets.accuracy)
    var matchState = bits.take(matchLengths.accuracy)
    var used = 0
    var produced = 0
    for i in 0..<count {
      let offsetCode = offsets.symbol(offsetState)
      let offsetValue = 1 << offsetCode + bits.take(offsetCode)
      try bits.check()
      let matchCode = matchLengths.symbol(matchState)
      let matchLength = SequenceCodes.matchBases[matchCode] + bits.take(SequenceCodes.matchBits[matchCode])
      let literalCode = literalLengths.symbol(literalState)
      let literalLength = SequenceCodes.literalBases[literalCode] + bits.take(SequenceCodes.literalBits[literalCode])
      try bits.check()
      guard literalLength <= literals.count - used else {
        throw DecompressionError(
          "\(literalLength) literals in a sequence", expected: "at most \(literals.count - used)")
      }
      produced += literalLength + matchLength
      try checkSize(produced)
      try output.append(UnsafeRawBufferPointer(rebasing: literals[used..<used + literalLength]))
      used += literalLength
      let offset = try distance(offsetValue, hasLiterals: literalLength > 0)
      try output.copy(distance: offset, length: matchLength)
      if i + 1 < count {
        literalState = literalLengths.next(literalState, &bits)
        matchState = matchLengths.next(matchState, &bits)
        offsetState = offsets.next(offsetState, &bits)
        try bits.check()
      }
    }
    guard bits.remaining == 0 else {
      throw DecompressionError("\(bits.remaining) bits after the last sequence", expected: "none")
    }
    try checkSize(produced + literals.count - used)
    try output.append(UnsafeRawBufferPointer(rebasing: literals[used...]))
  }

  /// The distance of an offset value; values up to 3 name one of the last three distances (section 3.1.1.5).
  private func distance(_ value: Int, hasLiterals: Bool) throws -> Int {
    if value > 3 {
      repeated = (value - 3, repeated.0, repeated.1)
      return value - 3
    }
    let index = hasLiterals ? value - 1 : value
    switch index {
    case 0: break
    case 1: repeated = (repeated.1, repeated.0, repeated.2)
    case 2: repeated = (repeated.2, repeated.0, repeated.1)
    default:
      guard repeated.0 > 1 else { throw DecompressionError("a distance of 0", expected: "at least 1") }
      repeated = (repeated.0 - 1, repeated.0, repeated.1)
    }
    return repeated.0
  }
}

/// The three kinds of codes in a sequence: their ranges, bases, extra bits and predefined tables (sections 3.1.1.3.2.1
/// and 3.1.1.3.2.2).
private enum SequenceCodes {
  case literalLengths, offsets, matchLengths

  var maxAccuracy: Int { self == .offsets ? 8 : 9 }

  var maxSymbol: Int {
    switch self {
    case .literalLengths: 35
    case .offsets: 31
    case .matchLengths: 52
    }
  }

  var predefined: FSETable {
    switch self {
    case .literalLengths: Self.predefinedLiteralLengths
    case .offsets: Self.predefinedOffsets
    case .matchLengths: Self.predefinedMatchLengths
    }
  }

  static let literalBases: [Int] =
    Array(0..<16) + [
      16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,
    ]
  static let literalBits: [Int] =
    [Int](repeating: 0, count: 16) + [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
  static let matchBases: [Int] =
    Array(3..<35)
    + [35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539]
  static let matchBits: [Int] =
    [Int](repeating: 0, count: 32) + [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]

  private static let predefinedLiteralLengths = FSETable(
    probabilities: [
      4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
    ], accuracy: 6)
  private static let predefinedOffsets = FSETable(
    probabilities: [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
    accuracy: 5)
  private static let predefinedMatchLengths = FSETable(
    probabilities: [1, 4, 3, 2, 2, 2, 2, 2, 2] + [Int](repeating: 1, count: 37) + [Int](repeating: -1, count: 7),
    accuracy: 6)
}
