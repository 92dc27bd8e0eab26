/// The elements of HTML by what they mean for a translation.
enum HTMLElements {
  /// Elements with neither content nor an end tag.
  static let void: Set<String> = [
    "area", "base", "basefont", "bgsound", "br", "col", "command", "embed", "frame", "hr", "image", "img", "input",
    "keygen", "link", "meta", "param", "source", "track", "wbr",
  ]

  /// Elements in whose content a `<` begins no tag.
  static let withoutTags: Set<String> = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
  ]

  /// Elements whose content is for machines, or must be read as it is.
  static let protected: Set<String> = [
    "applet", "audio", "canvas", "code", "embed", "iframe", "kbd", "math", "noembed", "noframes", "object", "samp",
    "script", "style", "svg", "template", "textarea", "tt", "var", "video", "xmp",
  ]

  /// Elements that say how the words beside them are read. Their content is neither translated nor a part of the sentence.
  static let readings: Set<String> = ["rp", "rt"]

  /// Elements that are never within a sentence. All others are, also those that HTML does not know.
  static let splitting: Set<String> = [
    "address", "article", "aside", "base", "blockquote", "body", "br", "button", "caption", "center", "col", "colgroup",
    "datalist", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "label",
    "legend", "li", "link", "listing", "main", "menu", "menuitem", "meta", "nav", "noframes", "noscript", "ol",
    "optgroup", "option", "p", "plaintext", "pre", "search", "section", "select", "summary", "table", "tbody", "td",
    "template", "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "xmp",
  ]

  /// Elements in whose content white space is text.
  static let preformatted: Set<String> = ["listing", "plaintext", "pre"]

  /// Elements whose end tags can be left out, each with the start tags that end it.
  static let endedBy: [String: Set<String>] = [
    "rt": ["rt", "rp"], "rp": ["rt", "rp"],
    "li": ["li"], "dt": ["dt", "dd"], "dd": ["dt", "dd"], "option": ["option", "optgroup"], "optgroup": ["optgroup"],
    "td": ["td", "th", "tr", "tbody", "tfoot"], "th": ["td", "th", "tr", "tbody", "tfoot"],
    "tr": ["tr", "tbody", "tfoot"], "thead": ["tbody", "tfoot"], "tbody": ["tbody", "tfoot"],
    "p": splitting.subtracting(["br", "button", "label", "option", "select", "template"]),
  ]
}
