/// A walk through the pieces of a document, which takes the translations in the order of the texts.
struct DocumentWriting {
  private let texts: DocumentTexts
  private let translation: (Int) -> String?
  private var next = 0
  /// The text after those of the parts that were passed.
  private var end = 0

  /// Bytes from which a piece of a part is handed over.
  private static let pieceBytes = 1 << 18

  /// - Parameter translation: returns the translation of a text by its number; nil if the text does not change.
  init(texts: DocumentTexts, translation: @escaping (Int) -> String?) {
    self.texts = texts
    self.translation = translation
  }

  /// Passes the texts of a part.
  /// - Returns: the number of the first one.
  mutating func pass(_ part: Document.Part) -> Int {
    defer { end += Self.count(part.pieces) }
    return end
  }

  private static func count(_ pieces: [Document.Piece]) -> Int {
    pieces.reduce(0) { sum, piece in
      guard case .text(_, let inner) = piece else { return sum }
      return sum + 1 + inner.reduce(0) { $0 + count($1.pieces) }
    }
  }

  /// Whether a text of the part that was passed last is not written as it was read.
  /// - Parameter start: the number of its first text.
  func isChanged(_ start: Int) -> Bool {
    (start..<min(end, texts.count)).contains { number in
      texts.isRewritten(number) || translation(number).map { $0 != texts[number].text } ?? false
    }
  }

  // MARK: Parts

  /// Hands over a part with its translations. Only a window of its bytes is held.
  /// - Parameter start: the number of its first text.
  mutating func write(_ part: Document.Part, from start: Int, _ take: ([UInt8]) -> Void) throws {
    next = start
    var output: [UInt8] = []
    var window = ByteWindow()
    var rest = part.pieces[...]
    try part.bytes { piece in
      window.append(piece)
      write(&rest, &window, isWhole: false, to: &output, take)
    }
    write(&rest, &window, isWhole: true, to: &output, take)
    take(output)
  }

  /// Writes the pieces whose bytes are all in a window, and the bytes before the next piece.
  /// - Parameter isWhole: whether no further bytes come.
  private mutating func write(
    _ rest: inout ArraySlice<Document.Piece>, _ window: inout ByteWindow, isWhole: Bool, to output: inout [UInt8],
    _ take: ([UInt8]) -> Void
  ) {
    var start = window.start
    while let piece = rest.first, isWhole || piece.range.upperBound <= window.end {
      _ = rest.popFirst()
      write(piece, window, after: &start, to: &output)
      guard output.count >= Self.pieceBytes else { continue }
      take(output)
      output.removeAll(keepingCapacity: true)
    }
    let next = rest.first.map { min($0.range.lowerBound, window.end) } ?? window.end
    if start < next {
      output += window[start..<next]
      start = next
    }
    window.drop(before: start)
  }

  /// Writes a piece and the bytes before it.
  /// - Parameter start: the end of what was written.
  private mutating func write(
    _ piece: Document.Piece, _ window: ByteWindow, after start: inout Int, to output: inout [UInt8]
  ) {
    switch piece {
    case .fixed(let text): output += text.utf8
    case .text(let span, let inner):
      if start < span.range.lowerBound { output += window[start..<span.range.lowerBound] }
      start = max(start, span.range.upperBound)
      writeText(span, inner, window, to: &output)
    }
  }

  private mutating func writeText(
    _ span: Document.Span, _ inner: [Document.Inner], _ window: ByteWindow, to output: inout [UInt8]
  ) {
    guard texts.indices.contains(next) else { return }
    let text = texts[next]
    let translation = translation(next) ?? text.text
    next += 1
    guard translation == text.text, !text.isRewritten else {
      let parts = inner.map { inner in
        var part: [UInt8] = []
        write(inner, window, to: &part)
        return String(decoding: part, as: UTF8.self)
      }
      output += text.written(translation, window[span.range], parts).utf8
      return
    }
    if let raw = text.raw { output += raw.utf8 }
    var start = span.range.lowerBound
    for inner in inner {
      output += window[start..<inner.span.range.lowerBound]
      write(inner, window, to: &output)
      start = inner.span.range.upperBound
    }
    output += window[start..<span.range.upperBound]
  }

  /// Writes a part within a text.
  private mutating func write(_ inner: Document.Inner, _ window: ByteWindow, to output: inout [UInt8]) {
    var start = inner.span.range.lowerBound
    for piece in inner.pieces { write(piece, window, after: &start, to: &output) }
    if start < inner.span.range.upperBound { output += window[start..<inner.span.range.upperBound] }
  }
}

extension Document.Piece {
  /// The bytes that the piece was read from; empty at the start of the part if it knows them itself.
  fileprivate var range: Range<Int> { if case .text(let span, _) = self { span.range } else { 0..<0 } }
}
