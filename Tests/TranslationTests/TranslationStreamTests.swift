import Foundation
import Support
import Testing
import Translation

/// Parts of translations, sent before the whole is there.
@Suite(.timeLimit(.minutes(10))) struct TranslationStreamTests {
  /// The streamed tokens, and the answer.
  private func streamed(
    _ texts: [String], on service: TestService, from source: String = "en", to target: String = "fr", beam: Int? = nil
  ) throws -> (tokens: [StreamedToken], translated: [TranslatedText]) {
    let heard = Heard()
    var request = TranslationRequest(texts: texts, source: source, target: target, beam: beam)
    request.listener = heard.receive
    let translated = try service.translate(request).get()
    return (heard.tokens, translated)
  }

  private func joined(_ tokens: [StreamedToken]) -> [[Int: String]] {
    let texts = (tokens.map(\.text).max() ?? -1) + 1
    return tokens.reduce(into: Array(repeating: [:], count: texts)) { $0[$1.text][$1.sentence, default: ""] += $1.part }
  }

  private func sentences(_ translated: [TranslatedText]) -> [[Int: String]] {
    translated.map { text in
      Dictionary(uniqueKeysWithValues: text.sentences.map(\.target).enumerated().map { ($0, $1) })
    }
  }

  @Test func streamedPartsFormTheSentence() throws {
    let texts = [
      "  One, two and three of them are here. Four?\n\nfive", String(repeating: "a ß of some length ", count: 9), "☃☃",
      "One. ☃",
    ]
    let (tokens, translated) = try streamed(texts, on: try TestService())
    #expect(joined(tokens) == sentences(translated))
    #expect(tokens.count > 200, "token by token")
    #expect(tokens.allSatisfy { !$0.part.isEmpty })
  }

  @Test func clausesAreStreamedInOrder() throws {
    let text = "one, two, three; four, five, six: seven. Eight, nine, ten, eleven"
    let (tokens, translated) = try streamed([text], on: try TestService(positions: 12))
    #expect(translated[0].sentences.map(\.truncated) == [true, true])
    #expect(joined(tokens) == sentences(translated))
  }

  @Test func untranslatedTextIsStreamed() throws {
    let service = try TestService(tokenizer: ScalarTokenizer(invisible: ["~"]))
    let (tokens, translated) = try streamed(["One.\n~~\ntwo"], on: service)
    #expect(joined(tokens) == sentences(translated))
    let (none, empty) = try streamed(["", " \n"], on: service)
    #expect(none.isEmpty && empty.map(\.text) == ["", " \n"])
  }

  @Test func onlyTheSecondStepOfAPivotIsStreamed() throws {
    let pairs = [("fr-en", "fr", "en"), ("en-de", "en", "de")].map {
      (id: $0.0, pair: LanguagePair(source: $0.1, target: $0.2))
    }
    let text = "une phrase de quelques mots. Deux mots et encore trois?"
    let (tokens, translated) = try streamed([text], on: try TestService(pairs: pairs), from: "fr", to: "de")
    #expect(translated[0].pivot == "en")
    #expect(joined(tokens) == sentences(translated))
  }

  @Test func textOfADocumentIsStreamed() throws {
    let heard = Heard()
    var request = TranslationRequest(
      texts: ["<p>One <b>two</b>. Three.</p><p>four</p>", "<p>five</p>"], source: "en", target: "fr")
    request.format = .html
    request.listener = heard.receive
    let translated = try TestService().translate(request).get()
    #expect(joined(heard.tokens) == sentences(translated))
    #expect(joined(heard.tokens) == [[0: "ONE TWO.", 1: "THREE.", 2: "FOUR"], [0: "FIVE"]])
  }

  @Test func nothingIsStreamedAfterTheAnswer() throws {
    let running = Signal()
    let gate = Signal()
    let service = try TestService(configure: { $0.workers = 1 }) { _ in
      running.signal()
      gate.wait()
    }
    let (heard, outcome) = (Heard(), Outcome<[TranslatedText]>())
    var request = TranslationRequest(texts: ["a sentence of more than ten letters"], source: "en", target: "fr")
    request.listener = heard.receive
    let work = service.service.translate(request, completion: outcome.receive)
    running.wait()
    work.cancel()
    guard case .failure(.cancelled) = outcome.wait() else {
      Issue.record("a cancelled request was not answered as cancelled")
      return
    }
    gate.signal()
    let drained = Signal()
    service.service.drain { drained.signal() }
    drained.wait()
    #expect(heard.tokens.isEmpty)
  }
}

/// `@unchecked Sendable`: the tokens are only touched under `lock`.
final class Heard: @unchecked Sendable {
  private let lock = NSLock()
  private var heard: [StreamedToken] = []

  @Sendable func receive(_ token: StreamedToken) { lock.withLock { heard.append(token) } }

  var tokens: [StreamedToken] { lock.withLock { heard } }
}
