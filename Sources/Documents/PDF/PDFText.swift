/// A piece of text on a page, in the order in which the page draws it.
struct PDFFragment {
  var text: String
  /// The start and the end of the base line, in units of the page; y grows upwards.
  var x: Double
  var y: Double
  var end: Double
  /// The size of the font on the page.
  var size: Double
}

/// A reader of the text that a page draws (ISO 32000-1, 9.4).
struct PDFPageReader {
  /// Forms within each other that are read.
  private static let maxDepth = 8
  /// The most pieces of text of a page.
  private static let maxFragments = 200_000

  private var file: PDFFile
  private(set) var fragments: [PDFFragment] = []
  private var fonts: [String: PDFFont] = [:]
  private var state = State()
  private var saved: [State] = []
  /// The operators that are still read: forms can refer to each other.
  private var steps = 5_000_000

  private struct State {
    var transform = PDFMatrix()
    var text = PDFMatrix()
    var line = PDFMatrix()
    var font: String?
    var size = 1.0
    var characterSpace = 0.0
    var wordSpace = 0.0
    var scale = 1.0
    var leading = 0.0
  }

  /// Returns the pieces of text of a page.
  static func fragments(of page: [String: PDFObject], in file: inout PDFFile) -> [PDFFragment] {
    var reader = PDFPageReader(file: file)
    let contents = file.resolved(page["Contents"])
    let parts = contents.array ?? [page["Contents"] ?? .null]
    var content: [UInt8] = []
    for part in parts { content += (reader.file.content(of: part) ?? []) + [0x0A] }
    reader.read(content, file.resolved(page["Resources"]).dictionary ?? [:], depth: 0)
    file = reader.file
    return reader.fragments
  }

  private init(file: PDFFile) { self.file = file }

  private mutating func read(_ content: [UInt8], _ resources: [String: PDFObject], depth: Int) {
    var lexer = PDFLexer(content)
    var operands: [PDFObject] = []
    while !lexer.isAtEnd, steps > 0, fragments.count < Self.maxFragments {
      guard let object = lexer.next() else {
        lexer.skipSign()
        continue
      }
      guard case .word(let word) = object else {
        if operands.count < 64 { operands.append(object) }
        continue
      }
      steps -= 1
      if word == "Do" {
        form(operands.last?.name, resources, depth)
      } else {
        perform(word, operands, resources, depth)
      }
      operands = []
    }
  }

  private mutating func form(_ name: String?, _ resources: [String: PDFObject], _ depth: Int) {
    guard depth < Self.maxDepth, let name else { return }
    let object = file.resolved(file.resolved(resources["XObject"]).dictionary?[name])
    guard case .stream(let entries, _) = object, file.resolved(entries["Subtype"]).name == "Form",
      let content = file.content(of: object)
    else { return }
    let (before, beforeSaved, beforeFonts) = (state, saved, fonts)
    if let matrix = PDFMatrix(file.resolved(entries["Matrix"]).array ?? []) {
      state.transform = matrix.times(state.transform)
    }
    fonts = [:]
    read(content, file.resolved(entries["Resources"]).dictionary ?? resources, depth: depth + 1)
    (state, saved, fonts) = (before, beforeSaved, beforeFonts)
  }

  // MARK: Operators

  private mutating func perform(_ word: String, _ operands: [PDFObject], _ resources: [String: PDFObject], _ depth: Int)
  {
    let numbers = operands.compactMap(\.number)
    switch word {
    case "q": if saved.count < 256 { saved.append(state) }
    case "Q": if let last = saved.popLast() { state = last }
    case "cm": if let matrix = PDFMatrix(operands) { state.transform = matrix.times(state.transform) }
    case "BT": (state.text, state.line) = (PDFMatrix(), PDFMatrix())
    case "Tf":
      state.font = operands.first?.name
      state.size = numbers.last ?? 1
      loadFont(resources)
    case "Tc": state.characterSpace = numbers.last ?? 0
    case "Tw": state.wordSpace = numbers.last ?? 0
    case "Tz": state.scale = (numbers.last ?? 100) / 100
    case "TL": state.leading = numbers.last ?? 0
    case "Tm": if let matrix = PDFMatrix(operands) { (state.text, state.line) = (matrix, matrix) }
    case "Td", "TD":
      guard numbers.count >= 2 else { return }
      if word == "TD" { state.leading = -numbers[1] }
      nextLine(numbers[0], numbers[1])
    case "T*": nextLine(0, -state.leading)
    case "Tj": show(operands)
    case "'", "\"":
      nextLine(0, -state.leading)
      show(operands.suffix(1))
    case "TJ": show(operands.last?.array ?? [])
    default: break
    }
  }

  private mutating func nextLine(_ x: Double, _ y: Double) {
    state.line = PDFMatrix(a: 1, b: 0, c: 0, d: 1, e: x, f: y).times(state.line)
    state.text = state.line
  }

  private mutating func loadFont(_ resources: [String: PDFObject]) {
    guard let name = state.font, fonts[name] == nil else { return }
    fonts[name] = file.font(file.resolved(resources["Font"]).dictionary?[name])
  }

  /// Adds the text of strings; the numbers between them move the next one, in thousandths of the size.
  private mutating func show(_ parts: some Sequence<PDFObject>) {
    guard let name = state.font, let font = fonts[name] else { return }
    for part in parts {
      switch part {
      case .number(let offset): advance(-offset / 1000 * state.size * state.scale)
      case .string(let bytes): show(bytes, font)
      default: break
      }
    }
  }

  private mutating func show(_ bytes: [UInt8], _ font: PDFFont) {
    let place = state.text.times(state.transform)
    var text = ""
    var width = 0.0
    var index = 0
    while index + font.codeBytes <= bytes.count {
      let code = bytes[index..<index + font.codeBytes].reduce(0) { $0 << 8 | Int($1) }
      index += font.codeBytes
      text += font.text(code) ?? ""
      width += font.width(code) / 1000 * state.size + state.characterSpace
      if font.codeBytes == 1, code == 0x20 { width += state.wordSpace }
    }
    advance(width * state.scale)
    let end = state.text.times(state.transform)
    let size = abs(state.size) * max(abs(place.d), abs(place.b))
    let isDrawn = [place.e, place.f, end.e, size].allSatisfy(\.isFinite)
    guard !text.isEmpty, isDrawn else { return }
    fragments.append(PDFFragment(text: text, x: place.e, y: place.f, end: end.e, size: size))
  }

  private mutating func advance(_ x: Double) {
    state.text = PDFMatrix(a: 1, b: 0, c: 0, d: 1, e: x, f: 0).times(state.text)
  }
}

/// A matrix that maps coordinates to those around them (ISO 32000-1, 8.3.4).
struct PDFMatrix {
  var a = 1.0
  var b = 0.0
  var c = 0.0
  var d = 1.0
  var e = 0.0
  var f = 0.0

  init(a: Double = 1, b: Double = 0, c: Double = 0, d: Double = 1, e: Double = 0, f: Double = 0) {
    (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
  }

  /// - Returns: nil if there are not six numbers.
  init?(_ objects: [PDFObject]) {
    let numbers = objects.compactMap(\.number)
    guard numbers.count == 6 else { return nil }
    self.init(a: numbers[0], b: numbers[1], c: numbers[2], d: numbers[3], e: numbers[4], f: numbers[5])
  }

  func times(_ other: PDFMatrix) -> PDFMatrix {
    PDFMatrix(
      a: a * other.a + b * other.c, b: a * other.b + b * other.d, c: c * other.a + d * other.c,
      d: c * other.b + d * other.d, e: e * other.a + f * other.c + other.e, f: e * other.b + f * other.d + other.f)
  }
}
