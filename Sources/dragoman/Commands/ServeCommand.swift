import API
import Batching
import HTTP
import Tensor
import Translation

/// `dragoman serve`: the server.
enum ServeCommand: Command {
  static let name = "serve"
  static let summary = "Serves models over HTTP."
  static let usage = "--model DIR … [flags]"
  static let flags: [any FlagDeclaration] = [
    CommonFlags.models, host, port, CommonFlags.workers, CommonFlags.maxBatchTokens, CommonFlags.maxBatchRows,
    batching, maxDelay, CommonFlags.beam, CommonFlags.pair, CommonFlags.precision, CommonFlags.noShortlist, noPivot,
    maxQueue, maxQueueTokens, requestTimeout, characterLimit, batchLimit, maxBodyBytes, maxConnections, drainSeconds,
    log, logText, apiKeys, rateLimit, trustedProxy, corsOrigin, noFiles, fileLifetime,
  ]

  private static let host = Flag.text("host", "HOST", default: "127.0.0.1", "address to listen on; :: for all")
  private static let port = Flag.integer("port", "PORT", default: 5000, in: 0...65535, "port; 0 takes a free one")
  private static let maxDelay = Flag.optionalNumber(
    "max-delay-ms", "MS", in: 0...10_000,
    "wait at most so long for others to be encoded together with; 10, or 3 with static batches")
  private static let batching = Flag.choice(
    "batching", BatchMode.allCases, default: CommonFlags.defaults.batching,
    "whether sentences join what is under way, or wait for whole batches")
  private static let noPivot = Flag.toggle(
    "no-pivot", "serve only pairs that have a model of their own, none through a language between")
  private static let maxQueue = Flag.integer(
    "max-queue", "N", default: CommonFlags.defaults.maxQueuedSentences, in: 1...Int(Int32.max),
    "sentences that may wait, of one client three quarters; beyond, requests get 503")
  private static let maxQueueTokens = Flag.integer(
    "max-queue-tokens", "N", default: CommonFlags.defaults.maxQueuedTokens, in: 1...Int(Int32.max),
    "the same for tokens of sentences, times hypotheses")
  private static let requestTimeout = Flag.integer(
    "request-timeout-ms", "MS", default: 30_000, in: 1...Int(Int32.max),
    "time for a request, the most that X-Request-Timeout-Ms may ask for")
  private static let characterLimit = Flag.integer(
    "char-limit", "N", default: CommonFlags.defaults.characterLimit, in: 1...Int(Int32.max),
    "characters of one request's texts together")
  private static let batchLimit = Flag.optionalInteger(
    "batch-limit", "N", in: 1...Int(Int32.max), "texts of one request; any number where not given")
  private static let maxBodyBytes = Flag.integer(
    "max-body-bytes", "N", default: 4 << 20, in: 1...1 << 30, "bytes of a request's body")
  private static let maxConnections = Flag.integer(
    "max-connections", "N", default: 4096, in: 1...1_000_000, "connections held at once")
  private static let drainSeconds = Flag.number(
    "drain-seconds", "S", default: 20, in: 0...3600, "after SIGTERM, time for accepted requests to finish")
  private static let log = Flag.optionalChoice(
    "log", LogFormat.allCases, "a line of JSON on stderr for each request, or none; json where not given")
  private static let logText = Flag.toggle("log-text", "log the texts and their translations too")
  /// A variable that was left empty by mistake must not open the server to all.
  private static let apiKeys = Flag.optionalText(
    "api-keys", "FILE", isNeverEmpty: true, "keys of which every translation needs one, a line name:key each")
  private static let rateLimit = Flag.optionalInteger(
    "rate-limit", "N", in: 1...1_000_000, "requests a minute of one address, or with one key")
  private static let trustedProxy = Flag.addressRanges(
    "trusted-proxy", "whose X-Forwarded-For is believed, an address or a range")

  private static let noFiles = Flag.toggle("disable-files-translation", "translate no files")
  private static let fileLifetime = Flag.integer(
    "file-lifetime", "MINUTES", default: 60, in: 1...10_080, "how long a translated file can be fetched")
  private static let corsOrigin = Flag.origins(
    "cors-origin", "pages that may read the answers, any where none is named")

  static func run(_ values: FlagValues) throws -> Int32 {
    guard !values[CommonFlags.models].isEmpty else { throw UsageError("--model is missing, expected DIR") }
    let maxConnections = try OpenFiles.allow(connections: values[maxConnections])
    var http = HTTPServerConfiguration()
    http.host = values[host]
    http.port = values[port]
    http.limits.bodyBytes = values[maxBodyBytes]
    http.maxConnections = maxConnections
    http.schedule = WorkQueue.shared.async(goesFirst:_:)
    let process = ServerProcess(
      http: http, service: service(values),
      log: LogSettings(format: values[log] ?? .json, holdsTexts: values[logText]),
      access: AccessSettings(
        keyFile: values[apiKeys], perMinute: values[rateLimit], trustedProxies: values[trustedProxy],
        origins: values[corsOrigin]),
      settings: ServerSettings(
        characterLimit: values[characterLimit], batchLimit: values[batchLimit], needsKey: values[apiKeys] != nil,
        files: values[noFiles] ? nil : TranslatedFiles(lifetime: .seconds(60 * values[fileLifetime]))),
      drainSeconds: values[drainSeconds])
    return try process.run()
  }

  private static func service(_ values: FlagValues) -> ServiceConfiguration {
    var configuration = ServiceConfiguration(modelDirectories: values[CommonFlags.models])
    configuration.workers = values[CommonFlags.workers]
    CoreTeam.start(threads: configuration.workers)
    configuration.maxBatchTokens = values[CommonFlags.maxBatchTokens]
    configuration.maxBatchRows = values[CommonFlags.maxBatchRows]
    configuration.batching = values[batching]
    configuration.maxDelayMilliseconds = values[maxDelay]
    configuration.maxQueuedSentences = values[maxQueue]
    configuration.maxQueuedTokens = values[maxQueueTokens]
    configuration.requestTimeoutMilliseconds = values[requestTimeout]
    configuration.pair = values[CommonFlags.pair]
    configuration.preferences = CommonFlags.preferences(values)
    configuration.usesPivots = !values[noPivot]
    configuration.beam = values[CommonFlags.beam]
    configuration.characterLimit = values[characterLimit]
    return configuration
  }
}
