import Foundation
import HTTP
import Support
import Testing

/// The bound on the memory of unanswered requests, and the requests that are exempt.
@Suite(.timeLimit(.minutes(10))) struct MemoryBudgetTests {
  /// The error of a reservation; nil if there was room.
  private func refusal(_ budget: MemoryBudget, _ bytes: Int, _ client: String) -> RequestError? {
    do throws(RequestError) {
      _ = try budget.reserve(bytes, for: client)
      return nil
    } catch {
      return error
    }
  }

  @Test func clientHasThreeQuartersOfTheBudget() throws {
    let budget = MemoryBudget(bytes: 400)
    #expect(refusal(budget, 301, "a")?.status == 413)
    let first = try budget.reserve(200, for: "a")
    #expect(refusal(budget, 101, "a")?.status == 503)
    let second = try budget.reserve(100, for: "a")
    #expect(refusal(budget, 1, "a")?.status == 503)
    let other = try budget.reserve(100, for: "b")
    #expect(refusal(budget, 1, "c")?.status == 503)
    #expect(budget.reservedBytes == 400)
    withExtendedLifetime((first, second, other)) {}
  }

  @Test func memoryIsGivenBackWithTheReservation() throws {
    let budget = MemoryBudget(bytes: 400)
    var reservation: MemoryReservation? = try budget.reserve(300, for: "a")
    #expect(reservation != nil)
    reservation = nil
    #expect(budget.reservedBytes == 0)
    #expect(refusal(budget, 300, "a") == nil)
  }

  @Test func smallerBoundKeepsReservations() throws {
    let budget = MemoryBudget(bytes: 400)
    let reservation = try budget.reserve(300, for: "a")
    budget.bytes = 200
    #expect(refusal(budget, 1, "b")?.status == 503)
    #expect(budget.reservedBytes == 300)
    withExtendedLifetime(reservation) {}
  }

  /// Blocks that wait for a thread.
  ///
  /// `@unchecked Sendable`: `blocks` is only touched under `lock`.
  private final class Backlog: @unchecked Sendable {
    private let lock = NSLock()
    private var blocks: [(client: String?, run: @Sendable () -> Void)] = []
    let expedited = Signal()

    func take(_ client: String?, _ block: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
      lock.withLock { blocks.append((client, block)) }
      return { [expedited] in expedited.signal() }
    }

    /// Runs all blocks, those without a client first.
    func run() {
      let all = lock.withLock {
        defer { blocks = [] }
        return blocks
      }
      for block in all where block.client == nil { block.run() }
      for block in all where block.client != nil { block.run() }
    }

    func wait(for count: Int) {
      waitUntil("\(count) blocks are there") { lock.withLock { blocks.count } >= count }
    }
  }

  /// A waiting request counts whether or not its client is still connected.
  @Test(arguments: [false, true]) func requestsBeyondTheLimitAreRefused(clientsLeave: Bool) throws {
    let backlog = Backlog()
    var configuration = HTTPServerConfiguration()
    configuration.memory = MemoryBudget(bytes: 1_400 << 10)
    configuration.schedule = backlog.take
    let server = HTTPServer(configuration: configuration, handler: EchoHandler()) {
      HTTPResponse(status: $0.error.status, body: Array($0.error.message.utf8))
    }
    let port = try server.start()
    defer { server.shutdown(graceSeconds: 0) { _ in } }
    let body = String(repeating: "x", count: 300 << 10)
    let request = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
    var clients: [LoopbackClient] = []
    for number in 1...3 {
      let client = try LoopbackClient(port: port)
      client.send(request)
      backlog.wait(for: clientsLeave ? 2 * number - 1 : number)
      if clientsLeave {
        client.reset()
        backlog.wait(for: 2 * number)
      }
      clients.append(client)
    }
    let fourth = try LoopbackClient(port: port)
    fourth.send(request)
    #expect(try fourth.answer().head.hasPrefix("HTTP/1.1 503 "))
    backlog.run()
    if clientsLeave { backlog.expedited.wait(count: 3) }
    fourth.send(request)
    backlog.wait(for: 1)
    backlog.run()
    #expect(try fourth.answer().head.hasPrefix("HTTP/1.1 200 "))
  }

  @Test func healthIsAnsweredWhileOtherRequestsWait() throws {
    let backlog = Backlog()
    var configuration = HTTPServerConfiguration()
    configuration.memory = MemoryBudget(bytes: 4 << 10)
    configuration.busySeconds = 0
    configuration.schedule = backlog.take
    let server = HTTPServer(configuration: configuration, handler: EchoHandler()) {
      HTTPResponse(status: $0.error.status, body: Array($0.error.message.utf8))
    }
    let port = try server.start()
    defer { server.shutdown(graceSeconds: 0) { _ in } }
    let waiting = try LoopbackClient(port: port)
    waiting.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1500\r\n\r\n" + String(repeating: "x", count: 1500))
    backlog.wait(for: 1)
    let probe = try LoopbackClient(port: port)
    for _ in 0..<100 {
      probe.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try probe.answer().body == Array("http".utf8))
    }
    backlog.run()
    #expect(try waiting.answer().head.hasPrefix("HTTP/1.1 200 "))
  }
}
