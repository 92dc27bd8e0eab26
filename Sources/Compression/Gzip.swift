/// A reader of gzip files (RFC 1952), with one or several members.
package enum Gzip {
  /// Whether the bytes start as a gzip member does.
  package static func isGzip(_ input: UnsafeRawBufferPointer) -> Bool {
    input.count >= 3 && input[0] == 0x1F && input[1] == 0x8B && input[2] == 8
  }

  /// The length in the last member's trailer, modulo 2^32. Files with several members are longer.
  static func declaredSize(_ input: UnsafeRawBufferPointer) -> Int? {
    guard input.count >= 18 else { return nil }
    return Int(UInt32(littleEndian: input.loadUnaligned(fromByteOffset: input.count - 4, as: UInt32.self)))
  }

  /// Decodes all members and checks the CRC-32 and the length of each.
  ///
  /// - parameter limit: the most bytes that the output can have; more are an error
  /// - parameter sink: receives the output in order, in pieces
  package static func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var rest = input
    var left = limit
    repeat {
      let (used, produced) = try decodeMember(rest, limit: left, sink: sink)
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(used))
      left -= produced
    } while !rest.isEmpty && !rest.allSatisfy { $0 == 0 }
  }

  private static func decodeMember(
    _ input: UnsafeRawBufferPointer, limit: Int, sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws -> (used: Int, produced: Int) {
    let header = try headerLength(input)
    let checksum = Box((crc: CRC32(), count: 0))
    let body = UnsafeRawBufferPointer(rebasing: input.dropFirst(header))
    let used = try Inflate.decode(body, limit: limit) { piece in
      checksum.value.crc.update(piece)
      checksum.value.count += piece.count
      try sink(piece)
    }
    guard body.count - used >= 8 else { throw DecompressionError.truncated }
    let crc = UInt32(littleEndian: body.loadUnaligned(fromByteOffset: used, as: UInt32.self))
    let count = UInt32(littleEndian: body.loadUnaligned(fromByteOffset: used + 4, as: UInt32.self))
    guard crc == checksum.value.crc.value else {
      throw DecompressionError("CRC-32 \(checksum.value.crc.value)", expected: "\(crc)")
    }
    guard count == UInt32(truncatingIfNeeded: checksum.value.count) else {
      throw DecompressionError("\(checksum.value.count) unpacked bytes", expected: "\(count)")
    }
    return (header + used + 8, checksum.value.count)
  }

  /// The length of a member's header: ten bytes, then extra field, name, comment and checksum as the flags say.
  private static func headerLength(_ input: UnsafeRawBufferPointer) throws -> Int {
    guard isGzip(input) else { throw DecompressionError("bytes that are not gzip's", expected: "1F 8B 08") }
    guard input.count >= 10 else { throw DecompressionError.truncated }
    let flags = input[3]
    guard flags & 0xE0 == 0 else { throw DecompressionError("reserved gzip flags", expected: "none") }
    var offset = 10
    if flags & 4 != 0 {
      guard input.count >= offset + 2 else { throw DecompressionError.truncated }
      offset += 2 + Int(input[offset]) + Int(input[offset + 1]) << 8
    }
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      guard offset < input.count, let end = input[offset...].firstIndex(of: 0) else {
        throw DecompressionError.truncated
      }
      offset = end + 1
    }
    if flags & 2 != 0 { offset += 2 }
    guard offset <= input.count else { throw DecompressionError.truncated }
    return offset
  }
}
