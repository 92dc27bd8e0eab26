/// Classes of the ASCII bytes that markup is made of.
extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let ampersand = UInt8(ascii: "&")
  static let less = UInt8(ascii: "<")
  static let greater = UInt8(ascii: ">")
  static let slash = UInt8(ascii: "/")
  static let equals = UInt8(ascii: "=")

  /// Whether the byte is white space in HTML and XML.
  var isMarkupSpace: Bool { self == .space || self == .tab || self == .lineFeed || self == 0x0D || self == 0x0C }

  var isLetter: Bool { (lowered >= 0x61 && lowered <= 0x7A) }

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  /// Whether the byte can begin the name of a tag.
  var beginsName: Bool { isLetter || self == UInt8(ascii: "_") || self == UInt8(ascii: ":") || self >= 0x80 }

  var lowered: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
