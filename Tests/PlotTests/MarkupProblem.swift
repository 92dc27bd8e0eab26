/// The first problem of a small XML document, such as elements that do not close, and `&` that begins no reference. Foundation's
/// parser is a library of its own on Linux, which nothing else here needs.
func markupProblem(in text: String) -> String? {
  var open: [Substring] = []
  for part in text.split(separator: "<") {
    guard let end = part.firstIndex(of: ">") else { return "a tag without an end: \(part)" }
    let tag = part[..<end]
    if tag.filter({ $0 == "\"" }).count % 2 == 1 { return "an open attribute: \(tag)" }
    let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }
    if tag.hasPrefix("/") {
      guard open.popLast() == name else { return "</\(name)> closes something else" }
    } else if !tag.hasSuffix("/") {
      open.append(name)
    }
  }
  if let name = open.last { return "<\(name)> is not closed" }
  let references = text.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
  return references.first { rest in !["amp;", "lt;", "gt;", "quot;"].contains { rest.hasPrefix($0) } }
    .map { "& before \($0.prefix(10))" }
}
