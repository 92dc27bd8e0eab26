/// A table of Finite State Entropy (RFC 8878, section 4.1): a symbol and the way to the next state for each state.
struct FSETable {
  private struct Cell {
    var symbol: UInt8
    var bits: UInt8
    var base: UInt16
  }

  /// The number of bits of a state.
  let accuracy: Int
  private let cells: [Cell]

  /// A table of one symbol, whose state has no bits.
  init(symbol: Int) {
    accuracy = 0
    cells = [Cell(symbol: UInt8(symbol), bits: 0, base: 0)]
  }

  /// Reads the probabilities of a table (section 4.1.1).
  init(_ reader: inout ByteCursor, maxAccuracy: Int, maxSymbol: Int) throws {
    var copy = reader
    var bits = BitReader(try copy.rest())
    let accuracy = Int(try bits.take(4)) + 5
    guard accuracy <= maxAccuracy else {
      throw DecompressionError("a table of \(accuracy) bits", expected: "at most \(maxAccuracy)")
    }
    var remaining = 1 << accuracy + 1
    var threshold = 1 << accuracy
    var width = accuracy + 1
    var probabilities: [Int] = []
    while remaining > 1 {
      guard probabilities.count <= maxSymbol else {
        throw DecompressionError("more than \(maxSymbol + 1) symbols in a table", expected: "at most as many")
      }
      bits.refill()
      let shorter = 2 * threshold - 1 - remaining
      var value = Int(bits.peek(width - 1))
      if value < shorter {
        try bits.skip(width - 1)
      } else {
        value = Int(bits.peek(width))
        try bits.skip(width)
        if value >= threshold { value -= shorter }
      }
      let probability = value - 1
      remaining -= abs(probability)
      guard remaining >= 1 else { throw DecompressionError("probabilities above the whole", expected: "their sum 1") }
      probabilities.append(probability)
      while remaining < threshold {
        width -= 1
        threshold >>= 1
      }
      if probability == 0 {
        var zeros = 3
        while zeros == 3 {
          zeros = Int(try bits.take(2))
          probabilities.append(contentsOf: repeatElement(0, count: zeros))
          guard probabilities.count <= maxSymbol + 1 else {
            throw DecompressionError("more than \(maxSymbol + 1) symbols in a table", expected: "at most as many")
          }
        }
      }
    }
    bits.alignToByte()
    _ = try reader.bytes(bits.bytesRead)
    self.init(probabilities: probabilities, accuracy: accuracy)
  }

  /// Spreads symbols over the states (section 4.1.1). The probabilities' sum is 2^accuracy, -1 counting as 1.
  init(probabilities: [Int], accuracy: Int) {
    let size = 1 << accuracy
    var cells = [Cell](repeating: Cell(symbol: 0, bits: 0, base: 0), count: size)
    var high = size - 1
    var next = probabilities.map { $0 == -1 ? 1 : $0 }
    for (symbol, probability) in probabilities.enumerated() where probability == -1 {
      cells[high].symbol = UInt8(symbol)
      high -= 1
    }
    let step = size >> 1 + size >> 3 + 3
    var position = 0
    for (symbol, probability) in probabilities.enumerated() where probability > 0 {
      for _ in 0..<probability {
        cells[position].symbol = UInt8(symbol)
        repeat { position = (position + step) & (size - 1) } while position > high
      }
    }
    for state in 0..<size {
      let symbol = Int(cells[state].symbol)
      let value = next[symbol]
      next[symbol] += 1
      let bits = accuracy - (Int.bitWidth - 1 - value.leadingZeroBitCount)
      cells[state].bits = UInt8(bits)
      cells[state].base = UInt16(value << bits - size)
    }
    self.accuracy = accuracy
    self.cells = cells
  }

  @inline(__always)
  func symbol(_ state: Int) -> Int {
    Int(cells[state].symbol)
  }

  @inline(__always)
  func next(_ state: Int, _ bits: inout BackwardBitReader) -> Int {
    let cell = cells[state]
    return Int(cell.base) + bits.take(Int(cell.bits))
  }
}

// MARK: - Huffman

/// A Huffman code of literals (section 4.2), as a table over the next `width` bits.
struct HuffmanTable {
  private struct Cell {
    var symbol: UInt8 = 0
    var bits: UInt8 = 0
  }

  private static let maxWidth = 11
  private let width: Int
  private let cells: [Cell]

  /// Reads the weights of a code (section 4.2.1).
  init(_ reader: inout ByteCursor) throws {
    let header = Int(try reader.littleEndian(1))
    var weights: [Int] = []
    if header >= 128 {
      let count = header - 127
      for byte in try reader.bytes((count + 1) / 2) { weights += [Int(byte >> 4), Int(byte & 15)] }
      weights.removeLast(weights.count - count)
    } else {
      weights = try Self.packedWeights(try reader.bytes(header))
    }
    // The last weight makes the sum a power of two.
    let sum = weights.reduce(0) { $0 + ($1 > 0 ? 1 << ($1 - 1) : 0) }
    guard sum > 0 else { throw DecompressionError("a Huffman code without symbols", expected: "at least two") }
    let width = Int.bitWidth - sum.leadingZeroBitCount
    guard width <= Self.maxWidth else {
      throw DecompressionError("a Huffman code of \(width) bits", expected: "at most \(Self.maxWidth)")
    }
    let rest = 1 << width - sum
    guard rest & (rest - 1) == 0, weights.count < 256 else {
      throw DecompressionError("Huffman weights that sum to \(sum)", expected: "a power of two with one more symbol")
    }
    weights.append(rest.trailingZeroBitCount + 1)

    var cells = [Cell](repeating: Cell(), count: 1 << width)
    var position = 0
    for weight in 1...width {
      for symbol in weights.indices where weights[symbol] == weight {
        let count = 1 << (weight - 1)
        for i in position..<position + count {
          cells[i] = Cell(symbol: UInt8(symbol), bits: UInt8(width + 1 - weight))
        }
        position += count
      }
    }
    self.width = width
    self.cells = cells
  }

  /// Decodes weights that two interleaved states of a table give in turn (section 4.2.1.2).
  private static func packedWeights(_ bytes: UnsafeRawBufferPointer) throws -> [Int] {
    var reader = ByteCursor(bytes)
    let table = try FSETable(&reader, maxAccuracy: 6, maxSymbol: 255)
    let scratch = PaddedBytes(try reader.rest())
    var bits = try BackwardBitReader(scratch)
    var weights: [Int] = []
    var state = bits.take(table.accuracy)
    var other = bits.take(table.accuracy)
    try bits.check()
    while weights.count < 255 {
      weights.append(table.symbol(state))
      state = table.next(state, &bits)
      if bits.remaining < 0 {
        weights.append(table.symbol(other))
        break
      }
      swap(&state, &other)
    }
    guard weights.count < 256, weights.allSatisfy({ $0 <= maxWidth }) else {
      throw DecompressionError("Huffman weights above \(maxWidth)", expected: "at most as many")
    }
    return weights
  }

  /// Decodes a whole stream into `target`, which it must fill exactly.
  func decode(_ stream: UnsafeRawBufferPointer, into target: Slice<UnsafeMutableBufferPointer<UInt8>>) throws {
    let scratch = PaddedBytes(stream)
    var bits = try BackwardBitReader(scratch)
    for i in target.indices {
      let cell = cells[bits.peek(width)]
      target.base[i] = cell.symbol
      bits.skip(Int(cell.bits))
      try bits.check()
    }
    guard bits.remaining == 0 else {
      throw DecompressionError("\(bits.remaining) bits after the last literal", expected: "none")
    }
  }
}

// MARK: - Bits from the end

/// A copy of bytes with zeros on both sides, so that words can be read across its ends.
final class PaddedBytes {
  static let padding = 16
  let start: UnsafeMutableRawPointer
  let count: Int

  init(_ bytes: UnsafeRawBufferPointer) {
    count = bytes.count
    start = .allocate(byteCount: count + 2 * Self.padding, alignment: 8)
    start.initializeMemory(as: UInt8.self, repeating: 0, count: count + 2 * Self.padding)
    UnsafeMutableRawBufferPointer(start: start + Self.padding, count: count).copyMemory(from: bytes)
  }

  deinit {
    start.deallocate()
  }
}

/// A reader of bits from the end of a stream to its start (section 4.1). The highest set bit of the last byte marks the
/// end and is not part of the data.
///
/// After the start of the stream, bits are zero and `remaining` is negative. A caller checks that before it has taken
/// more than 64 further bits.
struct BackwardBitReader {
  private(set) var remaining: Int
  private let bytes: PaddedBytes

  init(_ bytes: PaddedBytes) throws {
    let last =
      bytes.count > 0 ? bytes.start.load(fromByteOffset: PaddedBytes.padding + bytes.count - 1, as: UInt8.self) : 0
    guard last != 0 else { throw DecompressionError("a stream without an end mark", expected: "a set bit") }
    self.bytes = bytes
    remaining = 8 * bytes.count - 1 - last.leadingZeroBitCount
  }

  /// The next `count` bits, at most 31.
  @inline(__always)
  func peek(_ count: Int) -> Int {
    let position = remaining &- count &+ 8 &* PaddedBytes.padding
    let word = UInt64(littleEndian: bytes.start.loadUnaligned(fromByteOffset: position >> 3, as: UInt64.self))
    return Int(truncatingIfNeeded: word >> UInt64(position & 7) & (1 << UInt64(count) &- 1))
  }

  @inline(__always)
  mutating func skip(_ count: Int) {
    remaining &-= count
  }

  @inline(__always)
  mutating func take(_ count: Int) -> Int {
    let value = peek(count)
    remaining &-= count
    return value
  }

  @inline(__always)
  func check() throws {
    if remaining < 0 { throw DecompressionError.truncated }
  }
}
