import CLinux
import Glibc

/// Waits until one of many descriptors is ready (`epoll`). A poller is itself a descriptor that another can watch.
///
/// Each change returns false if the system refuses it.
final class Poller {
  struct Interest: OptionSet {
    let rawValue: UInt32
    static let read = Interest(rawValue: EPOLLIN.rawValue)
    static let write = Interest(rawValue: EPOLLOUT.rawValue)
    /// The peer has ended its input, even if nothing is read.
    static let inputEnd = Interest(rawValue: EPOLLRDHUP.rawValue)
    /// The connection was reset, or closed both ways; always reported.
    static let broken = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
  }

  private static let capacity = 256
  let descriptor: Int32
  private var tokens = [UInt64](repeating: 0, count: capacity)
  private var events = [UInt32](repeating: 0, count: capacity)

  init() throws(HTTPServerError) {
    descriptor = linux_epoll_create()
    guard descriptor >= 0 else { throw .noResources(code: errno) }
  }

  deinit { _ = Glibc.close(descriptor) }

  func add(_ fd: Int32, _ interest: Interest, token: UInt64) -> Bool {
    linux_epoll_add(descriptor, fd, interest.rawValue, token) == 0
  }

  func modify(_ fd: Int32, _ interest: Interest, token: UInt64) -> Bool {
    linux_epoll_modify(descriptor, fd, interest.rawValue, token) == 0
  }

  /// Never fails for a descriptor that was added.
  func remove(_ fd: Int32) {
    _ = linux_epoll_remove(descriptor, fd)
  }

  /// Waits for at most this number of seconds, or without limit if it is infinite.
  /// - Returns: the descriptors that are ready; none if a signal came.
  func wait(seconds: Double) -> [(token: UInt64, ready: Interest)] {
    let nanoseconds = seconds == .infinity ? -1 : Int64(min(max(seconds, 0), 3600) * 1e9)
    let count = linux_epoll_wait(descriptor, &tokens, &events, Int32(Self.capacity), nanoseconds)
    return (0..<max(0, Int(count))).map { (tokens[$0], Interest(rawValue: events[$0])) }
  }
}
