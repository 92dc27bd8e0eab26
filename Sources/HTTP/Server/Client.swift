import Glibc

/// The socket of one connection beside its state machine. Used on the event loop's thread only.
final class Client {
  let id: UInt64
  let descriptor: Int32
  var connection: Connection
  /// By request id: those whose handlers have not answered.
  var notices: [UInt64: DepartureNotice] = [:]
  /// Whether it has sent requests that take work: then its socket may be polled seldom while many wait.
  var sendsWork = false
  /// Whether its socket is in the poller of those that are polled seldom.
  var isCoalesced = false
  /// What the poller was last told.
  var interest: Poller.Interest = .read
  /// What the event loop last counted for it, bytes and requests.
  var heldBytes = 0
  var underWay = 0
  private var sawInputEnd = false

  enum Read {
    case bytes(Int)
    case end, nothing, broken
  }

  init(id: UInt64, descriptor: Int32, connection: Connection) {
    self.id = id
    self.descriptor = descriptor
    self.connection = connection
  }

  /// What the poller should wait for: the end of input is of interest only while nobody reads, and only once.
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

  /// Writes as much as the socket takes of the next piece; nil if the connection is broken. No `SIGPIPE`.
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
