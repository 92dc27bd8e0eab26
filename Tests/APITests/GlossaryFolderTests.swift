@testable import API
import HTTP
import Support
import Testing
import Translation

/// Files of terms, and requests that name them.
struct GlossaryFolderTests {
  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { _ = try folder.write(name, text: text) }
    return folder
  }

  private func read(_ files: [String: String], _ reports: Reports = Reports()) throws -> GlossaryFolder {
    let folder = try folder(files)
    return try withExtendedLifetime(folder) {
      try GlossaryFolder(path: folder.path, pollIntervalSeconds: .infinity, report: reports.add)
    }
  }

  private static let termBase = """
    <?xml version="1.0"?><martif><text><body>
    <termEntry id="1"><langSet xml:lang="en"><tig><term>R&amp;D</term></tig></langSet>
    <langSet xml:lang="fr-CA"><tig><term>R et D</term></tig></langSet></termEntry>
    </body></text></martif>
    """

  @Test func filesOfEachKindAreRead() throws {
    let read = try read([
      "animals.en-fr.tsv": "\u{FEFF}dog\tcanidé\n\ncat\tchat\texact\n",
      "animals.en-de.csv": "\"big, dog\",\"großer \"\"Hund\"\"\"",
      "deepl.csv": "dog,chien,en,fr\nchien,dog,fr,en\n", "base.tbx": Self.termBase, "codes.tsv": "en\tpt\ndog\tcão\n",
      "notes.txt": "no glossary",
    ])
    #expect(read.names == ["animals", "base", "codes", "deepl"])
    let animals = try #require(read.glossaries(named: "animals"))
    #expect(Set(animals.map(\.pair.target)) == ["fr", "de"])
    let french = try #require(animals.first { $0.pair.target == "fr" })
    #expect(french.terms.first == Term(source: "dog", target: "canidé"))
    #expect(french.terms.last == Term(source: "cat", target: "chat", letterCase: .exact))
    let german = try #require(animals.first { $0.pair.target == "de" })
    #expect(german.terms == [Term(source: "big, dog", target: "großer \"Hund\"")])
    #expect(read.glossaries(named: "deepl")?.map(\.pair.source) == ["en", "fr"])
    #expect(read.glossaries(named: "codes")?.map(\.pair) == [LanguagePair(source: "en", target: "pt")])
    let base = try #require(read.glossaries(named: "base"))
    #expect(base.first?.terms == [Term(source: "R&D", target: "R et D")])
  }

  @Test func brokenFileIsNamedAndPassedOver() throws {
    let reports = Reports()
    let read = try read(
      [
        "good.en-fr.tsv": "dog\tcanidé", "one.en-fr.tsv": "dog\n", "none.tsv": "dog\tchien and cat\n",
        "quote.en-fr.csv": "\"dog,chien\n", "word.en-fr.tsv": "dog\tchien\tnonsense1\n", "xml.tbx": "<a/>",
      ], reports)
    #expect(read.names == ["good"])
    for name in ["one.en-fr.tsv: line 1", "none.tsv: line 1", "quote.en-fr.csv: line 1", "word.en-fr.tsv", "xml.tbx"] {
      #expect(reports.all.contains { $0.contains(name) && $0.hasSuffix("the file is passed over") })
    }
  }

  @Test func changedFilesAreReadAgain() throws {
    let files = try folder(["a.en-fr.tsv": "dog\tcanidé"])
    let reports = Reports()
    let read = try GlossaryFolder(path: files.path, pollIntervalSeconds: .infinity, report: reports.add)
    _ = try files.write("a.en-fr.tsv", text: "dog\ttoutou\ncat\tmatou")
    _ = try files.write("b.en-fr.tsv", text: "fox\trenard")
    read.reload()
    #expect(read.glossaries(named: "a")?.first?.terms.count == 2)
    #expect(read.names == ["a", "b"])
    _ = try files.write("a.en-fr.tsv", text: "broken")
    read.reload()
    #expect(read.glossaries(named: "a")?.first?.terms.count == 2)
    #expect(reports.all.last?.hasSuffix("its terms stay as they were") == true)
    let before = reports.all.count
    read.reload()
    #expect(reports.all.count == before)
  }

  @Test func folderThatIsNotThereIsRefused() throws {
    let path = try TemporaryFolder().path + "/none"
    let message = failureMessage { _ = try GlossaryFolder(path: path, report: { _ in }) }
    #expect(message.contains(path))
  }

  /// A key lists and names the glossaries of the folder and its own, and nobody else's.
  @Test func keyHasTheFoldersGlossariesAndItsOwn() throws {
    let service = StandInService()
    var settings = ServerSettings()
    settings.glossaries = try read([
      "animals.en-fr.tsv": "dog\tcanidé\ncat\tmatou", "animals.en-pb.tsv": "dog\tcão", "b.tsv": "en\tfr\nfox\trenard",
    ])
    let dictionary = Glossary([Term(source: "a", target: "b")], pair: LanguagePair(source: "en", target: "fr"))
    let own = try settings.clientGlossaries.create(name: "Mine", dictionaries: [dictionary], owner: "alice")
    let keys = try folder(["keys": "alice:alice-key\nbobby:bobby-key"])
    let access = AccessControl(keys: try KeyStore(path: keys.path + "/keys", report: { _ in }))
    let caller = Caller(slot: ServiceSlot(service), access: access, settings: settings)
    let animals = [
      #"{"source":"en","target":"fr","terms":2}"#, #"{"source":"en","target":"pt-BR","terms":1}"#,
    ]
    let shared = [
      #"{"glossary":"animals","name":"animals","dictionaries":[\#(animals.joined(separator: ","))]}"#,
      #"{"glossary":"b","name":"b","dictionaries":[{"source":"en","target":"fr","terms":1}]}"#,
    ].joined(separator: ",")
    let mine = #"{"glossary":"\#(own.id)","name":"Mine","dictionaries":[{"source":"en","target":"fr","terms":1}]}"#
    #expect(try caller.get("/glossaries").status == 403)
    #expect(try caller.get("/glossaries?api_key=alice-key").text == "[\(shared),\(mine)]")
    #expect(try caller.get("/glossaries?api_key=bobby-key").text == "[\(shared)]")
    func answer(_ key: String, _ glossary: String) -> HTTPResponse {
      let fields = #""api_key":"\#(key)","glossary":"\#(glossary)""#
      return caller.post("/translate", #"{"q":"a","source":"en","target":"fr",\#(fields)}"#)
    }
    #expect(answer("alice-key", own.id).status == 200)
    #expect(service.translations.last?.glossaries.isEmpty == false)
    #expect(answer("bobby-key", "animals").status == 200)
    let refusal = answer("bobby-key", own.id)
    #expect(refusal.status == 400)
    #expect(refusal.error == "glossary: found \(own.id), expected animals, b")
    #expect(try Caller(service).get("/glossaries").text == "[]")
  }

  @Test func requestsNameTermsAndGlossaries() throws {
    let service = StandInService()
    var settings = ServerSettings()
    settings.glossaries = try read(["a.en-fr.tsv": "dog\tcanidé"])
    let caller = Caller(slot: ServiceSlot(service), settings: settings)
    func status(_ fields: String) -> Int {
      caller.post("/translate", #"{"q":"a","source":"en","target":"fr"\#(fields)}"#).status
    }
    #expect(status("") == 200)
    #expect(service.translations.last?.glossaries.isEmpty == true)
    #expect(status(#","glossary":"a""#) == 200)
    #expect(service.translations.last?.glossaries.isEmpty == false)
    #expect(status(#","glossary":["a"],"terms":[{"source":"x","target":"y","case":"fixed","inflect":true}]"#) == 200)
    #expect(status(#","glossary":"b""#) == 400)
    for term in [
      "{}", #"{"source":"x"}"#, #"{"source":"","target":"y"}"#, #"{"source":"x","target":"y","case":"z"}"#, "1",
    ] {
      #expect(status(#","terms":[\#(term)]"#) == 400)
    }
    let form = #"q=a&source=en&target=fr&terms=[{"source":"x","target":"y"}]"#
    #expect(caller.post("/translate", form, type: "application/x-www-form-urlencoded").status == 200)
    #expect(service.translations.last?.glossaries.isEmpty == false)
  }
}
