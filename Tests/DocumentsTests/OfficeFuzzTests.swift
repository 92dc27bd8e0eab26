import Archive
import Documents
import Testing

/// Hostile archives and XML: an error that says what is wrong, or a document.
struct OfficeFuzzTests {
  private static let run = "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">red </w:t></w:r>"
  private static let body =
    "<w:p><w:pPr/>\(run)<w:hyperlink r:id=\"1\">\(run)</w:hyperlink><w:r><w:fldChar w:fldCharType=\"begin\"/>"
    + "<w:instrText>HYPERLINK</w:instrText><w:fldChar w:fldCharType=\"separate\"/><w:t>x</w:t><w:fldChar w:fldCharType=\"end\"/></w:r>"
    + "<w:r><w:pict><w:p>\(run)</w:p></w:pict></w:r><w:sdt><w:sdtPr/><w:sdtContent>\(run)</w:sdtContent></w:sdt></w:p>"

  /// Reads a file and writes it with other texts; an error is an answer too.
  private func read(_ file: [UInt8], as format: DocumentFormat = .wordDocument) {
    do {
      let document = try format.read(file, textLimitBytes: 1 << 20)
      _ = try document.written(
        document.texts.map { $0.text.uppercased() + "<m0></m1><img id=\"0\"><m2 translate=\"no\">" })
    } catch {
      #expect(error is DocumentError)
      (error as? DocumentError)?.expectReason()
    }
  }

  @Test func mutatedArchivesAreReadOrRefused() {
    let file = OfficePackages.docx(Self.body, [("word/header1.xml", Self.run)])
    var random = Noise(seed: 11)
    for _ in 0..<FuzzRounds.count {
      var mutated = file
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<mutated.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutated[place] = UInt8.random(in: 0...255, using: &random)
        case 1: mutated[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: mutated.removeSubrange(place..<min(mutated.count, place + Int.random(in: 1...9, using: &random)))
        default: mutated.insert(contentsOf: mutated[place...].prefix(8), at: place)
        }
        if mutated.isEmpty { mutated = [0] }
      }
      read(mutated)
    }
  }

  @Test func mutatedXMLIsReadOrRefused() {
    var random = Noise(seed: 12)
    let parts = [
      "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "<w:t/>", "word ", "&amp;", "&#x41;", "&x;", "<w:sdt>",
      "</w:sdt>",
      "<w:fldChar w:fldCharType=\"begin\"/>", "<w:fldChar w:fldCharType=\"separate\"/>",
      "<w:fldChar w:fldCharType=\"end\"/>",
      "<w:hyperlink>", "</w:hyperlink>", "<!-- -->", "<![CDATA[a<b]]>", "<?p?>", "<w:br/>", "<", ">", "\"", "<w:pict>",
      "</w:pict>",
    ]
    for round in 0..<FuzzRounds.count {
      var xml = Self.body
      if round.isMultiple(of: 2) {
        xml = (0..<Int.random(in: 1...40, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
          .joined()
      } else {
        var bytes = Array(xml.utf8)
        for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(ascii: "<") }
        xml = String(decoding: bytes, as: UTF8.self)
      }
      read(OfficePackages.docx(xml))
    }
  }

  @Test(arguments: [
    "<w:p>", "<w:r>", "<w:hyperlink>", "<w:r><w:pict><w:p>", "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>",
    "<w:sdt>",
  ])
  func deepNestingIsReadOrRefused(unit: String) {
    let names = unit.split(separator: "<").compactMap { $0.hasPrefix("/") || $0.contains("/>") ? nil : $0.dropLast() }
      .filter { name in !unit.contains("</\(name)>") }
    let count = 20_000
    let ends = names.reversed().map { "</\($0)>" }.joined()
    read(
      OfficePackages.docx(
        "<w:p>" + String(repeating: unit, count: count) + Self.run + String(repeating: ends, count: count) + "</w:p>"))
    read(OfficePackages.docx(String(repeating: unit, count: count)))
  }

  @Test func declaredEntityIsRefused() {
    let laughs =
      "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><w:document>&b;</w:document>"
    let file = OfficePackages.archive([("word/document.xml", laughs)])
    #expect(
      throws: DocumentError.broken(item: "word/document.xml", found: "the declaration of an entity", expected: "none")
    ) { try DocumentFormat.wordDocument.read(file) }
    #expect(throws: DocumentError.self) { try DocumentFormat.xliff.read(Array(laughs.utf8)) }
    let book = OfficePackages.archive([("META-INF/container.xml", "<c/>"), ("a.xhtml", laughs)])
    #expect(throws: DocumentError.self) { try DocumentFormat.book.read(book) }
  }

  @Test func memberThatClaimsTooMuchIsRefused() throws {
    // A directory entry that declares 1 GiB for a member of a few bytes.
    var file = OfficePackages.docx(Self.body)
    let entry = try #require(file.indices.last { file[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    for (offset, byte) in [(10, 8), (24, 0), (25, 0), (26, 0), (27, 0x40)] { file[entry + offset] = UInt8(byte) }
    #expect(throws: DocumentError.self) { try DocumentFormat.wordDocument.read(file) }
  }

  @Test func otherFilesAreRefused() {
    #expect(throws: DocumentError.self) { try DocumentFormat.wordDocument.read(Array("no archive".utf8)) }
    #expect(throws: DocumentError.broken(item: "file", found: "no word/document.xml", expected: "one")) {
      try DocumentFormat.wordDocument.read(OfficePackages.archive([("a.txt", "x")]))
    }
    #expect(throws: DocumentError.broken(item: "word/document.xml", found: "other bytes", expected: "UTF-8")) {
      var writer = ZipWriter()
      writer.add("word/document.xml", [0xC3, 0x28])
      return try DocumentFormat.wordDocument.read(writer.finish())
    }
  }

  @Test func limitsHoldForArchives() {
    let file = OfficePackages.docx(String(repeating: "<w:p><w:r><w:t>dog</w:t></w:r></w:p>", count: 2000))
    #expect(throws: DocumentError.textsTooLong(foundBytes: 1002, limitBytes: 1000)) {
      try DocumentFormat.wordDocument.read(file, textLimitBytes: 1000)
    }
    #expect(throws: DocumentError.cancelled) { try DocumentFormat.wordDocument.read(file) { true } }
  }
}
