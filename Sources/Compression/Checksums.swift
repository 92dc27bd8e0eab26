/// CRC-32 of gzip and zip (RFC 1952, section 8), with the reflected polynomial 0xEDB88320.
package struct CRC32: Sendable {
  package private(set) var value: UInt32 = 0

  package init() {}

  /// Eight tables, so that eight bytes take one step: `tables[256 * i + b]` is byte `b` followed by `i` zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
      tables[byte] = value
    }
    for byte in 0..<256 {
      for i in 1..<8 {
        let previous = tables[256 * (i - 1) + byte]
        tables[256 * i + byte] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
      }
    }
    return tables
  }()

  /// The checksum of bytes that are there as a whole.
  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = CRC32()
    bytes.withUnsafeBytes { crc.update($0) }
    return crc.value
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    value = Self.tables.withUnsafeBufferPointer { table in
      var crc = ~value
      var i = 0
      while i + 8 <= bytes.count {
        let low = UInt32(littleEndian: start.loadUnaligned(fromByteOffset: i, as: UInt32.self)) ^ crc
        let high = UInt32(littleEndian: start.loadUnaligned(fromByteOffset: i + 4, as: UInt32.self))
        crc =
          table[1792 + Int(low & 0xFF)] ^ table[1536 + Int(low >> 8 & 0xFF)] ^ table[1280 + Int(low >> 16 & 0xFF)]
          ^ table[1024 + Int(low >> 24)]
        crc ^=
          table[768 + Int(high & 0xFF)] ^ table[512 + Int(high >> 8 & 0xFF)] ^ table[256 + Int(high >> 16 & 0xFF)]
          ^ table[Int(high >> 24)]
        i += 8
      }
      while i < bytes.count {
        crc = (crc >> 8) ^ table[Int((crc ^ UInt32(bytes[i])) & 0xFF)]
        i += 1
      }
      return ~crc
    }
  }
}

/// Adler-32 of zlib streams (RFC 1950, section 8).
struct Adler32 {
  private var low: UInt32 = 1
  private var high: UInt32 = 0

  var value: UInt32 { high << 16 | low }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    // 5,552 is the longest run whose sums stay within 32 bits.
    while !rest.isEmpty {
      let run = rest.prefix(5552)
      for byte in run {
        low &+= UInt32(byte)
        high &+= low
      }
      low %= 65521
      high %= 65521
      rest = rest.dropFirst(5552)
    }
  }
}

/// XXH64 with seed 0, the checksum of Zstandard frames (the xxHash specification, "XXH64 algorithm description").
struct XXH64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  private var lanes: [UInt64] = [prime1 &+ prime2, prime2, 0, 0 &- prime1]
  /// The last bytes, fewer than a stripe of 32.
  private var pending: [UInt8] = []
  private var total: UInt64 = 0

  init() {
    pending.reserveCapacity(32)
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    total &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let taken = rest.prefix(32 - pending.count)
      pending.append(contentsOf: taken)
      rest = rest.dropFirst(taken.count)
      guard pending.count == 32 else { return }
      pending.withUnsafeBytes { Self.absorb($0, into: &lanes) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count / 32 * 32
    if whole > 0 { Self.absorb(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), into: &lanes) }
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  /// Mixes whole stripes of 32 bytes into the four lanes.
  private static func absorb(_ stripes: UnsafeRawBufferPointer, into lanes: inout [UInt64]) {
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    for i in stride(from: 0, to: stripes.count, by: 32) {
      a = round(a, word(stripes, i))
      b = round(b, word(stripes, i + 8))
      c = round(c, word(stripes, i + 16))
      d = round(d, word(stripes, i + 24))
    }
    lanes = [a, b, c, d]
  }

  var value: UInt64 {
    var hash: UInt64
    if total >= 32 {
      hash =
        Self.rotated(lanes[0], 1) &+ Self.rotated(lanes[1], 7) &+ Self.rotated(lanes[2], 12)
        &+ Self.rotated(lanes[3], 18)
      for lane in lanes { hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4 }
    } else {
      hash = Self.prime5
    }
    hash &+= total
    pending.withUnsafeBytes { bytes in
      var i = 0
      while i + 8 <= bytes.count {
        hash = Self.rotated(hash ^ Self.round(0, Self.word(bytes, i)), 27) &* Self.prime1 &+ Self.prime4
        i += 8
      }
      if i + 4 <= bytes.count {
        let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt32.self))
        hash = Self.rotated(hash ^ (UInt64(half) &* Self.prime1), 23) &* Self.prime2 &+ Self.prime3
        i += 4
      }
      while i < bytes.count {
        hash = Self.rotated(hash ^ (UInt64(bytes[i]) &* Self.prime5), 11) &* Self.prime1
        i += 1
      }
    }
    hash = (hash ^ (hash >> 33)) &* Self.prime2
    hash = (hash ^ (hash >> 29)) &* Self.prime3
    return hash ^ (hash >> 32)
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* prime2, 31) &* prime1
  }

  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
