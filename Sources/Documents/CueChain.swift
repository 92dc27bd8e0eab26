/// Cues of subtitles that one sentence runs over, as one text.
///
/// A translation is divided again by the lengths and the times of the cues.
struct CueChain: Sendable {
  /// The most cues of a sentence.
  private static let maxCues = 8
  /// The most bytes of numbers and times between two cues.
  private static let maxBytesBetween = 400
  /// The longest pause within a sentence.
  private static let maxPauseMilliseconds = 2000

  private struct Part: Sendable {
    var cue: CueText
    var milliseconds: Int
  }

  private var parts: [Part]
  /// The bytes of the file between each two cues.
  private var between: [String] = []
  /// The bytes of the file after the last cue.
  private(set) var after = ""
  private var end: Int

  /// - Parameter times: the start and the end of the cue.
  init(_ cue: CueText, _ times: Range<Int>) {
    parts = [Part(cue: cue, milliseconds: times.count)]
    end = times.upperBound
  }

  /// Adds a part of the file that does not change.
  /// - Returns: false if no sentence goes over so much.
  mutating func addFixed(_ text: String) -> Bool {
    guard after.utf8.count + text.utf8.count <= Self.maxBytesBetween else { return false }
    after += text
    return true
  }

  /// Adds a cue if it goes on with the sentence of the one before.
  /// - Returns: whether it was added.
  mutating func add(_ cue: CueText, _ times: Range<Int>) -> Bool {
    guard parts.count < Self.maxCues, let last = parts.last?.cue,
      !last.text.isMarkup, !cue.text.isMarkup, cue.before.isEmpty, last.after.isEmpty,
      times.lowerBound >= end, times.lowerBound - end <= Self.maxPauseMilliseconds, !Self.endsSentence(last.text.source)
    else { return false }
    between.append(after)
    after = ""
    parts.append(Part(cue: cue, milliseconds: times.count))
    end = times.upperBound
    return true
  }

  private static func endsSentence(_ text: String) -> Bool {
    guard let last = text.last(where: { !"\"'”’»)]♪ ".contains($0) }) else { return true }
    return ".!?…:;。！？".contains(last)
  }

  /// The text of all cues, to be translated as one.
  var text: DocumentText {
    guard parts.count > 1 else { return parts[0].cue.document }
    let raw = zip(parts.map(\.cue.raw), between + [""]).map { $0 + $1 }.joined()
    return DocumentText(parts.map(\.cue.text.source).joined(separator: " "), raw: raw) { [self] in divided($0) }
  }

  // MARK: The way back

  /// Returns a translation as the cues and what is between them.
  private func divided(_ translation: String) -> String {
    let lengths = parts.map { Double($0.cue.text.source.count) }
    let (length, time) = (lengths.reduce(0, +), Double(parts.reduce(0) { $0 + $1.milliseconds }))
    let shares = zip(lengths, parts).map { own, part in
      time > 0 ? (own / length + Double(part.milliseconds) / time) / 2 : own / length
    }
    var output = ""
    for (number, text) in Self.divided(translation, shares).enumerated() {
      output += parts[number].cue.broken(parts[number].cue.text.target(text))
      if number < between.count { output += between[number] }
    }
    return output
  }

  /// Divides a text between words into parts with about these shares of its length. A part ends after a comma if one is
  /// near.
  static func divided(_ text: String, _ shares: [Double]) -> [String] {
    let words = text.split(separator: " ")
    let total = Double(text.count)
    var parts: [[Substring]] = [[]]
    var (length, goal) = (0.0, (shares.first ?? 1) * total)
    for (number, word) in words.enumerated() {
      let isLast = parts.count == shares.count
      let wordsLeft = words.count - number
      let middle = length + Double(word.count) / 2
      let endsPhrase = parts.last?.last?.last.map { ",;:–—".contains($0) } ?? false
      let slack = endsPhrase ? total * 0.08 : 0
      let isFull = middle > goal - slack || wordsLeft <= shares.count - parts.count
      if !isLast, parts.last?.isEmpty == false, isFull {
        goal += shares[parts.count] * total
        parts.append([])
      }
      parts[parts.count - 1].append(word)
      length += Double(word.count + 1)
    }
    let missing = [String](repeating: "", count: max(0, shares.count - parts.count))
    return parts.map { $0.joined(separator: " ") } + missing
  }
}

/// The times of a cue.
enum CueTimes {
  private static let maxDigits = 6

  /// Returns the start and the end that a line gives, in milliseconds; an empty range if the end is not after the start.
  static func milliseconds(_ line: Substring) -> Range<Int> {
    let times = line.split { !$0.isNumber && !":.,".contains($0) }.filter { $0.contains(":") }.prefix(2).map(time)
    guard times.count == 2, times[0] < times[1] else { return (times.first ?? 0)..<(times.first ?? 0) }
    return times[0]..<times[1]
  }

  /// Reads hours, minutes and seconds, of which the hours can be missing.
  private static func time(_ text: Substring) -> Int {
    let parts = text.split { $0 == "." || $0 == "," }
    let whole = (parts.first ?? "").split(separator: ":").suffix(3)
    let seconds = whole.reduce(0) { $0 * 60 + (Int($1.prefix(maxDigits)) ?? 0) }
    let fraction = parts.dropFirst().first.map { $0.prefix(3) + String(repeating: "0", count: max(0, 3 - $0.count)) }
    return seconds * 1000 + (fraction.flatMap { Int($0) } ?? 0)
  }
}
