"""The clock of a simulation, and machines whose cores are shared by everything that runs on them."""

import heapq
import itertools
from collections import deque


class Clock:
    """Events in the order of their times, in seconds."""

    def __init__(self):
        self.now = 0.0
        self.events = []
        self.numbers = itertools.count()

    def at(self, time, action):
        heapq.heappush(self.events, (max(time, self.now), next(self.numbers), action))

    def after(self, seconds, action):
        self.at(self.now + seconds, action)

    def run(self, until):
        """Runs all events up to a time."""
        while self.events and self.events[0][0] <= until:
            self.now, _, action = heapq.heappop(self.events)
            action()
        self.now = max(self.now, until)


class Machine:
    """Cores that are shared evenly: with more tasks than cores, each task gets cores / tasks of one.

    Times of tasks are counted in a virtual time that passes at this rate, so that a change of the number of tasks moves
    no task. `speed` is 1 for the machine that the constants come from, and less for a slower one. `others` is the
    number of threads of other programs that always want a core."""

    def __init__(self, clock, cores, speed=1.0, others=0.0):
        self.clock, self.cores, self.speed = clock, cores, speed
        self.virtual = 0.0
        self.last = 0.0
        self.width = others
        self.rate = speed
        self.tasks = []
        self.numbers = itertools.count()
        self.planned = None
        # Seconds of all cores that were used.
        self.used = 0.0

    def resize(self, change):
        """Counts the threads that come or go."""
        self.width += change
        self.rate = self.speed if self.width <= self.cores else self.speed * self.cores / self.width

    def advance(self):
        passed = self.clock.now - self.last
        if passed > 0.0:
            self.virtual += passed * self.rate
            self.used += passed * (self.width if self.width < self.cores else self.cores)
            self.last = self.clock.now

    def run(self, seconds, done, width=1):
        """Calls `done` when the task has had its seconds of a core. A task of several threads has a width."""
        self.advance()
        task = Task(self.virtual + seconds, width, done)
        heapq.heappush(self.tasks, (task.end, next(self.numbers), task))
        self.resize(width)
        self.plan()
        return task

    def cancel(self, task):
        self.advance()
        task.done = None
        self.resize(-task.width)
        self.plan()

    def virtual_now(self):
        self.advance()
        return self.virtual

    def plan(self):
        while self.tasks and self.tasks[0][2].done is None:
            heapq.heappop(self.tasks)
        if not self.tasks:
            self.planned = None
            return
        time = self.clock.now + max(0.0, self.tasks[0][0] - self.virtual) / self.rate
        if self.planned is not None and abs(self.planned - time) < 1e-11:
            return
        self.planned = time
        self.clock.at(time, lambda: self.finish(time))

    def finish(self, time):
        if self.planned != time:
            return
        self.planned = None
        self.advance()
        ended = []
        # Ends that differ by rounding only are one.
        while self.tasks and (self.tasks[0][2].done is None or self.tasks[0][0] <= self.virtual + 1e-9):
            task = heapq.heappop(self.tasks)[2]
            if task.done is not None:
                self.resize(-task.width)
                ended.append(task)
        for task in ended:
            done, task.done = task.done, None
            done()
        self.plan()


class Task:
    __slots__ = ("end", "width", "done")

    def __init__(self, end, width, done):
        self.end, self.width, self.done = end, width, done


class Line:
    """Threads that take work in turn: one for an event loop, several for a pool."""

    def __init__(self, machine, threads=1):
        self.machine, self.free = machine, threads
        self.waiting = deque()

    def run(self, seconds, done):
        if self.free == 0:
            self.waiting.append((seconds, done))
            return
        self.free -= 1
        self.machine.run(seconds, lambda: self.finish(done))

    def finish(self, done):
        if self.waiting:
            seconds, following = self.waiting.popleft()
            self.machine.run(seconds, lambda: self.finish(following))
        else:
            self.free += 1
        done()

    def clear(self):
        self.waiting.clear()
