import Decoding
import Synchronization

/// The results of clauses that were decoded before, for requests that ask for the same again. The clause that was used
/// longest ago leaves first.
///
/// A result is found by all that decides about it: the tokens that the model reads, every option of the search, and the
/// model. A model that is loaded again is another model.
package final class ClauseCache: Sendable {
  private let capacityBytes: Int
  private let isPerClient: Bool
  private let state = Mutex(State())

  /// Entries by key, and from the one used last to the one used longest ago.
  fileprivate struct State {
    var indices: [Key: Int] = [:]
    var entries: [Entry] = []
    var freeIndices: [Int] = []
    /// Indices of the ends of the list; nil if it is empty.
    var newest: Int?
    var oldest: Int?
    var use = CacheUse()
  }

  fileprivate struct Entry {
    /// Nil if the index is free.
    var key: Key?
    var result: DecodingResult
    var bytes: Int
    var newer: Int?
    var older: Int?
  }

  /// - Parameters:
  ///   - capacityBytes: the most bytes of all entries.
  ///   - isPerClient: whether a client has only results of its own requests.
  package init(capacityBytes: Int, isPerClient: Bool = false) {
    self.capacityBytes = capacityBytes
    self.isPerClient = isPerClient
  }

  package var use: CacheUse { state.withLock { $0.use } }

  /// The key of a clause; nil if its result is not kept: one that was drawn by chance without a seed that somebody chose,
  /// one with whole maps of attention, and one of a given target.
  func key(of request: ClauseRequest, client: String) -> Key? {
    let options = request.decoding.options
    guard options.sampling?.isSeeded ?? true, options.forcedTarget == nil else { return nil }
    if case .weights = options.capture { return nil }
    return Key(request, client: isPerClient ? client : "")
  }

  /// The result of a clause that was decoded before.
  func result(of key: Key) -> DecodingResult? {
    state.withLock { state in
      guard let index = state.indices[key] else {
        state.use.misses += 1
        return nil
      }
      state.use.hits += 1
      state.unlink(index)
      state.linkAsNewest(index)
      return state.entries[index].result
    }
  }

  /// Keeps a result. One that takes a large part of the cache, or that was cancelled, is not kept.
  func keep(_ result: DecodingResult, of key: Key) {
    let bytes = key.bytes + Self.bytes(of: result)
    let isWhole = !result.hypotheses.contains { $0.stopReason == .cancelled }
    guard isWhole, bytes <= capacityBytes / 16 else { return }
    state.withLock { state in
      guard state.indices[key] == nil else { return }
      while state.use.bytes + bytes > capacityBytes { state.removeOldest() }
      let entry = Entry(key: key, result: result, bytes: bytes)
      let index = state.freeIndices.popLast() ?? state.entries.count
      if index == state.entries.count { state.entries.append(entry) } else { state.entries[index] = entry }
      state.indices[key] = index
      state.linkAsNewest(index)
      state.use.entries += 1
      state.use.bytes += bytes
    }
  }

  /// Bytes of an entry beside its arrays: key, options, links and its part of the tables. Rounded up from their sizes.
  fileprivate static let overheadBytes = 1024
  /// Bytes of an array beside its elements.
  private static let arrayBytes = 32

  private static func bytes(of result: DecodingResult) -> Int {
    result.hypotheses.reduce(result.alignment.count * MemoryLayout<Int>.size) { sum, hypothesis in
      sum + 4 * (hypothesis.tokens.count + hypothesis.logProbs.count) + MemoryLayout<Hypothesis>.stride + 2 * arrayBytes
    }
  }
}

/// The use of a cache so far, and its size.
package struct CacheUse: Sendable, Equatable {
  package var hits = 0
  package var misses = 0
  package var entries = 0
  package var bytes = 0
}

// MARK: - Requests of a round

/// The requests of a round, after a look into the cache.
struct CachedRound: Sendable {
  /// Requests with results that were known.
  var known: [(request: ClauseRequest, result: DecodingResult)] = []
  /// Requests for workers, and what happens with the result of each.
  var requests: [ClauseRequest] = []
  var followers: [ClauseFollowers] = []
}

/// The destinations of a worker's result beside its own request.
struct ClauseFollowers: Sendable {
  /// The key in the cache; nil if the result is not kept.
  var key: ClauseCache.Key?
  /// Requests of the same round for the same.
  var requests: [ClauseRequest] = []
}

extension ClauseCache {
  /// Divides the requests of a round into those whose results are known, those for workers, and those that follow one of
  /// these.
  func sort(_ requests: [ClauseRequest], of client: String) -> CachedRound {
    var round = CachedRound()
    var indices: [Key: Int] = [:]
    for request in requests {
      let key = key(of: request, client: client)
      if let key, let index = indices[key] {
        round.followers[index].requests.append(request)
        countHit()
      } else if let key, let result = result(of: key) {
        round.known.append((request, result))
      } else {
        if let key { indices[key] = round.requests.count }
        round.requests.append(request)
        round.followers.append(ClauseFollowers(key: key))
      }
    }
    return round
  }

  private func countHit() { state.withLock { $0.use.hits += 1 } }
}

extension ClauseRequest {
  /// The answer with a result that no worker had to find. Listeners hear all of its tokens.
  func answer(_ result: DecodingResult) -> ClauseAnswer {
    let translated = result.hypotheses.first?.tokens ?? []
    stream?.finish(translated, id)
    let timings = Timings(queueMilliseconds: 0, encodeMilliseconds: 0, decodeMilliseconds: 0, batchSize: 0)
    let tokens = TokenCounts(source: decoding.source.count, target: translated.count)
    return ClauseAnswer(id: id, result: result, tokens: tokens, timings: timings)
  }
}

// MARK: - Keys

extension ClauseCache {
  /// All that decides about the result of a clause. Its digest is made once, outside of any lock.
  final class Key: Sendable {
    private let model: UInt64
    private let client: String
    private let decoding: DecodingRequest
    private let digest: Int

    fileprivate init(_ request: ClauseRequest, client: String) {
      var decoding = request.decoding
      // Tokens are told of in any case once they are known.
      decoding.options.tellsTokens = false
      model = request.decoders.modelIdentity
      self.client = client
      self.decoding = decoding
      var hasher = Hasher()
      hasher.combine(model)
      hasher.combine(client)
      hasher.combine(decoding)
      digest = hasher.finalize()
    }

    fileprivate var bytes: Int {
      var bytes = ClauseCache.overheadBytes + 4 * (decoding.source.count + decoding.options.prefix.count)
      if case .alignment(let capture) = decoding.options.capture {
        bytes += capture.candidates.count * MemoryLayout<Int>.size
      }
      for term in decoding.options.terms?.terms ?? [] {
        bytes += Self.bytes(of: term.forms) + term.forms.reduce(0) { $0 + 256 * $1.misfits.count }
      }
      for number in decoding.options.numbers?.numbers ?? [] { bytes += Self.bytes(of: number.forms) }
      return bytes + client.utf8.count + (decoding.options.suppressed?.bytes ?? 0)
    }

    /// The bytes of a term or a number with its forms.
    private static func bytes(of forms: [TermForm]) -> Int {
      forms.reduce(128) { $0 + 4 * $1.all.joined().count + 128 }
    }
  }
}

extension ClauseCache.Key: Hashable {
  static func == (a: ClauseCache.Key, b: ClauseCache.Key) -> Bool {
    a.digest == b.digest && a.model == b.model && a.client == b.client && a.decoding == b.decoding
  }

  func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

// MARK: - The order of use

extension ClauseCache.State {
  fileprivate mutating func unlink(_ index: Int) {
    let (newer, older) = (entries[index].newer, entries[index].older)
    if let newer { entries[newer].older = older } else { newest = older }
    if let older { entries[older].newer = newer } else { oldest = newer }
  }

  fileprivate mutating func linkAsNewest(_ index: Int) {
    entries[index].newer = nil
    entries[index].older = newest
    if let newest { entries[newest].newer = index } else { oldest = index }
    newest = index
  }

  /// Removes the entry that was used longest ago. There must be one.
  fileprivate mutating func removeOldest() {
    guard let index = oldest else { return use.bytes = 0 }
    unlink(index)
    if let key = entries[index].key { indices[key] = nil }
    use.entries -= 1
    use.bytes -= entries[index].bytes
    entries[index] = ClauseCache.Entry(key: nil, result: DecodingResult(hypotheses: []), bytes: 0)
    freeIndices.append(index)
  }
}
