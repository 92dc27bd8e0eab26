import HTTP

/// The path below which a proxy has the server, such as `/mt`; empty without one.
package struct URLPrefix: Sendable, Equatable {
  /// The path without a slash at its end.
  package let text: String

  package init() { text = "" }

  /// Nil if the text is no path of letters, digits, `-`, `.`, `_`, `~` and slashes.
  package init?(_ text: String) {
    let merged = Self.merged("/" + text)
    guard merged.utf8.allSatisfy(Self.isPathByte), !merged.split(separator: "/").contains(where: Self.isDots) else {
      return nil
    }
    self.text = merged == "/" ? "" : merged
  }

  /// The path of a request as routes have it: without the prefix, which a proxy can have removed before, with single
  /// slashes and none at its end.
  func path(_ path: String) -> String {
    let path = Self.merged(path)
    guard !text.isEmpty, path.utf8.starts(with: text.utf8) else { return path }
    let rest = path.utf8.dropFirst(text.utf8.count)
    guard rest.first.map({ $0 == UInt8(ascii: "/") }) ?? true else { return path }
    return rest.isEmpty ? "/" : String(Substring(rest))
  }

  /// The path of the page if a request names it without the slash at its end; nil for any other request. The page finds
  /// its server by this slash.
  func page(for request: HTTPRequest) -> String? {
    !text.isEmpty && request.path == text && ["GET", "HEAD"].contains(request.method) ? text + "/" : nil
  }

  private static func merged(_ path: String) -> String {
    // Most paths are as they should be.
    guard path.utf8.last == UInt8(ascii: "/") || path.contains("//") else { return path }
    let parts = path.split(separator: "/")
    return path.hasPrefix("/") ? "/" + parts.joined(separator: "/") : path
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"), UInt8(ascii: "/"):
      true
    default: false
    }
  }

  private static func isDots(_ part: Substring) -> Bool { part == "." || part == ".." }
}
