/// The stream cipher RC4, which is its own inverse.
enum RC4 {
  /// - Parameter key: at least one byte.
  static func applied(_ key: [UInt8], to bytes: some Collection<UInt8>) -> [UInt8] {
    guard !key.isEmpty else { return Array(bytes) }
    var state = (0...255).map { UInt8($0) }
    var second = 0
    for first in 0..<256 {
      second = (second + Int(state[first]) + Int(key[first % key.count])) & 0xFF
      state.swapAt(first, second)
    }
    var first = 0
    second = 0
    return bytes.map { byte in
      first = (first + 1) & 0xFF
      second = (second + Int(state[first])) & 0xFF
      state.swapAt(first, second)
      return byte ^ state[(Int(state[first]) + Int(state[second])) & 0xFF]
    }
  }
}

/// The block cipher AES (FIPS 197) with keys of 16 or 32 bytes, in chains of blocks (CBC).
struct AES: Sendable {
  static let blockBytes = 16

  /// The keys of the rounds, a block each.
  private let keys: [[UInt8]]

  /// - Returns: nil if the key has another length.
  init?(key: [UInt8]) {
    guard key.count == 16 || key.count == 32 else { return nil }
    var words = stride(from: 0, to: key.count, by: 4).map { Array(key[$0..<$0 + 4]) }
    let length = words.count
    var constant: UInt8 = 1
    while words.count < 4 * (length + 7) {
      var word = words[words.count - 1]
      if words.count.isMultiple(of: length) {
        word = [word[1], word[2], word[3], word[0]].map { Tables.box[Int($0)] }
        word[0] ^= constant
        constant = Tables.doubled(constant)
      } else if length == 8, words.count % length == 4 {
        word = word.map { Tables.box[Int($0)] }
      }
      let before = words[words.count - length]
      words.append((0..<4).map { word[$0] ^ before[$0] })
    }
    keys = stride(from: 0, to: words.count, by: 4).map { words[$0..<$0 + 4].flatMap { $0 } }
  }

  // MARK: Chains

  /// Decrypts whole blocks; bytes of a last half block are dropped.
  /// - Parameter vector: the block before the first one.
  func decrypted(_ bytes: ArraySlice<UInt8>, after vector: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var before = vector[...]
    var start = bytes.startIndex
    while bytes.endIndex - start >= Self.blockBytes {
      let block = bytes[start..<start + Self.blockBytes]
      let plain = decrypted(block)
      for (byte, mask) in zip(plain, before) { output.append(byte ^ mask) }
      before = block
      start += Self.blockBytes
    }
    return output
  }

  /// Encrypts whole blocks; bytes of a last half block are dropped.
  func encrypted(_ bytes: [UInt8], after vector: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var before = vector
    for start in stride(from: 0, through: bytes.count - Self.blockBytes, by: Self.blockBytes) {
      before = encrypted((0..<Self.blockBytes).map { bytes[start + $0] ^ before[$0] })
      output += before
    }
    return output
  }

  // MARK: Blocks

  private func encrypted(_ block: [UInt8]) -> [UInt8] {
    var state = block
    add(keys[0], to: &state)
    for round in 1..<keys.count {
      let from = state
      for place in 0..<16 { state[place] = Tables.box[Int(from[(place + 4 * (place % 4)) % 16])] }
      if round < keys.count - 1 {
        for column in stride(from: 0, to: 16, by: 4) {
          let (a, b, c, d) = (state[column], state[column + 1], state[column + 2], state[column + 3])
          let all = a ^ b ^ c ^ d
          state[column] = a ^ all ^ Tables.doubled(a ^ b)
          state[column + 1] = b ^ all ^ Tables.doubled(b ^ c)
          state[column + 2] = c ^ all ^ Tables.doubled(c ^ d)
          state[column + 3] = d ^ all ^ Tables.doubled(d ^ a)
        }
      }
      add(keys[round], to: &state)
    }
    return state
  }

  private func decrypted(_ block: ArraySlice<UInt8>) -> [UInt8] {
    var state = Array(block)
    for round in stride(from: keys.count - 1, to: 0, by: -1) {
      add(keys[round], to: &state)
      if round < keys.count - 1 {
        for column in stride(from: 0, to: 16, by: 4) {
          let (a, b) = (Int(state[column]), Int(state[column + 1]))
          let (c, d) = (Int(state[column + 2]), Int(state[column + 3]))
          state[column] = Tables.by14[a] ^ Tables.by11[b] ^ Tables.by13[c] ^ Tables.by9[d]
          state[column + 1] = Tables.by9[a] ^ Tables.by14[b] ^ Tables.by11[c] ^ Tables.by13[d]
          state[column + 2] = Tables.by13[a] ^ Tables.by9[b] ^ Tables.by14[c] ^ Tables.by11[d]
          state[column + 3] = Tables.by11[a] ^ Tables.by13[b] ^ Tables.by9[c] ^ Tables.by14[d]
        }
      }
      let from = state
      for place in 0..<16 { state[(place + 4 * (place % 4)) % 16] = Tables.inverseBox[Int(from[place])] }
    }
    add(keys[0], to: &state)
    return state
  }

  private func add(_ key: [UInt8], to state: inout [UInt8]) {
    for place in 0..<Self.blockBytes { state[place] ^= key[place] }
  }

  /// The substitutions and products of bytes, in the field of 256 elements.
  private enum Tables {
    static func doubled(_ byte: UInt8) -> UInt8 { byte << 1 ^ (byte & 0x80 == 0 ? 0 : 0x1B) }

    static func product(_ byte: UInt8, _ factor: UInt8) -> UInt8 {
      var (sum, power) = (0 as UInt8, byte)
      for bit in 0..<8 {
        if factor >> UInt8(bit) & 1 == 1 { sum ^= power }
        power = doubled(power)
      }
      return sum
    }

    /// Each byte's inverse, with its bits mixed.
    static let box: [UInt8] = (0...255).map { (value: Int) -> UInt8 in
      // The inverse is the power of 254.
      let byte = UInt8(value)
      var (inverse, square) = (1 as UInt8, byte)
      for _ in 0..<7 {
        square = product(square, square)
        inverse = product(inverse, square)
      }
      if byte == 0 { inverse = 0 }
      var mixed = inverse ^ 0x63
      for bits in 1...4 as ClosedRange<UInt8> { mixed ^= inverse << bits | inverse >> (8 - bits) }
      return mixed
    }

    static let inverseBox: [UInt8] = {
      var inverse = [UInt8](repeating: 0, count: 256)
      for (byte, target) in box.enumerated() { inverse[Int(target)] = UInt8(byte) }
      return inverse
    }()

    static let by9 = (0...255).map { product(UInt8($0), 9) }
    static let by11 = (0...255).map { product(UInt8($0), 11) }
    static let by13 = (0...255).map { product(UInt8($0), 13) }
    static let by14 = (0...255).map { product(UInt8($0), 14) }
  }
}
