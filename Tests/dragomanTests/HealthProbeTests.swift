import Glibc
import HTTP
import Testing
import dragoman

struct HealthProbeTests {
  @Test(arguments: [200, 503]) func statusOfTheAnswerIsReturned(status: Int) async throws {
    try await withServer(status: status) { port in
      let found = try HealthProbe(host: "127.0.0.1", port: port, timeoutSeconds: 10).status()
      #expect(found == status)
    }
  }

  /// A server in a container listens on all addresses, and the probe reads the same variable.
  @Test func wildcardAddressReachesThisMachine() async throws {
    try await withServer(status: 200) { port in
      let found = try HealthProbe(host: "0.0.0.0", port: port, timeoutSeconds: 10).status()
      #expect(found == 200)
    }
  }

  @Test func refusedConnectionIsReported() async throws {
    var closed = 0
    try await withServer(status: 200) { closed = $0 }
    #expect {
      try HealthProbe(host: "127.0.0.1", port: closed, timeoutSeconds: 10).status()
    } throws: {
      "\($0)" == "127.0.0.1:\(closed): cannot connect: Connection refused"
    }
  }

  /// The system completes the connection, which nobody accepts.
  @Test func silentServerTimesOut() throws {
    let (listener, port) = try silentListener()
    defer { close(listener) }
    #expect {
      try HealthProbe(host: "127.0.0.1", port: port, timeoutSeconds: 0.2).status()
    } throws: {
      "\($0)" == "127.0.0.1:\(port): no answer: timed out"
    }
  }

  private func withServer(status: Int, _ body: (_ port: Int) throws -> Void) async throws {
    let handler = ReadinessHandler(status: status)
    let server = HTTPServer(configuration: HTTPServerConfiguration(), handler: handler) {
      HTTPResponse(status: $0.error.status)
    }
    let port = try server.start()
    let outcome = Result { try body(port) }
    await withCheckedContinuation { done in
      server.shutdown(graceSeconds: 5) { _ in done.resume() }
    }
    try outcome.get()
  }

  private func silentListener() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isListening)
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }
}

/// Answers `/health/ready` with one status, and other paths with 404.
private struct ReadinessHandler: HTTPHandler {
  let status: Int

  func match(_ request: HTTPRequest) -> RouteMatch {
    let status = request.path == "/health/ready" ? status : 404
    return RouteMatch(.queued) { _, exchange in exchange.respond(HTTPResponse(status: status)) }
  }
}
