/// Reads one start tag: its name, where it ends, and the attributes that matter here.
struct TagScan {
  private let bytes: [UInt8]
  private var index: Int
  private(set) var name: Range<Int>
  private(set) var isSelfClosing = false
  private(set) var isKept = false
  private(set) var keepsSpace = false

  /// - Parameter start: of the name.
  init(_ bytes: [UInt8], at start: Int) {
    self.bytes = bytes
    index = start
    while index < bytes.count, !Self.endsName(bytes[index]) { index += 1 }
    name = start..<index
  }

  private static func endsName(_ byte: UInt8) -> Bool {
    byte.isMarkupSpace || byte == .slash || byte == .greater
  }

  /// - Returns: behind the `>`, or nil where there is none.
  mutating func end(_ finder: inout ByteFinder) -> Int? {
    while index < bytes.count {
      let byte = bytes[index]
      if byte == .greater {
        isSelfClosing = bytes[index - 1] == .slash
        return index + 1
      }
      if byte.isMarkupSpace || byte == .slash {
        index += 1
      } else {
        attribute(&finder)
      }
    }
    return nil
  }

  private mutating func attribute(_ finder: inout ByteFinder) {
    let start = index
    index += 1
    while index < bytes.count, !Self.endsName(bytes[index]), bytes[index] != .equals { index += 1 }
    let name = start..<index
    var next = index
    while next < bytes.count, bytes[next].isMarkupSpace { next += 1 }
    guard next < bytes.count, bytes[next] == .equals else { return }
    next += 1
    while next < bytes.count, bytes[next].isMarkupSpace { next += 1 }
    index = next
    note(name, value(&finder))
  }

  /// A quote that is never closed counts as any other character.
  private mutating func value(_ finder: inout ByteFinder) -> Range<Int> {
    guard index < bytes.count else { return index..<index }
    let start = index
    if bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") {
      let quote = String(Unicode.Scalar(bytes[start]))
      if let end = finder.end(of: quote, from: start + 1) {
        index = end
        return start + 1..<end - 1
      }
    }
    while index < bytes.count, !bytes[index].isMarkupSpace, bytes[index] != .greater { index += 1 }
    return start..<index
  }

  private mutating func note(_ name: Range<Int>, _ value: Range<Int>) {
    guard name.count <= 9, value.count <= 400 else { return }
    switch text(name) {
    case "translate": if text(value) == "no" { isKept = true }
    case "class": if text(value).split(separator: " ").contains("notranslate") { isKept = true }
    case "xml:space": if text(value) == "preserve" { keepsSpace = true }
    default: break
    }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range].map { $0.isMarkupSpace ? UInt8.space : $0.lowered }, as: UTF8.self)
  }
}
