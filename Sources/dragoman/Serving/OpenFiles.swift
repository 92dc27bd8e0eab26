import Glibc

/// The number of file descriptors that the system lets this process have.
enum OpenFiles {
  /// What is needed beside the connections: models, standard streams, the event loop.
  private static let others = 64

  /// Raises the soft limit as far as needed and possible.
  /// - Returns: the connections that there are descriptors for, at most as many as asked for.
  /// - Throws: `UsageError` where there are none.
  static func allow(connections: Int) throws -> Int {
    var limits = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limits) == 0 else { return connections }
    let needed = rlim_t(connections + others)
    if limits.rlim_cur < needed {
      limits.rlim_cur = min(needed, limits.rlim_max)
      setrlimit(resource, &limits)
    }
    let possible = limits.rlim_cur >= needed ? connections : Int(limits.rlim_cur) - others
    guard possible > 0 else {
      throw UsageError("found a limit of \(limits.rlim_cur) open files, expected more than \(others)")
    }
    return possible
  }
}
