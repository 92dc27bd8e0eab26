import Foundation
import Support
import Testing

/// Events over real sockets. The decoder makes only steps that the test lets it make. So all that a client has read was
/// sent while its translation was being made.
@Suite(.timeLimit(.minutes(10))) struct StreamingServerTests {
  private func withServer(_ body: (StreamingServer) throws -> Void) throws {
    let server = try StreamingServer()
    defer { server.shutDown() }
    try body(server)
  }

  private func body(_ text: String) -> String { #"{"q":"\#(text)","source":"en","target":"fr"}"# }

  private func token(_ text: String, sentence: Int = 0) -> String {
    "event: token\ndata: {\"sentence\":\(sentence),\"text\":\"\(text)\"}\n\n"
  }

  @Test func eventsArriveWhileTheTranslationIsMade() throws {
    try withServer { server in
      let client = try LoopbackClient(port: server.port)
      client.send(StreamingServer.request(body("aé€")))
      server.hold.step.signal()
      let head = try client.text(through: token("a"))
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(head.contains("Transfer-Encoding: chunked\r\n"))
      for _ in 0..<2 { server.hold.step.signal() }
      #expect(try client.text(through: token("é")).count < 100, "nothing but that event")
      for _ in 0..<4 { server.hold.step.signal() }
      let rest = try client.text(through: "0\r\n\r\n")
      #expect(rest.contains(token("€")))
      #expect(rest.contains("event: done\ndata: {\"translatedText\":\"aé€\"}\n\n"))
    }
  }

  @Test(arguments: [false, true])
  func readerThatLeavesFreesItsRowsWithoutAFurtherToken(byReset: Bool) throws {
    try withServer { server in
      let client = try LoopbackClient(port: server.port)
      client.send(StreamingServer.request(body("abcdef")))
      server.hold.step.signal()
      _ = try client.text(through: token("a"))
      if byReset { client.reset() } else { client.leave() }
      server.cancelled.wait()
      server.hold.step.signal()
      server.hold.left.wait()
      let drained = Signal()
      server.service.drain { drained.signal() }
      drained.wait()
      #expect(server.service.load.activeRows == 0)
    }
  }

  @Test func readersOfHTTP10GetEventsUntilTheConnectionEnds() throws {
    try withServer { server in
      let client = try LoopbackClient(port: server.port)
      client.send(StreamingServer.request(body("ab"), version: "1.0"))
      server.hold.step.signal()
      let head = try client.text(through: token("a"))
      #expect(!head.contains("Transfer-Encoding"))
      for _ in 0..<2 { server.hold.step.signal() }
      #expect(
        try client.rest() == token("b") + "event: done\ndata: {\"translatedText\":\"ab\"}\n\n")
    }
  }

  @Test func streamsAndPlainAnswersShareAConnection() throws {
    try withServer { server in
      let client = try LoopbackClient(port: server.port)
      client.send(StreamingServer.request(body("a")))
      client.send("GET /languages HTTP/1.1\r\nHost: a\r\n\r\n")
      for _ in 0..<2 { server.hold.step.signal() }
      let text = try client.text(through: "\"targets\":[]}]")
      #expect(text.contains("0\r\n\r\nHTTP/1.1 200 OK\r\n"))
    }
  }
}
