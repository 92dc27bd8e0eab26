// Feeds bytes to the parsers of what clients and makers of models send. `deploy/fuzz` builds it with libFuzzer, which
// mutates inputs by the code that they reach (LLVM: LibFuzzer.html).
//
// Built without libFuzzer, it is a program that reads inputs again, to see what one does:
//
//   dragoman-fuzz PARSER FILE …

import Archive
import Checkpoint
import Compression
import Documents
import Files
import Foundation
import HTTP
import JSON
import Markup
import Tokenization

/// A parser, by the name that `deploy/fuzz` takes.
struct FuzzedParser: Sendable {
  let name: String
  /// Reads an input, which can be refused with an error.
  let read: @Sendable (_ input: [UInt8]) throws -> Void

  static let all: [FuzzedParser] =
    [
      FuzzedParser(name: "http", read: readRequests),
      FuzzedParser(name: "multipart", read: readForm),
      FuzzedParser(name: "json-text", read: readJSON),
      FuzzedParser(name: "markup", read: readMarkup),
      FuzzedParser(name: "office-xml", read: readWordDocument),
      FuzzedParser(name: "gzip") { _ = try InputFile(unpacking: file($0), .gzip, atMost: 1 << 24) },
      FuzzedParser(name: "zstd") { _ = try InputFile(unpacking: file($0), .zstandard, atMost: 1 << 24) },
      FuzzedParser(name: "zip", read: readArchive),
      FuzzedParser(name: "safetensors") { try readTensors(SafetensorsFile(file($0))) },
      FuzzedParser(name: "pytorch") { try readTensors(PyTorchFile(file($0))) },
      FuzzedParser(name: "npz") { try readTensors(NpzFile(file($0))) },
      FuzzedParser(name: "marian") { try readTensors(MarianBinaryFile(file($0))) },
      FuzzedParser(name: "ctranslate2") { try readTensors(CTranslate2File(file($0))) },
      FuzzedParser(name: "sentencepiece") { _ = try SentencePieceModel(file($0)) },
    ]
    + documents.map { format in
      FuzzedParser(name: format.fileExtension) { try readDocument($0, format) }
    }

  /// The formats of documents, without their other endings.
  private static let documents = DocumentFormat.all.filter { format in
    let isAnsweredInKind = format.answerExtension == format.fileExtension
    let first = DocumentFormat.all.first { $0.mediaType == format.mediaType }
    return !isAnsweredInKind || first?.fileExtension == format.fileExtension
  }

  static func named(_ name: String) -> FuzzedParser? { all.first { $0.name == name } }

  /// Reads an input. Errors are answers too.
  func feed(_ input: [UInt8]) {
    do { try read(input) } catch {}
  }
}

// MARK: - Parsers

private func file(_ input: [UInt8]) throws -> InputFile {
  try InputFile(path: "input") { append in input.withUnsafeBytes { append($0) } }
}

private func readTensors(_ source: some TensorSource) throws {
  for tensor in source.tensors.prefix(100) {
    let count = min(tensor.shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }, 1 << 12)
    guard count > 0, let reader = try? FloatReader(tensor) else { continue }
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { floats in
      if let base = floats.baseAddress { try reader.copy(0..<count, to: base) }
    }
  }
}

private func readArchive(_ input: [UInt8]) throws {
  let archive = try ZipArchive(input, name: "input")
  for member in archive.members.prefix(100) { _ = try? archive.bytes(of: member, atMost: 1 << 24) }
}

private func readForm(_ input: [UInt8]) throws {
  guard let mediaType = MediaType("multipart/form-data; boundary=b") else { return }
  _ = try MultipartForm.parse(input, mediaType: mediaType)
}

private func readJSON(_ input: [UInt8]) throws {
  try input.withUnsafeBytes { bytes in
    _ = try JSONValue(bytes, within: JSONLimits(depth: 32, values: 1 << 20, repeatedNames: .lastWins))
  }
}

/// Reads HTML and writes it again with other texts.
private func readMarkup(_ input: [UInt8]) throws {
  let document = MarkupDocument(String(decoding: input, as: UTF8.self), .html, attributes: true)
  _ = document.written(
    document.passages.map { passage in PassageTranslation(text: passage.text.uppercased(), sentences: []) })
}

/// Reads a file and writes it again with other texts.
private func readDocument(_ input: [UInt8], _ format: DocumentFormat) throws {
  let document = try format.read(input, textLimitBytes: 1 << 20)
  _ = try document.written(document.texts.map { $0.text.uppercased() })
}

/// Reads XML as the text of a .docx: mutated archives seldom have the right checksums.
private func readWordDocument(_ input: [UInt8]) throws {
  let head = #"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">"#
  var archive = ZipWriter()
  archive.add("[Content_Types].xml", Array(contentTypes.utf8))
  archive.add("word/document.xml", Array(head.utf8) + input + Array("</w:document>".utf8))
  try readDocument(archive.finish(), .wordDocument)
}

private let contentTypes = """
  <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" \
  ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>
  """

/// Reads what a client sends on one connection, in two pieces, and answers each request.
private func readRequests(_ input: [UInt8]) throws {
  var connection = Connection(
    limits: HTTPLimits(), timeouts: HTTPTimeouts(), peerAddress: "127.0.0.1",
    refusalBody: { HTTPResponse(status: $0.error.status, body: Array($0.error.message.utf8)) }, now: .now())
  let half = input.count / 2
  for piece in [input[..<half], input[half...]] where connection.wantsRead {
    let actions = Array(piece).withUnsafeBytes { connection.received($0, now: .now()) }
    answer(actions, on: &connection)
  }
  answer(connection.receivedEnd(now: .now()), on: &connection)
}

private func answer(_ actions: [Connection.Action], on connection: inout Connection) {
  for case .start(let id, let request) in actions {
    let response = HTTPResponse(status: 200, body: Array(request.path.utf8))
    answer(connection.respond(to: id, response, now: .now()), on: &connection)
  }
}

// MARK: - Entry

#if FUZZING
  private let parser: FuzzedParser = {
    let name = ProcessInfo.processInfo.environment["DRAGOMAN_FUZZED_PARSER"] ?? ""
    guard let parser = FuzzedParser.named(name) else { fatalError("DRAGOMAN_FUZZED_PARSER: no parser \(name)") }
    return parser
  }()

  @_cdecl("LLVMFuzzerTestOneInput")
  public func feedOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    parser.feed(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  }
#else
  @main
  enum Fuzz {
    static func main() {
      let arguments = CommandLine.arguments.dropFirst()
      guard let name = arguments.first, let parser = FuzzedParser.named(name) else {
        print("usage: dragoman-fuzz PARSER FILE …\nparsers: \(FuzzedParser.all.map(\.name).joined(separator: " "))")
        exit(2)
      }
      for path in arguments.dropFirst() {
        guard let bytes = FileManager.default.contents(atPath: path) else {
          print("\(path): cannot be read")
          exit(1)
        }
        do {
          try parser.read(Array(bytes))
          print("\(path): read")
        } catch {
          print("\(path): \(error)")
        }
      }
    }
  }
#endif
