import Files
import Testing
import Tokenization

struct ProtobufReaderTests {
  private func fields(_ bytes: [UInt8]) throws -> [ProtobufReader.Field] {
    try bytes.withUnsafeBytes { bytes in
      var reader = ProtobufReader(bytes, file: "x")
      var result: [ProtobufReader.Field] = []
      while let field = try reader.next() { result.append(field) }
      return result
    }
  }

  @Test func readsEveryWireType() throws {
    let fields = try fields([0x08, 0x96, 0x01, 0x11, 1, 0, 0, 0, 0, 0, 0, 2, 0x1A, 2, 7, 8, 0x25, 0, 0, 0x80, 0x3F])
    #expect(fields.map(\.number) == [1, 2, 3, 4])
    #expect(
      fields.map(\.value) == [
        .varint(150), .fixed64(0x0200_0000_0000_0001), .bytes(14..<16), .fixed32(0x3F80_0000),
      ])
  }

  @Test func readsNegativeNumbersOfTenBytes() throws {
    #expect(try fields([0x08] + ProtobufWriter.varint(.max)).map(\.value) == [.varint(.max)])
  }

  @Test func innerMessageEndsAtItsLength() throws {
    try ([0x0A, 2, 0x08, 5, 0x10, 9] as [UInt8]).withUnsafeBytes { bytes in
      var reader = ProtobufReader(bytes, file: "x")
      guard case .bytes(let range) = try #require(try reader.next()).value else {
        Issue.record("no block")
        return
      }
      var inner = reader.message(range)
      #expect(try inner.next()?.value == .varint(5))
      #expect(try inner.next() == nil)
      #expect(try reader.next()?.value == .varint(9))
    }
  }

  @Test(
    arguments: [
      [0x08], [0x08, 0x80], [0x0A, 0x05, 1], [0x0D, 1, 2, 3], [0x09, 1, 2, 3, 4, 5, 6, 7], [0x0B], [0x0E], [0x00, 1],
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ] as [[UInt8]])
  func truncatedAndOverlongFieldsAreRefused(_ bytes: [UInt8]) {
    #expect(throws: FileError.self) { try fields(bytes) }
  }

  @Test func namesFileAndOffset() {
    #expect(
      throws: FileError(
        file: "x", item: "byte 3", found: "a length of 9", expected: "at most the 1 bytes left")
    ) { try fields([0x08, 1, 0x12, 9, 0]) }
  }
}
