import Foundation

/// An HTTP/1.1 server on one event-loop thread; handlers run off it, but for brief requests.
///
/// TLS is not spoken: that ends before this server.
///
/// `@unchecked Sendable`: `mailbox` is touched under `lock` only, all else is constant.
package final class HTTPServer: @unchecked Sendable {
  private let configuration: HTTPServerConfiguration
  private let handler: any HTTPHandler
  private let refusalBody: RefusalBody
  private let lock = NSLock()
  private var mailbox: Mailbox?

  /// `refusalBody` makes the answers to requests that never reach the handler.
  package init(
    configuration: HTTPServerConfiguration, handler: any HTTPHandler, refusalBody: @escaping RefusalBody
  ) {
    self.configuration = configuration
    self.handler = handler
    self.refusalBody = refusalBody
  }

  /// Listens and serves from now on, until `shutdown`. Returns the port. Throws `HTTPServerError`, also if the server was
  /// started before.
  package func start() throws -> Int {
    let listener = try Listener(
      host: configuration.host, port: configuration.port, backlog: configuration.backlog)
    let mailbox = try Mailbox()
    try lock.withLock {
      guard self.mailbox == nil else { throw HTTPServerError.alreadyStarted }
      self.mailbox = mailbox
    }
    let loop = try EventLoop(
      configuration: configuration, listener: listener, mailbox: mailbox, handler: handler, refusalBody: refusalBody)
    loop.start()
    return listener.port
  }

  /// Runs a block on the event loop, which must not be held up: one that takes well under a millisecond and waits for
  /// nothing. What is too much for the loop goes where handlers run.
  /// - Returns: false where the server does not run; then the block is not run either.
  package func perform(_ block: @escaping @Sendable () -> Void) -> Bool {
    post(.work(block))
  }

  /// Accepts no more connections, answers what is under way with `Connection: close`, closes idle connections, and
  /// ends the loop. What is left after `graceSeconds` is cut off. `completion` is then called once, on any
  /// thread, with whether everything was finished in time.
  package func shutdown(graceSeconds: Double, completion: @escaping @Sendable (Bool) -> Void) {
    if !post(.shutDown(graceSeconds: graceSeconds, completion: completion)) { completion(true) }
  }

  /// False where the server does not run.
  private func post(_ message: Mailbox.Message) -> Bool {
    lock.withLock { mailbox }?.post(message) ?? false
  }
}
