extension DocumentFormat {
  /// Books (EPUB 2 and 3). Each chapter is one text with tags.
  package static let book = DocumentFormat(
    fileExtension: "epub", mediaType: "application/epub+zip",
    readPackage: {
      (file, document) throws(DocumentError) in
      let package = try OfficePackage(file, main: "META-INF/container.xml")
      let names = package.names.filter { name in
        name.hasSuffix(".xhtml") || name.hasSuffix(".html") || name.hasSuffix(".htm") || name.hasSuffix(".ncx")
      }
      for name in names {
        let content = try package.content(name)
        if name.hasSuffix(".ncx") {
          let xml = try XMLElements(content, item: name, .tableOfContents)
          try XMLTextReader.read(xml, .tableOfContents, into: &document, bytes: { try package.unpack(name, $0) })
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
