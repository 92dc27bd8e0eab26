import Synchronization

/// A bound on the memory that unanswered requests can come to take, for all clients together and for each.
///
/// A request reserves what it can need at most before any work on it begins, and is refused if there is no room. The
/// reservation lasts as long as anything of the request does, even if its client has left.
package final class MemoryBudget: Sendable {
  private struct State {
    var bytes: Int
    var reserved = 0
    /// Reserved bytes by client; none is 0.
    var clients: [String: Int] = [:]
  }

  private let state: Mutex<State>

  /// - Parameter bytes: the bound for all clients together.
  package init(bytes: Int) {
    state = Mutex(State(bytes: max(0, bytes)))
  }

  /// The bound for all clients together, in bytes. A change does not touch reservations.
  package var bytes: Int {
    get { state.withLock { $0.bytes } }
    set { state.withLock { $0.bytes = max(0, newValue) } }
  }

  /// Bytes that are reserved now.
  package var reservedBytes: Int { state.withLock { $0.reserved } }

  /// The most bytes that one client can have: three quarters of all.
  package var clientBytes: Int { Self.share(of: bytes) }

  private static func share(of bytes: Int) -> Int { bytes / 4 * 3 }

  /// Reserves memory until the reservation is released.
  /// - Throws: `RequestError` 413 if the client could never have as much, 503 if there is no room now.
  package func reserve(_ bytes: Int, for client: String) throws(RequestError) -> MemoryReservation {
    let refusal: RequestError? = state.withLock { state in
      let share = Self.share(of: state.bytes)
      let own = state.clients[client] ?? 0
      if bytes > share {
        return RequestError(
          413, "the request can take \(Self.mebibytes(bytes)) MiB of memory, expected at most \(Self.mebibytes(share))")
      }
      if bytes > share - own { return RequestError(503, "unanswered requests of this client take too much memory") }
      if bytes > state.bytes - state.reserved { return RequestError(503, "unanswered requests take too much memory") }
      state.reserved += bytes
      state.clients[client] = own + bytes
      return nil
    }
    if let refusal { throw refusal }
    return MemoryReservation(self, bytes, client)
  }

  fileprivate func giveBack(_ bytes: Int, of client: String) {
    state.withLock { state in
      state.reserved -= bytes
      let rest = (state.clients[client] ?? 0) - bytes
      state.clients[client] = rest > 0 ? rest : nil
    }
  }

  private static func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }
}

/// Memory of one request in a `MemoryBudget`, given back when the last reference to the reservation goes.
package final class MemoryReservation: Sendable {
  private let budget: MemoryBudget
  private let bytes: Int
  private let client: String

  fileprivate init(_ budget: MemoryBudget, _ bytes: Int, _ client: String) {
    self.budget = budget
    self.bytes = bytes
    self.client = client
  }

  deinit { budget.giveBack(bytes, of: client) }
}
