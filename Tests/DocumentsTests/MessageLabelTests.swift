import Documents
import Testing

/// Tests of the accelerators of labels in message catalogues.
struct MessageLabelTests {
  private func document(_ message: String) throws -> Document {
    try DocumentFormat.portableObject.read("msgid \"\(message)\"\nmsgstr \"\"\n")
  }

  private func written(_ document: Document, _ translation: String) throws -> String {
    let line = try document.writtenText([translation]).split(separator: "\n").last ?? ""
    return String(line.dropFirst("msgstr \"".count).dropLast())
  }

  @Test(
    arguments: [
      ("_File", "File"), ("Save &As", "Save As"), ("~Edit", "Edit"), ("E_xit", "Exit"), ("C&ut", "Cut"),
      ("Cu_t", "Cut"),
      ("Zoom _In", "Zoom In"), ("Zoom i_n", "Zoom in"), ("Zoom o_ut", "Zoom out"),
      ("Check for u&pdates...", "Check for updates..."),
      ("&Open \\\"%s\\\"", "Open \"%s\""), ("_2 items", "2 items"), ("Find && &Replace", "Find & Replace"),
      ("Save & &Close", "Save & Close"),
      ("Pr_eferences…", "Preferences…"), ("(_All)", "(All)"), ("&Über", "Über"),
      ("Fish && _Chips", "Fish && Chips"),
      ("_Zoom to 50%", "Zoom to 50%"),
      // Signs that are none.
      ("AT&T", "AT&T"), ("Q&A", "Q&A"), ("file_name", "file_name"), ("__init__", "__init__"),
      ("_foo_ bar", "_foo_ bar"),
      ("Set file_name", "Set file_name"), ("Save & Close", "Save & Close"), ("~5 items", "~5 items"),
      ("a&b&c", "a&b&c"),
      ("x?a=1&b=2", "x?a=1&b=2"), ("Fish &amp; chips", "Fish &amp; chips"), ("me_too@a.example", "me_too@a.example"),
      ("_One and _two", "_One and _two"), ("{_name}", "{_name}"), ("snake_case", "snake_case"),
      ("~/folder", "~/folder"),
      ("_", "_"), ("&", "&"), ("Open_SSL", "Open_SSL"),
    ] as [(String, String)])
  func modelSeesLabelsWithoutTheirAccelerator(message: String, text: String) throws {
    let document = try document(message)
    #expect(document.texts.map(\.text) == [text])
    #expect(try written(document, text) == message)
  }

  @Test(
    arguments: [
      ("_File", "Ficheiro", "_Ficheiro"), ("Save &As", "Salvar como", "S&alvar como"), ("E_xit", "Sair", "_Sair"),
      ("&Edit", "Bearbeiten", "B&earbeiten"), ("~Open", "Abrir o ficheiro", "Abrir ~o ficheiro"),
      ("_File", "文件", "文件(_F)"), ("&Open...", "開く...", "開く(&O)..."), ("_File", "Файл", "_Файл"),
      ("_File", "ملف", "ملف(_F)"), ("&Open \\\"%s\\\"", "Abrir o \"%s\"", "Abrir &o \\\"%s\\\""),
      ("_String %s", "%s", "%s(_S)"), ("_Name %(name)s", "%(name)s é", "%(name)s _é"),
      ("_File", "_Ficheiro", "_Ficheiro"),
      ("_File", "Fi_chei_ro", "_Ficheiro"), ("Find && &Replace", "Achar & trocar", "Acha&r && trocar"),
      ("_2 items", "2 itens", "_2 itens"), ("_File", "ÉFG", "É_FG"),
    ] as [(String, String, String)])
  func translationHasTheAcceleratorOnce(message: String, translation: String, expected: String) throws {
    #expect(try written(document(message), translation) == expected)
  }

  @Test func acceleratorIsKeptInPluralsAndFuzzyMessages() throws {
    let file = """
      #, fuzzy
      msgid "_One file"
      msgid_plural "%d _files"
      msgstr[0] "x"
      msgstr[1] "y"

      """
    let document = try DocumentFormat.portableObject.read(file)
    #expect(document.texts.map(\.text) == ["One file", "%d files"])
    let written = try document.writtenText(["Um ficheiro", "%d ficheiros"])
    #expect(written.hasSuffix("msgstr[0] \"Um ficheir_o\"\nmsgstr[1] \"%d _ficheiros\"\n"))
  }

  @Test func longMessageIsNoLabel() throws {
    let message = "_Long " + String(repeating: "words ", count: 12)
    #expect(try document(message).texts.map(\.text) == [message])
  }
}
