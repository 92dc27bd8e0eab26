import Dispatch
import Support
import Testing
import Translation

@testable import API

/// The store of clients' glossaries under changes at the same time.
struct GlossaryStoreTests {
  private static func dictionary(_ number: Int) -> Glossary {
    Glossary([Term(source: "a", target: "b")], pair: LanguagePair(source: "en", target: "q\(number)"))
  }

  @Test func changesAtTheSameTimeAreAllKept() throws {
    let folder = try TemporaryFolder()
    let store = try GlossaryStore(folder: folder.path, report: { _ in })
    let id = try store.create(name: "n", dictionaries: [Self.dictionary(0)], owner: "k").id
    DispatchQueue.concurrentPerform(iterations: 32) { number in
      _ = try? store.update(id, of: "k") { $0.set(Self.dictionary(number)) }
    }
    #expect(try store.glossary(id, of: "k").dictionaries.count == 32)
    let read = try GlossaryStore(folder: folder.path, report: { _ in })
    #expect(try read.glossary(id, of: "k").dictionaries.count == 32)
  }

  @Test func deletedGlossaryDoesNotComeBackByAChange() throws {
    let store = GlossaryStore()
    for _ in 0..<50 {
      let id = try store.create(name: "n", dictionaries: [Self.dictionary(0)], owner: nil).id
      DispatchQueue.concurrentPerform(iterations: 2) { number in
        if number == 0 {
          try? store.delete(id, of: nil)
        } else {
          _ = try? store.update(id, of: nil) { $0.set(Self.dictionary(1)) }
        }
      }
    }
    #expect(store.all(of: nil).isEmpty)
  }
}
