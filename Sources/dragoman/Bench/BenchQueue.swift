import Decoding
import Foundation
import Translation

/// Batches that workers take one after another, and what became of them.
///
/// `@unchecked Sendable`: `next` and `decoded` are only touched under `lock`, all else is constant.
final class BenchQueue: @unchecked Sendable {
  private let lock = NSLock()
  private let batches: [[Int]]
  private let requests: [DecodingRequest]
  private var next = 0
  private var decoded: [[Int32]]

  /// - Parameter batches: numbers of requests.
  init(batches: [[Int]], requests: [DecodingRequest]) {
    self.batches = batches
    self.requests = requests
    decoded = Array(repeating: [], count: requests.count)
  }

  /// One list a sentence, empty where it was not decoded.
  var tokens: [[Int32]] { lock.withLock { decoded } }

  func take() -> [Int]? {
    lock.withLock {
      guard next < batches.count else { return nil }
      defer { next += 1 }
      return batches[next]
    }
  }

  func requests(_ batch: some Sequence<Int>) -> [DecodingRequest] {
    batch.map { requests[$0] }
  }

  func finish(_ batch: [Int], _ results: [DecodingResult]) {
    lock.withLock {
      for (sentence, result) in zip(batch, results) { decoded[sentence] = result.hypotheses.first?.tokens ?? [] }
    }
  }

  /// A few sentences to run before the clock starts.
  var sample: [DecodingRequest] { requests((batches.first ?? []).prefix(4)) }
}

/// One thread with a decoder of its own.
///
/// `@unchecked Sendable`: `decoder` is only used on `queue`.
final class BenchWorker: @unchecked Sendable {
  private let queue: DispatchQueue
  private let decoder: SentenceDecoder

  init(number: Int, decoder: SentenceDecoder) {
    queue = DispatchQueue(label: "bench worker \(number)")
    self.decoder = decoder
  }

  func warmUp(_ work: BenchQueue) {
    let sample = work.sample
    guard !sample.isEmpty else { return }
    queue.sync { _ = decoder.decode(sample) }
  }

  func work(_ work: BenchQueue, in group: DispatchGroup) {
    queue.async(group: group) { [self] in
      while let batch = work.take() {
        work.finish(batch, decoder.decode(work.requests(batch)).results)
      }
    }
  }
}
