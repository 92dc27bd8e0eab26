import Dispatch
import Foundation
import Support
import Testing
import Translation

/// Readiness, cancellation, drain and load.
@Suite(.timeLimit(.minutes(10))) struct ServiceLifeTests {
  private func request(_ text: String) -> TranslationRequest {
    TranslationRequest(texts: [text], source: "en", target: "fr")
  }

  @Test func isReadyBetweenWarmUpAndDrain() throws {
    let service = try TestService().service
    #expect(!service.isReady)
    service.warmUp()
    #expect(service.isReady)
    let drained = Signal()
    service.drain { drained.signal() }
    #expect(!service.isReady)
    drained.wait()
    service.warmUp()
    #expect(!service.isReady)
  }

  @Test func drainAnswersAcceptedRequestsAndRefusesNewOnes() throws {
    let gate = Signal()
    let test = try TestService(before: { _ in
      gate.wait()
      gate.signal()
    })
    let outcomes = (0..<20).map { _ in Outcome<[TranslatedText]>() }
    for (index, outcome) in outcomes.enumerated() {
      test.service.translate(request("text \(index)"), completion: outcome.receive)
    }
    let drained = Signal()
    test.service.drain { drained.signal() }
    guard case .failure(.draining) = test.translate(request("late")) else {
      Issue.record("a request after the drain began was not refused")
      return
    }
    gate.signal()
    drained.wait()
    #expect(outcomes.map(\.count) == Array(repeating: 1, count: 20), "all were answered before the drain reported")
    for (index, outcome) in outcomes.enumerated() { #expect(try outcome.wait().get()[0].text == "TEXT \(index)") }
  }

  @Test func loadReportsQueuedAndRunningWork() throws {
    let gate = Signal()
    let running = Signal()
    let test = try TestService(configure: { $0.workers = 1 }) { _ in
      running.signal()
      gate.wait()
    }
    #expect(test.service.load == ServiceLoad())
    let wide = TranslationRequest(texts: ["first"], source: "en", target: "fr", beam: 3)
    let outcomes = (0..<2).map { _ in Outcome<[TranslatedText]>() }
    test.service.translate(wide, completion: outcomes[0].receive)
    running.wait()
    test.service.translate(request("One. Two. Three."), completion: outcomes[1].receive)
    #expect(test.service.load == ServiceLoad(queuedSentences: 3, activeRows: 3))
    for _ in 0..<4 { gate.signal() }
    for outcome in outcomes { _ = outcome.wait() }
    let drained = Signal()
    test.service.drain { drained.signal() }
    drained.wait()
    #expect(test.service.load == ServiceLoad())
  }

  @Test func cancelledRequestIsAnsweredOnceAndNotDecoded() throws {
    let gate = Signal()
    let running = Signal()
    let sentences = Outcome<Int>()
    let test = try TestService(configure: { $0.workers = 1 }) { requests in
      requests.forEach { _ in sentences.receive(.success(1)) }
      running.signal()
      gate.wait()
    }
    let first = Outcome<[TranslatedText]>()
    test.service.translate(request("first"), completion: first.receive)
    running.wait()
    let second = Outcome<[TranslatedText]>()
    let work = test.service.translate(request("One. Two. Three."), completion: second.receive)
    work.cancel()
    work.cancel()
    guard case .failure(.cancelled) = second.wait() else {
      Issue.record("a cancelled request was not answered as cancelled")
      return
    }
    gate.signal()
    #expect(try first.wait().get()[0].text == "FIRST")
    let drained = Signal()
    test.service.drain { drained.signal() }
    drained.wait()
    #expect(sentences.count == 1)
    #expect(second.count == 1)
    work.cancel()
  }

  @Test func fullQueueReportsRetryAfter() throws {
    let gate = Signal()
    let running = Signal()
    let test = try TestService(configure: {
      $0.workers = 1
      $0.maxQueuedSentences = 1
    }) { _ in
      running.signal()
      gate.wait()
      gate.signal()
    }
    let outcomes = (0..<2).map { _ in Outcome<[TranslatedText]>() }
    test.service.translate(request("first"), completion: outcomes[0].receive)
    running.wait()
    test.service.translate(request("second"), completion: outcomes[1].receive)
    guard case .failure(.queueFull(let seconds)) = test.translate(request("third")) else {
      Issue.record("the queue took more than its limit")
      return
    }
    #expect(seconds >= 1)
    gate.signal()
    for outcome in outcomes { #expect(throws: Never.self) { try outcome.wait().get() } }
  }

  @Test func cachedTranslationNeedsNoPlaceInTheQueue() throws {
    let (gate, running) = (Signal(), Signal())
    let test = try TestService(configure: {
      $0.workers = 1
      $0.maxQueuedSentences = 1
      $0.cache = ClauseCache(capacityBytes: 1 << 20)
    }) { batch in
      guard batch.contains(where: { $0.source.count > 20 }) else { return }
      running.signal()
      gate.wait()
      gate.signal()
    }
    #expect(try test.translate(request("one")).get()[0].text == "ONE")
    #expect(try test.translate(request("two")).get()[0].text == "TWO")
    let outcomes = (0..<2).map { _ in Outcome<[TranslatedText]>() }
    let long = String(repeating: "x", count: 30)
    test.service.translate(request(long), completion: outcomes[0].receive)
    running.wait()
    test.service.translate(request(long + "y"), completion: outcomes[1].receive)
    var known = request("one")
    known.texts = ["one", "two", "one"]
    #expect(try test.translate(known).get().map(\.text) == ["ONE", "TWO", "ONE"])
    // A sentence that is not known needs the queue, and so does one that is known in another search.
    var partly = known
    partly.texts = ["one", "two", "one", "three"]
    var wider = known
    wider.beam = 3
    for unknown in [request("three"), partly, wider] {
      guard case .failure(.queueFull) = test.translate(unknown) else {
        Issue.record("the queue took more than its limit")
        continue
      }
    }
    // Nothing of a refused request is told.
    let told = Outcome<Int>()
    partly.listener = { _ in told.receive(.success(1)) }
    #expect(throws: TranslationError.self) { try test.translate(partly).get() }
    #expect(told.count == 0)
    gate.signal()
    for outcome in outcomes { #expect(throws: Never.self) { try outcome.wait().get() } }
    #expect(try test.translate(request("three")).get()[0].text == "THREE")
  }

  @Test func tooLargeRequestIsRefusedBeforeTokenization() throws {
    let gate = Signal()
    let running = Signal()
    let tokenized = Outcome<Int>()
    let test = try TestService(
      tokenizer: ScalarTokenizer(unknown: { scalar in
        if scalar == "z" { tokenized.receive(.success(1)) }
        return false
      }),
      configure: {
        $0.workers = 1
        $0.maxQueuedSentences = 10
      }
    ) { _ in
      running.signal()
      gate.wait()
      gate.signal()
    }
    let outcomes = (0..<2).map { _ in Outcome<[TranslatedText]>() }
    test.service.translate(request("first"), completion: outcomes[0].receive)
    running.wait()
    test.service.translate(request("second"), completion: outcomes[1].receive)
    let large = TranslationRequest(texts: Array(repeating: "z", count: 20), source: "en", target: "fr")
    guard case .failure(.queueFull) = test.translate(large) else {
      Issue.record("more sentences than the queue takes were not refused")
      return
    }
    #expect(tokenized.count == 0)
    gate.signal()
    for outcome in outcomes { #expect(throws: Never.self) { try outcome.wait().get() } }
  }

  @Test func requestFailsAtItsDeadline() throws {
    let gate = Signal()
    let running = Signal()
    let test = try TestService(configure: {
      $0.workers = 1
      $0.requestTimeoutMilliseconds = 100
    }) { _ in
      running.signal()
      gate.wait()
    }
    var patient = request("first of them")
    patient.terms.timeoutMilliseconds = 1_000_000
    let first = Outcome<[TranslatedText]>()
    test.service.translate(patient, completion: first.receive)
    running.wait()
    var hasty = request("second")
    hasty.terms.timeoutMilliseconds = 50
    let second = Outcome<[TranslatedText]>()
    test.service.translate(hasty, completion: second.receive)
    let third = Outcome<[TranslatedText]>()
    test.service.translate(request("third"), completion: third.receive)
    var late = request("fourth")
    late.terms.waitedMilliseconds = 100
    let fourth = Outcome<[TranslatedText]>()
    test.service.translate(late, completion: fourth.receive)
    guard case .failure(.deadlinePassed) = fourth.wait() else {
      Issue.record("a request that had waited its time was not refused")
      return
    }
    test.clock.advance(milliseconds: 60)
    gate.signal()
    guard case .failure(.deadlinePassed) = second.wait() else {
      Issue.record("a request was answered after its deadline")
      return
    }
    gate.signal()
    #expect(try first.wait().get()[0].text == "FIRST OF THEM", "the operator's limit is the most, and not over yet")
    #expect(try third.wait().get()[0].text == "THIRD")
  }

  @Test func concurrentClientsGetTheirOwnAnswers() throws {
    let test = try TestService()
    test.service.warmUp()
    let outcomes = (0..<1_000).map { _ in Outcome<[TranslatedText]>() }
    DispatchQueue.concurrentPerform(iterations: 8) { client in
      for index in stride(from: client, to: outcomes.count, by: 8) {
        let work = test.service.translate(request("number \(index). And more."), completion: outcomes[index].receive)
        if index % 10 == 3 { work.cancel() }
      }
    }
    for (index, outcome) in outcomes.enumerated() {
      switch outcome.wait() {
      case .success(let texts): #expect(texts.map(\.text) == ["NUMBER \(index). AND MORE."])
      case .failure(let error): #expect(error == .cancelled && index % 10 == 3)
      }
    }
    let drained = Signal()
    test.service.drain { drained.signal() }
    drained.wait()
    #expect(outcomes.allSatisfy { $0.count == 1 })
    let counters = test.service.counters
    #expect(counters.queuedItems == 0 && counters.runningRows == 0)
    #expect(counters.items >= 1_800)
  }
}
