import CLinux
import Tensor
import Terminal

/// The server's program, `dragoman`.
@main
package struct Dragoman {
  /// The version, which is also the newest entry of `.github/CHANGELOG.md`.
  package static let version = "0.2.0"

  private static let program = Program(
    name: "dragoman", version: version, summary: "A neural machine translation server.",
    commands: [
      ServeCommand.self, HealthCommand.self, TranslateCommand.self, AttentionCommand.self, InspectCommand.self,
      BenchCommand.self,
    ])

  package static func main() {
    // Workers are the program's only parallelism; threads of BLAS would compete with them for the cores.
    BLAS.useOneThread()
    // Reloaded models and the longest batches leave no memory behind.
    linux_return_freed_memory(256 << 10)
    program.main()
  }
}
