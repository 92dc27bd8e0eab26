/// What HTML's elements are to a translation, by their names.
enum HTMLElements {
  /// Have neither content nor an end tag.
  static let void: Set<String> = [
    "area", "base", "basefont", "bgsound", "br", "col", "command", "embed", "frame", "hr", "image", "img", "input",
    "keygen", "link", "meta", "param", "source", "track", "wbr",
  ]

  /// A `<` in their content begins no tag.
  static let withoutTags: Set<String> = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
  ]

  /// Their content is for machines, or is to be read as it is.
  static let kept: Set<String> = [
    "applet", "audio", "canvas", "code", "embed", "iframe", "kbd", "math", "noembed", "noframes", "object", "samp",
    "script", "style", "svg", "template", "textarea", "tt", "var", "video", "xmp",
  ]

  /// Never stand within a sentence. Everything else does, also what HTML does not know.
  static let splitting: Set<String> = [
    "address", "article", "aside", "base", "blockquote", "body", "br", "button", "caption", "center", "col", "colgroup",
    "datalist", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "label",
    "legend", "li", "link", "listing", "main", "menu", "menuitem", "meta", "nav", "noframes", "noscript", "ol",
    "optgroup", "option", "p", "plaintext", "pre", "search", "section", "select", "summary", "table", "tbody", "td",
    "template", "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "xmp",
  ]

  /// White space in their content is kept.
  static let preformatted: Set<String> = ["listing", "plaintext", "pre"]

  /// Their end tags may be left out; they end before a start tag of these.
  static let endedBy: [String: Set<String>] = [
    "li": ["li"], "dt": ["dt", "dd"], "dd": ["dt", "dd"], "option": ["option", "optgroup"], "optgroup": ["optgroup"],
    "td": ["td", "th", "tr", "tbody", "tfoot"], "th": ["td", "th", "tr", "tbody", "tfoot"],
    "tr": ["tr", "tbody", "tfoot"], "thead": ["tbody", "tfoot"], "tbody": ["tbody", "tfoot"],
    "p": splitting.subtracting(["br", "button", "label", "option", "select", "template"]),
  ]
}
