import Foundation
import Translation

/// The destination of all accounts: metrics, usage by key, and the log.
package struct RequestLedger: Sendable {
  package let metrics: ServiceMetrics
  /// The log; nil if nothing is logged.
  let log: RequestLog?
  let time: TimeSource
  let usage = UsageTally()

  package init(metrics: ServiceMetrics = ServiceMetrics(), log: RequestLog? = nil, time: TimeSource = .system) {
    self.metrics = metrics
    self.log = log
    self.time = time
  }

  /// Counts a request that is over, answers it, and logs it, in this order: the request is counted before its client has
  /// the answer, and the answer does not wait for the log.
  /// - Parameter reservedCharacters: the characters that the request had reserved from the quota of its key.
  func enter(_ account: RequestAccount, releasing reservedCharacters: Int = 0, answer: () -> Void = {}) {
    if account.job == nil { metrics.count(account) }
    let now = time.unixMilliseconds()
    usage.settle(
      account.work?.characters ?? 0, reserved: reservedCharacters, key: account.key, unixMilliseconds: now)
    answer()
    log?.write(account, unixMilliseconds: now)
  }
}

// MARK: - Accounts

/// The account of one request, for metrics and the log.
struct RequestAccount: Sendable, Equatable {
  var id: String
  /// The method; nil if the request could not be read.
  var method: String?
  /// The path pattern of its route, never the path as it was sent.
  var route: String
  /// Sizes of the bodies, in bytes.
  var bytesIn = 0
  var bytesOut = 0
  var status = 0
  /// Time from the whole request to its answer; nil if the request never was whole.
  var seconds: Double?
  var work: RequestWork?
  /// The name of the API key, never the key.
  var key: String?
  var refusal: RequestRefusal?
  /// The id of the job that the work was for; nil for a request of a client.
  var job: String?
}

/// The reason for which a request was refused.
struct RequestRefusal: Sendable, Equatable {
  var reason: RefusalReason
  /// The message to the client, which can quote values of the request.
  var message: String
}

/// The work that was done for a request.
struct RequestWork: Sendable, Equatable {
  var sentences: Int
  /// Number of Unicode scalars of the texts.
  var characters: Int
  var tokens: TokenCounts
  /// Timings of the text that took longest.
  var queueMilliseconds: Double?
  var encodeMilliseconds: Double?
  var decodeMilliseconds: Double?
  var batchSize: Int?
  var texts: TextList
  var translations: LoggedTexts

  init(_ texts: TextList, _ translated: [TranslatedText]) {
    characters = texts.characterCount
    sentences = translated.reduce(0) { $0 + $1.sentences.count + $1.unlistedSentences }
    tokens = translated.reduce(TokenCounts()) {
      TokenCounts(source: $0.source + $1.tokens.source, target: $0.target + $1.tokens.target)
    }
    let timings = translated.isEmpty ? nil : Timings(longestOf: translated.lazy.map(\.timings))
    queueMilliseconds = timings?.queueMilliseconds
    encodeMilliseconds = timings?.encodeMilliseconds
    decodeMilliseconds = timings?.decodeMilliseconds
    batchSize = timings?.batchSize
    self.texts = texts
    translations = LoggedTexts(translated)
  }

  /// - Parameter text: the whole text, though the work was on one sentence of it.
  init(_ text: String, _ attention: AttentionAnswer) {
    sentences = 1
    characters = [text].characterCount
    tokens = TokenCounts(source: attention.sourceTokens.count, target: attention.targetTokens.count)
    texts = [text]
    translations = LoggedTexts([])
  }
}

/// Translations as they are logged. They are made only then, because a document has many thousands.
struct LoggedTexts: Sendable, Equatable {
  private let texts: [TranslatedText]

  init(_ texts: [TranslatedText]) { self.texts = texts }

  var isEmpty: Bool { texts.isEmpty }
  var values: [String] { texts.map(\.text) }

  static func == (one: LoggedTexts, other: LoggedTexts) -> Bool { one.values == other.values }
}

// MARK: - Names of requests

/// The name of a request in logs and answers, which the client or a load balancer can choose.
enum RequestID {
  static let field = "X-Request-Id"
  private static let lengths = 1...128

  /// The name that the client gave, if it fits into a header and a log; else a new name.
  static func taken(from given: String?) -> String {
    guard let given, lengths.contains(given.utf8.count), given.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return RandomName.made()
    }
    return given
  }
}

/// Names that cannot be guessed.
enum RandomName {
  private static let digits = Array("0123456789abcdef".utf8)

  /// A name of 16 random bytes in hexadecimal.
  static func made() -> String {
    String(unsafeUninitializedCapacity: 32) { text in
      for half in 0..<2 {
        var bits = UInt64.random(in: 0 ... .max)
        for place in 0..<16 {
          text[16 * half + place] = digits[Int(bits & 15)]
          bits >>= 4
        }
      }
      return 32
    }
  }
}
