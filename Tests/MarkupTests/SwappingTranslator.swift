import Markup

/// A translator to capitals that swaps every two words of a sentence. Punctuation and protected parts do not change.
struct SwappingTranslator {
  var swaps = true
  /// Whether it returns an alignment.
  var aligns = true

  func translate(_ document: MarkupDocument) -> MarkupDocument.Written {
    document.written(document.passages.map(translate))
  }

  func translate(_ text: String, _ syntax: MarkupSyntax = .html) -> String {
    translate(MarkupDocument(text, syntax)).text
  }

  private struct Token {
    var range: Range<Int>
    var text: String
    var isKept: Bool
    var isMark: Bool
  }

  func translate(_ passage: Passage) -> PassageTranslation {
    var translation = PassageTranslation(text: "", sentences: [])
    var end = 0
    for sentence in sentences(tokens(passage)) {
      guard let first = sentence.first, let last = sentence.last else { continue }
      translation.text += string(passage, end..<first.range.lowerBound)
      end = last.range.upperBound
      translation.sentences.append(add(sentence, first.range.lowerBound..<end, to: &translation.text))
    }
    translation.text += string(passage, end..<passage.text.utf8.count)
    return translation
  }

  private func add(
    _ sentence: [Token], _ source: Range<Int>, to text: inout String
  ) -> PassageTranslation.Sentence {
    var order = sentence.filter { !$0.isMark }
    if swaps { for place in stride(from: 0, to: order.count - 1, by: 2) { order.swapAt(place, place + 1) } }
    var next = order[...]
    let start = text.utf8.count
    var links: [AlignmentLink] = []
    var kept: [AlignmentLink] = []
    for (place, token) in sentence.enumerated() {
      let isSpaced = place > 0 && sentence[place - 1].range.upperBound < token.range.lowerBound
      if isSpaced { text += " " }
      guard let put = token.isMark ? token : next.popFirst() else { continue }
      let low = text.utf8.count
      text += put.isKept ? put.text : put.text.uppercased()
      let link = AlignmentLink(source: put.range, target: low..<text.utf8.count)
      links.append(link)
      if put.isKept { kept.append(link) }
    }
    return PassageTranslation.Sentence(
      source: source, target: start..<text.utf8.count, links: aligns ? links : [], keptLinks: kept)
  }

  private func string(_ passage: Passage, _ range: Range<Int>) -> String {
    String(decoding: Array(passage.text.utf8)[range], as: UTF8.self)
  }

  private func tokens(_ passage: Passage) -> [Token] {
    var tokens: [Token] = []
    var place = 0
    var word: String?
    func close() {
      if let text = word {
        tokens.append(Token(range: place - text.utf8.count..<place, text: text, isKept: false, isMark: false))
      }
      word = nil
    }
    var kept = passage.protectedSpans[...]
    for character in passage.text {
      let width = character.utf8.count
      if let span = kept.first, place >= span.lowerBound {
        if place == span.lowerBound { close() }
        place += width
        if place == span.upperBound {
          tokens.append(Token(range: span, text: string(passage, span), isKept: true, isMark: false))
          kept.removeFirst()
        }
      } else if character.isLetter || character.isNumber {
        word = (word ?? "") + String(character)
        place += width
      } else {
        close()
        if !character.isWhitespace {
          tokens.append(
            Token(range: place..<place + width, text: String(character), isKept: false, isMark: true))
        }
        place += width
      }
    }
    close()
    return tokens
  }

  /// Splits tokens into sentences, which end with a full stop before white space.
  private func sentences(_ tokens: [Token]) -> [[Token]] {
    var all: [[Token]] = []
    var current: [Token] = []
    for (place, token) in tokens.enumerated() {
      current.append(token)
      let isLast = place + 1 == tokens.count
      if isLast || (token.text == "." && !token.isKept && tokens[place + 1].range.lowerBound > token.range.upperBound) {
        all.append(current)
        current = []
      }
    }
    return all
  }
}
