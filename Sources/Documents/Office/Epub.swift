extension DocumentFormat {
  /// Books (EPUB 2 and 3). Each chapter is one text with tags.
  package static let book = DocumentFormat(
    fileExtension: "epub", mediaType: "application/epub+zip",
    readPackage: {
      (file, document) throws(DocumentError) in
      let package = try OfficePackage(file, main: "META-INF/container.xml")
      let chapters = [".xhtml", ".html", ".htm"]
      let names = package.names.filter { name in (chapters + [".ncx", ".opf"]).contains(where: name.hasSuffix) }
      for name in names {
        let content = try package.content(name)
        if !chapters.contains(where: name.hasSuffix) {
          let vocabulary: XMLVocabulary = name.hasSuffix(".ncx") ? .tableOfContents : .bookPackage
          let xml = try XMLElements(content, item: name, vocabulary)
          try XMLTextReader.read(xml, vocabulary, into: &document, bytes: { try package.unpack(name, $0) })
        } else {
          try XMLElements.checkDeclarations(content, item: name)
          let text = String(decoding: content, as: UTF8.self)
          try document.addText(DocumentText(text, raw: text, isMarkup: true))
          document.endPart()
        }
      }
      return package.assembly(of: names)
    })
}
