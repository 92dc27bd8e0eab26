"""The waiting items of one model in a replica, and the turns in which they start: Sources/Batching/FairQueue.swift.

Overdue long items have no way of their own here, so that a simulated page next to short sentences can wait longer."""

from collections import deque

MAX_SKIPPED_TURNS = 64
# Tokens that small submissions start per token of the others.
PREFERENCE = 3
FIRST, OTHER = 0, 1


class Item:
    """One sentence. `length` is its source, `steps` the length of its translation, both in tokens."""

    __slots__ = ("submission", "client", "kind", "length", "steps", "rows", "arrival", "started", "answer", "place")

    def __init__(self, submission, client, kind, length, steps, rows, arrival, answer):
        self.submission, self.client, self.kind = submission, client, kind
        self.length, self.steps, self.rows, self.arrival = length, steps, rows, arrival
        self.answer = answer
        self.started = arrival
        self.place = None

    @property
    def tokens(self):
        return self.rows * self.length


class Batch:
    """Items that start together."""

    def __init__(self):
        self.items = []
        self.rows = 0
        self.longest = 0

    def add(self, item):
        self.items.append(item)
        self.rows += item.rows
        self.longest = max(self.longest, item.length)


def length_class(length):
    """Two classes per doubling: 4…5, 6…7, 8…11, 12…15, …"""
    top = length.bit_length() - 1
    return 2 * top + (1 if top > 0 and length & (1 << (top - 1)) else 0)


class Submission:
    def __init__(self, name, client, credit, is_new):
        self.name, self.client, self.credit, self.is_new = name, client, credit, is_new
        self.classes = {}

    def append(self, item):
        self.classes.setdefault(length_class(item.length), deque()).append(item)

    def remove(self, item):
        lengths = length_class(item.length)
        queue = self.classes[lengths]
        if queue[0] is item:
            queue.popleft()
        else:
            queue.remove(item)
        if not queue:
            del self.classes[lengths]

    def candidate(self, batch, suits):
        """The oldest item for an empty batch, else one of the lengths in the batch or near them."""
        if not batch.items:
            heads = [queue[0] for queue in self.classes.values() if suits(queue[0], batch)]
            return min(heads, key=lambda item: item.place) if heads else None
        lengths = length_class(batch.items[0].length)
        for wanted in (lengths, lengths - 1, lengths + 1, lengths - 2, lengths + 2):
            queue = self.classes.get(wanted)
            if queue and suits(queue[0], batch):
                return queue[0]
        return None


class FairQueue:
    """Deficit round robin by tokens over submissions; those of one client share the tokens of one client. The first
    turn of a small submission comes before all others."""

    def __init__(self, quantum):
        self.quantum = max(1, quantum)
        self.submissions = {}
        self.by_client = {}
        self.rings = ([], [])
        self.debt = 0
        self.rows = 0
        self.count = 0
        self.new_submissions = 0
        self.arrivals = deque()
        self.places = 0

    @property
    def oldest(self):
        while self.arrivals and self.arrivals[0].place is None:
            self.arrivals.popleft()
        return self.arrivals[0] if self.arrivals else None

    def append(self, item, is_small):
        submission = self.submissions.get(item.submission)
        if submission is None:
            self.by_client[item.client] = self.by_client.get(item.client, 0) + 1
            submission = Submission(item.submission, item.client, self.share(item.client), is_small)
            self.submissions[item.submission] = submission
            self.rings[FIRST if is_small else OTHER].append(submission)
            self.new_submissions += is_small
        self.places += 1
        item.place = self.places
        submission.append(item)
        self.arrivals.append(item)
        self.rows += item.rows
        self.count += 1

    def remove(self, item):
        if item.place is None:
            return
        submission = self.submissions[item.submission]
        submission.remove(item)
        item.place = None
        self.rows -= item.rows
        self.count -= 1
        if not submission.classes:
            self.new_submissions -= submission.is_new
            submission.is_new = False
            del self.submissions[item.submission]
            left = self.by_client[item.client] - 1
            if left:
                self.by_client[item.client] = left
            else:
                del self.by_client[item.client]

    def share(self, client):
        if len(self.by_client) > 1:
            return max(1, self.quantum // self.by_client.get(client, 1))
        return self.quantum

    def take(self, max_rows, max_price, suits):
        """Takes the items of a batch out of the queue."""
        batch = Batch()
        if self.debt > PREFERENCE * self.quantum:
            self.take_turns(OTHER, batch, max_rows, max_price, suits, only_while_owed=True)
        self.take_turns(FIRST, batch, max_rows, max_price, suits)
        self.take_turns(OTHER, batch, max_rows, max_price, suits)
        self.compact()
        return batch

    def take_turns(self, turn, batch, max_rows, max_price, suits, only_while_owed=False):
        ring = self.rings[turn]
        index, lap_end, skipped, unpaid = 0, len(ring), 0, []
        while index < len(ring) and batch.rows < max_rows and skipped < MAX_SKIPPED_TURNS:
            if only_while_owed and self.debt <= PREFERENCE * self.quantum:
                break
            if index == lap_end:
                self.skip_laps(unpaid)
                unpaid, lap_end = [], len(ring)
            submission = ring[index]
            if submission is None or not submission.classes:
                ring[index] = None
                index += 1
                continue
            item = submission.candidate(batch, suits)
            if item is None:
                skipped += 1
                index += 1
                continue
            price = min(item.tokens, max_price)
            if self.spend(price, submission, turn):
                self.remove(item)
                batch.add(item)
                skipped, unpaid, lap_end = 0, [], len(ring)
            else:
                ring[index] = None
                self.rings[OTHER].append(submission)
                self.new_submissions -= submission.is_new
                submission.is_new = False
                unpaid.append((submission, price))
                index += 1

    def spend(self, price, submission, turn):
        share = self.share(submission.client)
        if price > (min(submission.credit, share) if turn == FIRST else submission.credit):
            submission.credit += share
            return False
        submission.credit -= price
        if turn == FIRST:
            self.debt = self.debt + price if any(one and one.classes for one in self.rings[OTHER][:1]) else 0
        else:
            self.debt = max(0, self.debt - PREFERENCE * price)
        return True

    def skip_laps(self, unpaid):
        """Gives all of these submissions the turns in which none of them could pay."""
        turns = [-(-(price - one.credit) // self.share(one.client)) for one, price in unpaid if one.classes]
        fewest = min(turns, default=0)
        if fewest > 0:
            for one, _ in unpaid:
                one.credit += fewest * self.share(one.client)

    def compact(self):
        for ring in self.rings:
            front = 0
            while front < len(ring) and (ring[front] is None or not ring[front].classes):
                front += 1
            if front > 32 or front == len(ring):
                del ring[:front]
            if len(ring) > 2 * len(self.submissions) + 32:
                ring[:] = [one for one in ring if one is not None and one.classes]
