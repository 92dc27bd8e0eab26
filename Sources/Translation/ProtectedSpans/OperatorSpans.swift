/// Signs of programs and of menus between words: `a != b`, `x && y`, `std::vector`, `Home >> Settings`, `yes | no`.
///
/// An operator between names and numbers is one span with them, and a name on both sides of it too. Otherwise the sign
/// alone is a span. Words beside it are translated.
extension SpanScan {
  /// The signs of the longest operator.
  private static let maxOperator = 3
  /// The bytes on either side of an operator that are read.
  private static let maxOperand = 64

  /// Finds an operator at its first sign, with the names and numbers on both sides.
  func operators(at index: Int) -> Range<Int>? {
    guard index == floor || !Self.isSign(bytes[index - 1]) else { return nil }
    guard let sign = sign(at: index) else { return startOfMenu(at: index) }
    let name = String(decoding: bytes[sign], as: UTF8.self)
    if name == "::" { return qualified(sign) }
    let isSpaced = isBlankOrEnd(index - 1) && isBlankOrEnd(sign.upperBound)
    if OperatorSigns.separators.contains(name), !isSpaced { return nil }
    if isSpaced, let expression = expression(around: sign) { return expression }
    if OperatorSigns.arrows.contains(name) { return call(sign) ?? sign }
    if isSpaced { return sign }
    return joined(sign) ?? (OperatorSigns.between.contains(name) ? sign : nil)
  }

  /// Returns a comparison that was found, with the operators and values that follow it.
  func chained(_ comparison: Range<Int>?) -> Range<Int>? {
    comparison.map { $0.lowerBound..<endOfChain(from: $0.upperBound) }
  }

  /// The operator that all signs at an offset make, without a sign that belongs to the value after it.
  private func sign(at index: Int) -> Range<Int>? {
    let run = bytes[index...].prefix(Self.maxOperator + 2).prefix(while: Self.isSign)
    if OperatorSigns.isOperator(String(decoding: run, as: UTF8.self)) { return index..<run.endIndex }
    guard let last = run.last, ASCII.isOne(of: "!-", last), ASCII.isWord(byte(run.endIndex)) else { return nil }
    let isOperator = OperatorSigns.isOperator(String(decoding: run.dropLast(), as: UTF8.self))
    return isOperator ? index..<run.endIndex - 1 : nil
  }

  private static func isSign(_ byte: UInt8) -> Bool { ASCII.isOne(of: "&|=!<>:+-", byte) }

  private func isBlankOrEnd(_ index: Int) -> Bool {
    !bytes.indices.contains(index) || ASCII.isSpace(bytes[index])
  }

  // MARK: Names and values

  /// Finds `std::vector` and `Foo::bar()`, or `::` alone between blanks.
  private func qualified(_ sign: Range<Int>) -> Range<Int>? {
    func isPart(_ byte: UInt8) -> Bool { ASCII.isWord(byte) || byte == UInt8(ascii: ":") }
    let before = bytes[floor..<sign.lowerBound].suffix(Self.maxOperand).reversed().prefix(while: isPart).count
    let start = sign.lowerBound - before
    guard before > 0, isWordStart(start), ASCII.isWord(byte(sign.upperBound)) else {
      return isBlankOrEnd(sign.lowerBound - 1) && isBlankOrEnd(sign.upperBound) ? sign : nil
    }
    var end = sign.upperBound + bytes[sign.upperBound...].prefix(Self.maxOperand).prefix(while: isPart).count
    while bytes[end - 1] == UInt8(ascii: ":") { end -= 1 }
    return start..<endOfArguments(at: end)
  }

  /// Finds `p->run()` around its arrow.
  private func call(_ sign: Range<Int>) -> Range<Int>? {
    let before = bytes[floor..<sign.lowerBound].suffix(Self.maxOperand).reversed().prefix(while: ASCII.isWord).count
    let after = bytes[sign.upperBound...].prefix(Self.maxOperand).prefix(while: ASCII.isWord)
    let end = endOfArguments(at: after.endIndex)
    guard before > 0, !after.isEmpty, end > after.endIndex, isWordStart(sign.lowerBound - before) else { return nil }
    return sign.lowerBound - before..<end
  }

  /// Returns the end of empty brackets after a name, or of the name if there are none.
  private func endOfArguments(at end: Int) -> Int { starts(with: "()", at: end) ? end + 2 : end }

  /// Finds `a==b`: an operator that touches values on both sides.
  private func joined(_ sign: Range<Int>) -> Range<Int>? {
    func isPart(_ byte: UInt8) -> Bool { ASCII.isWord(byte) || byte == UInt8(ascii: ".") }
    let before = bytes[floor..<sign.lowerBound].suffix(Self.maxOperand).reversed().prefix(while: isPart).count
    var end = sign.upperBound
    if ASCII.isOne(of: "!-", byte(end)) { end += 1 }
    let after = bytes[min(end, bytes.count)...].prefix(Self.maxOperand).prefix(while: isPart)
    end = after.endIndex
    while end > after.startIndex, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    guard before > 0, end > after.startIndex, isWordStart(sign.lowerBound - before) else { return nil }
    return sign.lowerBound - before..<end
  }

  /// Finds `x != 3 || y == 2` around its first operator, with a blank on both sides of each.
  private func expression(around sign: Range<Int>) -> Range<Int>? {
    guard let start = startOfValue(before: sign.lowerBound) else { return nil }
    let end = endOfChain(from: sign.lowerBound - 1)
    return end > sign.upperBound ? start..<end : nil
  }

  /// Returns the end of all operators that follow a value, each with a value after it.
  private func endOfChain(from start: Int) -> Int {
    var end = start
    while byte(end) == UInt8(ascii: " "), let next = endOfOperator(at: end + 1), byte(next) == UInt8(ascii: " "),
      let value = endOfValue(at: next + 1)
    {
      end = value
    }
    return end
  }

  private func endOfOperator(at index: Int) -> Int? {
    if index < bytes.count, let sign = sign(at: index) { return sign.upperBound }
    return ASCII.isOne(of: "<>=+*/", byte(index)) && !Self.isSign(byte(index + 1)) ? index + 1 : nil
  }

  private func endOfValue(at index: Int) -> Int? {
    let start = ASCII.isOne(of: "!-", byte(index)) ? index + 1 : index
    let value = bytes[min(start, bytes.count)...].prefix(Self.maxOperand).prefix {
      ASCII.isWord($0) || ASCII.isOne(of: ".,", $0)
    }
    var end = value.endIndex
    while end > start, ASCII.isOne(of: ".,", bytes[end - 1]) { end -= 1 }
    if let call = bytes[start..<max(start, end)].first, ASCII.isLetter(call), endOfArguments(at: end) > end {
      return endOfArguments(at: end)
    }
    guard end > start, byte(end) < 0x80 else { return nil }
    let isName = byte(index) == UInt8(ascii: "!") || precedesOperator(end)
    return Self.isValue(bytes[start..<end]) || (isName && ASCII.isLetter(bytes[start])) ? end : nil
  }

  /// Whether an operator between values follows a blank, so that a word before it is a name of a program.
  private func precedesOperator(_ end: Int) -> Bool {
    guard byte(end) == UInt8(ascii: " "), end + 1 < bytes.count, let sign = sign(at: end + 1) else { return false }
    return OperatorSigns.between.contains(String(decoding: bytes[sign], as: UTF8.self))
  }

  /// Returns the start of the value before an operator, which can be the last span that was found.
  private func startOfValue(before sign: Int) -> Int? {
    let end = sign - 1
    if end == floor, let last = found.last, Self.isValue(bytes[last]) || Self.isComparison(bytes[last]) {
      return last.lowerBound
    }
    guard end > floor, bytes[end] == UInt8(ascii: " ") else { return nil }
    let count = bytes[floor..<end].suffix(Self.maxOperand).reversed().prefix {
      ASCII.isWord($0) || ASCII.isOne(of: ".,", $0)
    }.count
    let value = bytes[end - count..<end]
    guard isWordStart(value.startIndex) else { return nil }
    if value.startIndex > floor, bytes[value.startIndex - 1] == UInt8(ascii: "!"), !value.isEmpty {
      return value.startIndex - 1
    }
    return Self.isValue(value) ? value.startIndex : nil
  }

  /// Whether a span is values with operators between them.
  private static func isComparison(_ span: ArraySlice<UInt8>) -> Bool {
    guard let last = span.last, ASCII.isWord(last), span.first.map(ASCII.isWord) ?? false else { return false }
    return span.contains { ASCII.isOne(of: "<>=", $0) } && !span.contains(UInt8(ascii: "/"))
  }

  /// Whether a word is a number or a name of a program, rather than a word of a language.
  private static func isValue(_ word: ArraySlice<UInt8>) -> Bool {
    guard let first = word.first, let last = word.last, ASCII.isWord(first), ASCII.isWord(last) else { return false }
    if word.count == 1 { return true }
    let isNumber = word.allSatisfy { ASCII.isDigit($0) || ASCII.isOne(of: ".,", $0) }
    let isName = ASCII.isLetter(first) && word.allSatisfy { ASCII.isWord($0) || $0 == UInt8(ascii: ".") }
    return isNumber || isName && word.contains { ASCII.isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  // MARK: Menus

  /// Finds a lone `>` between the names of a menu: `File > Open`.
  private func startOfMenu(at index: Int) -> Range<Int>? {
    func isName(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || byte >= 0x80 }
    guard bytes[index] == UInt8(ascii: ">"), index >= floor + 3, bytes[index - 1] == UInt8(ascii: " "),
      isName(bytes[index - 2]), isName(bytes[index - 3]), byte(index + 1) == UInt8(ascii: " "),
      isName(byte(index + 2)), isName(byte(index + 3)), !ASCII.isDigit(byte(index + 2)),
      !ASCII.isLowercase(byte(index + 2))
    else { return nil }
    return index..<index + 1
  }
}

/// Signs that stand between words and mean the same in every language.
enum OperatorSigns {
  /// Operators between values, which can touch these or a bracket.
  static let between: Set<String> = ["&&", "||", "==", "!=", "!==", "<=", ">=", "<>"]
  /// Operators that change a name before them.
  private static let changing: Set<String> = [":=", "+=", "-="]
  static let arrows: Set<String> = ["->", "=>", "<-", "<->", "-->", "<--", "==>", "<==", "<=>"]
  /// Signs between the names of menus, with white space around them.
  static let separators: Set<String> = ["|", ">>", "<<", ">>>", "<<<"]

  /// Whether a text is an operator, an arrow or a separator, and nothing else.
  static func isOperator(_ text: String) -> Bool {
    text == "::" || between.contains(text) || changing.contains(text) || arrows.contains(text)
      || separators.contains(text)
  }

  /// Whether a text separates what is before it from what is after it, as in a menu.
  static func separates(_ text: String) -> Bool { text == ">" || separators.contains(text) }
}
