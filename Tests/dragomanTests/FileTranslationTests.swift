import Archive
import Documents
import Foundation
import Support
import Terminal
import Testing
import Translation
import dragoman

@Suite(.timeLimit(.minutes(10))) struct FileTranslationTests {
  private let fixture: TranslationFixture

  init() throws { fixture = try TranslationFixture() }

  private func translated(_ name: String, _ bytes: [UInt8], textsPerBlock: Int = 64) throws -> [UInt8] {
    let (input, output) = (try fixture.folder.write(name, bytes), fixture.folder.path + "/output")
    try FileTranslation(service: fixture.service, beam: 1, textsPerBlock: textsPerBlock)
      .run(FileTranslation.Place(input: input, output: output))
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
  }

  private let document: [UInt8] = {
    var writer = ZipWriter()
    let run = "<w:r><w:t>a dog runs </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>now</w:t></w:r>"
    let paragraphs = (0..<9).map { "<w:p>\(run)<w:r><w:t> and number \($0)</w:t></w:r></w:p>" }.joined()
    writer.add("word/document.xml", Array("<w:document>\(paragraphs)</w:document>".utf8))
    return writer.finish()
  }()

  /// The request of `/translate_file` has all texts of a document; those of the command have some each.
  @Test func documentIsTheSameHoweverItsTextsAreAskedFor() throws {
    let whole = try translated("a.docx", document, textsPerBlock: .max)
    #expect(try translated("a.docx", document, textsPerBlock: 2) == whole)
    #expect(whole != document)
  }

  @Test func termsOfAGlossaryAreInTheDocument() throws {
    let terms = Glossary(
      [Term(source: "a dog runs now", target: "Zinzin")], pair: LanguagePair(source: "eng", target: "fr-FR"))
    let (input, output) = (try fixture.folder.write("a.txt", text: "a dog runs now\n"), fixture.folder.path + "/c")
    func written(_ glossaries: RequestGlossaries) throws -> String {
      try FileTranslation(service: fixture.service, beam: 1, glossaries: glossaries)
        .run(FileTranslation.Place(input: input, output: output))
      return try String(contentsOfFile: output, encoding: .utf8)
    }
    #expect(try written(RequestGlossaries([terms])).contains("Zinzin"))
    #expect(try !written(RequestGlossaries()).contains("Zinzin"))
  }

  @Test func formatReplacesTheEndingOfTheName() throws {
    let input = try fixture.folder.write("blob", document)
    let output = fixture.folder.path + "/b"
    let place = try FileTranslation.Place(input: input, output: output, format: DocumentFormat(fileName: ".docx"))
    try FileTranslation(service: fixture.service, beam: 1).run(place)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: output))) == translated("a.docx", document))
  }

  @Test(arguments: [
    ("blob", "blob: the ending of the name is not known, expected .txt,"),
    ("-", "--format is missing, expected the kind of the document on standard input"),
  ])
  func kindThatIsNotKnownIsReported(_ input: String, _ message: String) {
    let error = thrownError(InputError.self) { try FileTranslation.Place(input: input, output: "b") }
    #expect(error?.description.hasPrefix(message) == true)
  }

  @Test func filesThatCannotBeTranslatedAreNamed() throws {
    #expect(throws: InputError.self) { try translated("a.exe", [0]) }
    #expect(throws: DocumentError.self) { try translated("a.docx", [0]) }
    #expect(throws: InputError.self) {
      try FileTranslation(service: fixture.service, beam: 1).run(
        FileTranslation.Place(input: fixture.folder.path + "/none.txt", output: fixture.folder.path + "/b"))
    }
  }
}
