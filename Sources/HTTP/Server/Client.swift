import Glibc

/// The socket of one connection, and its state machine. Used on the event loop's thread only.
final class Client {
  let id: UInt64
  let descriptor: Int32
  /// The peer's address, without its port.
  let address: String
  var connection: Connection
  /// Observers of the requests without a response, by request id.
  var disconnectObservers: [UInt64: DisconnectObserver] = [:]
  /// Whether the client has sent a request that takes work. Then its socket can be polled seldom while many wait.
  var sendsWork = false
  /// Whether the socket is in the poller of sockets that are polled seldom.
  var isCoalesced = false
  /// The events for which the socket was last registered.
  var interest: Poller.Interest = .read
  /// The bytes and requests of this client that the event loop has counted in its totals.
  var heldBytes = 0
  var inFlightRequests = 0
  private var sawInputEnd = false

  enum Read {
    case bytes(Int)
    case end, nothing, broken
  }

  init(id: UInt64, descriptor: Int32, address: String, connection: Connection) {
    self.id = id
    self.descriptor = descriptor
    self.address = address
    self.connection = connection
  }

  /// The events that the client waits for. The end of input is of interest only while nothing is read, and only once.
  var wantedInterest: Poller.Interest {
    var wanted: Poller.Interest = connection.wantsRead ? .read : sawInputEnd ? [] : .inputEnd
    if !connection.output.isEmpty { wanted.insert(.write) }
    return wanted
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Read {
    let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
    if count > 0 { return .bytes(count) }
    if count == 0 { return .end }
    return errno == EAGAIN || errno == EINTR ? .nothing : .broken
  }

  /// Writes as many of the next bytes as the socket takes, without `SIGPIPE`.
  /// - Returns: the number of bytes; nil if the connection is broken.
  func writeNext() -> Int? {
    let result = connection.output.withNext { bytes -> Int in
      let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      if count >= 0 { return count }
      return errno == EAGAIN || errno == EINTR ? 0 : -1
    }
    guard let result else { return 0 }
    return result < 0 ? nil : result
  }

  func noteInputEnd(now: Moment) -> [Connection.Action] {
    sawInputEnd = true
    return connection.inputEnds(now: now)
  }
}
