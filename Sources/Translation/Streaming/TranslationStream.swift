import Dispatch
import Tokenization

/// A part of a translation, told before the whole is there.
package struct StreamedToken: Sendable, Equatable {
  /// Which of the request's texts, and which sentence of it, from 0.
  package var text: Int
  package var sentence: Int
  /// As it reads, the space before it included.
  package var part: String

  package init(text: Int, sentence: Int, part: String) {
    self.text = text
    self.sentence = sentence
    self.part = part
  }
}

/// Takes the tokens of one request from workers, and tells its listener what they say. Workers do not wait for it.
///
/// `@unchecked Sendable`: what changes is only touched on `queue`.
final class TranslationStream: @unchecked Sendable {
  typealias Listener = @Sendable (StreamedToken) -> Void

  /// Everything is told here, one after the other.
  let queue = DispatchQueue(label: "dragoman.stream", target: .global())
  private let places: [Place]
  private var sentences: [(text: Int, number: Int, stream: SentenceStream)]
  private var listener: Listener?

  /// Where a unit's tokens belong.
  private struct Place {
    let sentence: Int
    let part: Int
  }

  /// - Parameters:
  ///   - drafts: of the request's passages; those of their parts that are translated are the units, in this order.
  ///   - owners: of each draft the text it is of; empty where each is a text.
  init(
    _ drafts: [TextDraft], owners: [Int], tokenizer: any Tokenizer, listener: @escaping Listener
  ) {
    self.listener = listener
    var places: [Place] = []
    var sentences: [(text: Int, number: Int, stream: SentenceStream)] = []
    for (index, draft) in drafts.enumerated() {
      let text = owners.isEmpty ? index : owners[index]
      for sentence in draft.sentences {
        let number = sentences.last.map { $0.text == text ? $0.number + 1 : 0 } ?? 0
        for (index, part) in sentence.parts.enumerated() where part.encoded != nil {
          places.append(Place(sentence: sentences.count, part: index))
        }
        sentences.append((text, number, SentenceStream(sentence.parts, tokenizer: tokenizer)))
      }
    }
    self.places = places
    self.sentences = sentences
  }

  /// Tokens that a unit's translation goes on with. From any thread.
  func receive(_ tokens: [Int32], unit: Int) {
    queue.async {
      let place = self.places[unit]
      self.tell(place.sentence) { $0.receive(tokens, part: place.part) }
    }
  }

  /// All tokens of a unit that is over. From any thread.
  func finish(_ tokens: [Int32], unit: Int) {
    queue.async {
      let place = self.places[unit]
      self.tell(place.sentence) { $0.finish(tokens, part: place.part) }
    }
  }

  /// Tells what no model had to do with, then nothing more. On `queue`.
  func end() {
    for index in sentences.indices { tell(index) { $0.end() } }
    close()
  }

  /// Nothing is told any more. On `queue`.
  func close() {
    listener = nil
  }

  private func tell(_ index: Int, _ parts: (inout SentenceStream) -> [String]) {
    guard let listener else { return }
    for part in parts(&sentences[index].stream) {
      listener(StreamedToken(text: sentences[index].text, sentence: sentences[index].number, part: part))
    }
  }
}
