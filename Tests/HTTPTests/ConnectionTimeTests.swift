import Foundation
import HTTP
import Testing

/// Timeouts, half-closed peers and draining.
struct ConnectionTimeTests {
  private let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
  private let timeouts: HTTPTimeouts = {
    var timeouts = HTTPTimeouts()
    timeouts.header = 10
    timeouts.body = 20
    timeouts.write = 30
    timeouts.minimumRate = 100
    timeouts.idle = 60
    timeouts.drainIdle = 1
    timeouts.linger = 2
    timeouts.disconnectProbe = 0.5
    return timeouts
  }()

  private func driven() -> DrivenConnection { DrivenConnection(timeouts: timeouts) }

  @Test func idleConnectionsAreClosedSilently() {
    var fresh = driven()
    fresh.wait(seconds: 59.9)
    #expect(!fresh.isClosed)
    fresh.wait(seconds: 0.2)
    #expect(fresh.isClosed)
    #expect(fresh.written == "")

    var used = driven()
    used.wait(seconds: 50)
    used.receive(get)
    used.answer(1)
    used.wait(seconds: 59)
    #expect(!used.isClosed)
    used.wait(seconds: 2)
    #expect(used.isClosed)
  }

  @Test func slowHeadIsCutOff() {
    var connection = driven()
    connection.wait(seconds: 30)
    for byte in "GET / HTT" {
      connection.receive(String(byte))
      connection.wait(seconds: 1)
    }
    #expect(connection.written == "")
    connection.wait(seconds: 1.5)
    #expect(connection.written.hasPrefix("HTTP/1.1 408 "))
    #expect(connection.finishedSending)
    connection.wait(seconds: 2.5)
    #expect(connection.isClosed)
  }

  @Test func eachPipelinedHeadHasItsOwnTimeout() {
    var connection = driven()
    connection.receive("GET /")
    connection.wait(seconds: 9)
    connection.receive(" HTTP/1.1\r\nHost: a\r\n\r\nGET /")
    connection.wait(seconds: 9)
    connection.receive(" HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(connection.started.count == 2)
  }

  @Test func stalledBodyIsCutOff() {
    var connection = driven()
    connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234")
    connection.wait(seconds: 19)
    #expect(connection.written == "")
    connection.wait(seconds: 2)
    #expect(connection.written.hasPrefix("HTTP/1.1 408 "))
  }

  @Test func drippedBodyIsCutOffButSteadyBodyIsNot() {
    var drip = driven()
    drip.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n")
    for _ in 0..<22 {
      drip.wait(seconds: 1)
      drip.receive("x")
    }
    #expect(drip.written.hasPrefix("HTTP/1.1 408 "))

    var steady = driven()
    steady.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n")
    for _ in 0..<60 {
      steady.wait(seconds: 1)
      steady.receive(String(repeating: "x", count: 150))
    }
    #expect(steady.written == "")
    #expect(steady.started.count == 1)
  }

  @Test func waitForContinueDoesNotCountAgainstTheClient() {
    var connection = driven()
    connection.receive(get + "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    connection.wait(seconds: 100)
    connection.answer(1)
    #expect(connection.written.hasSuffix("HTTP/1.1 100 Continue\r\n\r\n"))
    connection.wait(seconds: 19)
    connection.receive("hi")
    #expect(connection.started.count == 2)
  }

  @Test func slowHandlerIsNotCutOff() {
    var connection = driven()
    connection.receive(get)
    connection.wait(seconds: 1000)
    connection.answer(1)
    #expect(connection.written.hasPrefix("HTTP/1.1 200 "))
  }

  @Test func slowReaderIsDropped() {
    var stalled = driven()
    stalled.peerReads = false
    stalled.receive(get)
    stalled.answer(1, String(repeating: "x", count: 100_000))
    stalled.wait(seconds: 29)
    #expect(!stalled.isClosed)
    stalled.wait(seconds: 2)
    #expect(stalled.isClosed)

    var drip = driven()
    drip.peerReads = false
    drip.receive(get)
    drip.answer(1, String(repeating: "x", count: 100_000))
    for _ in 0..<35 {
      drip.wait(seconds: 1)
      drip.read(atMost: 5)
    }
    #expect(drip.isClosed)

    var steady = driven()
    steady.peerReads = false
    steady.receive(get)
    steady.answer(1, String(repeating: "x", count: 100_000))
    for _ in 0..<120 {
      steady.wait(seconds: 1)
      steady.read(atMost: 1000)
    }
    #expect(!steady.isClosed)
    #expect(steady.written.count > 100_000)
  }

  @Test func halfClosedPeerGetsItsResponse() {
    var connection = driven()
    connection.receive(get)
    connection.receiveEnd()
    #expect(!connection.isClosed)
    connection.answer(1)
    #expect(connection.written.hasPrefix("HTTP/1.1 200 "))
    #expect(connection.isClosed)
    #expect(connection.cancelled == [])
  }

  @Test func halfClosedPeerIsProbed() {
    var connection = driven()
    connection.receive(get)
    connection.receiveEnd()
    connection.wait(seconds: 0.6)
    #expect(connection.takeWritten() == "HTTP/1.1 100 Continue\r\n\r\n")
    connection.wait(seconds: 1)
    #expect(connection.takeWritten() == "HTTP/1.1 100 Continue\r\n\r\n")
    connection.answer(1)
    #expect(connection.takeWritten().hasPrefix("HTTP/1.1 200 "))
    #expect(connection.isClosed)

    var old = driven()
    old.receive("GET / HTTP/1.0\r\n\r\n")
    old.inputEnds()
    old.wait(seconds: 100)
    #expect(old.written == "")
  }

  @Test func halfClosedStreamReaderIsProbedWithFiller() {
    var connection = driven()
    connection.receive(get)
    connection.beginStream(1, filler: ":\n")
    _ = connection.takeWritten()
    connection.receiveEnd()
    connection.wait(seconds: 0)
    #expect(connection.takeWritten() == "2\r\n:\n\r\n")
    connection.wait(seconds: 1)
    #expect(connection.takeWritten() == "2\r\n:\n\r\n")
    connection.finishStream(1, "end")
    #expect(connection.takeWritten() == "3\r\nend\r\n0\r\n\r\n")
    #expect(connection.isClosed)

    var bare = driven()
    bare.receive(get)
    bare.beginStream(1)
    _ = bare.takeWritten()
    bare.receiveEnd()
    bare.wait(seconds: 100)
    #expect(bare.written == "")
  }

  @Test(arguments: ["GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234"])
  func inputEndingWithinARequestIsRefused(text: String) {
    var connection = driven()
    connection.receive(text)
    connection.receiveEnd()
    #expect(connection.written.hasPrefix("HTTP/1.1 400 "))
    #expect(connection.isClosed)
    #expect(connection.started.isEmpty)
  }

  @Test func inputEndingBetweenRequestsClosesTheConnection() {
    var connection = driven()
    connection.receiveEnd()
    #expect(connection.isClosed)
    #expect(connection.written == "")
  }

  @Test func drainAnswersRequestsInFlight() {
    var connection = driven()
    connection.receive(get + get)
    connection.drain()
    connection.answer(1)
    #expect(!connection.takeWritten().contains("Connection: close"))
    connection.answer(2)
    #expect(connection.takeWritten().contains("Connection: close"))
    #expect(connection.finishedSending)
  }

  /// The response was made before the drain, and waits for an earlier one.
  @Test func drainEndsAfterAWaitingResponse() {
    var connection = driven()
    connection.receive(get + get)
    connection.answer(2)
    connection.drain()
    connection.answer(1)
    #expect(connection.written.components(separatedBy: "Connection: close").count == 2)
    #expect(connection.finishedSending)
  }

  @Test func drainAnswersAnArrivingRequest() {
    var connection = driven()
    connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234")
    connection.drain()
    connection.wait(seconds: 5)
    connection.receive("56789" + get)
    #expect(connection.started.count == 1)
    connection.answer(1)
    #expect(connection.written.contains("Connection: close"))
    #expect(connection.finishedSending)
  }

  @Test func drainClosesIdleConnectionsSoon() {
    var connection = driven()
    connection.receive(get)
    connection.answer(1)
    connection.wait(seconds: 30)
    connection.drain()
    #expect(!connection.isClosed)
    connection.wait(seconds: 1.1)
    #expect(connection.isClosed)

    var late = driven()
    late.drain()
    late.receive(get)
    late.answer(1)
    #expect(late.written.contains("Connection: close"))
    #expect(late.finishedSending)
  }
}
