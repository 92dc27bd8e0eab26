import Foundation
import Support
import Testing

@testable import HTTP

/// The server over real sockets. No test depends on its speed.
@Suite(.timeLimit(.minutes(10))) struct HTTPServerTests {
  private let handler = EchoHandler()

  private func withServer(
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: (_ server: HTTPServer, _ port: Int) throws -> Void
  ) throws {
    var configuration = HTTPServerConfiguration()
    configuration.timeouts.drainIdle = 0.05
    configuration.timeouts.header = 120
    configuration.timeouts.body = 120
    configuration.timeouts.write = 120
    configuration.timeouts.idle = 120
    change(&configuration)
    let server = HTTPServer(configuration: configuration, handler: handler) {
      HTTPResponse(
        status: $0.error.status, headers: ["Content-Type": "text/plain"],
        body: Array("\($0.method ?? "?"): \($0.error.message)".utf8))
    }
    let port = try server.start()
    defer { _ = Self.shutdown(server, grace: 0) }
    try body(server, port)
  }

  /// Whether everything was finished in time.
  private static func shutdown(_ server: HTTPServer, grace: Double) -> Bool {
    let done = Signal()
    let result = Box()
    server.shutdown(graceSeconds: grace) {
      result.set($0)
      done.signal()
    }
    done.wait(seconds: grace + Signal.standardSeconds)
    return result.value
  }

  private func get(_ path: String, _ more: String = "") -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\(more)\r\n" }

  @Test func keepAliveAndPipelining() throws {
    try withServer { _, port in
      let client = try LoopbackClient(port: port)
      for path in ["/a", "/b", "/c"] {
        client.send(get(path))
        #expect(try client.answer().body == Array(path.utf8))
      }
      client.send((0..<100).map { get("/\($0)") }.joined())
      for number in 0..<100 { #expect(try client.answer().body == Array("/\(number)".utf8)) }
    }
  }

  @Test func chunkedExpectAndHead() throws {
    try withServer { _, port in
      let client = try LoopbackClient(port: port)
      client.send("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")
      #expect(try client.answer().body == Array("/chi".utf8))
      client.send("POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
      #expect(try client.answer().head == "HTTP/1.1 100 Continue\r\n\r\n")
      client.send("yo")
      #expect(try client.answer().body == Array("/eyo".utf8))
      client.send("HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n" + get("/after"))
      #expect(try client.answer(hasBody: false).head.contains("Content-Length: 5\r\n"))
      #expect(try client.answer().body == Array("/after".utf8))
    }
  }

  @Test func streamedAndDroppedExchanges() throws {
    try withServer { _, port in
      let client = try LoopbackClient(port: port)
      client.send(get("/forget"))
      let dropped = try client.answer()
      #expect(dropped.head.hasPrefix("HTTP/1.1 500 "))
      #expect(String(decoding: dropped.body, as: UTF8.self) == "GET: the request was dropped without an answer")
      client.send(get("/stream", "Connection: close\r\n"))
      #expect(try client.rest().hasSuffix("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"))
    }
  }

  @Test func largeResponsesAndLargeBodies() throws {
    try withServer({ $0.limits.bodyBytes = 4 << 20 }) { _, port in
      let client = try LoopbackClient(port: port, receiveBuffer: 4096)
      client.send(get("/big"))
      #expect(try client.answer().body == EchoHandler.big)
      let body = String(repeating: "x", count: 4 << 20)
      client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
      #expect(try client.answer().body.count == body.utf8.count + 2)
    }
  }

  @Test func responseToATooLongBodyArrives() throws {
    try withServer({ $0.limits.bodyBytes = 1000 }) { _, port in
      let client = try LoopbackClient(port: port)
      let body = String(repeating: "x", count: 1_000_000)
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
      let answer = try client.answer()
      #expect(answer.head.hasPrefix("HTTP/1.1 413 "))
      #expect(answer.head.contains("Connection: close"))
    }
  }

  @Test func malformedRequestsAreAnsweredAndTheServerContinues() throws {
    try withServer { _, port in
      for (text, status) in [
        ("BROKEN\r\n\r\n", 400), ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505), ("GET / HTTP/1.1\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{2}", 400),
      ] {
        let client = try LoopbackClient(port: port)
        client.send(text)
        #expect(try client.rest().hasPrefix("HTTP/1.1 \(status) "))
      }
      let client = try LoopbackClient(port: port)
      client.send(get("/up"))
      #expect(try client.answer().body == Array("/up".utf8))
    }
  }

  @Test func slowSendersAreCutOff() throws {
    try withServer {
      $0.timeouts.header = 0.2
      $0.timeouts.body = 0.2
    } _: { _, port in
      let head = try LoopbackClient(port: port)
      head.send("GET / HT")
      #expect(try head.rest().hasPrefix("HTTP/1.1 408 "))
      let body = try LoopbackClient(port: port)
      body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123")
      #expect(try body.rest().hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test func idleConnectionsAreClosed() throws {
    try withServer({ $0.timeouts.idle = 0.1 }) { _, port in
      let client = try LoopbackClient(port: port)
      #expect(try client.rest() == "")
    }
  }

  @Test(arguments: [true, false])
  func disconnectReachesTheHandler(resets: Bool) throws {
    try withServer({ $0.timeouts.disconnectProbe = 0.01 }) { _, port in
      let client = try LoopbackClient(port: port)
      client.send(get("/wait"))
      handler.arrived.wait()
      if resets { client.reset() } else { client.leave() }
      handler.departed.wait()
      handler.release()
      let next = try LoopbackClient(port: port)
      next.send(get("/next"))
      #expect(try next.answer().body == Array("/next".utf8))
    }
  }

  @Test func halfClosedClientGetsItsResponse() throws {
    try withServer { _, port in
      let client = try LoopbackClient(port: port)
      client.send(get("/wait"))
      handler.arrived.wait()
      client.endSending()
      handler.release()
      #expect(try client.rest().hasSuffix("\r\n\r\nwaited"))
    }
  }

  /// More requests than the limit in flight, so that the end of input comes while the server does not read.
  @Test func halfClosedClientGetsAllItsResponses() throws {
    try withServer({ $0.timeouts.disconnectProbe = 30 }) { _, port in
      let client = try LoopbackClient(port: port)
      client.send((0..<50).map { get("/\($0)") }.joined())
      client.endSending()
      for number in 0..<50 { #expect(try client.answer().body == Array("/\(number)".utf8)) }
      #expect(try client.rest() == "")
    }
  }

  @Test func slowReaderDoesNotDelayOthers() throws {
    try withServer { _, port in
      let slow = try LoopbackClient(port: port, receiveBuffer: 4096)
      slow.send(get("/big"))
      for number in 0..<20 {
        let other = try LoopbackClient(port: port)
        other.send(get("/\(number)"))
        #expect(try other.answer().body == Array("/\(number)".utf8))
      }
      #expect(try slow.answer().body == EchoHandler.big)
    }
  }

  @Test func stalledReaderIsDropped() throws {
    try withServer({ $0.timeouts.write = 0.1 }) { _, port in
      let stalled = try LoopbackClient(port: port, receiveBuffer: 4096)
      stalled.send(get("/big") + get("/wait"))
      handler.arrived.wait()
      handler.departed.wait()
      handler.release()
    }
  }

  @Test func clientThatHoldsMostIsCutOff() throws {
    try withServer({ $0.maxHeldBytes = 1 << 20 }) { _, port in
      let post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: "
      let small = try LoopbackClient(port: port)
      small.send(post + "10\r\n\r\n01234")
      let large = try LoopbackClient(port: port)
      large.send(post + "4000000\r\n\r\n" + String(repeating: "x", count: 2_000_000))
      #expect(try large.answer().head.hasPrefix("HTTP/1.1 503 "))
      let slow = try LoopbackClient(port: port, receiveBuffer: 4096)
      // The great answer can not leave before the one in front of it, whatever the sockets would hold.
      slow.send(get("/wait") + get("/big"))
      handler.arrived.wait()
      handler.departed.wait()
      handler.release()
      #expect(throws: LoopbackClient.Failure.self) { _ = try slow.answer() }
      small.send("56789")
      #expect(try small.answer().body == Array("/p0123456789".utf8))
    }
  }

  @Test func connectionsAboveTheLimitAreAnswered() throws {
    try withServer({ $0.maxConnections = 2 }) { _, port in
      let busy = try (0..<2).map { _ in try LoopbackClient(port: port) }
      for client in busy { client.send(get("/wait")) }
      handler.arrived.wait(count: busy.count)
      let third = try LoopbackClient(port: port)
      #expect(try third.rest().hasPrefix("HTTP/1.1 503 "))
      handler.release()
      #expect(try busy[0].answer().body == Array("waited".utf8))
    }
  }

  @Test func longestIdleConnectionMakesRoomForAnother() throws {
    try withServer({ $0.maxConnections = 2 }) { _, port in
      let held = try (0..<2).map { _ in try LoopbackClient(port: port) }
      for client in held {
        client.send(get("/held"))
        #expect(try client.answer().body == Array("/held".utf8))
      }
      let third = try LoopbackClient(port: port)
      third.send(get("/third"))
      #expect(try third.answer().body == Array("/third".utf8))
      #expect(try held[0].rest() == "")
      held[1].send(get("/still"))
      #expect(try held[1].answer().body == Array("/still".utf8))
    }
  }

  @Test func unfinishedHeadMakesRoomForAnotherConnection() throws {
    try withServer({ $0.maxConnections = 1 }) { _, port in
      let slow = try LoopbackClient(port: port)
      slow.send("GET /slow HTTP/1.1\r\nHo")
      for path in ["/a", "/b"] {
        let other = try LoopbackClient(port: port)
        other.send(get(path))
        #expect(try other.answer().body == Array(path.utf8))
      }
      #expect(try slow.rest() == "")
    }
  }

  /// Enough clients that their sockets are polled at intervals.
  @Test func manyWaitingClientsDoNotDelayOthers() throws {
    try withServer { server, port in
      let waiting = try (0..<80).map { _ in try LoopbackClient(port: port) }
      for client in waiting { client.send(get("/wait")) }
      handler.arrived.wait(count: waiting.count)
      let another = try LoopbackClient(port: port)
      for path in ["/a", "/b"] {
        another.send(get(path))
        #expect(try another.answer().body == Array(path.utf8))
      }
      waiting[7].reset()
      handler.departed.wait()
      handler.release()
      for (number, client) in waiting.enumerated() where number != 7 {
        #expect(try client.answer().body == Array("waited".utf8))
      }
      waiting[0].send(get("/alone"))
      #expect(try waiting[0].answer().body == Array("/alone".utf8))
      waiting[1].send(get("/wait"))
      handler.arrived.wait()
      handler.release()
      #expect(try waiting[1].answer().body == Array("waited".utf8))
      #expect(Self.shutdown(server, grace: 30))
    }
  }

  @Test(arguments: [0, .infinity] as [Double])
  func briefRequestsStayOnTheEventLoopWhileItHasTime(_ seconds: Double) throws {
    try withServer {
      $0.busySeconds = seconds
    } _: { _, port in
      let client = try LoopbackClient(port: port)
      client.send(String(repeating: get("/brief"), count: 100))
      for _ in 0..<100 {
        let isAnswered = try client.answer().body == Array("http".utf8)
        #expect(isAnswered == (seconds > 0))
      }
    }
  }

  @Test func blocksOfOtherThreadsRunUntilTheServerEnds() throws {
    try withServer { server, _ in
      let done = DispatchGroup()
      for _ in 0..<2000 { done.enter() }
      DispatchQueue.concurrentPerform(iterations: 2000) { _ in
        #expect(server.perform { done.leave() })
      }
      done.waitOrFail(seconds: 120)
      #expect(Self.shutdown(server, grace: 30))
      #expect(!server.perform { Issue.record("a server that has ended did something") })
    }
  }

  @Test func shutdownFinishesRequestsInFlight() throws {
    try withServer { server, port in
      let idle = try LoopbackClient(port: port)
      let busy = try LoopbackClient(port: port)
      busy.send(get("/wait"))
      handler.arrived.wait()
      let done = Signal()
      let result = Box()
      server.shutdown(graceSeconds: 30) {
        result.set($0)
        done.signal()
      }
      #expect(try idle.rest() == "")
      #expect(throws: LoopbackClient.Failure.self) { try LoopbackClient(port: port) }
      handler.release()
      let answer = try busy.rest()
      #expect(answer.contains("\r\nConnection: close\r\n"))
      #expect(answer.hasSuffix("waited"))
      busy.leave()
      done.wait(seconds: 30 + Signal.standardSeconds)
      #expect(result.value)
    }
  }

  /// The server has paused accepting when it shuts down, because its connections are at the limit.
  @Test func shutdownAnswersConnectionsThatWaitToBeAccepted() throws {
    try withServer {
      $0.maxConnections = 1
      $0.timeouts.linger = 120
    } _: { server, port in
      let held = try LoopbackClient(port: port)
      held.send(get("/wait"))
      handler.arrived.wait()
      let refused = try (0..<64).map { _ in try LoopbackClient(port: port) }
      for client in refused { #expect(try client.answer().head.hasPrefix("HTTP/1.1 503 ")) }
      let waiting = try LoopbackClient(port: port)
      waiting.send(get("/waiting"))
      // The 503 of a connection above the limit comes once there is room for it.
      let done = Signal()
      server.shutdown(graceSeconds: 1000) { _ in done.signal() }
      handler.release()
      #expect(try held.rest().hasSuffix("waited"))
      held.leave()
      #expect(try waiting.answer().head.hasPrefix("HTTP/1.1 503 "))
      waiting.leave()
      for client in refused { client.leave() }
      done.wait()
    }
  }

  @Test func serverStartsOnce() throws {
    try withServer { server, port in
      #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
      let client = try LoopbackClient(port: port)
      client.send(get("/a"))
      #expect(try client.answer().body == Array("/a".utf8))
    }
  }

  @Test func pollerReportsRefusedChanges() throws {
    let poller = try Poller()
    let mailbox = try Mailbox()
    #expect(!poller.modify(mailbox.descriptor, .read, token: 7))
    #expect(poller.add(mailbox.descriptor, .read, token: 7))
    #expect(!poller.add(mailbox.descriptor, .read, token: 7))
    #expect(poller.modify(mailbox.descriptor, .read, token: 8))
    mailbox.post(.work {})
    #expect(poller.wait(seconds: 120).map(\.token) == [8])
  }

  @Test func shutdownCutsOffRequestsAfterTheGracePeriod() throws {
    try withServer { server, port in
      let client = try LoopbackClient(port: port)
      client.send(get("/wait"))
      handler.arrived.wait()
      #expect(Self.shutdown(server, grace: 0.05) == false)
      #expect(try client.rest() == "")
      handler.departed.wait()
      handler.release()
    }
  }

  @Test func portInUseIsReported() throws {
    try withServer { _, port in
      #expect(throws: HTTPServerError.cannotListen(host: "127.0.0.1", port: port, code: EADDRINUSE)) {
        try withServer({ $0.port = port }) { _, _ in }
      }
    }
    #expect(throws: HTTPServerError.self) { try withServer({ $0.host = "no such host" }) { _, _ in } }
    #expect(throws: HTTPServerError.self) { try withServer({ $0.port = 70000 }) { _, _ in } }
    let message = HTTPServerError.cannotListen(host: "::", port: 5000, code: EADDRINUSE).description
    #expect(message == "cannot listen on :: port 5000: the port is taken by another program")
  }
}

/// A value that another thread sets.
///
/// `@unchecked Sendable`: touched under `lock` only.
private final class Box: @unchecked Sendable {
  private let lock = NSLock()
  private var stored = false

  var value: Bool { lock.withLock { stored } }

  func set(_ value: Bool) { lock.withLock { stored = value } }
}
