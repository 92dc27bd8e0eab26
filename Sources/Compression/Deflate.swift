/// An encoder of DEFLATE data (RFC 1951): blocks with the fixed codes.
///
/// Repetitions are found by hash chains of bounded length, so time is linear in the input. Text becomes about a tenth
/// larger than with codes of its own, which would take a second pass.
package enum Deflate {
  private static let minMatch = 4
  private static let maxMatch = 258
  private static let window = 1 << 15
  /// Earlier places with the same hash that are compared.
  private static let maxChain = 32
  private static let hashBits = 15

  /// Returns the data that `Inflate.decode` makes `input` of.
  package static func encode(_ input: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(input.count / 3)
    var encoder = DeflateEncoder(after: bytes)
    encoder.add(input)
    return encoder.finish()
  }

  fileprivate static func encode(_ input: UnsafeBufferPointer<UInt8>, to writer: inout BitWriter) {
    var heads = [Int32](repeating: -1, count: 1 << hashBits)
    var previous = [Int32](repeating: -1, count: window)
    func insert(_ place: Int) {
      guard place + minMatch <= input.count else { return }
      let hash = hash(input, place)
      previous[place & (window - 1)] = heads[hash]
      heads[hash] = Int32(truncatingIfNeeded: place)
    }
    var place = 0
    while place < input.count {
      let match = place + minMatch <= input.count ? match(input, place, heads[hash(input, place)], previous) : nil
      guard let match else {
        writer.write(FixedCodes.literals[Int(input[place])])
        insert(place)
        place += 1
        continue
      }
      writer.write(FixedCodes.lengths[match.length])
      let distance = FixedCodes.distance(match.distance)
      writer.write(distance.code)
      writer.write(UInt32(match.distance - distance.base), bits: distance.extraBits)
      for offset in 0..<match.length { insert(place + offset) }
      place += match.length
    }
  }

  private static func hash(_ input: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
    var value: UInt32 = 0
    for offset in 0..<minMatch { value = value << 8 | UInt32(input[place + offset]) }
    return Int((value &* 0x9E37_79B1) >> UInt32(32 - hashBits))
  }

  /// Returns the longest repetition of earlier bytes; nil if none is long enough.
  private static func match(
    _ input: UnsafeBufferPointer<UInt8>, _ place: Int, _ head: Int32, _ previous: [Int32]
  ) -> (length: Int, distance: Int)? {
    var best = (length: minMatch - 1, distance: 0)
    let limit = min(maxMatch, input.count - place)
    var candidate = Int(head)
    for _ in 0..<maxChain {
      guard candidate >= 0, candidate < place, place - candidate <= window else { break }
      if input[candidate + best.length < input.count ? candidate + best.length : candidate]
        == input[min(place + best.length, input.count - 1)]
      {
        var length = 0
        while length < limit, input[candidate + length] == input[place + length] { length += 1 }
        if length > best.length { best = (length, place - candidate) }
        if length == limit { break }
      }
      let next = Int(previous[candidate & (window - 1)])
      guard next < candidate else { break }
      candidate = next
    }
    return best.length >= minMatch ? best : nil
  }
}

/// An encoder of data that comes in pieces. Each piece is a block, and repetitions are found within it.
package struct DeflateEncoder {
  private var writer: BitWriter

  /// - Parameter bytes: those that the data is appended to.
  package init(after bytes: consuming [UInt8] = []) { writer = BitWriter(bytes) }

  package mutating func add(_ piece: [UInt8]) {
    writer.write(0b010, bits: 3)  // not the last block, with fixed codes
    piece.withUnsafeBufferPointer { Deflate.encode($0, to: &writer) }
    writer.write(FixedCodes.literals[256])
  }

  /// Ends the data, with an empty block, and returns it.
  package mutating func finish() -> [UInt8] {
    writer.write(0b011, bits: 3)  // the last block, with fixed codes
    writer.write(FixedCodes.literals[256])
    return writer.finish()
  }
}

// MARK: - Codes

/// The fixed codes, each with its bits in the order in which they are written (RFC 1951, 3.2.6).
private enum FixedCodes {
  struct Code {
    var value: UInt32
    var bits: Int
  }

  static let literals: [Code] = (0..<288).map { symbol in
    switch symbol {
    case 0..<144: reversed(0x30 + symbol, bits: 8)
    case 144..<256: reversed(0x190 + symbol - 144, bits: 9)
    case 256..<280: reversed(symbol - 256, bits: 7)
    default: reversed(0xC0 + symbol - 280, bits: 8)
    }
  }

  /// For each length of a match its code and the bits after it.
  static let lengths: [Code] = {
    var codes = [Code](repeating: Code(value: 0, bits: 0), count: 259)
    var base = 3
    for symbol in 257..<285 {
      let extra = symbol < 265 ? 0 : (symbol - 261) / 4
      for offset in 0..<(1 << extra) where base + offset <= 258 {
        let code = literals[symbol]
        codes[base + offset] = Code(value: code.value | UInt32(offset) << UInt32(code.bits), bits: code.bits + extra)
      }
      base += 1 << extra
    }
    codes[258] = literals[285]
    return codes
  }()

  /// For each symbol of a distance its first value and the bits after it.
  private static let distances: [(base: Int, extraBits: Int)] = {
    var (distances, base): ([(base: Int, extraBits: Int)], Int) = ([], 1)
    for symbol in 0..<30 {
      let extra = symbol < 4 ? 0 : symbol / 2 - 1
      distances.append((base, extra))
      base += 1 << extra
    }
    return distances
  }()

  static func distance(_ distance: Int) -> (code: Code, base: Int, extraBits: Int) {
    var (low, high) = (0, distances.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if distances[middle].base <= distance { low = middle } else { high = middle }
    }
    return (reversed(low, bits: 5), distances[low].base, distances[low].extraBits)
  }

  private static func reversed(_ value: Int, bits: Int) -> Code {
    var (rest, result) = (value, 0)
    for _ in 0..<bits {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return Code(value: UInt32(result), bits: bits)
  }
}

/// Bits packed into bytes, the lowest first.
private struct BitWriter {
  private var bytes: [UInt8]
  private var pending: UInt64 = 0
  private var count = 0

  init(_ bytes: consuming [UInt8]) { self.bytes = bytes }

  mutating func write(_ code: FixedCodes.Code) { write(code.value, bits: code.bits) }

  mutating func write(_ value: UInt32, bits: Int) {
    pending |= UInt64(value) << UInt64(count)
    count += bits
    while count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      count -= 8
    }
  }

  mutating func finish() -> [UInt8] {
    if count > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    defer { bytes = [] }
    return bytes
  }
}
