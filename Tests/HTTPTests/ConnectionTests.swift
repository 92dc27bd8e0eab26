import HTTP
import Testing

struct ConnectionTests {
  private let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func connectionStaysOpenAfterAResponse() {
    var driven = DrivenConnection()
    driven.receive(get)
    #expect(driven.started.map(\.request.path) == ["/a"])
    #expect(driven.started.first?.request.peerAddress == "192.0.2.1")
    driven.answer(1, "hello", headers: ["Content-Type": "text/plain"])
    #expect(
      driven.takeWritten() == "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 5\r\n"
        + "Content-Type: text/plain\r\n\r\nhello")
    #expect(!driven.finishedSending)
    driven.receive(get)
    #expect(driven.started.count == 2)
  }

  @Test func pipelinedResponsesLeaveInOrder() {
    var driven = DrivenConnection()
    driven.receive(get + get + get)
    #expect(driven.started.map(\.id) == [1, 2, 3])
    driven.answer(3, "three")
    driven.answer(2, "two")
    #expect(driven.written == "")
    driven.answer(1, "one")
    let text = driven.takeWritten()
    let bodies = text.split(separator: "HTTP/1.1").compactMap { $0.split(separator: "\r\n\r\n").last }
    #expect(bodies == ["one", "two", "three"])
  }

  @Test func onlyTheFirstResponseCounts() {
    var driven = DrivenConnection()
    driven.receive(get + get)
    driven.answer(2, "second")
    driven.answer(2, "again")
    driven.answer(1, "first")
    driven.answer(1, "again")
    #expect(!driven.written.contains("again"))
    #expect(driven.written.contains("second"))
  }

  @Test func pipeliningIsBoundedByNumber() {
    var limits = HTTPLimits()
    limits.pipelinedRequests = 2
    var driven = DrivenConnection(limits: limits)
    driven.receive(get + get + get)
    #expect(driven.started.count == 2)
    #expect(!driven.connection.wantsRead)
    driven.answer(1)
    #expect(driven.started.count == 3)
    #expect(!driven.connection.wantsRead)
    driven.answer(2)
    #expect(driven.connection.wantsRead)
  }

  @Test func pipeliningIsBoundedByBytes() {
    var limits = HTTPLimits()
    limits.pipelinedBytes = 5
    limits.outputBytes = 50
    var driven = DrivenConnection(limits: limits)
    driven.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n012345" + get)
    #expect(driven.started.count == 1)
    #expect(!driven.connection.wantsRead)
    driven.peerReads = false
    driven.answer(1)
    #expect(driven.started.count == 1)
    driven.read()
    #expect(driven.started.count == 2)
  }

  @Test func connectionClosesWhenTheClientAsks() {
    var driven = DrivenConnection()
    driven.receive("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + get)
    #expect(driven.started.count == 1)
    driven.answer(1)
    #expect(driven.written.contains("\r\nConnection: close\r\n"))
    #expect(driven.finishedSending)
    #expect(!driven.isClosed)
    driven.receiveEnd()
    #expect(driven.isClosed)
  }

  @Test func connectionClosesWhenTheHandlerAsks() {
    var driven = DrivenConnection()
    driven.receive(get + get)
    driven.answer(1, headers: ["Connection": "close"])
    #expect(driven.finishedSending)
    #expect(driven.cancelled == [2])
  }

  @Test func http10ClosesUnlessKeptAlive() {
    var driven = DrivenConnection()
    driven.receive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    driven.answer(1)
    #expect(driven.takeWritten().contains("\r\nConnection: keep-alive\r\n"))
    driven.receive("GET / HTTP/1.0\r\n\r\n")
    driven.answer(2)
    #expect(driven.takeWritten().contains("\r\nConnection: close\r\n"))
    #expect(driven.finishedSending)
  }

  @Test func responseToHeadHasNoBody() {
    var driven = DrivenConnection()
    driven.receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    driven.answer(1, "hello")
    #expect(driven.written.contains("Content-Length: 5\r\n"))
    #expect(driven.written.hasSuffix("\r\n\r\n"))
  }

  @Test(
    arguments: [
      "HEAD / HTTP/1.1\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: x\r\n\r\n",
      "HEAD /%zz HTTP/1.1\r\n\r\n", "HEAD / HTTP/1.2\r\n\r\n", "HEAD /" + String(repeating: "a", count: 17_000),
    ])
  func errorResponseToHeadHasNoBody(text: String) {
    var driven = DrivenConnection()
    driven.receive(text)
    #expect(driven.written.contains("Content-Length: 9\r\n"))
    #expect(driven.written.hasSuffix("\r\n\r\n"))
    #expect(driven.finishedSending)
  }

  @Test func errorResponseGetsTheFieldsReadSoFar() {
    var driven = DrivenConnection()
    driven.receive("POST / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\nContent-Length: 99999999\r\n\r\n")
    #expect(driven.written.hasPrefix("HTTP/1.1 413 "))
    #expect(driven.written.contains("\r\nX-Request-Id: mine\r\n"))
  }

  @Test func heldBytesCountArrivingRequestsAndUnreadResponses() {
    var driven = DrivenConnection()
    driven.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "x", count: 1000))
    #expect(driven.connection.heldBytes >= 1000)
    driven.shed()
    #expect(driven.written.hasPrefix("HTTP/1.1 503 "))
    #expect(driven.connection.heldBytes == 0)

    var head = DrivenConnection()
    head.receive("GET / HTTP/1.1\r\nHost: a\r\nX-A: " + String(repeating: "x", count: 10_000) + "\r\nX-B: b")
    #expect(head.connection.heldBytes >= 10_000)
    head.shed()
    #expect(head.isClosed)
    #expect(head.connection.heldBytes == 0)

    var slow = DrivenConnection()
    slow.peerReads = false
    slow.receive(get + get)
    slow.answer(2, String(repeating: "y", count: 50_000))
    slow.answer(1)
    slow.read(atMost: 50_000)
    #expect(slow.connection.heldBytes >= 50_000)
    slow.shed()
    #expect(slow.isClosed)
    #expect(slow.connection.heldBytes == 0)
  }

  @Test(arguments: [204, 304])
  func statusesWithoutBody(status: Int) {
    var driven = DrivenConnection()
    driven.receive(get)
    driven.answer(1, "hello", status: status)
    #expect(!driven.written.contains("Content-Length"))
    #expect(driven.written.hasSuffix("\r\n\r\n"))
  }

  @Test func controlCharactersInFieldsCannotSplitTheResponse() {
    var driven = DrivenConnection()
    driven.receive(get)
    driven.answer(
      1, headers: ["X-Id": "a\r\nSet-Cookie: b", "Bad Name": "c", "content-length": "99", "Transfer-Encoding": "x"])
    #expect(driven.written.contains("\r\nX-Id: a  Set-Cookie: b\r\n"))
    #expect(!driven.written.contains("Bad Name"))
    #expect(!driven.written.contains(": 99"))
    #expect(!driven.written.contains("Transfer-Encoding"))
  }

  @Test func continueIsSentInTurn() {
    var driven = DrivenConnection()
    driven.receive(get + "POST /b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    #expect(driven.written == "")
    driven.answer(1)
    #expect(driven.takeWritten().hasSuffix("okHTTP/1.1 100 Continue\r\n\r\n"))
    driven.receive("hi")
    #expect(driven.started.last?.request.body == Array("hi".utf8))
    driven.answer(2)
    #expect(driven.takeWritten().hasPrefix("HTTP/1.1 200 OK"))
  }

  @Test func tooLongBodyIsRefusedWithoutContinue() {
    var driven = DrivenConnection()
    driven.receive("POST /b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
    #expect(driven.written.hasPrefix("HTTP/1.1 413 "))
    #expect(driven.finishedSending)
  }

  @Test func noContinueAfterTheBodyHasBegun() {
    var driven = DrivenConnection()
    driven.receive("POST /b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nh")
    #expect(driven.written == "")
  }

  @Test func errorResponsesLeaveInTurnAndEndTheConnection() {
    var driven = DrivenConnection()
    driven.receive(get + "BROKEN\r\n\r\n" + get)
    #expect(driven.started.count == 1)
    #expect(driven.written == "")
    driven.answer(1)
    let text = driven.takeWritten()
    #expect(text.contains("HTTP/1.1 400 Bad Request\r\n"))
    #expect(text.contains("Connection: close\r\n"))
    #expect(text.hasSuffix("error 400"))
    #expect(driven.finishedSending)
    driven.receive(get)
    #expect(driven.started.count == 1)
  }

  @Test func streamedResponseIsChunked() {
    var driven = DrivenConnection()
    driven.receive(get + get)
    driven.beginStream(2)
    driven.sendPiece(2, "late")
    driven.beginStream(1)
    #expect(driven.takeWritten().contains("\r\nTransfer-Encoding: chunked\r\n"))
    driven.sendPiece(1, "abc")
    driven.sendPiece(1, "")
    driven.sendPiece(1, String(repeating: "x", count: 26))
    #expect(driven.takeWritten() == "3\r\nabc\r\n1a\r\n" + String(repeating: "x", count: 26) + "\r\n")
    driven.finishStream(1, "end")
    #expect(driven.written.hasPrefix("3\r\nend\r\n0\r\n\r\nHTTP/1.1 200 OK"))
    driven.finishStream(2)
    #expect(driven.written.hasSuffix("\r\n\r\n4\r\nlate\r\n0\r\n\r\n"))
    #expect(!driven.finishedSending)
  }

  @Test func streamToHTTP10EndsWithTheConnection() {
    var driven = DrivenConnection()
    driven.receive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    driven.beginStream(1)
    driven.sendPiece(1, "abc")
    #expect(!driven.finishedSending)
    driven.finishStream(1)
    #expect(driven.written.hasSuffix("\r\n\r\nabc"))
    #expect(driven.written.contains("Connection: close"))
    #expect(driven.finishedSending)
  }

  @Test func streamWithoutReaderIsDropped() {
    var limits = HTTPLimits()
    limits.streamBacklogBytes = 1000
    var driven = DrivenConnection(limits: limits)
    driven.peerReads = false
    driven.receive(get)
    driven.beginStream(1)
    for _ in 0..<20 { driven.sendPiece(1, String(repeating: "x", count: 100)) }
    #expect(driven.isClosed)
    #expect(driven.cancelled == [1])
  }

  @Test func pieceOfAnySizeIsTakenWhileNothingWaits() {
    var limits = HTTPLimits()
    limits.streamBacklogBytes = 1000
    var driven = DrivenConnection(limits: limits)
    driven.receive(get)
    driven.beginStream(1)
    driven.peerReads = false
    driven.sendPiece(1, String(repeating: "x", count: 5000))
    driven.finishStream(1, String(repeating: "y", count: 5000))
    #expect(!driven.isClosed)
    driven.read()
    #expect(driven.written.hasSuffix("y\r\n0\r\n\r\n"))
  }

  @Test func abandonedStreamBreaksTheConnection() {
    var driven = DrivenConnection()
    driven.receive(get)
    driven.beginStream(1)
    driven.abandonStream(1)
    #expect(driven.isClosed)
  }

  @Test func disconnectCancelsRequestsInFlight() {
    var driven = DrivenConnection()
    driven.receive(get + get)
    driven.answer(2)
    driven.peerLeaves()
    #expect(driven.isClosed)
    #expect(driven.cancelled == [1])
    driven.answer(1)
    #expect(driven.written == "")
  }
}
