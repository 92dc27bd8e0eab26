/// The code that names the target language of a model with several: `>>fra<<`, `>>zh_Hans<<`, at the start of a text.
enum LanguagePrefix {
  /// The longest in use, such as `>>srp_Cyrl<<`, are half as long.
  private static let codeLimit = 32

  /// Its bytes of the text's UTF-8; nil where the text starts with none. What merely looks alike, as quoted text between
  /// angle brackets does, is left to be translated.
  static func range(in text: String) -> Range<Int>? {
    let head = Array(text.utf8.prefix(codeLimit + 4))
    guard head.starts(with: [UInt8(ascii: ">"), UInt8(ascii: ">")]) else { return nil }
    let code = head.dropFirst(2).prefix(while: isCode)
    let end = 2 + code.count + 2
    guard !code.isEmpty, head.dropFirst(2 + code.count).starts(with: [UInt8(ascii: "<"), UInt8(ascii: "<")]) else {
      return nil
    }
    return 0..<end
  }

  private static func isCode(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: "."): true
    default: false
    }
  }
}
