"""Tests of the simulator's parts: against values worked out by hand, and against queueing theory."""

import random
import unittest

import traffic
from autoscaling import Autoscaler
from balancing import RULES, Balancer, Checks
from constants import Constants, fit, least_squares
from events import Clock, Line, Machine
from fleet import Fleet
from queueing import FairQueue, Item, length_class
from scheduling import Limits, Scheduler
from store import Store

ONE_STEP = dict(step=0.010, step_row=0.0, encode=0.0, encode_token=0.0, request=0.0, answer=0.0, hop=0.0, start=0.0)


def sent(clock, fleet, when, sentences, client="c", model=0, deadline=30.0):
    fleet.play(iter([traffic.Request(sentences, model, client, when, when + deadline)]))


def item(name, length=10, client="c", arrival=0.0, kind=0):
    return Item(name, client, kind, length, 5, 1, arrival, lambda: None)


class EventTests(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.ends = {}

    def note(self, name):
        return lambda: self.ends.__setitem__(name, round(self.clock.now, 6))

    def test_tasks_share_cores_evenly(self):
        machine = Machine(self.clock, 2)
        for name, seconds in (("a", 2.0), ("b", 2.0), ("c", 4.0)):
            machine.run(seconds, self.note(name))
        self.clock.run(10.0)
        # Three on two cores get two thirds each for 3 s; then the last has a core for its other 2 s.
        self.assertEqual(self.ends, {"a": 3.0, "b": 3.0, "c": 5.0})
        machine.advance()
        self.assertAlmostEqual(machine.used, 8.0)

    def test_a_slow_machine_takes_longer(self):
        Machine(self.clock, 1, speed=0.5).run(1.0, self.note("a"))
        self.clock.run(10.0)
        self.assertEqual(self.ends, {"a": 2.0})

    def test_a_cancelled_task_gives_its_core_back(self):
        machine = Machine(self.clock, 1)
        machine.run(1.0, self.note("a"))
        other = machine.run(5.0, self.note("b"))
        self.clock.at(1.0, lambda: machine.cancel(other))
        self.clock.run(10.0)
        self.assertEqual(self.ends, {"a": 1.5})

    def test_a_line_runs_one_after_another(self):
        line = Line(Machine(self.clock, 4))
        for name in "abc":
            line.run(1.0, self.note(name))
        self.clock.run(10.0)
        self.assertEqual(self.ends, {"a": 1.0, "b": 2.0, "c": 3.0})


class QueueTests(unittest.TestCase):
    def test_lengths_have_two_classes_per_doubling(self):
        self.assertEqual([length_class(one) for one in (4, 5, 6, 7, 8, 11, 12)], [4, 4, 5, 5, 6, 6, 7])

    def test_a_sentence_does_not_wait_for_a_page(self):
        queue = FairQueue(quantum=128)
        for _ in range(50):
            queue.append(item("page", client="page"), is_small=False)
        queue.append(item("sentence", client="other"), is_small=True)
        batch = queue.take(1, 2048, lambda one, batch: True)
        self.assertEqual([one.submission for one in batch.items], ["sentence"])

    def test_clients_take_turns_by_tokens(self):
        queue = FairQueue(quantum=20)
        for name in ("a", "b"):
            for _ in range(10):
                queue.append(item(name, client=name), is_small=False)
        taken = queue.take(8, 2048, lambda one, batch: True).items
        self.assertEqual(sum(one.submission == "a" for one in taken), 4)

    def test_everything_leaves_the_queue_once(self):
        chance, queue = random.Random(3), FairQueue(quantum=64)
        for number in range(300):
            queue.append(item(number % 40, chance.randint(1, 90), f"c{number % 40 % 7}"), number % 40 < 20)
        taken = []
        while queue.count:
            batch = queue.take(12, 2048, lambda one, batch: len(batch.items) < 12)
            self.assertTrue(batch.items)
            taken += batch.items
        self.assertEqual((len(set(map(id, taken))), queue.rows), (300, 0))


class SchedulerTests(unittest.TestCase):
    def test_an_idle_worker_starts_its_share(self):
        scheduler = Scheduler(Limits(), 2)
        scheduler.admit([item("a") for _ in range(8)], 30.0, 0.0)
        self.assertEqual(len(scheduler.next(0, 2, 0.0).items), 4)
        self.assertEqual(len(scheduler.next(1, 1, 0.0).items), 4)

    def test_few_rows_join_many_only_after_the_delay(self):
        scheduler = Scheduler(Limits(), 1)
        scheduler.admit([item("a") for _ in range(9)], 30.0, 0.0)
        scheduler.next(0, 1, 0.0)
        scheduler.admit([item("b", client="d")], 30.0, 0.001)
        self.assertIsNone(scheduler.next(0, 0, 0.002))
        self.assertAlmostEqual(scheduler.look_again(0, 0.002), 0.010)
        self.assertEqual(len(scheduler.next(0, 0, 0.010).items), 1)

    def test_another_kind_has_its_turn(self):
        scheduler = Scheduler(Limits(), 1)
        first = item("a", kind=0)
        scheduler.admit([first], 30.0, 0.0)
        scheduler.next(0, 1, 0.0)
        scheduler.admit([item("b", kind=1)], 30.0, 0.0)
        scheduler.admit([item("c", kind=0)], 30.0, 0.0)
        self.assertIsNone(scheduler.next(0, 0, 0.051))
        scheduler.finish([first], 0, 0.06)
        self.assertEqual(scheduler.next(0, 1, 0.06).items[0].kind, 1)

    def test_the_queue_is_bounded(self):
        scheduler = Scheduler(Limits(queued=8), 1)
        self.assertIsNone(scheduler.admit([item("a") for _ in range(6)], 30.0, 0.0))
        self.assertEqual(scheduler.admit([item("b")], 30.0, 0.0), "queue full")
        self.assertIsNone(scheduler.admit([item("c", client="new")], 30.0, 0.0))


class FleetTests(unittest.TestCase):
    def test_a_lone_sentence_takes_its_steps(self):
        fleet = Fleet(Constants(**ONE_STEP), 1, hop=0.0)
        sent(fleet.clock, fleet, 1.0, [(10, 7)])
        fleet.run(2.0)
        self.assertAlmostEqual(fleet.outcomes[0][1], 0.070)

    def test_a_sentence_joins_between_two_steps(self):
        fleet = Fleet(Constants(**ONE_STEP), 1, hop=0.0, workers=1)
        sent(fleet.clock, fleet, 1.0, [(10, 10)])
        sent(fleet.clock, fleet, 1.015, [(10, 3)])
        fleet.run(2.0)
        times = sorted(round(seconds, 6) for _, seconds, _ in fleet.outcomes)
        # It waits for the end of the second step, at 1.02.
        self.assertEqual(times, [0.035, 0.1])

    def test_the_wait_is_that_of_queueing_theory(self):
        # One row at a time, one worker, steps of 10 ms: M/D/1, whose mean time is s + s·u / (2·(1 - u)).
        constants = Constants(**{**ONE_STEP, "max_rows": 1})
        fleet = Fleet(constants, 1, hop=0.0, workers=1, limits=Limits(rows=1, delay=0.0))
        chance = random.Random(5)
        fleet.play(traffic.requests(
            chance, traffic.constant(60.0), 100.0, lambda: [(1, 1)], traffic.Popularity(chance, 1), clients=10 ** 6))
        fleet.run(100.0)
        mean = sum(seconds for _, seconds, _ in fleet.outcomes) / len(fleet.outcomes)
        self.assertAlmostEqual(mean, 0.010 + 0.010 * 0.6 / (2 * 0.4), delta=0.0015)

    def test_the_same_seed_gives_the_same_figures(self):
        def figures(seed):
            chance = random.Random(seed)
            fleet = Fleet(Constants(), 3, seed=seed, balancers=2, rule="power-of-two")
            fleet.play(traffic.requests(
                chance, traffic.constant(50.0), 5.0, traffic.lognormal(chance), traffic.Popularity(chance, 3)))
            fleet.run(5.0)
            return fleet.figures(0.0, 5.0)
        self.assertEqual(figures(4), figures(4))
        self.assertNotEqual(figures(4), figures(5))

    def test_a_death_loses_nothing_that_can_be_sent_again(self):
        for rule in RULES:
            chance = random.Random(1)
            fleet = Fleet(Constants(), 3, rule)
            fleet.clock.at(2.0, lambda fleet=fleet: fleet.kill(0, 0.5))
            fleet.play(traffic.requests(
                chance, traffic.constant(50.0), 6.0, traffic.lognormal(chance), traffic.Popularity(chance, 9)))
            fleet.run(6.0)
            self.assertEqual(fleet.reasons[None], len(fleet.outcomes), rule)
            self.assertTrue(fleet.replicas[0].is_alive)

    def test_without_a_second_try_a_death_loses_what_was_in_flight(self):
        chance = random.Random(1)
        fleet = Fleet(Constants(), 2, retries=0)
        fleet.clock.at(2.0, lambda: fleet.kill(0, 0.5))
        fleet.play(traffic.requests(
            chance, traffic.constant(80.0), 4.0, traffic.lognormal(chance), traffic.Popularity(chance, 1)))
        fleet.run(4.0)
        self.assertGreater(fleet.reasons["broken"], 0)


class BalancerTests(unittest.TestCase):
    class Stub:
        is_alive = is_ready = True

        def serve(self, request, done):
            done(None)

    def chosen(self, rule, in_flight, model=0):
        balancer = Balancer(Clock(), random.Random(1), rule)
        for number, count in enumerate(in_flight):
            balancer.add(self.Stub(), f"replica {number}").in_flight = count
        request = traffic.Request([(1, 1)], model, "c", 0.0, 30.0)
        return balancer, balancer.choose(request, ())

    def test_the_least_loaded_is_next(self):
        balancer, view = self.chosen("least-connections", [3, 1, 2])
        self.assertIs(view, balancer.views[1])

    def test_a_model_stays_with_its_replica_when_another_comes(self):
        moved = 0
        for model in range(200):
            before = self.chosen("hash", [0] * 9, model)[1].name
            after = self.chosen("hash", [0] * 10, model)[1].name
            self.assertTrue(after in (before, "replica 9"))
            moved += after != before
        self.assertTrue(5 <= moved <= 50, moved)

    def test_a_bounded_hash_passes_over_a_full_replica(self):
        _, home = self.chosen("hash", [0, 0, 0])
        loads = [20 if f"replica {number}" == home.name else 0 for number in range(3)]
        self.assertEqual(self.chosen("hash", loads)[1].name, home.name)
        self.assertNotEqual(self.chosen("bounded-hash", loads)[1].name, home.name)

    def test_checks_mark_a_replica_down_and_up(self):
        clock, stub = Clock(), self.Stub()
        stub.is_ready = False
        balancer = Balancer(clock, random.Random(1), "random", Checks(interval=1.0, fast=0.2))
        view = balancer.add(stub, "a")
        clock.run(1.3)
        self.assertFalse(view.is_up)
        stub.is_ready = True
        clock.run(2.6)
        self.assertTrue(view.is_up)


class StoreTests(unittest.TestCase):
    def test_the_model_unused_longest_leaves(self):
        clock = Clock()
        store = Store(clock, Machine(clock, 1), 2, 1, 0.1)
        for time, model in ((0, "a"), (1, "b"), (2, "a"), (3, "c")):
            clock.at(float(time), lambda model=model: store.lease(model, lambda: clock.after(
                0.01, lambda: store.end(model))))
        clock.run(5.0)
        self.assertEqual((sorted(store.leases), store.loads), (["a", "c"], 3))

    def test_a_busy_model_makes_room_after_a_while(self):
        clock, ready = Clock(), []
        store = Store(clock, Machine(clock, 1), 1, 1, 0.1)
        store.lease("a", lambda: clock.after(2.0, lambda: store.end("a")))
        clock.at(1.0, lambda: store.lease("b", lambda: ready.append(clock.now)))
        clock.at(1.8, lambda: store.lease("a", lambda: ready.append("again")))
        clock.run(2.5)
        self.assertEqual(len(ready), 1)
        self.assertAlmostEqual(ready[0], 2.2, places=2)


class AutoscalerTests(unittest.TestCase):
    def test_replicas_come_with_work_and_leave_slowly(self):
        fleet = Fleet(Constants(start=1.0), 3, "random")
        scaler = Autoscaler(fleet)
        self.assertEqual(scaler.wanted([200.0, 200.0, 200.0], 100.0), 6)
        self.assertEqual(scaler.wanted([105.0, 100.0, 100.0], 100.0), 3)
        self.assertEqual(scaler.wanted([10.0, 10.0, 10.0], 100.0), 1)
        # Two of three are measured: the third counts with nothing.
        self.assertEqual(scaler.wanted([140.0, 140.0], 100.0), 3)
        fleet = Fleet(Constants(start=1.0), 4, "random")
        Autoscaler(fleet)
        fleet.clock.run(290.0)
        self.assertEqual(len(fleet.replicas), 4)
        fleet.clock.run(400.0)
        self.assertEqual(len(fleet.replicas), 3)


class FitTests(unittest.TestCase):
    def test_coefficients_are_found_again(self):
        rows = [[1.0, a, a * b] for a in range(1, 5) for b in range(1, 4)]
        values = [0.5 + 2.0 * a + 0.25 * c for _, a, c in rows]
        for found in (least_squares(rows, values), fit(rows, values)):
            for one, wanted in zip(found, (0.5, 2.0, 0.25)):
                self.assertAlmostEqual(one, wanted)

    def test_no_coefficient_is_negative(self):
        found = fit([[1.0, one] for one in range(1, 6)], [10.0 - one for one in range(1, 6)])
        self.assertEqual(found[1], 0.0)

    def test_a_day_has_its_rates(self):
        rate, peak = traffic.day(100.0, 24.0)
        self.assertAlmostEqual(rate(16.0), peak)
        self.assertAlmostEqual(rate(4.0), 15.0)

    def test_arrivals_have_the_rate(self):
        count = len(list(traffic.arrivals(random.Random(1), traffic.constant(100.0), 100.0)))
        self.assertTrue(9_700 < count < 10_300, count)


def run():
    """The exit status: 0 if all tests pass."""
    loader = unittest.TestLoader()
    tests = unittest.TestSuite(
        loader.loadTestsFromTestCase(one) for one in list(globals().values())
        if isinstance(one, type) and issubclass(one, unittest.TestCase))
    return 0 if unittest.TextTestRunner(verbosity=0).run(tests).wasSuccessful() else 1
