"""A replica: an event loop, threads for long requests, workers, and a store of models."""

import math

from events import Line
from queueing import Item
from scheduling import Limits, Scheduler
from store import Store

# Tokens up to which a request is handled on the event loop: 512 bytes.
BRIEF_TOKENS = 110
# Requests in flight from which the event loop polls at intervals, the interval per request, and the longest.
COALESCED, COALESCED_SECONDS, LONGEST_PAUSE = 32, 0.00008, 0.005


class Worker:
    """A thread that encodes and decodes. Steps are simulated in stretches, from one change of its rows to the next."""

    def __init__(self, replica, index):
        self.replica, self.index = replica, index
        self.active = []
        self.encoded = []
        self.task = None
        self.begun = 0.0
        self.share = 1.0
        self.cost = None

    @property
    def is_idle(self):
        return not self.active and not self.encoded and self.task is None

    def start(self, batch):
        """Encodes a batch, and steps from then on."""
        constants = self.replica.constants
        tokens = sum(item.length for item in batch.items)
        seconds = constants.encode + constants.encode_token * tokens + constants.sentence * len(batch.items)

        def encoded():
            self.task = None
            self.encoded += [[item, max(1, round(item.steps + constants.extra_steps))] for item in batch.items]
            self.stretch()

        share, width = self.replica.lone()
        self.cost = None
        self.task = self.replica.machine.run(seconds * share, encoded, width)

    def begin(self):
        """Lets encoded sentences step if there is room for them (DecodingLoop.begin)."""
        if not self.encoded:
            return
        limit = self.replica.scheduler.limits.rows
        rows = sum(one[0].rows for one in self.active)
        widest = max((one[0].rows for one in self.active), default=0)
        count = 0
        for item, _ in self.encoded:
            widest = max(widest, item.rows)
            if rows and rows + item.rows > max(limit, widest + limit // 4):
                break
            rows += item.rows
            count += 1
        self.active += self.encoded[:count]
        del self.encoded[:count]

    def stretch(self):
        """Runs steps until a sentence ends or the scheduler can change its mind."""
        self.begin()
        constants, replica = self.replica.constants, self.replica
        rows = sum(one[0].rows for one in self.active)
        tokens = sum(one[0].rows * one[0].length for one in self.active)
        share, width = replica.lone()
        self.share = share
        self.cost = share * (constants.step + constants.step_row * rows + constants.step_token * tokens)
        self.steps = min(one[1] for one in self.active)
        self.begun = replica.machine.virtual_now()
        self.task = replica.machine.run(self.cost * self.steps, self.stepped, width)
        look = replica.scheduler.look_again(self.index, replica.clock.now)
        if look < math.inf:
            replica.clock.at(look, self.interrupt)

    def interrupt(self):
        """Ends the stretch with the step that runs now."""
        if self.task is None or self.cost is None or self.steps == 1:
            return
        elapsed = self.replica.machine.virtual_now() - self.begun
        steps = max(1, math.ceil(elapsed / self.cost - 1e-9))
        if steps < self.steps:
            self.steps = steps
            machine, task = self.replica.machine, self.task
            machine.cancel(task)
            self.task = machine.run(self.begun + steps * self.cost - machine.virtual, self.stepped, task.width)

    def stepped(self):
        self.task = None
        replica = self.replica
        load = replica.scheduler.loads[self.index]
        load.steps += self.steps
        finished, staying = [], []
        for one in self.active:
            one[1] -= self.steps
            (staying if one[1] > 0 else finished).append(one)
        self.active = staying
        now = replica.clock.now
        if finished:
            replica.scheduler.finish([one[0] for one in finished], self.index, now)
        batch = replica.scheduler.next(self.index, replica.idle_workers() + (not staying), now)
        if batch is not None:
            self.start(batch)
        elif staying or self.encoded:
            self.stretch()
        else:
            replica.dispatch()
        if self.task is None:
            replica.busy_changed()
        for item, _ in finished:
            item.answer()


class Replica:
    """`serve` answers a request through `done(reason)`, with None for an answer."""

    def __init__(self, clock, machine, constants, workers=2, limits=None, store_bytes=None):
        self.clock, self.machine, self.constants = clock, machine, constants
        self.scheduler = Scheduler(limits or Limits(rows=constants.max_rows), workers)
        self.loop = Line(machine)
        self.pool = Line(machine, max(2, machine.cores))
        self.workers = [Worker(self, index) for index in range(workers)]
        self.store = None
        if store_bytes is not None:
            self.store = Store(clock, machine, store_bytes, constants.model_bytes, constants.load)
        self.in_flight = {}
        self.is_alive = True
        self.is_ready = True
        self.last_poll = 0.0
        self.busy = 0

    # Requests

    def serve(self, request, done):
        """The request has arrived at the replica's socket."""
        if not self.is_alive:
            done("broken")
            return
        self.in_flight[request] = done
        self.poll(lambda: self.line(request).run(self.handling(request), lambda: self.begin(request)))

    def line(self, request):
        return self.loop if request.tokens <= BRIEF_TOKENS else self.pool

    def handling(self, request):
        return self.constants.request + self.constants.request_token * request.tokens

    def poll(self, action):
        """Runs an action when the event loop sees it: at once, or at intervals while many requests are in flight."""
        if len(self.in_flight) < COALESCED:
            self.clock.after(self.constants.hop, action)
            return
        pause = min(len(self.in_flight) * COALESCED_SECONDS, LONGEST_PAUSE)
        time = max(self.clock.now, self.last_poll + pause)
        if time > self.clock.now:
            self.clock.at(time, action)
            if self.clock.now > self.last_poll:
                self.clock.at(time, self.polled)
        else:
            self.last_poll = self.clock.now
            action()

    def polled(self):
        self.last_poll = self.clock.now

    def begin(self, request):
        if request not in self.in_flight:
            return
        if self.store is None:
            self.submit(request)
        else:
            self.store.lease(request.model, lambda: self.submit(request))

    def submit(self, request):
        if request not in self.in_flight:
            self.release(request)
            return
        left = [len(request.sentences)]

        def answered():
            left[0] -= 1
            if left[0] == 0:
                self.poll(lambda: self.line(request).run(self.constants.answer, lambda: self.end(request, None)))

        now, beam = self.clock.now, self.constants.beam
        items = [Item(request, request.client, request.model, source, target, beam, now, answered)
                 for source, target in request.sentences]
        refusal = self.scheduler.admit(items, request.deadline, now)
        if refusal:
            self.end(request, "refused")
            return
        self.dispatch()
        for worker in self.workers:
            if worker.cost is not None and not worker.is_idle:
                load = self.scheduler.loads[worker.index]
                if load.kind == request.model and load.rows < self.scheduler.limits.rows or load.kind != request.model:
                    self.look(worker)

    def look(self, worker):
        """Lets a worker look at the queue after its step, or when the scheduler says."""
        load = self.scheduler.loads[worker.index]
        if load.kind in self.scheduler.queues:
            worker.interrupt()
        else:
            time = self.scheduler.look_again(worker.index, self.clock.now)
            if time < math.inf:
                self.clock.at(time, worker.interrupt)

    def release(self, request):
        if self.store is not None:
            self.store.end(request.model)

    def end(self, request, reason):
        done = self.in_flight.pop(request, None)
        self.release(request)
        if done is not None:
            done(reason)

    # Workers

    def idle_workers(self):
        return sum(load is None for load in self.scheduler.loads)

    def dispatch(self):
        for worker in self.workers:
            if worker.is_idle and self.scheduler.loads[worker.index] is None:
                batch = self.scheduler.next(worker.index, self.idle_workers(), self.clock.now)
                if batch is None:
                    break
                worker.start(batch)
        self.busy_changed()

    def busy_changed(self):
        """A lone worker uses all cores: the others' coming or going changes the length of its steps."""
        if self.constants.lone_cores == 1:
            return
        busy = self.scheduler.busy
        if (busy == 1) != (self.busy == 1):
            for worker in self.workers:
                worker.interrupt()
        self.busy = busy

    def lone(self):
        """The share of its time on one core that a worker's work takes now, and the cores that it keeps busy."""
        if len(self.workers) > 1 and self.scheduler.busy <= 1:
            return self.constants.lone_share, min(self.constants.lone_cores, len(self.workers))
        return 1.0, 1

    # Life

    def die(self):
        """The process ends: what it had in flight breaks."""
        self.is_alive = self.is_ready = False
        waiting, self.in_flight = self.in_flight, {}
        for worker in self.workers:
            if worker.task is not None:
                self.machine.cancel(worker.task)
        self.loop.clear()
        self.pool.clear()
        for done in waiting.values():
            done("broken")
