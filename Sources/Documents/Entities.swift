/// The references to characters that WebVTT and the texts of `MarkedText` use.
enum Entities {
  private static let names: [(character: String, name: String)] = [
    ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\u{A0}", "&nbsp;"), ("\u{200E}", "&lrm;"), ("\u{200F}", "&rlm;"),
    ("\"", "&quot;"), ("'", "&#39;"), ("'", "&apos;"),
  ]
  /// What must not stand for itself.
  private static let needed = names.prefix(3)

  static func encoded(_ text: some StringProtocol) -> String {
    needed.reduce(String(text)) { $0.replacing($1.character, with: $1.name) }
  }

  static func decoded(_ text: some StringProtocol) -> String {
    guard text.contains("&") else { return String(text) }
    return names.reversed().reduce(String(text)) { $0.replacing($1.name, with: $1.character) }
  }
}
