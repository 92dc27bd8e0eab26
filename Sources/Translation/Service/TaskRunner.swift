import Batching
import Foundation

/// Takes a task from step to step: its requests to the workers, their answers back to it, its answer to its client.
///
/// Exactly one of a task's answer and an error reaches the completion. A task's steps run one after another: the first on
/// the caller's thread, the others on `threads`, or on the stream's queue if the task has a listener.
///
/// `@unchecked Sendable`: what changes is only touched under `lock`.
final class TaskRunner<Task: ServiceTask>: Cancellable, @unchecked Sendable {
  typealias Completion = @Sendable (Result<Task.Answer, TranslationError>) -> Void

  private let queue: Batcher<ClauseRequest, ClauseAnswer>
  private let cache: ClauseCache?
  private let threads: ServiceThreads
  private let terms: Terms
  private let stream: TranslationStream?
  private let progress: TranslationProgress?
  private let lock = NSLock()
  /// The task between its steps; nil during one, and once it is over.
  private var task: Task?
  private var round = Round()
  /// Nil once the request has its outcome.
  private var completion: Completion?
  private var outcome: TranslationError?

  /// The terms on which a request is served.
  struct Terms: Sendable {
    let client: String
    /// The client in whose turns the clauses wait.
    let turn: String
    let isBackground: Bool
    /// Nanoseconds of `clock` by which the request is to be answered; nil if it has any time.
    let deadline: UInt64?
    let clock: @Sendable () -> UInt64
    /// Whether each step takes well under a millisecond.
    let isBrief: Bool
    /// The reason why the queue takes no clause of the request; then the cache alone can answer. Nil if it takes them.
    let queueRefusal: TranslationError?

    init(
      _ terms: RequestTerms, deadline: UInt64?, clock: @escaping @Sendable () -> UInt64, isBrief: Bool,
      queueRefusal: TranslationError?
    ) {
      self.queueRefusal = queueRefusal
      client = terms.client
      turn = terms.turn
      isBackground = terms.isBackground
      self.deadline = deadline
      self.clock = clock
      self.isBrief = isBrief
    }
  }

  /// The requests in the hands of workers.
  private struct Round {
    var number = 0
    var missing = 0
    var answers = ClauseAnswers()
    var ticket: BatchTicket?
  }

  init(
    _ task: Task, _ terms: Terms, _ queue: Batcher<ClauseRequest, ClauseAnswer>, _ cache: ClauseCache?,
    _ threads: ServiceThreads, completion: @escaping Completion
  ) {
    self.task = task
    self.terms = terms
    self.queue = queue
    self.cache = cache
    self.threads = threads
    self.completion = completion
    stream = task.stream
    progress = task.progress
  }

  /// Runs the first step. The completion is called later.
  func start() {
    step(ClauseAnswers(), isFirst: true)
  }

  func cancel() {
    fail(.cancelled)
  }

  // MARK: Steps

  private func step(_ answers: ClauseAnswers, isFirst: Bool = false) {
    guard var task = takeTask() else { return }
    if !isFirst { stream?.endRound() }
    let stopCheck = StopCheck { [self] in reasonToStop }
    do throws(TranslationError) {
      switch try task.advance(answers, stopCheck) {
      case .ask(let requests):
        let number = lock.withLock { begin(requests.count, task) }
        submit(requests, round: number, continues: !isFirst)
      case .finished(let answer):
        if isFirst { schedule { self.finish(answer) } } else { finish(answer) }
      }
    } catch {
      fail(error)
    }
  }

  /// Takes the task out, so that its step owns all of it. Its arrays would be copied otherwise when they change.
  private func takeTask() -> Task? {
    lock.withLock {
      defer { task = nil }
      return task
    }
  }

  /// Between two sentences of a step.
  private var reasonToStop: TranslationError? {
    if let outcome = lock.withLock({ outcome }) { return outcome }
    if let deadline = terms.deadline, terms.clock() >= deadline { return .deadlinePassed }
    return nil
  }

  private func begin(_ count: Int, _ task: Task) -> Int {
    if outcome == nil { self.task = task }
    round = Round(number: round.number + 1, missing: count, answers: ClauseAnswers(capacity: count))
    return round.number
  }

  private func submit(_ requests: [ClauseRequest], round number: Int, continues: Bool) {
    guard let cache else { return submit(requests, followers: nil, round: number, continues: continues) }
    let asked = cache.sort(requests, of: terms.client)
    if let refusal = terms.queueRefusal, !asked.requests.isEmpty { return fail(refusal) }
    for (request, result) in asked.known { receive(.success(request.answer(result)), bytes: request.newBytes) }
    guard !asked.requests.isEmpty else { return }
    submit(asked.requests, followers: asked.followers, round: number, continues: continues)
  }

  /// - Parameter followers: what a cache does with each of the results; nil without one.
  private func submit(
    _ requests: [ClauseRequest], followers: [ClauseFollowers]?, round number: Int, continues: Bool
  ) {
    let newBytes = progress == nil ? [] : requests.map(\.newBytes)
    do {
      let ticket = try queue.submit(
        requests, client: terms.turn, deadline: terms.deadline, continues: continues, isBackground: terms.isBackground
      ) { index, result in
        if let followers { self.share(result, with: followers[index]) }
        self.receive(result, bytes: newBytes.isEmpty ? 0 : newBytes[index])
      }
      let isOver = lock.withLock {
        if round.number == number, round.missing > 0 { round.ticket = ticket }
        return outcome != nil
      }
      if isOver { ticket.cancel() }
    } catch {
      fail((error as? BatchFailure).map(TranslationError.init) ?? .failed("\(error)"))
    }
  }

  /// Keeps a worker's result in the cache, and gives it to the clauses of the round that are the same.
  private func share(_ result: Result<ClauseAnswer, BatchFailure>, with followers: ClauseFollowers) {
    guard case .success(let answer) = result else { return }
    if let key = followers.key { cache?.keep(answer.result, of: key) }
    for request in followers.requests { receive(.success(request.answer(answer.result)), bytes: request.newBytes) }
  }

  /// On a worker's thread, or on that of a step if the result was in the cache.
  /// - Parameter bytes: bytes of the source that are translated for the first time.
  private func receive(_ result: Result<ClauseAnswer, BatchFailure>, bytes: Int) {
    do throws(TranslationError) {
      let answer: ClauseAnswer
      switch result {
      case .success(let success): answer = success
      case .failure(let failure): throw TranslationError(failure)
      }
      progress?.add(bytes)
      if let answers = try store(answer) { schedule { self.step(answers) } }
    } catch {
      fail(error)
    }
  }

  /// - Returns: all answers of the round, once none is missing.
  private func store(_ answer: ClauseAnswer) throws(TranslationError) -> ClauseAnswers? {
    lock.lock()
    defer { lock.unlock() }
    guard outcome == nil else { return nil }
    try round.answers.add(answer)
    round.missing -= 1
    guard round.missing == 0 else { return nil }
    defer { round = Round(number: round.number) }
    return round.answers
  }

  // MARK: Outcomes

  private func finish(_ answer: Task.Answer) {
    guard lock.withLock({ outcome == nil }) else { return }
    stream?.end()
    takeCompletion()?(.success(answer))
  }

  private func fail(_ error: TranslationError) {
    let (isFirst, ticket) = lock.withLock {
      let isFirst = outcome == nil && completion != nil
      if isFirst { outcome = error }
      task = nil
      defer { round = Round(number: round.number) }
      return (isFirst, round.ticket)
    }
    if isFirst {
      schedule {
        self.stream?.close()
        self.takeCompletion()?(.failure(error))
      }
    }
    ticket?.cancel()
  }

  private func takeCompletion() -> Completion? {
    lock.withLock {
      defer { completion = nil }
      return completion
    }
  }

  /// Runs a block after all that the stream has still to send.
  private func schedule(_ block: @escaping WorkQueue.Block) {
    if let stream { stream.queue.async(execute: block) } else { threads.run(isBrief: terms.isBrief, block) }
  }
}

// MARK: - Threads

/// The threads on which a service assembles translations, once a worker has decoded.
package struct ServiceThreads: Sendable {
  private let runOnEventLoop: @Sendable (@escaping WorkQueue.Block) -> Bool
  private let queue: WorkQueue

  /// - Parameters:
  ///   - runOnEventLoop: runs a block on a thread that has other work and must not be held up; returns false if it does not run the
  ///     block.
  ///   - queue: runs all other blocks.
  package init(
    runOnEventLoop: @escaping @Sendable (@escaping WorkQueue.Block) -> Bool = { _ in false }, queue: WorkQueue = .shared
  ) {
    self.runOnEventLoop = runOnEventLoop
    self.queue = queue
  }

  /// - Parameter isBrief: whether the block takes well under a millisecond.
  func run(isBrief: Bool = true, _ block: @escaping WorkQueue.Block) {
    if !(isBrief && runOnEventLoop(block)) { queue.async(block) }
  }
}
