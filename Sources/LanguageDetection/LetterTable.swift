/// The script and the lower case of each code point of the basic plane, in one look-up.
///
/// The ranges and the rules are those of the training (models/training/language_model.py).
struct LetterTable: Sendable {
  /// The number of scripts.
  static let scripts = 23
  /// The number for a code point that is no letter of these scripts.
  static let none: UInt8 = 255

  /// The code points of each script, by the number of the script in the file of the model.
  private static let ranges: [(ClosedRange<Int>, UInt8)] = [
    (0x41...0x5A, 0), (0x61...0x7A, 0), (0xC0...0xD6, 0), (0xD8...0xF6, 0), (0xF8...0x24F, 0), (0x1E00...0x1EFF, 0),
    (0x400...0x481, 1), (0x48A...0x52F, 1),
    (0x610...0x61A, 2), (0x620...0x65F, 2), (0x66E...0x6D3, 2), (0x6D5...0x6EF, 2), (0x6FA...0x6FF, 2),
    (0x750...0x77F, 2), (0xFB50...0xFDFF, 2), (0xFE70...0xFEFC, 2),
    (0x900...0x963, 3), (0x971...0x97F, 3),
    (0x3005...0x3007, 4), (0x3041...0x3096, 4), (0x309D...0x309F, 4), (0x30A1...0x30FA, 4), (0x30FC...0x30FF, 4),
    (0x3400...0x4DBF, 4), (0x4E00...0x9FFF, 4), (0xF900...0xFAFF, 4), (0xFF66...0xFF9F, 4),
    (0x980...0x9E3, 5), (0x370...0x3FF, 6), (0x1F00...0x1FFF, 6),
    (0x1100...0x11FF, 7), (0x3130...0x318F, 7), (0xAC00...0xD7AF, 7),
    (0x591...0x5F4, 8), (0xFB1D...0xFB4F, 8), (0xB82...0xBE5, 9), (0xC00...0xC65, 10), (0xE01...0xE4E, 11),
    (0x10A0...0x10FF, 12), (0x1C90...0x1CBF, 12), (0x531...0x587, 13), (0xFB13...0xFB17, 13), (0xA81...0xAE3, 14),
    (0xA01...0xA4D, 15), (0xA59...0xA75, 15), (0xC80...0xCE3, 16), (0xD00...0xD63, 17), (0xD7A...0xD7F, 17),
    (0xD81...0xDDF, 18), (0x1780...0x17D3, 19), (0xE81...0xECD, 20), (0xEDC...0xEDF, 20), (0x1000...0x103F, 21),
    (0x1050...0x109D, 21), (0x1200...0x137C, 22),
  ]
  /// Capitals at a fixed distance before their small letters.
  private static let shifted: [(ClosedRange<Int>, Int)] = [
    (0x41...0x5A, 32), (0xC0...0xDE, 32), (0x410...0x42F, 32), (0x400...0x40F, 80),
  ]
  /// Capitals with even (0) or odd (1) code points, each directly before its small letter.
  private static let paired: [(ClosedRange<Int>, Int)] = [
    (0x100...0x137, 0), (0x139...0x148, 1), (0x14A...0x177, 0), (0x179...0x17E, 1), (0x1A0...0x1A5, 0),
    (0x1AF...0x1B0, 1), (0x1CD...0x1DC, 1), (0x1DE...0x1EF, 0), (0x1F8...0x21F, 0), (0x222...0x233, 0),
    (0x460...0x481, 0), (0x48A...0x4BF, 0), (0x4D0...0x52F, 0), (0x1E00...0x1E95, 0), (0x1EA0...0x1EFF, 0),
  ]

  /// The script in the upper bits, the lower case in the lower 16 bits.
  private let entries: [UInt32]

  init() {
    var scripts = [UInt8](repeating: Self.none, count: 1 << 16)
    for (range, script) in Self.ranges {
      for point in range { scripts[point] = script }
    }
    var lower = (0..<1 << 16).map { UInt32($0) }
    for (range, step) in Self.shifted {
      for point in range { lower[point] += UInt32(step) }
    }
    for (range, parity) in Self.paired {
      for point in range where point % 2 == parity { lower[point] = UInt32(point + 1) }
    }
    lower[0x130] = 0x69  // İ
    lower[0x178] = 0xFF  // Ÿ
    entries = zip(scripts, lower).map { UInt32($0) << 16 | $1 }
  }

  /// Returns the number of the script, or `none`, and the letter in lower case.
  func letter(_ scalar: Unicode.Scalar) -> (script: UInt8, lower: UInt32) {
    guard scalar.value <= 0xFFFF else { return (Self.none, 0) }
    let entry = entries[Int(scalar.value)]
    return (UInt8(entry >> 16), entry & 0xFFFF)
  }
}
