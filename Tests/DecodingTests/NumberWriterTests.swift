import Models
import Testing

@testable import Decoding

/// The rule for numbers, on tokens that are written by hand. The source has 1979 at positions 2 and 3, and 24,000 at 5.
struct NumberWriterTests {
  private struct Texts: TokenTexts {
    func text(of token: Int32) -> String { tokens[Int(token)] }
  }

  private static let tokens = [
    "", " 19", "79", "29", " 24", " 000", " 2", " en", " dans", " quelques", "lin", " (", "19", "7", " ans", " x",
    "9%", "9", "0", "4",
  ]

  private static func token(_ text: String) -> Int32 { Int32(tokens.firstIndex(of: text) ?? 0) }

  private static func form(_ texts: [String], joined: [String]) -> TermForm {
    TermForm(first: joined.map(token), spaced: texts.map(token), joined: joined.map(token))
  }

  private let writer = NumberWriter(
    NumberPlan(
      [
        NumberConstraint(source: 2..<4, forms: [Self.form([" 19", "79"], joined: ["19", "79"])], isInDigits: true),
        NumberConstraint(
          source: 5..<6, forms: [Self.form([" 24", " 000"], joined: [" 24", " 000"])], isInDigits: false),
      ], texts: Texts(), digits: ["4", "7", "9", "0"].map(Self.token)))

  /// The tokens that become of those that a decoder finds likeliest, each with the position that it attends to.
  private func written(_ likeliest: [(String, Int?)], isFirst: Bool = false) -> [String] {
    var state = NumberWriter.State()
    var found: [String] = []
    var rest = likeliest[...]
    while true {
      if let token = writer.takeRest(&state) {
        found.append(Self.tokens[Int(token)])
        continue
      }
      guard let (text, position) = rest.popFirst() else { break }
      let token = writer.next(Self.token(text), &state, at: position, isFirst: isFirst && found.isEmpty)
      found.append(Self.tokens[Int(token)])
    }
    return found
  }

  @Test func rightNumberStays() {
    #expect(written([(" en", 1), (" 19", 2), ("79", 3), (" x", 6)]) == [" en", " 19", "79", " x"])
    #expect(written([(" 24", 5), (" 000", 5), (" x", 6)]) == [" 24", " 000", " x"])
  }

  @Test func numberThatBecomesAnotherIsEndedAsTheSourceHasIt() {
    #expect(written([(" en", 1), (" 19", 2), ("29", 3), (" x", 6)]) == [" en", " 19", "79", " x"])
    #expect(written([(" 19", 2), (" ans", 4), (" x", 6)]) == [" 19", "79", " x"])
  }

  @Test func numberThatBeginsAsAnotherIsTheSources() {
    #expect(written([(" (", 1), ("7", 2), (" x", 6)]) == [" (", "19", "79", " x"])
    #expect(written([(" 2", 2), (" x", 6)], isFirst: true) == ["19", "79", " x"])
  }

  /// A token can have the end of a number and a sign. A number can be cut in tokens that its own writing has not.
  @Test func tokensOfANumberCanBeOthers() {
    #expect(written([(" 19", 2), ("7", 3), ("9%", 3), (" x", 6)]) == [" 19", "7", "9%", " x"])
    #expect(written([(" 19", 2), ("7", 3), ("9", 3), (" x", 6)]) == [" 19", "7", "9", " x"])
    #expect(written([(" 19", 2), ("7", 3), ("0", 3), (" x", 6)]) == [" 19", "7", "9", " x"])
    #expect(written([(" 2", 5), (" 000", 5), (" x", 6)]) == [" 2", "4", " 000", " x"])
  }

  @Test func numberOfAnotherPlaceOfTheSourceStays() {
    #expect(written([(" 24", 2), (" 000", 5), (" 19", 3), ("79", 3)]) == [" 24", " 000", " 19", "79"])
  }

  @Test func digitsThatStandForAWordStay() {
    #expect(written([(" 2", 1), (" ans", 1)]) == [" 2", " ans"])
    #expect(written([(" 2", nil), (" ans", nil)]) == [" 2", " ans"])
  }

  @Test func wordInPlaceOfANumberIsTheNumber() {
    #expect(written([(" en", 2), ("lin", 3), (" x", 6)]) == [" en", " 19", "79", " x"])
    #expect(written([(" quelques", 2), (" x", 6)]) == [" 19", "79", " x"])
    #expect(written([(" en", 2), (" dans", 2), (" en", 3), (" x", 6)]) == [" en", " dans", " 19", "79", " x"])
  }

  @Test func wordStaysWhereWordsCanBeMeant() {
    #expect(written([(" quelques", 5), (" x", 6)]) == [" quelques", " x"])
    #expect(written([(" quelques", 2), (" x", 6)], isFirst: true) == [" quelques", " x"])
    // A word that was begun before the number is ended.
    #expect(written([(" quelques", 1), ("lin", 2)]) == [" quelques", "lin"])
  }

  @Test func numberIsPutInOnce() {
    #expect(written([(" quelques", 2), (" quelques", 3)]) == [" 19", "79", " quelques"])
    #expect(written([(" 19", 2), ("79", 3), (" x", 4), (" 2", 3)]) == [" 19", "79", " x", " 2"])
  }

  // MARK: Searches

  private struct DigitTexts: TokenTexts {
    func text(of token: Int32) -> String { ["", " 1", " 2", "3", " x"][Int(token)] }
  }

  /// A model that attends to its first source token always, which is the number 13.
  @Test(arguments: [1, 3]) func searchWritesTheNumberOfTheSource(beam: Int) {
    let options = SentenceDecoderTests.options {
      $0.beam = beam
      $0.logProbs = beam > 1
      $0.capture = .alignment(AlignmentCapture(layer: 0, head: nil, candidates: [0]))
      let form = TermForm(first: [1, 3], spaced: [1, 3], joined: [1, 3])
      $0.numbers = NumberPlan(
        [NumberConstraint(source: 0..<1, forms: [form], isInDigits: false)], texts: DigitTexts())
    }
    let requests = (0..<30).map { DecodingRequest(source: [Int32($0), 0, 0], options: options) }
    let results = SentenceDecoderTests.decode(requests).map { $0.hypotheses[0].tokens }
    #expect(results.contains { $0.contains(1) })
    for tokens in results {
      guard let first = tokens.firstIndex(where: { [1, 2, 3].contains($0) }), first + 1 < tokens.count else { continue }
      #expect(tokens[first...].starts(with: [1, 3]))
    }
    let alone = requests.map { SentenceDecoderTests.decode([$0])[0].hypotheses[0].tokens }
    #expect(alone == results)
  }
}
