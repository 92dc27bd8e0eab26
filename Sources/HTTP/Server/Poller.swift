import CLinux
import Glibc

/// Waits until one of many descriptors is ready; `epoll`.
struct Poller {
  struct Interest: OptionSet {
    let rawValue: UInt32
    static let read = Interest(rawValue: EPOLLIN.rawValue)
    static let write = Interest(rawValue: EPOLLOUT.rawValue)
    /// The peer has ended its input, though nobody reads.
    static let inputEnd = Interest(rawValue: EPOLLRDHUP.rawValue)
    /// Reset or closed both ways; reported always.
    static let broken = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
  }

  private static let capacity = 256
  private let descriptor: Int32
  private var tokens = [UInt64](repeating: 0, count: capacity)
  private var events = [UInt32](repeating: 0, count: capacity)

  init() throws(HTTPServerError) {
    descriptor = linux_epoll_create()
    guard descriptor >= 0 else { throw .noResources(code: errno) }
  }

  /// False if the system refuses.
  func add(_ fd: Int32, _ interest: Interest, token: UInt64) -> Bool {
    linux_epoll_add(descriptor, fd, interest.rawValue, token) == 0
  }

  func modify(_ fd: Int32, _ interest: Interest, token: UInt64) {
    _ = linux_epoll_modify(descriptor, fd, interest.rawValue, token)
  }

  func remove(_ fd: Int32) {
    _ = linux_epoll_remove(descriptor, fd)
  }

  /// What is ready, after at most that many milliseconds (-1: without end); nothing if a signal came.
  mutating func wait(milliseconds: Int32) -> [(token: UInt64, ready: Interest)] {
    let count = linux_epoll_wait(descriptor, &tokens, &events, Int32(Self.capacity), milliseconds)
    return (0..<max(0, Int(count))).map { (tokens[$0], Interest(rawValue: events[$0])) }
  }

  func close() {
    _ = Glibc.close(descriptor)
  }
}
