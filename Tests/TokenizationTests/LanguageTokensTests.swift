import Testing
import Tokenization

struct LanguageTokensTests {
  private func tokens(_ pieces: [String?]) throws -> LanguageTokens { try #require(LanguageTokens(in: pieces)) }

  @Test func codesOfEachSpellingAreRead() throws {
    let marian = try tokens(["</s>", ">>cmn_Hans<<", nil, ">>pob<<", ">>por<<"])
    #expect(marian.codes == ["zh_hans", "pt_br", "pt"])
    #expect(!marian.nameSources)
    #expect(marian.token(of: "zh-CN")?.id == 1)
    let madlad = try tokens(["<unk>", "<2zh_Latn>", "<2pt>", "<200>"])
    #expect(madlad.codes == ["zh_latn", "pt"])
    let letters = Array("abcdefghijklmnopqrstuvwxyz").map(String.init)
    let m2m = try tokens(letters.map { "__x\($0)__" })
    #expect(m2m.codes.count == 26)
    #expect(try tokens(["eng_Latn"] + letters.map { "q\($0)q_Latn" }).token(of: "en")?.piece == "eng_Latn")
    #expect(try tokens(["fr_XX", "zh_CN"] + letters.map { "x\($0)_XX" }).codes.prefix(2) == ["fr", "zh_hans"])
  }

  @Test func wordsAreNoCodes() {
    #expect(LanguageTokens(in: ["eng_Latn", "__in__", "en_GB", "<2>", ">><<", "<2EN>", ">>fra<", "▁>>fra<<"]) == nil)
    #expect(LanguageTokens(in: [String?]()) == nil)
  }

  @Test func theFirstTokenOfALanguageIsTaken() throws {
    #expect(try tokens([">>fra<<", ">>fr<<"]).token(of: "fr")?.id == 0)
  }

  @Test func promptsFollowTheLayout() throws {
    var tokens = try tokens([">>en<<", ">>fr<<"])
    let (en, fr) = (try #require(tokens.token(of: "en")), try #require(tokens.token(of: "fr")))
    #expect(tokens.prompt(source: "en", target: "fr") == LanguagePrompt(before: [fr]))
    tokens.layout = .sourceBeforeText
    #expect(tokens.prompt(source: "en", target: "fr") == LanguagePrompt(before: [en], firstTarget: fr))
    tokens.layout = .sourceAfterText
    #expect(tokens.prompt(source: "en", target: "fr") == LanguagePrompt(after: [en], firstTarget: fr))
    tokens.layout = .targetFedFirst
    #expect(tokens.prompt(source: "en", target: "fr") == LanguagePrompt(after: [en], startToken: fr.id))
    #expect(tokens.prompt(source: "de", target: "it") == LanguagePrompt())
  }
}
