import Dispatch
import Synchronization
import Translation

/// The documents that clients have uploaded and come back for, from the upload to the end of the translated file's time.
///
/// Few documents are translated at a time, and clients take turns. A waiting document is only the bytes that were uploaded.
/// Translated files go to the store of `/translate_file`.
final class DocumentJobs: Sendable {
  /// Documents in translation at a time, each with one block of texts in the service.
  private static let maxRunning = 2
  /// Documents that are remembered, waiting ones included.
  private static let maxJobs = 4096
  /// Bytes of all uploads that are not translated yet.
  private static let maxWaitingBytes = 64 << 20

  private struct State {
    var jobs: [String: DocumentJob] = [:]
    /// Ids of all jobs, the oldest first; those before `firstKept` are forgotten.
    var order: [String] = []
    var firstKept = 0
    var waiting: [DocumentJob] = []
    var running: [DocumentJob] = []
    var waitingBytes = 0
  }

  private let server: RouteContext
  private let state = Mutex(State())

  init(_ server: RouteContext) {
    self.server = server
  }

  /// Takes a document, and translates it when its turn comes.
  /// - Throws: `Refusal` if there is no room.
  func add(_ job: DocumentJob) throws {
    try state.withLock { state in
      guard state.waitingBytes + job.uploadBytes <= Self.maxWaitingBytes, makeRoom(&state) else {
        throw Refusal.service(.queueFull(retryAfterSeconds: 10))
      }
      state.jobs[job.id] = job
      state.order.append(job.id)
      state.waiting.append(job)
      state.waitingBytes += job.uploadBytes
    }
    startNext()
  }

  /// The job of an id and its secret key.
  func job(_ id: String, key: String) -> DocumentJob? {
    guard let secret = PaddedSecret(key), let job = state.withLock({ $0.jobs[id] }) else { return nil }
    return job.secret.equals(secret) ? job : nil
  }

  /// Forgets the oldest job if there are too many. Called under the lock.
  /// - Returns: false if it is not translated yet.
  private func makeRoom(_ state: inout State) -> Bool {
    guard state.jobs.count >= Self.maxJobs else { return true }
    let oldest = state.order[state.firstKept]
    guard state.jobs[oldest]?.isOver != false else { return false }
    state.jobs[oldest] = nil
    state.firstKept += 1
    if 2 * state.firstKept >= state.order.count {
      state.order.removeFirst(state.firstKept)
      state.firstKept = 0
    }
    return true
  }

  /// Starts the next document if one can start: the oldest of a client that has none in translation, else the oldest.
  private func startNext() {
    let next: DocumentJob? = state.withLock { state in
      guard state.running.count < Self.maxRunning, !state.waiting.isEmpty else { return nil }
      let busy = Set(state.running.map(\.client))
      let index = state.waiting.firstIndex { !busy.contains($0.client) } ?? 0
      let job = state.waiting.remove(at: index)
      state.running.append(job)
      return job
    }
    guard let next else { return }
    DispatchQueue.global().async { [self] in
      DocumentTranslation(next, server) { [self] in
        state.withLock { state in
          state.running.removeAll { $0 === next }
          state.waitingBytes -= next.uploadBytes
        }
        startNext()
      }.start()
    }
  }
}

// MARK: - One document

/// A document of a client, and how far its translation is.
final class DocumentJob: Sendable {
  enum Phase: Sendable {
    case waiting, translating
    /// Translated; the name of the file in the store of translated files.
    case done(String)
    /// The reason why there is no translation.
    case failed(String)
  }

  private struct Progress {
    var phase = Phase.waiting
    /// The document; empty once its translation has begun.
    var upload: [UInt8]
    var startSeconds = 0.0
    var characters = 0
  }

  let id = RandomName.made()
  /// The key that the client of the document has.
  let key = RandomName.made() + RandomName.made()
  let secret: PaddedSecret
  let uploadBytes: Int
  let name: String
  let source: String?
  let target: String
  /// The identity of the client, for fair turns.
  let client: String
  let apiKey: APIKey?
  /// Number of characters of all texts.
  let characters: Int
  private let progress: Mutex<Progress>

  /// - Throws: `TranslationError` if no key can be made.
  init(
    _ upload: [UInt8], named name: String, source: String?, target: String, client: String, apiKey: APIKey?,
    characters: Int
  ) throws {
    guard let secret = PaddedSecret(key) else { throw TranslationError.failed("no key for the document") }
    self.secret = secret
    uploadBytes = upload.count
    progress = Mutex(Progress(upload: upload))
    self.name = name
    self.source = source
    self.target = target
    self.client = client
    self.apiKey = apiKey
    self.characters = characters
  }

  var phase: Phase { progress.withLock { $0.phase } }

  var isOver: Bool {
    switch phase {
    case .waiting, .translating: false
    case .done, .failed: true
    }
  }

  /// The time to the end at the rate so far; nil as long as nothing is translated.
  func secondsRemaining(now: Double) -> Int? {
    let progress = progress.withLock { $0 }
    guard case .translating = progress.phase, progress.characters > 0 else { return nil }
    let rate = max(now - progress.startSeconds, 0.001) / Double(progress.characters)
    return Int((rate * Double(max(0, characters - progress.characters))).rounded(.up))
  }

  /// - Returns: the document, which the job holds no longer.
  fileprivate func begin(now: Double) -> [UInt8] {
    progress.withLock { progress in
      progress.phase = .translating
      progress.startSeconds = now
      defer { progress.upload = [] }
      return progress.upload
    }
  }

  fileprivate func advance(by characters: Int) {
    progress.withLock { $0.characters += characters }
  }

  fileprivate func end(_ phase: Phase) {
    progress.withLock { $0.phase = phase }
  }
}

// MARK: - Translation

/// The translation of one document, a block of texts after the other.
///
/// `@unchecked Sendable`: one block is in translation at a time, and its answer starts the next step; no two threads
/// touch the variables at once.
private final class DocumentTranslation: @unchecked Sendable {
  /// The bounds of a block. The language of a document is detected in its first block, which is larger for that.
  private static let blockTexts = 64
  private static let blockBytes = 16 << 10
  private static let detectionBlocks = 8
  /// Number of times that a block is sent again because the service was busy.
  private static let maxAttempts = 60

  private let job: DocumentJob
  private let server: RouteContext
  private let finished: @Sendable () -> Void
  private var file: UploadedFile?
  private var texts: ArraySlice<String> = []
  private var translations: [String] = []
  private var source: String?
  private var attempts = 0

  init(_ job: DocumentJob, _ server: RouteContext, finished: @escaping @Sendable () -> Void) {
    self.job = job
    self.server = server
    self.finished = finished
    source = job.source
  }

  func start() {
    let upload = job.begin(now: server.ledger.time.steadySeconds())
    do {
      var terms = RequestTerms(client: job.client)
      let file = try UploadedFile(upload, named: job.name, server.settings, &terms) { false }
      self.file = file
      texts = file.document.texts.map(\.text)[...]
      step()
    } catch {
      fail(error)
    }
  }

  private func step() {
    guard !texts.isEmpty else { return write() }
    let block = nextBlock()
    var request = TranslationRequest(texts: block, source: source, target: job.target)
    request.format = file?.document.isMarkup == true ? .html : .text
    request.translatesAttributes = true
    request.isOfOneLanguage = true
    request.terms = RequestTerms(client: job.client)
    do {
      try server.slot.withService { service in
        _ = service.translate(service.understood(request)) { result in
          DispatchQueue.global().async { self.receive(result, count: block.count) }
        }
      }
    } catch {
      again(after: error)
    }
  }

  private func nextBlock() -> [String] {
    let factor = source == nil ? Self.detectionBlocks : 1
    var bytesLeft = Self.blockBytes * factor
    var block: [String] = []
    for text in texts.prefix(Self.blockTexts * factor) {
      bytesLeft -= text.utf8.count
      guard bytesLeft >= 0 || block.isEmpty else { break }
      block.append(text)
    }
    return block
  }

  private func receive(_ result: Result<[TranslatedText], TranslationError>, count: Int) {
    switch result {
    case .success(let translated):
      attempts = 0
      job.advance(by: texts.prefix(count).reduce(0) { $0 + $1.unicodeScalars.count })
      texts = texts.dropFirst(count)
      translations += translated.map(\.text)
      source = source ?? translated.first?.detected?.language
      step()
    case .failure(let error):
      again(after: error)
    }
  }

  /// Sends the block again if the service had no room for it at the moment.
  private func again(after error: any Error) {
    let wait = ErrorStatus(error).headers["Retry-After"].flatMap { Int($0) }
    var isLate = false
    if case .deadlinePassed? = error as? TranslationError { isLate = true }
    guard wait != nil || isLate, attempts < Self.maxAttempts else { return fail(error) }
    attempts += 1
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(wait ?? 1)) { self.step() }
  }

  private func write() {
    do {
      guard let file, let files = server.settings.files else { throw Refusal.filesDisabled }
      let target = try server.slot.withService { $0.pairs.target(named: job.target) }
      let written = try file.translated(translations, into: target)
      let name = try files.add(written, ending: file.format.answerExtension)
      settle(job.characters)
      job.end(.done(name))
      finished()
    } catch {
      fail(error)
    }
  }

  private func fail(_ error: any Error) {
    settle(0)
    job.end(.failed(ErrorStatus(error).message))
    finished()
  }

  private func settle(_ characters: Int) {
    let ledger = server.ledger
    ledger.usage.settle(
      characters, reserved: job.apiKey?.quota.isLimited == true ? job.characters : 0, key: job.apiKey?.name,
      unixMilliseconds: ledger.time.unixMilliseconds())
  }
}
