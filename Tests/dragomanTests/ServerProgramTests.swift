import Foundation
import Support
import Testing
import dragoman

/// The built program as a process of its own: start, signals, and its end.
@Suite(.timeLimit(.minutes(10))) struct ServerProgramTests {
  @Test func signalsReloadAndEndTheServer() throws {
    let server = try ServerProgram()
    try #require(server.waitUntilServing(times: 1))
    server.send(SIGHUP)
    try #require(server.waitUntilServing(times: 2))
    server.send(SIGTERM)
    #expect(server.exitStatus() == 0)
  }

  /// The process is ready for signals until it has exited.
  @Test func hangUpWhileItEndsDoesNotKillTheServer() throws {
    for _ in 0..<5 {
      let server = try ServerProgram()
      try #require(server.waitUntilServing(times: 1))
      server.send(SIGTERM)
      waitUntil("the server has ended") {
        server.send(SIGHUP)
        return !server.isRunning
      }
      #expect(server.exitStatus() == 0)
    }
  }

  /// Lines of the log must not end up in a socket or pipe that has a standard stream's number.
  @Test(arguments: ["0<&- 2>&-", ">&- 2>&-", "0<&- >&- 2>&-"])
  func closedStandardStreamsDoNotEndTheServer(_ redirection: String) throws {
    let server = try ServerProgram(redirection: redirection)
    let probe = HealthProbe(host: "127.0.0.1", port: server.port, timeoutSeconds: 10)
    try #require(waitUntil("the server is ready") { (try? probe.status()) == 200 })
    for _ in 0..<3 {
      #expect(try probe.status() == 200)
    }
    usleep(200_000)  // the log's lines leave together, every 50 ms
    #expect(try probe.status() == 200)
    server.send(SIGTERM)
    #expect(server.exitStatus() == 0)
  }
}
