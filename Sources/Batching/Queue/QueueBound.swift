/// How much waits, in all and of each client, and how much more may.
///
/// A submission is taken or refused whole. One client may take up three quarters of the queue, so that there is room
/// for others; to a client of which nothing waits a submission of any size counts as no more than that.
struct QueueBound {
  struct Use: Equatable {
    var items = 0
    var tokens = 0
  }

  private let items: Bound
  private let tokens: Bound
  private var uses: [String: Use] = [:]
  private(set) var total = Use()
  /// Sums of what each client takes up, no client counted beyond its share.
  private var counted = Use()

  private struct Bound {
    let limit: Int
    var share: Int { max(1, limit - limit / 4) }

    func allows(_ more: Int, of use: Int, others: Int) -> Bool {
      (use == 0 || use + more <= share) && others + min(use + more, share) <= limit
    }
  }

  init(items: Int, tokens: Int) {
    self.items = Bound(limit: items)
    self.tokens = Bound(limit: tokens)
  }

  var clients: Int { uses.count }

  func use(of client: String) -> Use { uses[client] ?? Use() }

  func allows(items count: Int, tokens cost: Int, of client: String) -> Bool {
    let use = use(of: client)
    let share = capped(use)
    return items.allows(count, of: use.items, others: counted.items - share.items)
      && tokens.allows(cost, of: use.tokens, others: counted.tokens - share.tokens)
  }

  mutating func enter(items count: Int, tokens cost: Int, of client: String) {
    change(client) {
      $0.items += count
      $0.tokens += cost
    }
  }

  mutating func leave(_ item: BatchItem) {
    change(item.client) {
      $0.items -= 1
      $0.tokens -= item.tokens
    }
  }

  private mutating func change(_ client: String, _ body: (inout Use) -> Void) {
    let before = use(of: client)
    var after = before
    body(&after)
    counted.items += capped(after).items - capped(before).items
    counted.tokens += capped(after).tokens - capped(before).tokens
    total.items += after.items - before.items
    total.tokens += after.tokens - before.tokens
    uses[client] = after.items > 0 ? after : nil
  }

  private func capped(_ use: Use) -> Use {
    Use(items: min(use.items, items.share), tokens: min(use.tokens, tokens.share))
  }
}
