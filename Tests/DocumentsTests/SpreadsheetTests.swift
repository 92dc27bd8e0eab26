import Testing

@testable import Documents

/// Tests of workbooks whose formulas, lists and filters name the words of cells.
struct SpreadsheetTests {
  private static let sheet = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

  /// The texts of a workbook whose cells have words.
  /// - Parameter content: what is in the sheet beside its cells.
  private func texts(_ words: [String], _ content: String, _ others: [(String, String)] = []) throws -> [String] {
    let strings = words.map { "<si><t>\($0)</t></si>" }.joined()
    let file = OfficePackages.archive(
      [
        ("xl/workbook.xml", "<workbook \(Self.sheet)/>"),
        ("xl/worksheets/sheet1.xml", "<worksheet \(Self.sheet)>\(content)</worksheet>"),
        ("xl/sharedStrings.xml", "<sst \(Self.sheet)>\(strings)</sst>"),
      ] + others)
    let document = try DocumentFormat.workbook.read(file)
    #expect(try document.written(document.texts.map(\.text)) == file)
    return document.texts.map(\.text)
  }

  @Test(
    arguments: [
      "<dataValidation type=\"list\" sqref=\"A1:A9\"><formula1>\"Open,Closed\"</formula1></dataValidation>",
      "<dataValidation type=\"list\"><formula1>\" Open , Closed \"</formula1></dataValidation>",
      "<x14:dataValidation type=\"list\"><x14:formula1><xm:f>\"Open,Closed\"</xm:f></x14:formula1></x14:dataValidation>",
      "<c r=\"B1\"><f>IF(A1=\"Open\",1,COUNTIF(A:A,\"Closed\"))</f><v>1</v></c>",
      "<c r=\"B1\"><f>IF(A1=&quot;OPEN&quot;,\"closed\",\"\")</f></c>",
      "<c r=\"B1\"><f>'My \"Sheet\"'!A1=\"Open\"</f></c><c r=\"B2\"><f>\"Closed\"=A1</f></c>",
      "<cfRule type=\"cellIs\"><formula>\"Open\"</formula></cfRule><filter val=\"Closed\"/>",
    ])
  func cellsThatTheSheetNamesKeepTheirWords(content: String) throws {
    #expect(try texts(["Open", "House", "Closed", "Open house"], content) == ["House", "Open house"])
  }

  @Test(
    arguments: [
      "", "<c r=\"B1\"><f>SUM(A1:A9)</f><v>3</v></c>", "<c r=\"B1\" t=\"str\"><f>A1</f><v>Open</v></c>",
      "<dataValidation type=\"list\"><formula1>$A$1:$A$9</formula1></dataValidation>",
      "<c r=\"B1\"><f>Open!A1</f></c>", "<c r=\"B1\"><f>'Open'!A1</f></c>", "<c r=\"B1\"><f>A1=\"Ope</f></c>",
    ])
  func otherCellsAreTranslated(content: String) throws { #expect(try texts(["Open"], content) == ["Open"]) }

  @Test func wordsOfNamesTablesAndPivotsAreKeptInChartsToo() throws {
    let chart = ["Paid", "Region", "Free", "North"].map { "<c:pt><c:v>\($0)</c:v></c:pt>" }.joined()
    let others = [
      (
        "xl/tables/table1.xml",
        "<table \(Self.sheet)><calculatedColumnFormula>[a]=\"Free\"</calculatedColumnFormula></table>"
      ),
      ("xl/pivotCache/pivotCacheDefinition1.xml", "<p \(Self.sheet)><cacheField name=\"Region\"/></p>"),
      (
        "xl/charts/chart1.xml",
        "<c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:strCache>\(chart)</c:strCache></c:chart>"
      ),
    ]
    let content = "<definedName>\"a \"\"b\"\" c\"</definedName><c><f>A1=\"Paid\"</f></c>"
    #expect(try texts(["a \"b\" c", "Region", "Paid", "North"], content, others) == ["North", "North"])
  }

  @Test func cellsThatAnOpenSheetNamesKeepTheirWords() throws {
    let rules = [
      "<table:content-validation table:condition=\"of:cell-content-is-in-list(&quot;Open&quot;;&quot;Closed&quot;)\"/>",
      "<table:table-cell table:formula=\"of:=IF([.A1]=&quot;Paid&quot;;1;0)\" office:value-type=\"float\"/>",
      "<table:filter-condition table:value=\"North\"/><table:data-pilot-field table:source-field-name=\"Region\"/>",
    ]
    let cells = ["Open", "Closed", "Paid", "North", "Region", "House"].map { word in
      "<table:table-cell office:value-type=\"string\"><text:p>\(word)</text:p></table:table-cell>"
    }
    let noted =
      "<table:table-cell office:value-type=\"string\"><office:annotation><text:p>A note</text:p></office:annotation>"
      + "<text:p>Open</text:p></table:table-cell>"
    let file = OfficePackages.odt(rules.joined() + cells.joined() + noted, mime: "spreadsheet")
    #expect(try DocumentFormat.openSpreadsheet.read(file).texts.map(\.text) == ["House", "A note"])
  }
}
