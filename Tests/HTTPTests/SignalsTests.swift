import Dispatch
import Glibc
import HTTP
import Testing

struct SignalsTests {
  @Test func callsTheClosure() throws {
    let came = DispatchSemaphore(value: 0)
    let signals = try Signals([SIGUSR2]) { number in
      if number == SIGUSR2 { came.signal() }
    }
    kill(getpid(), SIGUSR2)
    #expect(came.wait(timeout: .now() + 120) == .success)
    withExtendedLifetime(signals) {}
  }
}
