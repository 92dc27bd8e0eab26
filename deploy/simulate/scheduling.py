"""The rules by which items start on a replica's workers: Sources/Batching, with continuous batches and without held
bytes. Times are seconds of the simulation's clock."""

import math

from queueing import FairQueue

# An encoder pass is worth it for a third as many rows as wait for it.
JOIN_FACTOR = 3


class Limits:
    """The limits of `dragoman serve`, with its defaults."""

    def __init__(self, rows=12, tokens=2048, delay=0.010, turn=0.050, queued=10_000, queued_tokens=400_000):
        self.rows, self.tokens, self.delay, self.turn = rows, tokens, delay, turn
        self.queued, self.queued_tokens = queued, queued_tokens


class Load:
    """The items in flight on one worker."""

    class Pass:
        __slots__ = ("longest", "is_short", "first_step", "rows")

        def __init__(self, longest, is_short, first_step, rows):
            self.longest, self.is_short, self.first_step, self.rows = longest, is_short, first_step, rows

    def __init__(self, kind, now):
        self.kind = kind
        self.started = now
        self.last_pass = now
        self.rows = 0
        self.steps = 0
        self.passes = []
        self.place = {}
        self.next_kind = None

    def start(self, batch, is_short, now):
        one = Load.Pass(batch.longest, is_short, self.steps, batch.rows)
        self.passes.append(one)
        for item in batch.items:
            self.place[item] = one
        self.rows += batch.rows
        self.last_pass = now

    def finish(self, item):
        one = self.place.pop(item)
        self.rows -= item.rows
        one.rows -= item.rows
        if one.rows == 0:
            self.passes.remove(one)

    def sums(self):
        """Rows and tokens of the short passes, then of the long ones."""
        short_rows = short_tokens = long_rows = long_tokens = 0
        for one in self.passes:
            tokens = one.rows * max(one.longest, self.steps - one.first_step)
            if one.is_short:
                short_rows += one.rows
                short_tokens += tokens
            else:
                long_rows += one.rows
                long_tokens += tokens
        return short_rows, short_tokens, long_rows, long_tokens


class Capacity:
    """The rule for which items can start beside those in flight on a worker (WorkerCapacity.swift)."""

    def __init__(self, limits, load, ahead):
        self.rows, self.tokens, self.ahead = limits.rows, limits.tokens, ahead
        self.sums = load.sums()
        self.is_empty = self.sums == (0, 0, 0, 0)

    def is_short(self, item):
        return item.tokens <= self.tokens // 16 and item.rows <= self.rows

    def takes(self, item, batch):
        rows = batch.rows + item.rows
        longest = max(batch.longest, item.length)
        tokens = rows * longest
        if batch.items:
            if tokens > self.tokens // 4 or (len(batch.items) + 1) * longest > self.tokens // 8:
                return False
            if self.is_short(batch.items[0]) != self.is_short(item):
                return False
        if self.is_empty:
            return not batch.items or rows <= self.rows + self.ahead
        short_rows, short_tokens, long_rows, long_tokens = self.sums
        if self.is_short(item):
            if short_rows + rows <= self.rows // 4 and short_tokens + tokens <= self.tokens // 4:
                return True
            return (short_rows + long_rows + rows <= self.rows + self.ahead
                    and short_tokens + long_tokens + tokens <= self.tokens)
        if long_rows and (long_rows + rows > self.rows - self.rows // 4
                          or long_tokens + tokens > self.tokens - self.tokens // 4):
            return False
        if short_rows <= self.rows // 4 and short_tokens <= self.tokens // 4:
            return True
        return (short_rows + long_rows + rows <= self.rows
                and short_tokens + long_tokens + tokens <= self.tokens)


class Meter:
    """The measured throughput, and the wait that it predicts (AdmissionControl.swift, with a margin that stays at its
    lower bound)."""

    MARGIN = 1.25

    def __init__(self, workers):
        self.workers = workers
        self.rate = None
        self.residence = 0.0
        self.busy = 0.0
        self.tokens = 0
        self.last = 0.0

    def advance(self, now, busy_workers, is_saturated):
        self.busy += (now - self.last) * busy_workers
        self.last = now
        if self.busy < 0.2:
            return
        found = self.tokens / self.busy
        self.busy, self.tokens = 0.0, 0
        if self.rate is None:
            self.rate = found or None
        elif is_saturated:
            self.rate += (found - self.rate) * 0.25
        elif found > self.rate:
            self.rate += (found - self.rate) * 0.5

    def finish(self, item, now):
        self.tokens += item.tokens
        time = now - item.started
        self.residence += (time - self.residence) * (0.05 if self.residence else 1.0)

    def wait(self, tokens):
        return tokens / (self.rate * self.workers) + self.residence if self.rate else 0.0


class Scheduler:
    """Decides which waiting items start on which worker."""

    def __init__(self, limits, workers):
        self.limits = limits
        self.loads = [None] * workers
        self.queues = {}
        self.last_turns = {}
        self.meter = Meter(workers)
        self.uses = {}
        self.items = 0
        self.tokens = 0

    @property
    def busy(self):
        return sum(load is not None for load in self.loads)

    # Admission

    def admit(self, items, deadline, now):
        """None if the submission was taken, else the reason why not."""
        tokens = sum(item.tokens for item in items)
        refusal = self.refusal(len(items), tokens, items[0].client, deadline, now)
        if refusal:
            return refusal
        is_small = sum(item.length for item in items) <= self.limits.tokens // 32
        for item in items:
            queue = self.queues.get(item.kind)
            if queue is None:
                queue = self.queues[item.kind] = FairQueue(self.limits.tokens // 16)
            queue.append(item, is_small)
            self.count(item, 1)
        return None

    def refusal(self, count, tokens, client, deadline, now):
        own_items, own_tokens, submissions = self.uses.get(client, (0, 0, 0))
        clients = len(self.uses) + (own_items == 0)
        own = min(own_tokens + tokens, (submissions + 1) * tokens)
        wait = self.meter.wait(min(self.tokens + tokens, clients * own))
        has_idle_worker = self.items == 0 and self.busy < len(self.loads)
        if now + wait * Meter.MARGIN >= deadline and not has_idle_worker:
            return "too late"
        for limit, more, use, total in ((self.limits.queued, count, own_items, self.items),
                                        (self.limits.queued_tokens, tokens, own_tokens, self.tokens)):
            share = limit - limit // 4
            if own_items == 0:
                if total + min(more, share) > limit + limit // 8:
                    return "queue full"
            elif use + more > share or total + more > limit:
                return "queue full"
        return None

    def count(self, item, sign):
        self.items += sign
        self.tokens += sign * item.tokens
        items, tokens, _ = self.uses.get(item.client, (0, 0, 0))
        if items + sign == 0:
            del self.uses[item.client]
        else:
            submissions = sum(queue.by_client.get(item.client, 0) for queue in self.queues.values())
            self.uses[item.client] = (items + sign, tokens + sign * item.tokens, submissions)

    # Workers

    def next(self, worker, idle, now):
        """The batch that starts on a worker now; None if none does."""
        load = self.loads[worker]
        return self.start_idle(worker, idle, now) if load is None else self.join(load, worker, now)

    def finish(self, items, worker, now):
        """To be called with the items that have left a worker."""
        self.meter.advance(now, self.busy, self.items > 0)
        load = self.loads[worker]
        for item in items:
            self.meter.finish(item, now)
            load.finish(item)
        if not load.place:
            self.loads[worker] = None

    def start_idle(self, worker, idle, now):
        if not self.queues:
            return None
        kind = min(self.queues, key=lambda kind: (self.last_turns.get(kind, -1.0), kind))
        self.meter.advance(now, self.busy, self.items > 0)
        waiting = sum(queue.rows for queue in self.queues.values())
        return self.start(worker, Load(kind, now), -(-waiting // max(idle, 1)), now)

    def join(self, load, worker, now):
        if load.next_kind is not None:
            return None
        if len(self.queues) > 1 or self.queues and load.kind not in self.queues:
            load.next_kind = self.overdue_kind(load, now)
            if load.next_kind is not None:
                return None
        queue = self.queues.get(load.kind)
        if queue is None:
            return None
        free, free_ahead, ahead = self.free_rows(load, queue)
        is_worth_a_pass = free > 0 and (
            now >= load.last_pass + self.limits.delay - 1e-9 or JOIN_FACTOR * min(free, queue.rows) >= load.rows
        ) or ahead > 0 and free_ahead >= ahead
        return self.start(worker, load, free_ahead, now) if is_worth_a_pass else None

    def free_rows(self, load, queue):
        running = [one for one in self.loads if one is not None and one.kind == load.kind and one.next_kind is None]
        share = -(-(queue.rows + sum(one.rows for one in running)) // len(running))
        widest = max((item.rows for item in load.place), default=0)
        limit = max(self.limits.rows, widest + self.limits.rows // 4)
        ahead = self.ahead(queue)
        return min(share, limit) - load.rows, min(share, limit + ahead) - load.rows, ahead

    def ahead(self, queue):
        """Rows that are encoded beyond those that step, while as many small submissions wait."""
        return self.limits.rows if queue.new_submissions >= self.limits.rows else 0

    def overdue_kind(self, load, now):
        if now < load.started + self.limits.turn - 1e-9:
            return None
        served = {one.kind if one.next_kind is None else one.next_kind for one in self.loads if one is not None}
        for kind, queue in self.queues.items():
            if kind not in served and now >= queue.oldest.arrival + self.limits.turn - 1e-9:
                return kind
        return None

    def start(self, worker, load, max_rows, now):
        queue = self.queues[load.kind]
        capacity = Capacity(self.limits, load, self.ahead(queue))
        batch = queue.take(max_rows, self.limits.tokens, capacity.takes)
        if not batch.items:
            return None
        if queue.count == 0:
            del self.queues[load.kind]
        for item in batch.items:
            item.started = now
            self.count(item, -1)
        load.start(batch, capacity.is_short(batch.items[0]), now)
        self.loads[worker] = load
        self.last_turns[load.kind] = load.started
        return batch

    def look_again(self, worker, now):
        """The time at which `next` can change its mind if nothing arrives and nothing finishes."""
        load = self.loads[worker]
        if load is None or load.next_kind is not None or not self.queues:
            return math.inf
        time = math.inf
        queue = self.queues.get(load.kind)
        if queue is not None and self.free_rows(load, queue)[0] > 0:
            time = load.last_pass + self.limits.delay
        for kind, queue in self.queues.items():
            if kind != load.kind:
                time = min(time, max(load.started, queue.oldest.arrival) + self.limits.turn)
        return time if time > now else math.inf
