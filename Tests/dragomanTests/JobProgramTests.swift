import Foundation
import Support
import Testing
import dragoman

/// Jobs of the built program, which is killed and started again.
@Suite(.timeLimit(.minutes(10))) struct JobProgramTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func server(_ flags: String...) throws -> ServerProgram {
    let server = try ServerProgram(flags: ["--jobs", folder.path + "/jobs"] + flags)
    try #require(server.waitUntilServing(times: 1))
    return server
  }

  private func ask(_ server: ServerProgram, _ method: String, _ path: String, _ body: String = "") throws -> String {
    let client = try LoopbackClient(port: server.port)
    client.send(
      "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return try client.rest()
  }

  private func submit(_ server: ServerProgram, sentences: Int) throws -> String {
    let text = String(repeating: "This is one of many sentences. ", count: sentences)
    let answer = try ask(server, "POST", "/jobs", #"{"q":"\#(text)","source":"en","target":"fr"}"#)
    let match = try #require(
      answer.firstMatch(of: /HTTP\/1.1 202 [\s\S]*Location: \/jobs\/([0-9a-f]{32})/), "\(answer)")
    return String(match.1)
  }

  private func waitUntil(_ state: String, _ id: String, _ server: ServerProgram) throws {
    try Support.waitUntil("the job is \(state)", seconds: 120) {
      try ask(server, "GET", "/jobs/\(id)").contains(#""state":"\#(state)""#)
    }
  }

  private func result(_ id: String, _ server: ServerProgram) throws -> String {
    try #require(try ask(server, "GET", "/jobs/\(id)/result").components(separatedBy: "\r\n\r\n").last)
  }

  @Test func killedServerEndsItsJobsAfterARestart() throws {
    let first = try server("--max-running-jobs", "1")
    let done = try submit(first, sentences: 1)
    try waitUntil("done", done, first)
    let expected = try result(done, first)
    let running = try submit(first, sentences: 400)
    let waiting = try submit(first, sentences: 2)
    try waitUntil("running", running, first)
    #expect(try ask(first, "GET", "/jobs/\(waiting)").contains(#""state":"queued""#))
    first.send(SIGKILL)
    #expect(first.exitStatus() == nil && !first.isRunning)

    let second = try server()
    #expect(try result(done, second) == expected)
    #expect(try ask(second, "DELETE", "/jobs/\(running)").contains("HTTP/1.1 200"))
    try waitUntil("done", waiting, second)
    #expect(try result(waiting, second).contains("translatedText"))
    second.send(SIGTERM)
    #expect(second.exitStatus() == 0)
  }

  @Test func drainedServerLeavesItsJobsToAnother() throws {
    let (first, second) = (try server(), try server("--max-running-jobs", "1"))
    let blocker = try submit(second, sentences: 300)
    try waitUntil("running", blocker, second)
    let job = try submit(first, sentences: 60)
    try waitUntil("running", job, first)
    first.send(SIGTERM)
    #expect(first.exitStatus() == 0)
    #expect(try ask(second, "DELETE", "/jobs/\(blocker)").contains("HTTP/1.1 200"))
    try waitUntil("done", job, second)
    #expect(try result(job, second).contains("translatedText"))
  }
}
