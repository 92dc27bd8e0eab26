import CKernels

/// The cores of the process, which a worker has to itself while the other workers are idle. Nothing is shared before
/// `start`. Large products are cut at whole panels of outputs, so that their bits stay the same.
package enum CoreTeam {
  /// Starts the threads, once per process.
  /// - Parameter threads: number of threads that work on one product, the worker's own included.
  package static func start(threads: Int) { ck_team_start(Int32(clamping: threads)) }

  /// Counts a worker that becomes busy.
  package static func join() { ck_team_join() }
  /// Counts a worker that becomes idle.
  package static func leave() { ck_team_leave() }
}

extension LinearScratch {
  /// Lets products of `body` use all cores if no other worker is busy.
  package func withTeam<Result>(_ body: () -> Result) -> Result {
    guard !hasTeam, ck_team_acquire() else { return body() }
    hasTeam = true
    defer {
      hasTeam = false
      ck_team_release()
    }
    return body()
  }
}
