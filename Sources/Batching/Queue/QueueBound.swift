/// The bound on the items and tokens that wait, in all and per client.
///
/// A submission is taken or refused whole. One client can use up to three quarters of the queue. A client with nothing
/// waiting can enter a submission of any size, which counts as three quarters at most; an eighth of the queue is added
/// for such clients. Work that continues admitted work is never refused, and takes no places from them.
struct QueueBound {
  struct Use: Equatable {
    var items = 0
    var tokens = 0
  }

  /// The work of one client that waits.
  private struct ClientUse {
    var first = Use()
    var continued = Use()

    var all: Use { Use(items: first.items + continued.items, tokens: first.tokens + continued.tokens) }
  }

  private struct Bound {
    let limit: Int
    var share: Int { max(1, limit - limit / 4) }

    func allows(_ more: Int, of use: Int, others: Int) -> Bool {
      use + more <= share && others + use + more <= limit
    }

    func allowsNewcomer(_ more: Int, others: Int) -> Bool {
      others + min(more, share) <= limit + limit / 8
    }
  }

  private let items: Bound
  private let tokens: Bound
  private var uses: [String: ClientUse] = [:]
  private(set) var total = Use()
  /// Sums over the clients, none counted beyond its share.
  private var counted = Use()
  private var countedFirst = Use()

  init(items: Int, tokens: Int) {
    self.items = Bound(limit: items)
    self.tokens = Bound(limit: tokens)
  }

  var clients: Int { uses.count }

  func use(of client: String) -> Use { uses[client]?.all ?? Use() }

  func allows(items count: Int, tokens cost: Int, of client: String) -> Bool {
    let use = use(of: client)
    if use.items == 0 {
      return items.allowsNewcomer(count, others: countedFirst.items)
        && tokens.allowsNewcomer(cost, others: countedFirst.tokens)
    }
    let share = capped(use)
    return items.allows(count, of: use.items, others: counted.items - share.items)
      && tokens.allows(cost, of: use.tokens, others: counted.tokens - share.tokens)
  }

  mutating func enter(items count: Int, tokens cost: Int, of client: String, continues: Bool) {
    change(client, continues: continues) {
      $0.items += count
      $0.tokens += cost
    }
  }

  mutating func leave(_ item: BatchItem) {
    change(item.client, continues: item.isContinuation) {
      $0.items -= 1
      $0.tokens -= item.tokens
    }
  }

  private mutating func change(_ client: String, continues: Bool, _ body: (inout Use) -> Void) {
    let before = uses[client] ?? ClientUse()
    var after = before
    if continues { body(&after.continued) } else { body(&after.first) }
    Self.move(&total, from: before.all, to: after.all)
    Self.move(&counted, from: capped(before.all), to: capped(after.all))
    Self.move(&countedFirst, from: capped(before.first), to: capped(after.first))
    uses[client] = after.all.items > 0 ? after : nil
  }

  private static func move(_ sum: inout Use, from before: Use, to after: Use) {
    sum.items += after.items - before.items
    sum.tokens += after.tokens - before.tokens
  }

  private func capped(_ use: Use) -> Use {
    Use(items: min(use.items, items.share), tokens: min(use.tokens, tokens.share))
  }
}
