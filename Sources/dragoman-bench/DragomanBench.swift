import Tensor
import Terminal

/// The program of the measurements, `dragoman-bench`, which is not part of the server.
@main
struct DragomanBench {
  private static let program = Program(
    name: "dragoman-bench", summary: "Measures Dragoman's kernels, scheduler and model architectures.",
    commands: [KernelsCommand.self, SchedulerCommand.self, ArchitecturesCommand.self])

  static func main() {
    // Threads of BLAS would compete with the measured ones for the cores.
    BLAS.useOneThread()
    program.main()
  }
}
