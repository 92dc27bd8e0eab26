/// A message of a catalogue, without the accelerator of a label: the sign before the letter of its key, as in `_File`,
/// `Save &As` or `~Edit`.
///
/// Within a word the sign would hide the word from a model. So it is taken out, and put back before the same letter of
/// the translation if there is one, or else before its first letter.
struct MessageLabel: Sendable {
  /// The message in its notation, without the sign.
  private let content: String
  private let accelerator: Accelerator?
  let text: MarkedText

  /// - Parameter message: the text between the quotes, with its escapes.
  init(_ message: String) {
    let accelerator = Accelerator(of: message)
    content = accelerator?.label ?? message
    self.accelerator = accelerator
    text = QuotedText(content).text
  }

  /// Returns a translation with its escapes, and with exactly one sign if the message has one.
  func target(_ translation: String) -> String {
    let target = text.target(translation)
    guard let accelerator else { return target }
    return target == content ? accelerator.message : accelerator.placed(in: target)
  }
}

/// The accelerator of a label (GTK, Qt, LibreOffice).
private struct Accelerator: Sendable {
  /// Characters of the longest label.
  private static let maxLabel = 60
  private static let signs: Set<Character> = ["_", "&", "~"]

  let message: String
  /// The message without the sign; a doubled sign, which stands for itself, is single.
  let label: String
  private let sign: Character
  private let letter: Character
  private let hasDoubled: Bool

  /// - Returns: nil if the message is no label, or not one of its signs is surely an accelerator.
  init?(of message: String) {
    let characters = Array(message.prefix(Self.maxLabel + 1))
    guard characters.count <= Self.maxLabel, !characters.contains(where: { "<>{}=@#".contains($0) }),
      !message.contains("\\n")
    else { return nil }
    var found: [Int] = []
    var doubled: Set<Int> = []
    var index = 0
    while index < characters.count {
      let isDoubled = index + 1 < characters.count && characters[index + 1] == characters[index]
      if Self.signs.contains(characters[index]) {
        if isDoubled { doubled.insert(index) } else { found.append(index) }
      }
      index += isDoubled && Self.signs.contains(characters[index]) ? 2 : 1
    }
    let places = found.filter { Self.isAccelerator(characters, at: $0) }
    guard places.count == 1, let place = places.first else { return nil }
    sign = characters[place]
    // A sign elsewhere makes a name rather than a label, unless it stands alone as a word.
    let isAlone = { (index: Int) in index + 1 == characters.count || characters[index + 1].isWhitespace }
    guard found.allSatisfy({ $0 == place || characters[$0] != characters[place] || isAlone($0) }) else { return nil }
    letter = characters[place + 1]
    self.message = message
    doubled = doubled.filter { characters[$0] == characters[place] }
    hasDoubled = !doubled.isEmpty
    label = String(characters.indices.filter { $0 != place && !doubled.contains($0) }.map { characters[$0] })
  }

  /// Whether the sign at a place stands before the letter of a key.
  private static func isAccelerator(_ characters: [Character], at place: Int) -> Bool {
    guard place + 1 < characters.count, isKey(characters[place + 1]) else { return false }
    let (sign, next) = (characters[place], characters[place + 1])
    let rest = characters[(place + 1)...].prefix { $0.isLetter || $0.isNumber }
    // A character reference.
    if sign == "&", characters[rest.endIndex...].first == ";" { return false }
    if sign == "~", next.isNumber { return false }
    guard place > 0, !characters[place - 1].isWhitespace, !"([\"'".contains(characters[place - 1]) else {
      return !(sign == "_" && characters[rest.endIndex...].first == "_")
    }
    // Within a word, as in `E_xit` or `Zoom i_n`; names such as `AT&T` and `file_name` have none.
    let start = characters[..<place].lastIndex { !$0.isLetter }.map { $0 + 1 } ?? 0
    guard start < place, next.isLowercase else { return false }
    if characters[start].isUppercase { return true }
    let isShort = sign == "_" ? place - start <= 2 && rest.endIndex - start <= 5 : place - start <= 3
    return start > 0 && characters[0].isUppercase && isShort
  }

  private static func isKey(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  /// Returns a translated label with the sign.
  func placed(in target: String) -> String {
    guard !target.isEmpty else { return target }
    var characters = Array(target)
    if hasDoubled {
      characters = characters.flatMap { $0 == sign ? [$0, $0] : [$0] }
    } else if !label.contains(sign) {
      characters.removeAll { $0 == sign }
    }
    let letters = Self.letters(of: characters)
    let key = letter.lowercased()
    let starts = letters.filter { $0 == 0 || !Self.isKey(characters[$0 - 1]) }
    let isSame = { (index: Int) in characters[index].lowercased() == key }
    let isIdeographic = letters.allSatisfy { !characters[$0].isCased }
    if letters.isEmpty || isIdeographic && !starts.contains(where: isSame) && letter.isCased {
      return Self.appended("(\(sign)\(letter.uppercased()))", to: characters)
    }
    let place = starts.first(where: isSame) ?? letters.first(where: isSame) ?? starts.first ?? letters[0]
    characters.insert(sign, at: place)
    return String(characters)
  }

  /// The places of letters that a key can have: not those of escapes and of arguments, such as `%s` and `%(name)d`.
  private static func letters(of characters: [Character]) -> [Int] {
    var letters: [Int] = []
    var index = 0
    while index < characters.count {
      switch characters[index] {
      case "\\": index += 1
      case "%":
        index += 1
        if index < characters.count, characters[index] == "(" {
          index = characters[index...].firstIndex(of: ")").map { $0 + 1 } ?? characters.count
        }
        while index < characters.count, "0123456789$.-+*' lhqjzt".contains(characters[index]) { index += 1 }
      case let character: if isKey(character) { letters.append(index) }
      }
      index += 1
    }
    return letters
  }

  /// Returns a label with a key that none of its letters has, before the points or the colon at its end.
  private static func appended(_ key: String, to label: [Character]) -> String {
    let end = label.lastIndex { !".…:： ".contains($0) }.map { $0 + 1 } ?? 0
    return String(label[..<end]) + key + String(label[end...])
  }
}
