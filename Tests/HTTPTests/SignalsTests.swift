import Glibc
import HTTP
import Support
import Testing

@Suite(.timeLimit(.minutes(10))) struct SignalsTests {
  @Test func signalCallsTheClosure() throws {
    let came = Signal()
    let signals = try Signals([SIGUSR2]) { number in
      if number == SIGUSR2 { came.signal() }
    }
    kill(getpid(), SIGUSR2)
    came.wait()
    withExtendedLifetime(signals) {}
  }
}
