/// ASCII, as markup is made of it.
extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let ampersand = UInt8(ascii: "&")
  static let less = UInt8(ascii: "<")
  static let greater = UInt8(ascii: ">")
  static let slash = UInt8(ascii: "/")
  static let equals = UInt8(ascii: "=")

  /// White space of HTML and XML.
  var isMarkupSpace: Bool { self == .space || self == .tab || self == .lineFeed || self == 0x0D || self == 0x0C }

  var isLetter: Bool { (lowered >= 0x61 && lowered <= 0x7A) }

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  /// May begin the name of a tag.
  var beginsName: Bool { isLetter || self == UInt8(ascii: "_") || self == UInt8(ascii: ":") || self >= 0x80 }

  var lowered: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}

/// Finds byte strings; one that is not in the rest of a document is looked for once, so that a scan stays linear.
struct ByteFinder {
  let bytes: [UInt8]
  private var absent: Set<String> = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Where `pattern` (ASCII) ends at or behind `start`, which never goes down for one pattern by much: a pattern that
  /// was not found is not looked for again.
  mutating func end(of pattern: String, from start: Int, anyCase: Bool = false) -> Int? {
    guard !absent.contains(pattern) else { return nil }
    let wanted = Array(pattern.utf8)
    var index = start
    while index + wanted.count <= bytes.count {
      if matches(wanted, at: index, anyCase: anyCase) { return index + wanted.count }
      index += 1
    }
    absent.insert(pattern)
    return nil
  }

  func matches(_ wanted: [UInt8], at index: Int, anyCase: Bool = false) -> Bool {
    guard index + wanted.count <= bytes.count else { return false }
    for (place, byte) in wanted.enumerated() {
      let found = bytes[index + place]
      if found != byte, !anyCase || found.lowered != byte { return false }
    }
    return true
  }
}
