import CLinux
import Dispatch
import Foundation
import Glibc

/// Drives all connections of a server on one thread: moves bytes between sockets and state machines, hands requests to
/// the handler and takes responses from the mailbox.
///
/// Brief work runs on this thread, a few milliseconds per round: waking another thread would cost more than the work.
///
/// `@unchecked Sendable`: after `start` only the loop's own thread touches it; other threads use the mailbox.
final class EventLoop: @unchecked Sendable {
  private enum Token {
    static let listener: UInt64 = 0
    static let mailbox: UInt64 = 1
    static let coalesced: UInt64 = 2
    static let firstClient: UInt64 = 3
  }

  /// Seconds between checks of the deadlines, at least; also the pause in accepting when descriptors run out.
  private static let tickSeconds = 0.05
  /// Connections above the limit that are refused with a response; further ones wait unaccepted.
  private static let maxRefusals = 64
  /// Connections accepted, and pieces written to one of them, before it is the turn of others.
  private static let maxOperationsPerTurn = 64
  /// The part of the idle connections of an address that is closed at once, as a divisor, if there is no room.
  private static let roomShare = 64
  /// Reads of the mailbox per round; brief work fills it again.
  private static let maxMailboxReads = 4

  private let configuration: HTTPServerConfiguration
  private let handler: any HTTPHandler
  private let refusalBody: RefusalBody
  private let mailbox: Mailbox
  private var listener: Listener?
  private let poller: Poller
  /// The sockets of clients that wait while many do; `poller` watches them as one descriptor, except during a pause.
  private let coalesced: Poller
  private var isWatchingCoalesced = true
  /// Time at which `coalesced` was last polled, in seconds of the steady clock.
  private var lastCoalescedPoll = 0.0
  private var clients: [UInt64: Client] = [:]
  private var nextClient = Token.firstClient
  private var isAccepting = true
  private var now = Moment.now()
  /// The earliest deadline, or a time before it.
  private var nextTick = Double.infinity
  private var mayHaveMail = false
  private var drain: Drain?
  /// Sum over the clients.
  private var heldBytes = 0
  /// Requests without a response.
  private var inFlightRequests = 0
  private let buffer: UnsafeMutableRawBufferPointer

  private struct Drain {
    /// Time at which unfinished connections are cut off, in seconds of the steady clock.
    var deadline: Double
    var completions: [@Sendable (Bool) -> Void]
  }

  init(
    configuration: HTTPServerConfiguration, listener: Listener, mailbox: Mailbox, handler: any HTTPHandler,
    refusalBody: @escaping RefusalBody
  ) throws(HTTPServerError) {
    self.configuration = configuration
    self.handler = handler
    self.refusalBody = refusalBody
    self.mailbox = mailbox
    self.listener = listener
    poller = try Poller()
    coalesced = try Poller()
    guard poller.add(listener.descriptor, .read, token: Token.listener),
      poller.add(mailbox.descriptor, .read, token: Token.mailbox),
      poller.add(coalesced.descriptor, .read, token: Token.coalesced)
    else { throw .noResources(code: errno) }
    buffer = .allocate(byteCount: 64 << 10, alignment: 16)
  }

  deinit { buffer.deallocate() }

  func start() {
    Thread.detachNewThread {
      linux_name_thread("http")
      self.run()
    }
  }

  private func run() {
    while !isDone {
      for (token, state) in waitForEvents() {
        switch token {
        case Token.listener: acceptClients()
        case Token.mailbox, Token.coalesced: break
        default: if let client = clients[token] { serve(client, state) }
        }
      }
      readMailbox()
      if heldBytes > configuration.maxHeldBytes { shed() }
      if now.seconds >= nextTick { tick() }
    }
    end()
  }

  // MARK: Waiting

  private func waitForEvents() -> [(token: UInt64, ready: Poller.Interest)] {
    guard let pause = pauseSeconds else {
      watchCoalesced(true)
      let ready = poller.wait(seconds: mayHaveMail ? 0 : nextTick - now.seconds)
      now = .now()
      lastCoalescedPoll = now.seconds
      return ready.contains { $0.token == Token.coalesced } ? ready + coalesced.wait(seconds: 0) : ready
    }
    watchCoalesced(false)
    let nextPoll = lastCoalescedPoll + pause
    let ready = poller.wait(seconds: min(nextPoll, nextTick) - Moment.now().seconds)
    now = .now()
    guard now.seconds >= nextPoll else { return ready }
    lastCoalescedPoll = now.seconds
    return ready + coalesced.wait(seconds: 0)
  }

  /// Seconds between polls of the sockets and responses of clients that wait; nil if these wake the loop.
  private var pauseSeconds: Double? {
    configuration.pollCoalescing.pauseSeconds(inFlightRequests: inFlightRequests)
  }

  private func watchCoalesced(_ isWatched: Bool) {
    guard isWatched != isWatchingCoalesced else { return }
    if poller.modify(coalesced.descriptor, isWatched ? .read : [], token: Token.coalesced) {
      isWatchingCoalesced = isWatched
    }
  }

  // MARK: Accepting

  private func acceptClients() {
    for _ in 0..<Self.maxOperationsPerTurn {
      guard let listener, isAccepting else { return }
      guard hasRoomForClients else { return pauseAccepting() }
      switch listener.accept() {
      case .nobody: return
      case .exhausted: return pauseAccepting()
      case .client(let descriptor, let address): admit(descriptor, address)
      }
    }
  }

  private var hasRoomForClients: Bool { clients.count < configuration.maxConnections + Self.maxRefusals }

  private func admit(_ descriptor: Int32, _ address: String) {
    let connection = Connection(
      limits: configuration.limits, timeouts: configuration.timeouts, peerAddress: address, refusalBody: refusalBody,
      now: now)
    let client = Client(id: nextClient, descriptor: descriptor, address: address, connection: connection)
    nextClient += 1
    guard poller.add(descriptor, client.interest, token: client.id) else {
      _ = close(descriptor)
      // The system is out of memory for it, and would refuse the next one too.
      return pauseAccepting()
    }
    if clients.count >= configuration.maxConnections, drain == nil { makeRoom() }
    clients[client.id] = client
    var actions: [Connection.Action] = []
    if clients.count > configuration.maxConnections {
      actions = client.connection.refuseService(RequestError(503, "too many connections"), now: now)
    } else if drain != nil {
      actions = client.connection.drain(now: now)
    }
    perform(actions, for: client)
  }

  /// Closes the connections that have been idle longest, of the address that has the most idle ones. A client that only
  /// holds connections cannot keep others out, nor health checks.
  ///
  /// Looking at all connections costs as much for one as for many, so that several are closed at once.
  private func makeRoom() {
    var idle: [String: [(sinceSeconds: Double, client: Client)]] = [:]
    for client in clients.values {
      if let since = client.connection.idleSinceSeconds { idle[client.address, default: []].append((since, client)) }
    }
    let most = idle.values.max { $0.count < $1.count } ?? []
    let longest = most.sorted { $0.sinceSeconds < $1.sinceSeconds }
    for (_, client) in longest.prefix(max(1, most.count / Self.roomShare)) {
      perform(client.connection.peerLeft(), for: client)
    }
  }

  private func pauseAccepting() {
    guard isAccepting, let listener else { return }
    isAccepting = false
    poller.remove(listener.descriptor)
    nextTick = min(nextTick, now.seconds + Self.tickSeconds)
  }

  private func resumeAccepting() {
    guard drain == nil, !isAccepting, let listener else { return }
    isAccepting = poller.add(listener.descriptor, .read, token: Token.listener)
  }

  // MARK: Serving

  private func serve(_ client: Client, _ ready: Poller.Interest) {
    if ready.contains(.read) || !ready.isDisjoint(with: .broken) { read(client) }
    guard !client.connection.isClosed else { return }
    if !ready.isDisjoint(with: .broken), !client.connection.wantsRead {
      return perform(client.connection.peerLeft(), for: client)
    }
    if ready.contains(.inputEnd), !client.connection.wantsRead {
      perform(client.noteInputEnd(now: now), for: client)
    } else {
      perform([], for: client)
    }
  }

  /// Reads one buffer; further bytes are reported again, after the turn of the others.
  private func read(_ client: Client) {
    guard client.connection.wantsRead else { return }
    switch client.read(into: buffer) {
    case .nothing: break
    case .bytes(let count):
      perform(client.connection.received(UnsafeRawBufferPointer(rebasing: buffer[..<count]), now: now), for: client)
    case .end: perform(client.connection.receivedEnd(now: now), for: client)
    case .broken: perform(client.connection.peerLeft(), for: client)
    }
  }

  /// Does the actions, writes output, and tells the poller the events that the client waits for now.
  private func perform(_ actions: [Connection.Action], for client: Client) {
    actions.forEach { perform($0, for: client) }
    for _ in 0..<Self.maxOperationsPerTurn where !client.connection.isClosed && !client.connection.output.isEmpty {
      guard let count = client.writeNext() else {
        client.connection.peerLeft().forEach { perform($0, for: client) }
        break
      }
      if count == 0 { break }
      client.connection.sent(count, now: now).forEach { perform($0, for: client) }
    }
    updateTotals(for: client)
    guard !client.connection.isClosed else { return }
    guard watch(client) else {
      // Nothing would wake the loop for it.
      client.connection.peerLeft().forEach { perform($0, for: client) }
      return updateTotals(for: client)
    }
    if let deadline = client.connection.deadline { nextTick = min(nextTick, deadline) }
  }

  /// - Returns: false if the system refuses.
  private func watch(_ client: Client) -> Bool {
    let wanted = client.wantedInterest
    defer { client.interest = wanted }
    if client.sendsWork, !client.isCoalesced, pauseSeconds != nil {
      client.isCoalesced = true
      poller.remove(client.descriptor)
      return coalesced.add(client.descriptor, wanted, token: client.id)
    }
    guard wanted != client.interest else { return true }
    return (client.isCoalesced ? coalesced : poller).modify(client.descriptor, wanted, token: client.id)
  }

  private func perform(_ action: Connection.Action, for client: Client) {
    switch action {
    case .start(let id, let request): handle(request, id, of: client)
    case .cancel(let id):
      guard let observer = client.disconnectObservers.removeValue(forKey: id) else { return }
      _ = configuration.schedule(nil) { observer.disconnect() }
    case .finishSending: _ = shutdown(client.descriptor, Int32(SHUT_WR))
    case .close:
      clients[client.id] = nil
      _ = close(client.descriptor)
      resumeAccepting()
    }
  }

  // MARK: Handling requests

  private func handle(_ request: HTTPRequest, _ id: UInt64, of client: Client) {
    var request = request
    request.receivedSeconds = now.seconds
    let observer = DisconnectObserver()
    client.disconnectObservers[id] = observer
    let exchange = ServerExchange(
      client: client.id, request: id, method: request.method, headers: request.headers, mailbox: mailbox,
      disconnectObserver: observer, refusalBody: refusalBody)
    let match = handler.match(request)
    if match.execution == .immediate { return match.action(request, exchange) }
    client.sendsWork = true
    let name = handler.client(of: request)
    do throws(RequestError) {
      exchange.memory = try configuration.memory.reserve(request.heldBytes + match.expectedBytes, for: name)
    } catch {
      return exchange.respond(refusalBody(RefusedRequest(error, method: request.method, headers: request.headers)))
    }
    let call: @Sendable () -> Void = { [request] in match.action(request, exchange) }
    if match.execution == .brief, hasTime { return call() }
    // A request whose client has left has nothing to wait for: its handler ends it at once.
    observer.add(configuration.schedule(name, call))
  }

  /// Whether brief work can still run on this thread in this round.
  private var hasTime: Bool { Moment.now().seconds < now.seconds + configuration.busySeconds }

  // MARK: Totals of all clients

  private func updateTotals(for client: Client) {
    inFlightRequests += client.disconnectObservers.count - client.inFlightRequests
    client.inFlightRequests = client.disconnectObservers.count
    heldBytes -= client.heldBytes
    client.heldBytes = client.connection.heldBytes
    heldBytes += client.heldBytes
  }

  /// Frees memory. Clients that hold most go first, so that small requests get through while large ones are kept open.
  private func shed() {
    for client in clients.values.sorted(by: { $0.heldBytes > $1.heldBytes }) {
      guard heldBytes > configuration.maxHeldBytes else { return }
      perform(client.connection.shed(now: now), for: client)
    }
  }

  // MARK: Mailbox

  private func readMailbox() {
    for _ in 0..<Self.maxMailboxReads {
      let isCoalescing = pauseSeconds != nil
      let messages = mailbox.takeAll(isCoalescing: isCoalescing)
      mayHaveMail = isCoalescing || !messages.isEmpty
      guard !messages.isEmpty else { return }
      messages.forEach(receive)
    }
  }

  private func receive(_ message: Mailbox.Message) {
    switch message {
    case .response(let id, let request, let part):
      if let client = clients[id] { respond(to: request, of: client, part) }
    case .work(let block): if hasTime { block() } else { _ = configuration.schedule(nil, block) }
    case .shutDown(let graceSeconds, let completion): beginDrain(graceSeconds: graceSeconds, completion)
    }
  }

  private func respond(to request: UInt64, of client: Client, _ part: Mailbox.ResponsePart) {
    let actions: [Connection.Action]
    switch part {
    case .whole(let response):
      client.disconnectObservers[request] = nil
      actions = client.connection.respond(to: request, response, now: now)
    case .begin(let status, let headers, let filler):
      actions = client.connection.beginStream(
        to: request, status: status, headers: headers, filler: filler, now: now)
    case .piece(let bytes): actions = client.connection.sendPiece(to: request, bytes, now: now)
    case .finish(let last):
      client.disconnectObservers[request] = nil
      actions = client.connection.finishStream(to: request, last, now: now)
    case .abandon: actions = client.connection.abandonStream(to: request)
    }
    perform(actions, for: client)
  }

  // MARK: Time

  /// Checks every deadline. They are many and rarely over, so that checking seldom costs less than keeping them in order.
  private func tick() {
    if let drain, now.seconds >= drain.deadline { return cutOff() }
    nextTick = .infinity
    if drain == nil { resumeAccepting() } else { acceptBacklog() }
    for client in clients.values {
      guard let deadline = client.connection.deadline else { continue }
      if deadline <= now.seconds {
        perform(client.connection.tick(now: now), for: client)
      } else {
        nextTick = min(nextTick, deadline)
      }
    }
    nextTick = max(min(nextTick, drain?.deadline ?? .infinity), now.seconds + Self.tickSeconds)
  }

  // MARK: Shutting down

  private var isDone: Bool { drain != nil && clients.isEmpty && listener == nil }

  private func beginDrain(graceSeconds: Double, _ completion: @escaping @Sendable (Bool) -> Void) {
    let deadline = now.seconds + max(0, graceSeconds)
    drain = Drain(
      deadline: min(deadline, drain?.deadline ?? deadline), completions: (drain?.completions ?? []) + [completion])
    nextTick = min(nextTick, deadline)
    guard let listener else { return }
    if isAccepting { poller.remove(listener.descriptor) }
    isAccepting = false
    acceptBacklog()
    for client in clients.values { perform(client.connection.drain(now: now), for: client) }
  }

  /// Accepts the connections that came before the drain, then stops listening. Connections without room wait for it: if
  /// the listener were closed, they would be reset.
  private func acceptBacklog() {
    guard let listener else { return }
    accepting: while hasRoomForClients {
      switch listener.accept() {
      case .client(let descriptor, let address): admit(descriptor, address)
      case .nobody: return stopListening()
      case .exhausted: break accepting
      }
    }
    nextTick = min(nextTick, now.seconds + Self.tickSeconds)
  }

  private func stopListening() {
    listener?.close()
    listener = nil
  }

  /// Ends what is unfinished at the deadline of the drain.
  private func cutOff() {
    stopListening()
    for client in clients.values { perform(client.connection.peerLeft(), for: client) }
    reportDrained(inTime: false)
  }

  private func end() {
    let unread = mailbox.close()
    reportDrained(inTime: true)
    for message in unread {
      switch message {
      case .response: break
      case .work(let block): _ = configuration.schedule(nil, block)
      case .shutDown(_, let completion): DispatchQueue.global().async { completion(true) }
      }
    }
  }

  private func reportDrained(inTime: Bool) {
    let completions = drain?.completions ?? []
    drain?.completions = []
    DispatchQueue.global().async { completions.forEach { $0(inTime) } }
  }
}
