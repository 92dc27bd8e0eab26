import Archive
import Documents
import Foundation
import JSON

/// A place at which the server reads what a client sends, and the patterns that are sent there.
struct InputPath: Sendable {
  let name: String
  let patterns: [Pattern]
  /// Bytes of the pattern in the smallest of the inputs.
  let bytes: Int
  /// The bytes of a connection that carry a pattern's text.
  let message: @Sendable (String) -> [UInt8]

  init(
    _ name: String, _ patterns: [Pattern] = Pattern.general, bytes: Int = 16_384,
    message: @escaping @Sendable (String) -> [UInt8]
  ) {
    self.name = name
    self.patterns = patterns
    self.bytes = bytes
    self.message = message
  }

  /// All paths. Each route and each format that takes text of any length has one.
  static let all = heads + bodies + texts + files
}

// MARK: Heads of requests

extension InputPath {
  /// Heads have limits of 16 and 32 KiB, so that the patterns are shorter.
  private static let heads = [
    InputPath("path", Pattern.ofHeads, bytes: 3_072) { head("GET /\(escaped($0))") },
    InputPath("file name in a path", Pattern.ofHeads, bytes: 3_072) { head("GET /download_file/\(escaped($0))") },
    InputPath("job in a path", Pattern.ofHeads, bytes: 3_072) { head("GET /jobs/\(escaped($0))") },
    InputPath("text in a path", Pattern.ofHeads, bytes: 3_072) { head("GET /api/v1/en/fr/\(escaped($0))") },
    InputPath("query", Pattern.ofHeads + Pattern.ofForms, bytes: 3_072) { head("GET /attention?\(escaped($0))") },
    InputPath("value of a header field", Pattern.ofHeads + Pattern.ofFields, bytes: 6_144) {
      head("GET /health", "X-A: \(inHead($0))\r\nAccept: \(inHead($0.prefix(1_000)))\r\n")
    },
    InputPath("content type", Pattern.ofFields, bytes: 6_144) {
      Array("POST /translate HTTP/1.1\r\nHost: a\r\nContent-Type: \(inHead($0))\r\nContent-Length: 2\r\n\r\n{}".utf8)
    },
    InputPath("preferences", Pattern.ofFields, bytes: 6_144) {
      Array("POST /translate HTTP/1.1\r\nHost: a\r\nPrefer: \(inHead($0))\r\nContent-Length: 2\r\n\r\n{}".utf8)
    },
    InputPath("forwarded addresses", Pattern.ofFields, bytes: 6_144) {
      head("GET /languages", "X-Forwarded-For: \(inHead($0))\r\nX-Forwarded-Host: \(inHead($0.prefix(900)))\r\n")
    },
    InputPath("key", Pattern.ofHeads, bytes: 3_072) { head("GET /languages?api_key=\(escaped($0))") },
    InputPath("pipelined requests", [Pattern("health", repeating: "GET /health HTTP/1.1\r\nHost: a\r\n\r\n")]) {
      Array($0.utf8)
    },
  ]

  private static func head(_ start: String, _ fields: String = "") -> [UInt8] {
    Array("\(start) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
  }

  private static func escaped(_ text: some StringProtocol) -> String {
    var escaped = ""
    for byte in text.utf8 {
      let isPlain = byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "#")
      escaped +=
        isPlain ? String(UnicodeScalar(byte)) : "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    return escaped
  }

  private static func inHead(_ text: some StringProtocol) -> String {
    text.replacingOccurrences(of: "\n", with: " ").replacingOccurrences(of: "\r", with: " ")
  }
}

// MARK: Bodies

extension InputPath {
  private static let bodies = [
    InputPath("JSON", Pattern.ofJSON + Pattern.general) { post("/translate", $0) },
    InputPath("unknown fields of JSON", Pattern.general) {
      post("/translate", #"{"q": "a", "source": "en", "target": "fr", "x": "# + quoted($0) + "}")
    },
    InputPath("form", Pattern.ofForms + Pattern.general) {
      post("/translate", $0, "application/x-www-form-urlencoded")
    },
    InputPath("multipart form", Pattern.ofMultipart + Pattern.general) {
      post("/translate_file", $0, "multipart/form-data; boundary=b")
    },
    InputPath("chunks", Pattern.ofChunks) {
      Array("POST /translate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\($0)0\r\n\r\n".utf8)
    },
    InputPath("language names", Pattern.general) {
      post("/translate", #"{"q": "a", "source": "# + quoted($0) + #", "target": "# + quoted($0) + "}")
    },
  ]

  private static func post(_ path: String, _ body: String, _ type: String = "application/json") -> [UInt8] {
    post(path, Array(body.utf8), type)
  }

  private static func post(_ path: String, _ body: [UInt8], _ type: String) -> [UInt8] {
    let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n"
    return Array(head.utf8) + body
  }

  private static func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

// MARK: Texts

extension InputPath {
  private static let texts = [
    translate("text", #""source": "en", "target": "fr""#),
    translate("text with alignment", #""source": "en", "target": "fr", "explain": "all""#),
    translate("text with alternatives", #""source": "en", "target": "fr", "alternatives": 3"#),
    translate("text through a pivot", #""source": "pt", "target": "fr", "explain": "alignment""#),
    translate("text of an unknown language", #""source": "auto", "target": "fr""#),
    translate("text that is streamed", #""source": "en", "target": "fr", "stream": true"#),
    translate("HTML", #""source": "en", "target": "fr", "format": "html""#, Pattern.general + Pattern.ofHTML),
    translate(
      "HTML through a pivot", #""source": "pt", "target": "fr", "format": "html""#, Pattern.general + Pattern.ofHTML),
    InputPath("many texts") { text in
      let parts = text.split(separator: " ", omittingEmptySubsequences: false).map { quoted(String($0)) }
      return post("/translate", #"{"q": [\#(parts.joined(separator: ", "))], "source": "en", "target": "fr"}"#)
    },
    InputPath("language to detect") { post("/detect", #"{"q": \#(quoted($0))}"#) },
    InputPath("texts of DeepL's API", Pattern.general + Pattern.ofHTML) {
      post(
        "/v2/translate", #"{"text": [\#(quoted($0))], "target_lang": "FR", "source_lang": "EN", "tag_handling": "xml"}"#
      )
    },
    // The weights of one clause are a matrix; longer texts have more clauses, of which one is shown.
    InputPath("attention") { post("/attention", #"{"q": \#(quoted($0)), "source": "en", "target": "fr"}"#) },
  ]

  private static func translate(
    _ name: String, _ fields: String, _ patterns: [Pattern] = Pattern.general
  ) -> InputPath {
    InputPath(name, patterns) { post("/translate", #"{"q": \#(quoted($0)), \#(fields)}"#) }
  }
}

// MARK: Files

extension InputPath {
  /// One path for each format: its text as it is, or as the main part of an archive. Other endings of one format are left
  /// out.
  private static let files = DocumentFormat.all.filter { format in
    DocumentFormat.all.first { $0.mediaType == format.mediaType } == format
  }.map { format in
    let ending = format.fileExtension
    let member = OfficeParts.main[ending]
    let patterns = member == nil ? Pattern.ofFiles : Pattern.ofXML + Pattern.general
    return InputPath(".\(ending)", patterns + Pattern.general) { text in
      let file = member.map { OfficeParts.archive($0, text) } ?? Array(text.utf8)
      let fields = ["source": "en", "target": "fr"].map { name, value in
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
      }.joined()
      let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.\(ending)\"\r\n\r\n"
      let body = Array((fields + head).utf8) + file + Array("\r\n--b--\r\n".utf8)
      return post("/translate_file", body, "multipart/form-data; boundary=b")
    }
  }
}

/// The archives of office formats, each with its text in one part.
enum OfficeParts {
  struct Part {
    var name: String
    var start: String
    var end: String
    var others: [(String, String)] = []
  }

  static let main: [String: Part] = {
    let word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    let sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    let drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    let office = ["text", "table", "office", "draw"].map {
      "xmlns:\($0)=\"urn:oasis:names:tc:opendocument:xmlns:\($0):1.0\""
    }.joined(separator: " ")
    func openDocument(_ mime: String) -> Part {
      Part(
        name: "content.xml", start: "<office:document-content \(office)><office:body><text:p>",
        end: "</text:p></office:body></office:document-content>",
        others: [("mimetype", "application/vnd.oasis.opendocument.\(mime)")])
    }
    let types = ("[Content_Types].xml", "<Types/>")
    return [
      "docx": Part(
        name: "word/document.xml", start: "<w:document xmlns:w=\"\(word)\"><w:body><w:p><w:r><w:t>",
        end: "</w:t></w:r></w:p></w:body></w:document>", others: [types]),
      "pptx": Part(
        name: "ppt/slides/slide1.xml", start: "<p:sld xmlns:p=\"p\" xmlns:a=\"\(drawing)\"><a:p><a:r><a:t>",
        end: "</a:t></a:r></a:p></p:sld>", others: [types, ("ppt/presentation.xml", "<p/>")]),
      "xlsx": Part(
        name: "xl/sharedStrings.xml", start: "<sst xmlns=\"\(sheet)\"><si><t>", end: "</t></si></sst>",
        others: [types, ("xl/workbook.xml", "<workbook/>")]),
      "odt": openDocument("text"), "odp": openDocument("presentation"), "ods": openDocument("spreadsheet"),
      "epub": Part(
        name: "a.xhtml", start: "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>", end: "</p></body></html>",
        others: [
          ("mimetype", "application/epub+zip"),
          ("META-INF/container.xml", "<container><rootfiles><rootfile full-path=\"a.opf\"/></rootfiles></container>"),
          (
            "a.opf",
            "<package><manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>"
              + "<spine><itemref idref=\"a\"/></spine></package>"
          ),
        ]),
    ]
  }()

  static func archive(_ part: Part, _ text: String) -> [UInt8] {
    var writer = ZipWriter()
    for (name, content) in part.others { writer.add(name, Array(content.utf8)) }
    writer.add(part.name, Array("\(part.start)\(text)\(part.end)".utf8))
    return writer.finish()
  }
}
