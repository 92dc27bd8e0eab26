import HTTP
import Support
import Testing

/// Damaged requests through the whole state machine, with responses, peers and times in any order.
struct ConnectionFuzzTests {
  private static let seeds = 4
  private static let interim = "HTTP/1.1 100 Continue\r\n\r\n"

  private let limits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.bodyBytes = 64
    limits.pipelinedRequests = 2
    limits.pipelinedBytes = 40
    limits.outputBytes = 200
    limits.streamBacklogBytes = 300
    return limits
  }()

  /// The output depends neither on how the input was split nor on when the handlers responded.
  @Test(arguments: 0..<UInt64(seeds))
  func responsesDependOnTheInputAlone(_ seed: UInt64) {
    var inputs = MutatedRequests(seed: seed)
    for _ in 0..<MutatedRequests.count(usual: 20_000) / (10 * Self.seeds) {
      let bytes = inputs.next()
      let whole = exchange(bytes, cutBelow: bytes.count, &inputs.random)
      let cut = exchange(bytes, cutBelow: Int.random(in: 1...20, using: &inputs.random), &inputs.random)
      if whole != cut { Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription)") }
    }
  }

  /// Feeds `bytes` and the end of input, and responds to each request at some time.
  /// - Returns: the output without interim responses, which depend on time.
  private func exchange(_ bytes: [UInt8], cutBelow most: Int, _ random: inout SplitMix) -> String {
    var driven = DrivenConnection(limits: limits)
    var rest = bytes[...]
    var waiting: [UInt64] = []
    var seen = 0
    while !driven.isClosed {
      waiting += driven.started[seen...].map(\.id)
      seen = driven.started.count
      if waiting.count > limits.pipelinedRequests { Issue.record("\(waiting.count) requests under way") }
      if !waiting.isEmpty, !driven.connection.wantsRead || rest.isEmpty || Bool.random(using: &random) {
        let id = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
        driven.answer(id, driven.started.first { $0.id == id }.map { "\($0.request)" } ?? "")
      } else if !rest.isEmpty, driven.connection.wantsRead {
        let piece = rest.prefix(Int.random(in: 1...max(1, most), using: &random))
        rest = rest.dropFirst(piece.count)
        driven.receive(piece)
      } else {
        driven.receiveEnd()
      }
    }
    #expect(driven.cancelled.isEmpty)
    return driven.written.replacing(Self.interim, with: "")
  }

  /// Each request is cancelled at most once and never after its response. Nothing leaves a closed connection, and every
  /// connection ends once its peer is silent.
  @Test(arguments: 0..<UInt64(seeds))
  func connectionSurvivesEventsInAnyOrder(_ seed: UInt64) {
    var inputs = MutatedRequests(seed: seed &+ 1000)
    for _ in 0..<MutatedRequests.count(usual: 20_000) / (10 * Self.seeds) {
      var driven = DrivenConnection(limits: limits)
      var rest = inputs.next()[...]
      var answers = Answers()
      for _ in 0..<Int.random(in: 1...60, using: &inputs.random) {
        step(&driven, &rest, &answers, &inputs.random)
      }
      driven.peerReads = true
      var settled = 0
      while settled < driven.started.count {
        driven.answer(driven.started[settled].id)
        driven.finishStream(driven.started[settled].id)
        settled += 1
      }
      driven.wait(seconds: 1000)
      #expect(driven.isClosed)
      #expect(Set(driven.cancelled).count == driven.cancelled.count)
      #expect(answers.whole.isDisjoint(with: driven.cancelled))
      #expect(driven.connection.output.isEmpty)
      #expect(driven.connection.deadline == nil)
    }
  }

  /// Requests that the handlers answered at once, or in pieces.
  private struct Answers {
    var whole: Set<UInt64> = []
    var streams: Set<UInt64> = []
  }

  private func step(
    _ driven: inout DrivenConnection, _ rest: inout ArraySlice<UInt8>, _ answers: inout Answers,
    _ random: inout SplitMix
  ) {
    let id = driven.started.randomElement(using: &random)?.id ?? 0
    switch Int.random(in: 0..<40, using: &random) {
    case 0: driven.peerLeaves()
    case 1: if driven.connection.wantsRead { driven.receiveEnd() }
    case 2: if !driven.connection.wantsRead { driven.inputEnds() }
    case 3: driven.drain()
    case 4: Bool.random(using: &random) ? driven.abandonStream(id) : driven.shed()
    case 5...7: driven.wait(seconds: Double.random(in: 0...30, using: &random))
    case 8...9: driven.peerReads.toggle()
    case 10...12: driven.read(atMost: Int.random(in: 1...300, using: &random))
    case 13...14:
      driven.beginStream(id)
      answers.streams.insert(id)
    case 15...16: driven.sendPiece(id, String(repeating: "x", count: Int.random(in: 0...200, using: &random)))
    case 17: driven.finishStream(id)
    case 18...22:
      guard id > 0, !driven.cancelled.contains(id), !answers.streams.contains(id) else { return }
      driven.answer(id, String(repeating: "y", count: Int.random(in: 0...300, using: &random)))
      answers.whole.insert(id)
    default:
      guard driven.connection.wantsRead else { return }
      let piece = rest.prefix(Int.random(in: 1...80, using: &random))
      rest = rest.dropFirst(piece.count)
      driven.receive(piece)
    }
  }
}
