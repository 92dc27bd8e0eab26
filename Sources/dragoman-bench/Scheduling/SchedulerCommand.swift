import Batching
import Decoding
import Foundation
import Terminal
import Translation

/// `dragoman-bench scheduler`: measures what the batcher costs with many workers, more than this machine has cores for.
///
/// The workers are stand-ins: they sleep for as long as a step of a model takes, and call the batcher between steps as
/// real workers do. The processor time of these calls is the cost of scheduling.
package enum SchedulerCommand: Command {
  package static let name = "scheduler"
  package static let summary = "Measures the cost of scheduling with many workers."
  package static let usage = "[flags]"
  package static let flags: [any FlagDeclaration] = [model, workers, rate, seconds, rows]

  private static let model = Flag.text("model", "DIR", default: "models/en-fr", "model whose steps are timed first")
  private static let workers = Flag.integer("workers", "N", default: 64, in: 1...256, "number of stand-in workers")
  private static let rate = Flag.integer(
    "requests-per-second", "N", default: 2000, in: 1...1_000_000, "sentences that arrive per second, each a request")
  private static let seconds = Flag.integer("seconds", "N", default: 5, in: 1...600, "length of the measurement")
  private static let rows = Flag.integer("batch-rows", "N", default: 12, in: 1...64, "rows that step together")

  package static func run(_ values: FlagValues) throws -> Int32 {
    let times = try StepTimes(model: values[model], rows: values[rows])
    let simulation = SchedulerSimulation(
      workers: values[workers], requestsPerSecond: values[rate], seconds: values[seconds], rows: values[rows],
      times: times)
    try OutputFile.standardOutput.write(times.text + "\n" + simulation.run().text + "\n")
    return 0
  }
}

/// Times of decoding steps of a model by the number of rows, measured on this thread.
struct StepTimes: Sendable {
  /// Target tokens that each sentence is made to have.
  static let tokens = 24
  private static let sourceTokens = 20

  /// Nanoseconds of a step, for 1 row, 2 rows and so on.
  private let steps: [UInt64]
  /// Nanoseconds of the encoder for one sentence.
  private let encoder: UInt64

  init(model directory: String, rows: Int) throws {
    let model = try LoadedModel(directory: directory, pair: .undetermined)
    let loop = model.makeDecoder()
    var options = model.options
    options.beam = 1
    options.forcedLength = Self.tokens
    let request = DecodingRequest(
      source: Array(repeating: model.tokenizer.unknownToken, count: Self.sourceTokens) + [model.summary.endToken],
      options: options)
    var steps: [UInt64] = []
    var encoder: [UInt64] = []
    for count in 1...rows {
      var times: [UInt64] = []
      for _ in 0..<3 {
        encoder.append(
          Self.nanoseconds { loop.admit(Array(repeating: request, count: count), ids: Array(0..<count)) }
            / UInt64(count))
        while !loop.isEmpty {
          times.append(
            Self.nanoseconds {
              loop.step(
                rowLimit: rows, reservedRows: 0, isCancelled: { _ in false }, settled: { _, _ in },
                finished: { _, _ in })
            })
        }
      }
      steps.append(times.sorted()[times.count / 2])
    }
    self.steps = steps
    self.encoder = encoder.sorted()[encoder.count / 2]
  }

  func step(rows: Int) -> UInt64 { steps[min(max(rows, 1), steps.count) - 1] }
  func encoder(sentences: Int) -> UInt64 { encoder * UInt64(sentences) }

  /// Sentences per second that a worker can translate.
  var capacity: Double {
    let perSentence = Double(step(rows: steps.count)) * Double(Self.tokens) / Double(steps.count) + Double(encoder)
    return 1e9 / perSentence
  }

  var text: String {
    """
    Measured: a step takes \(step(rows: 1) / 1000) µs with 1 row and \(step(rows: steps.count) / 1000) µs with \
    \(steps.count); the encoder takes \(encoder / 1000) µs per sentence. A worker translates at most \
    \(Int(capacity)) sentences of \(Self.tokens) tokens per second.
    """
  }

  private static func nanoseconds(_ work: () -> Void) -> UInt64 {
    let start = DispatchTime.now().uptimeNanoseconds
    work()
    return DispatchTime.now().uptimeNanoseconds - start
  }
}

/// A run of the batcher with stand-in workers under a steady load.
struct SchedulerSimulation {
  let workers: Int
  let requestsPerSecond: Int
  let seconds: Int
  let rows: Int
  let times: StepTimes

  struct Result {
    var workers: Int
    var seconds: Double
    var answered: Int
    var steps: Int
    /// Processor time that workers spend in the batcher, and that submissions take.
    var workerSeconds: Double
    var submissionSeconds: Double
    var medianMilliseconds: Double

    var text: String {
      let share = workerSeconds / seconds / Double(workers) * 100
      return """
        \(workers) workers, \(Int(Double(answered) / seconds)) sentences per second, \(Int(Double(steps) / seconds)) steps \
        per second, median of answers \(format(medianMilliseconds)) ms.
        Scheduling: \(format(share)) % of a core's time per worker; \
        \(format(workerSeconds * 1e6 / Double(max(steps, 1)))) µs per step and \
        \(format(submissionSeconds * 1e6 / Double(max(answered, 1)))) µs per submission.
        """
    }

    private func format(_ number: Double) -> String { String(format: "%.3f", number) }
  }

  func run() -> Result {
    let meter = Meter()
    let limits = BatchLimits(
      batchTokens: 8192, rows: [rows], maxDelayNanoseconds: 10_000_000, queuedItems: 1 << 20, queuedTokens: 1 << 26)
    let times = times
    let work = DispatchGroup()
    let batcher = Batcher<StandInSentence, Int>(limits: limits, workers: workers) { _ in
      { session in
        work.enter()
        StandInWorker(times: times, meter: meter).process(session)
        work.leave()
      }
    }
    batcher.prepare()
    let start = DispatchTime.now().uptimeNanoseconds
    var submissionNanoseconds: UInt64 = 0
    let total = requestsPerSecond * seconds
    for number in 0..<total {
      let due = start + UInt64(number) * 1_000_000_000 / UInt64(requestsPerSecond)
      sleep(until: due)
      let sentence = StandInSentence(length: 10 + number * 7 % 21)
      let arrival = DispatchTime.now().uptimeNanoseconds
      work.enter()
      submissionNanoseconds += processorNanoseconds {
        do {
          _ = try batcher.submit([sentence], client: "client \(number % 100)") { _, _ in
            meter.answered(after: DispatchTime.now().uptimeNanoseconds - arrival)
            work.leave()
          }
        } catch {
          work.leave()
        }
      }
    }
    work.wait()
    let end = DispatchTime.now().uptimeNanoseconds
    return meter.result(
      workers: workers, seconds: Double(end - start) / 1e9, submissionSeconds: Double(submissionNanoseconds) / 1e9)
  }
}

private struct StandInSentence: BatchPayload {
  let kind = 0
  let length: Int
  let rows = 1
  let heldBytes = 0
}

/// A worker that sleeps instead of computing.
private struct StandInWorker {
  let times: StepTimes
  let meter: Meter

  func process(_ session: WorkerSession<StandInSentence, Int>) {
    var remaining: [Int: Int] = [:]
    var steps = 0
    var nanoseconds: UInt64 = 0
    while true {
      var started: [WorkerSession<StandInSentence, Int>.StartedItem]?
      nanoseconds += processorNanoseconds { started = session.next() }
      guard let started else { break }
      for item in started { remaining[item.id] = item.payload.length * 12 / 10 }
      sleep(nanoseconds: times.encoder(sentences: started.count) + times.step(rows: remaining.count))
      steps += 1
      let finished = remaining.filter { $0.value <= 1 }.map(\.key)
      for id in remaining.keys { remaining[id, default: 1] -= 1 }
      for id in finished { remaining[id] = nil }
      nanoseconds += processorNanoseconds { for id in finished { session.answer(id, with: 0) } }
    }
    meter.add(steps: steps, nanoseconds: nanoseconds)
  }
}

/// Sums of all workers.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
private final class Meter: @unchecked Sendable {
  private let lock = NSLock()
  private var steps = 0
  private var nanoseconds: UInt64 = 0
  private var latencies: [UInt64] = []

  func add(steps: Int, nanoseconds: UInt64) {
    lock.withLock {
      self.steps += steps
      self.nanoseconds += nanoseconds
    }
  }

  func answered(after latency: UInt64) {
    lock.withLock { latencies.append(latency) }
  }

  func result(workers: Int, seconds: Double, submissionSeconds: Double) -> SchedulerSimulation.Result {
    lock.withLock {
      let median = latencies.sorted().dropFirst(latencies.count / 2).first ?? 0
      return SchedulerSimulation.Result(
        workers: workers, seconds: seconds, answered: latencies.count, steps: steps,
        workerSeconds: Double(nanoseconds) / 1e9, submissionSeconds: submissionSeconds,
        medianMilliseconds: Double(median) / 1e6)
    }
  }
}

// MARK: Clocks

/// Returns the processor time that this thread takes for `work`.
private func processorNanoseconds(_ work: () -> Void) -> UInt64 {
  let start = threadNanoseconds()
  work()
  return threadNanoseconds() - start
}

private func threadNanoseconds() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

private func sleep(nanoseconds: UInt64) {
  var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
  nanosleep(&time, nil)
}

private func sleep(until time: UInt64) {
  let now = DispatchTime.now().uptimeNanoseconds
  if time > now { sleep(nanoseconds: time - now) }
}
