import Compression
import Testing

/// Tests of LZW data as PDF has it.
struct LZWTests {
  /// Codes in bits, the highest first, with widths that grow as a decoder expects.
  private func packed(_ data: [UInt8], changesEarly: Bool) -> [UInt8] {
    var table: [[UInt8]: Int] = [:]
    var (bits, count, width): (UInt32, Int, Int) = (0, 0, 9)
    var output: [UInt8] = []
    func put(_ code: Int) {
      bits = bits << UInt32(width) | UInt32(code)
      count += width
      while count >= 8 {
        count -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    func number(_ run: [UInt8]) -> Int { run.count == 1 ? Int(run[0]) : table[run] ?? 0 }
    put(256)
    var run: [UInt8] = []
    for byte in data {
      if run.isEmpty || table[run + [byte]] != nil {
        run.append(byte)
        continue
      }
      put(number(run))
      if table.count + 258 < 4095 {
        table[run + [byte]] = table.count + 258
        // The decoder is one entry behind.
        let size = table.count + 258 - (changesEarly ? 0 : 1)
        width = size >= 2048 ? 12 : size >= 1024 ? 11 : size >= 512 ? 10 : 9
      } else {
        put(256)
        (table, width) = ([:], 9)
      }
      run = [byte]
    }
    if !run.isEmpty { put(number(run)) }
    // One code more can have made the codes wider.
    let size = table.count + 259 - (changesEarly ? 0 : 1)
    width = size >= 2048 ? 12 : size >= 1024 ? 11 : size >= 512 ? 10 : 9
    put(257)
    if count > 0 { output.append(UInt8(truncatingIfNeeded: bits << UInt32(8 - count))) }
    return output
  }

  @Test func exampleOfTheStandardIsRead() {
    let data: [UInt8] = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]
    #expect(LZW.decode([0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01], limit: 100) == data)
  }

  @Test(arguments: [true, false], [40, 700, 6_000, 60_000])
  func dataOfManyCodesIsRead(changesEarly: Bool, count: Int) {
    let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 % 23 + $0 / 1000) }
    let packed = packed(data, changesEarly: changesEarly)
    #expect(LZW.decode(packed, limit: .max, changesEarly: changesEarly) == data)
  }

  @Test func outputEndsAtTheLimit() {
    let packed = packed([UInt8](repeating: 7, count: 10_000), changesEarly: true)
    #expect(LZW.decode(packed, limit: 99) == [UInt8](repeating: 7, count: 99))
  }

  @Test(arguments: [[], [0x80], [0x80, 0xFF, 0xFF, 0xFF], [0x00, 0xC0, 0x00]] as [[UInt8]])
  func codesThatCannotBeEndTheData(input: [UInt8]) {
    #expect(LZW.decode(input, limit: 100).count <= 3)
  }
}
