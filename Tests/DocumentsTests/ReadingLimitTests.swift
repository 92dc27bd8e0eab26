import Documents
import Testing

/// Tests of the limits of reading: the bytes of the texts, and cancellation.
struct ReadingLimitTests {
  /// A file of 5,000 parts for each format that has parts.
  static let files: [(DocumentFormat, String)] = [
    (.subRip, String(repeating: "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n", count: 5000)),
    (.webVTT, "WEBVTT\n\n" + String(repeating: "00:01.000 --> 00:02.000\nHello\n\n", count: 5000)),
    (.markdown, String(repeating: "# Hello hello hello\n\n", count: 5000)),
    (.portableObject, String(repeating: "msgid \"Hello\"\nmsgstr \"\"\n\n", count: 5000)),
    (.portableObject, "msgid \"A long message\"\n" + String(repeating: "msgstr\n", count: 5000)),
  ]

  @Test(arguments: files.indices) func readingEndsSoonAfterItIsCancelled(number: Int) {
    let (format, file) = Self.files[number]
    let checks = Counter()
    #expect(throws: DocumentError.cancelled) {
      try format.read(file) {
        checks.value += 1
        return checks.value == 2
      }
    }
    #expect(checks.value == 2)
  }

  @Test(arguments: files.indices) func cancellationIsCheckedOncePerFewKilobytes(number: Int) throws {
    let (format, file) = Self.files[number]
    let checks = Counter()
    let document = try format.read(file) {
      checks.value += 1
      return false
    }
    let bytes = max(file.utf8.count, document.texts.reduce(0) { $0 + $1.text.utf8.count })
    #expect(checks.value >= bytes / (1 << 15))
    #expect(checks.value <= 2 * bytes / (1 << 14))
  }

  /// One message for many empty translations has more text than its file has bytes.
  @Test func readingEndsOnceItsTextsExceedTheLimit() throws {
    let message = String(repeating: "a", count: 1000)
    let file = "msgid \"" + message + "\"\n" + String(repeating: "msgstr\n", count: 1000)
    #expect(throws: DocumentError.textsTooLong(foundBytes: 11_000, limitBytes: 10_000)) {
      try DocumentFormat.portableObject.read(file, textLimitBytes: 10_000)
    }
    #expect(try DocumentFormat.portableObject.read(file, textLimitBytes: 1_000_000).texts.count == 1000)
  }
}

private final class Counter {
  var value = 0
}
