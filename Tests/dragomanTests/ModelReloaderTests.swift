import API
import Foundation
import Support
import Testing
import Translation
import dragoman

/// Loading models, replacing them, and failing to.
@Suite(.timeLimit(.minutes(10))) struct ModelReloaderTests {
  private struct Unreadable: Error {}

  private let slot = ServiceSlot()
  private let events = EventQueue<ServerEvent>()
  private let loads = LoadCount()

  /// - Parameter before: called with the number of each loading, on the loading thread.
  private func models(before: @escaping @Sendable (Int) throws -> Void = { _ in }) throws -> ModelReloader {
    let log = try OutputDescriptor()
    return ModelReloader(
      slot: slot, notices: NoticeLog(sink: LogSink(descriptor: log.number)),
      load: { [loads] in
        try before(loads.next())
        return try Self.service()
      }, post: { [events] in events.post($0) })
  }

  private static func service() throws -> TranslationService {
    var configuration = ServiceConfiguration(modelDirectories: [MarianFixture.root + "/marian-base"], workers: 1)
    configuration.pair = LanguagePair(source: "en", target: "fr")
    return try TranslationService(configuration: configuration)
  }

  private func loaded() throws -> TranslationService {
    guard case .loaded(let service) = events.wait() else { throw Unreadable() }
    return service
  }

  @Test func requestsGoToTheModelsThatWereLoadedLast() throws {
    var models = try models()
    #expect(models.current == nil)
    for number in 1...2 {
      models.load()
      let service = try loaded()
      models.install(service)
      #expect(models.current === service)
      #expect(loads.count == number)
    }
  }

  /// The files might have changed after the running loading read them.
  @Test func requestToLoadDuringLoadingLoadsOnceMore() throws {
    let gate = Signal()
    var models = try models { number in
      if number == 1 { gate.wait() }
    }
    models.load()
    for _ in 0..<3 { models.load() }
    gate.signal()
    models.install(try loaded())
    models.install(try loaded())
    #expect(loads.count == 2)
    models.load()
    models.install(try loaded())
    #expect(loads.count == 3)
  }

  @Test func failureToLoadAgainKeepsTheCurrentModels() throws {
    var models = try models { number in
      if number == 2 { throw Unreadable() }
    }
    models.load()
    let service = try loaded()
    models.install(service)
    models.load()
    guard case .failed(let error) = events.wait() else { throw Unreadable() }
    try models.keepCurrent(after: error)
    #expect(models.current === service)
    models.load()
    models.install(try loaded())
    #expect(models.current !== service)
  }

  @Test func failureOfTheFirstLoadingIsThrown() throws {
    var models = try models { _ in throw Unreadable() }
    models.load()
    guard case .failed(let error) = events.wait() else { throw Unreadable() }
    #expect(throws: Unreadable.self) { try models.keepCurrent(after: error) }
  }
}

/// The number of loadings.
///
/// `@unchecked Sendable`: `stored` is only touched under `lock`.
private final class LoadCount: @unchecked Sendable {
  private let lock = NSLock()
  private var stored = 0

  var count: Int { lock.withLock { stored } }

  func next() -> Int {
    lock.withLock {
      stored += 1
      return stored
    }
  }
}

/// A descriptor of `/dev/null`, which stays open.
private struct OutputDescriptor {
  let number: Int32

  init() throws {
    number = open("/dev/null", O_WRONLY)
    try #require(number >= 0)
  }
}
