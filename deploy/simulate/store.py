"""The models of a replica that are loaded at their first use: Sources/Translation/Store/ModelStore.swift."""

from collections import deque

PATIENCE = 0.5


class Store:
    """`limit` bytes hold the models. A request whose model is loaded does not wait. Others stand in one line, and
    models are loaded one after another."""

    def __init__(self, clock, machine, limit, model_bytes, load_seconds):
        self.clock, self.machine = clock, machine
        self.places = max(1, int(limit // model_bytes))
        self.load_seconds = load_seconds
        # Leases by loaded model, the one unused longest first.
        self.leases = {}
        self.leaving = set()
        self.line = deque()
        self.loading = None
        self.blocked_since = None
        self.loads = 0

    def lease(self, model, ready):
        """Calls `ready` when the model is loaded; it stays until `end`."""
        if model in self.leases and model not in self.leaving:
            self.grant(model, ready)
            return
        self.line.append((model, ready))
        if len(self.line) == 1:
            self.advance()

    def grant(self, model, ready):
        self.touch(model, 1)
        ready()

    def touch(self, model, sign):
        self.leases[model] = self.leases.pop(model) + sign

    def end(self, model):
        self.touch(model, -1)
        if self.line:
            self.advance()

    def advance(self):
        """Serves the line as far as it goes now."""
        while True:
            if not self.line or self.line[0][0] in self.leases:
                self.blocked_since = None
                self.leaving.clear()
            ready = [one for one in self.line if one[0] in self.leases and one[0] not in self.leaving]
            if not ready:
                break
            self.line = deque(one for one in self.line if one not in ready)
            for model, action in ready:
                self.grant(model, action)
        if self.line and self.loading is None:
            self.make_room()

    def make_room(self):
        if len(self.leases) >= self.places:
            idle = next((model for model, count in self.leases.items() if count == 0), None)
            if idle is None:
                self.wait_for_busy()
                return
            del self.leases[idle]
            self.leaving.discard(idle)
        self.blocked_since = None
        self.leaving.clear()
        self.loading = self.line[0][0]
        self.machine.run(self.load_seconds, self.loaded)

    def wait_for_busy(self):
        """If all models are busy for a while, the one used longest ago takes no new leases."""
        now = self.clock.now
        if self.blocked_since is None:
            self.blocked_since = now
            self.clock.after(PATIENCE, self.look)
        elif now >= self.blocked_since + PATIENCE - 1e-9 and not self.leaving:
            self.leaving.add(next(iter(self.leases)))

    def look(self):
        if self.line and self.loading is None and self.blocked_since is not None:
            self.advance()

    def loaded(self):
        self.leases[self.loading] = 0
        self.loading = None
        self.loads += 1
        self.advance()
