import API
import Batching
import HTTP
import Tensor
import Terminal
import Translation

/// `dragoman serve`: the server.
enum ServeCommand: Command {
  static let name = "serve"
  static let summary = "Serves models over HTTP."
  static let usage = "--model DIR … [--models DIR …] [flags]"
  static let flags: [any FlagDeclaration] = ownFlags + JobFlags.all
  private static let ownFlags: [any FlagDeclaration] = [
    ModelFlags.models, modelFolders, argosPackages, maxModelMemory, modelIdle, maxMemory, host, port,
    ModelFlags.workers, ModelFlags.maxBatchTokens, ModelFlags.maxBatchRows,
    batching, maxDelay, ModelFlags.beam, ModelFlags.pair, ModelFlags.precision, ModelFlags.noShortlist, noPivot,
    maxQueue, maxQueueTokens, requestTimeout, characterLimit, batchLimit, maxBodyBytes, maxConnections, drainSeconds,
    log, logText, apiKeys, rateLimit, trustedProxy, corsOrigin, urlPrefix, noFiles, fileLifetime, glossaries,
    glossaryStore, cacheSize, cachePerKey,
  ]

  private static let modelFolders = Flag.texts(
    "models", "DIR", "folder of models, each loaded at its first use; new ones are found without a restart")
  private static let argosPackages = Flag.texts(
    "argos-packages", "DIR", "folder of Argos Translate's packages, loaded like those of --models")
  private static let maxModelMemory = Flag.optionalInteger(
    "max-model-memory", "MIB", in: 1...1 << 24,
    "memory of the models of --models and --argos-packages; those unused longest leave first")
  private static let modelIdle = Flag.optionalInteger(
    "model-idle-minutes", "MINUTES", in: 1...100_000, "time after which an unused model of --models leaves")
  private static let maxMemory = Flag.optionalInteger(
    "max-memory", "MIB", in: 1...1 << 24,
    "memory that unanswered requests can take together; half of what the models leave if absent")
  private static let host = Flag.text("host", "HOST", default: "127.0.0.1", "address to listen on; :: for all")
  private static let port = Flag.integer(
    "port", "PORT", default: 5000, in: 0...65535, "port to listen on; 0 takes a free one")
  private static let maxDelay = Flag.optionalNumber(
    "max-delay-ms", "MS", in: 0...10_000,
    "longest wait of a sentence for others to be encoded with; 10, or 3 with static batches")
  private static let batching = Flag.choice(
    "batching", BatchMode.allCases, default: ModelFlags.defaults.batching,
    "whether sentences join running batches, or wait for whole ones")
  private static let noPivot = Flag.toggle(
    "no-pivot", "serve only pairs with a model of their own, none through a pivot language")
  private static let maxQueue = Flag.integer(
    "max-queue", "N", default: ModelFlags.defaults.maxQueuedSentences, in: 1...Int(Int32.max),
    "sentences that can wait; three quarters of them for one client; further requests get 503")
  private static let maxQueueTokens = Flag.integer(
    "max-queue-tokens", "N", default: ModelFlags.defaults.maxQueuedTokens, in: 1...Int(Int32.max),
    "limit like --max-queue for the sentences' tokens times hypotheses")
  private static let requestTimeout = Flag.integer(
    "request-timeout-ms", "MS", default: 30_000, in: 1...Int(Int32.max),
    "time for a request, and the upper limit of X-Request-Timeout-Ms")
  private static let characterLimit = Flag.integer(
    "char-limit", "N", default: ModelFlags.defaults.characterLimit, in: 1...Int(Int32.max),
    "characters in all texts of a request")
  private static let batchLimit = Flag.integer(
    "batch-limit", "N", default: ServerSettings.defaultBatchLimit, in: 1...Int(Int32.max), "texts of a request")
  private static let maxBodyBytes = Flag.integer(
    "max-body-bytes", "N", default: ServerSettings.defaultBodyLimit, in: 1...1 << 30,
    "bytes of a request's body, also once it is unpacked")
  private static let maxConnections = Flag.integer(
    "max-connections", "N", default: 4096, in: 1...1_000_000, "open connections")
  private static let drainSeconds = Flag.number(
    "drain-seconds", "S", default: 20, in: 0...3600, "time for accepted requests to finish after SIGTERM")
  private static let log = Flag.optionalChoice(
    "log", LogFormat.allCases, "a line of JSON per request on stderr, or none; json if absent")
  private static let logText = Flag.toggle("log-text", "log texts and translations too")
  /// Never empty: a variable that was left empty by mistake must not open the server to everybody.
  private static let apiKeys = Flag.optionalText(
    "api-keys", "FILE", isNeverEmpty: true,
    "file of keys, one name:key per line, with limits if wanted; every translation needs one of them")
  private static let rateLimit = Flag.optionalInteger(
    "rate-limit", "N", in: 1...1_000_000, "requests per minute from one address, or with one key")
  private static let trustedProxy = Flag.addressRanges(
    "trusted-proxy", "proxy whose X-Forwarded-For and X-Forwarded-Proto are believed, an address or a range")

  private static let urlPrefix = Flag.urlPrefix(
    "url-prefix", "path below which a proxy has the server; requests with and without it are answered")
  private static let glossaries = Flag.optionalText(
    "glossaries", "DIR", "folder of files of terms that requests name; new ones are found without a restart")
  private static let glossaryStore = Flag.optionalText(
    "glossary-store", "DIR", "folder that keeps the glossaries of DeepL's clients; in memory if absent")
  private static let cacheSize = Flag.optionalInteger(
    "cache-mb", "MIB", in: 1...1 << 20, "memory for translations of sentences, which are given again; none if absent")
  private static let cachePerKey = Flag.toggle(
    "cache-per-key", "give a cached translation only to the key, or the address, that it was made for")
  private static let noFiles = Flag.toggle("disable-files-translation", "translate no files")
  private static let fileLifetime = Flag.integer(
    "file-lifetime", "MINUTES", default: 60, in: 1...10_080, "how long a translated file can be fetched")
  private static let corsOrigin = Flag.origins(
    "cors-origin", "origin of pages that can read the answers; any if absent")

  static func run(_ values: FlagValues) throws -> Int32 {
    guard !values[ModelFlags.models].isEmpty || !roots(values).isEmpty else {
      throw UsageError("--model is missing, expected DIR")
    }
    let maxConnections = try FileDescriptorLimit.raise(forConnections: values[maxConnections])
    var http = HTTPServerConfiguration()
    http.host = values[host]
    http.port = values[port]
    http.limits.bodyBytes = values[maxBodyBytes]
    http.maxConnections = maxConnections
    let memoryLimit = MemoryLimit(chosenBytes: values[maxMemory].map { $0 << 20 })
    http.maxHeldBytes = memoryLimit.connectionBytes
    http.schedule = WorkQueue.shared.async(client:_:)
    var settings = ServerSettings(
      characterLimit: values[characterLimit], batchLimit: values[batchLimit], needsKey: values[apiKeys] != nil,
      files: values[noFiles] ? nil : TranslatedFiles(lifetime: .seconds(60 * values[fileLifetime])),
      bodyLimit: values[maxBodyBytes], urlPrefix: values[urlPrefix])
    settings.jobLimits = JobFlags.limits(values)
    settings.memory = http.memory
    let process = ServerProcess(
      http: http, memoryLimit: memoryLimit, service: service(values),
      log: LogSettings(format: values[log] ?? .json, includesTexts: values[logText]),
      access: AccessSettings(
        keyFile: values[apiKeys], requestsPerMinute: values[rateLimit], trustedProxies: values[trustedProxy],
        origins: values[corsOrigin]),
      settings: settings,
      glossaries: GlossarySettings(folder: values[glossaries], store: values[glossaryStore]),
      jobs: values[JobFlags.folder], drainSeconds: values[drainSeconds])
    return try process.run()
  }

  private static func roots(_ values: FlagValues) -> StoredFolders.Roots {
    StoredFolders.Roots(models: values[modelFolders], packages: values[argosPackages])
  }

  private static func service(_ values: FlagValues) -> ServiceConfiguration {
    var configuration = ServiceConfiguration(modelDirectories: values[ModelFlags.models])
    configuration.roots = roots(values)
    configuration.storeLimits = ModelStore.Limits(
      bytes: values[maxModelMemory].map { $0 << 20 }, idleSeconds: values[modelIdle].map { Double($0 * 60) })
    configuration.workers = values[ModelFlags.workers]
    CoreTeam.start(threads: configuration.workers)
    configuration.maxBatchTokens = values[ModelFlags.maxBatchTokens]
    configuration.maxBatchRows = values[ModelFlags.maxBatchRows]
    configuration.batching = values[batching]
    configuration.maxDelayMilliseconds = values[maxDelay]
    configuration.maxQueuedSentences = values[maxQueue]
    configuration.maxQueuedTokens = values[maxQueueTokens]
    configuration.requestTimeoutMilliseconds = values[requestTimeout]
    configuration.pair = values[ModelFlags.pair]
    configuration.preferences = ModelFlags.preferences(values)
    configuration.usesPivots = !values[noPivot]
    configuration.beam = values[ModelFlags.beam]
    configuration.characterLimit = values[characterLimit]
    configuration.backgroundCharacterLimit = JobFlags.limits(values).characters
    configuration.cache = values[cacheSize].map {
      ClauseCache(capacityBytes: $0 << 20, isPerClient: values[cachePerKey])
    }
    return configuration
  }
}
