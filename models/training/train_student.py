"""Trains an English-French or French-English student that starts from the weights of another model.

    train_student.py DATA RUN --teacher FOLDER             start from a student from English to another language
    train_student.py DATA RUN --into-english --teacher FOLDER --bridge REVERSE
                                                           start from a student from another language to English
    train_student.py DATA RUN --from models/en-fr          start from a published model of this kind
    train_student.py DATA RUN                              continue a run
    train_student.py DATA LAST --cool-down RUN --minutes 30

DATA has the folders en-fr-general, multi30k, tatoeba and en-fr-dev. After a warm-up the learning rate is constant, so a
run can stop at any time (SIGTERM saves its state) and continue later. `--cool-down` makes a copy of a run in another
folder and trains it while the rate falls to zero; that copy is for publication.

Each worker is a process with one thread. Workers share the weights in memory and take the next batch when they are
free, so that a worker on a busy core does not hold up the others.
"""

import argparse
import os
import random
import signal
import time
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as processes

import student_begin
import student_data
from batches import batches
from student_update import CLIP, KEPT, Part, Shared, average_of

CHUNK = 16_000  # pairs that are sorted into batches together
TOKENS_A_BATCH = 1500  # source and target, padding counted
BATCHES_A_STEP = 3
LABEL_SMOOTHING = 0.1
WARM_UP, BODY_WARM_UP = 60, 300  # steps
AVERAGE_DECAY, COOLING_DECAY = 0.998, 0.98
RATES = {"target": 1.2e-3, "bias": 1.2e-3, "source": 2e-4, "encoder": 5e-4, "decoder": 1.5e-3}
RATES_INTO_ENGLISH = {"target": 2e-4, "bias": 2e-4, "source": 1.2e-3, "encoder": 1e-3, "decoder": 5e-4}
SAVE_EVERY, LOG_EVERY = 300, 240  # seconds


class Progress:
    """State that all workers share: the next batch, and whether to stop."""

    def __init__(self, context, workers):
        self.lock, self.next, self.stop = context.Lock(), context.Value("q", 0), context.Value("b", 0)
        self.barrier = context.Barrier(workers)

    def take(self, until):
        """The number of the next batch, or None if the step has no more."""
        with self.lock:
            if self.next.value >= until:
                return None
            self.next.value += 1
            return self.next.value - 1


class Worker:
    def __init__(self, rank, options, shared, progress, state, held_out):
        self.rank, self.options, self.shared, self.progress = rank, options, shared, progress
        self.step, self.seconds, self.seen = state["step"], state["seconds"], state["seen"]
        self.cooling = state.get("cooling", state["seconds"]) if options.cool_down else None
        self.mixture, self.held_out = state["mixture"], held_out
        self.model = student_begin.empty(options.out, options.dropout)
        self.model.frozen = options.frozen
        shared.bind(self.model, rank)
        self.low = getattr(torch, options.numbers)
        self.part = Part(shared, self.model, rank, options.workers,
                         RATES_INTO_ENGLISH if options.into_english else RATES, self.low)

    def run(self):
        data = student_data.read(self.options.out / "encoded.npz")
        self.saved = self.logged = time.monotonic()
        self.recent = []
        for before, pairs in student_data.chunks(data, self.mixture, CHUNK, last=bool(self.options.cool_down)):
            self.before = before
            work = student_data.batched(pairs, TOKENS_A_BATCH, random.Random(f"{self.step}"))
            for at in range(0, len(work) - BATCHES_A_STEP + 1, BATCHES_A_STEP):
                self.train_on(work[at:at + BATCHES_A_STEP])
                if self.finished():
                    return

    def train_on(self, work):
        began = time.monotonic()
        base = self.step * BATCHES_A_STEP
        self.shared.gradients[self.rank].zero_()
        tokens, total, seen = 0, 0.0, 0
        while (number := self.progress.take(base + BATCHES_A_STEP)) is not None:
            source, target = work[number - base]
            loss, count = self.model.loss(source, target, LABEL_SMOOTHING, self.options.negatives, self.low)
            (loss * count).backward()
            tokens, total = tokens + count, total + float(loss.detach()) * count
        self.shared.tokens[self.rank], self.shared.losses[self.rank] = tokens, total
        self.progress.barrier.wait()
        norm = self.part.gather()
        self.shared.norms[self.rank] = norm
        self.progress.barrier.wait()
        self.update()
        self.seen += sum(int((side >= 0).sum()) for pair in work for side in pair)
        self.recent.append(float(self.shared.losses.sum() / self.shared.tokens.sum()))
        self.step += 1
        self.seconds += min(time.monotonic() - began, 30.0)
        self.progress.barrier.wait()

    def update(self):
        tokens, norm = float(self.shared.tokens.sum()), float(self.shared.norms.sum()) ** 0.5
        scale = min(1.0, CLIP / max(norm / tokens, 1e-9)) / tokens
        factor, body = min(1.0, (self.step + 1) / WARM_UP), min(1.0, (self.step + 1) / BODY_WARM_UP)
        decay = min(AVERAGE_DECAY, (self.step + 1) / (self.step + 10))
        if self.cooling is not None:
            factor = max(0.0, 1 - (self.seconds - self.cooling) / (60 * self.options.minutes))
            decay = COOLING_DECAY
        self.part.update(self.step, scale, factor, body, decay)

    def finished(self):
        """Whether to stop. The first worker decides, so that all stop at the same step."""
        now = time.monotonic()
        if self.rank == 0:
            due = self.options.minutes and self.seconds - self.options.began >= 60 * self.options.minutes
            if now - self.logged > LOG_EVERY:
                self.log(now)
            if due or self.progress.stop.value or now - self.saved > SAVE_EVERY:
                self.saved = now
                self.save()
            if due or self.progress.stop.value:
                self.progress.stop.value = 2
        self.progress.barrier.wait()
        return self.progress.stop.value == 2

    def log(self, now):
        self.logged = now
        model = student_begin.empty(self.options.out)
        model.load_state_dict(average_of(self.shared.average, model))
        losses = " ".join(f"{name} {validation_loss(model, work):.3f}" for name, work in self.held_out.items())
        print(f"{time.strftime('%H:%M:%S')} step {self.step} minutes {self.seconds / 60:.1f} "
              f"pieces {self.seen / 1e6:.2f}M loss {np.mean(self.recent):.3f} {losses} "
              f"core-minutes {time.process_time() / 60:.1f}", flush=True)
        self.recent.clear()

    def save(self):
        new = self.options.out / "state.new"
        torch.save(dict(step=self.step, seconds=self.seconds, seen=self.seen, mixture=self.before,
                        into_english=self.options.into_english,
                        **({} if self.cooling is None else dict(cooling=self.cooling)),
                        **{name: getattr(self.shared, name) for name in KEPT}), new)
        new.replace(self.options.out / "state.pt")


@torch.no_grad()
def validation_loss(model, work):
    model.eval()
    sums = [(float(loss) * count, count) for loss, count in (model.loss(*pair, 0.0) for pair in work)]
    return sum(loss for loss, _ in sums) / sum(count for _, count in sums)


def held_out(options):
    """{name: batches} of the first sentences of the development sets."""
    sides = student_begin.pieces(options.out)
    codes = ("fr", "en") if options.into_english else ("en", "fr")
    sets = {}
    for name in ("flores-dev", "newstest2013"):
        files = [options.data / "en-fr-dev" / f"{name}.{code}" for code in codes]
        texts = [file.read_text(encoding="utf-8").split("\n")[:100] for file in files]
        rows = [[ids + [0] for ids in side.encode(text)] for side, text in zip(sides, texts)]
        sets[name] = batches(list(zip(*rows)), 4000, -1)
    return sets


def faster_numbers():
    """The type in which one core of this machine multiplies matrices faster."""
    torch.set_num_threads(1)
    seconds = {}
    for name in ("float32", "bfloat16"):
        a, b = (torch.ones(1024, 1024, dtype=getattr(torch, name)) for _ in range(2))
        a @ b
        began = time.process_time()
        for _ in range(5):
            a @ b
        seconds[name] = time.process_time() - began
    return min(seconds, key=seconds.get)


def work(rank, *arguments):
    torch.set_num_threads(1)
    torch.manual_seed(time.time_ns() + rank)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Worker(rank, *arguments).run()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path)
    parser.add_argument("--dragoman", type=Path, default=Path(".build/release/dragoman"),
                        help="program that translates with the teacher")
    parser.add_argument("--from", type=Path, dest="published")
    parser.add_argument("--into-english", action="store_true", help="train French-English instead")
    parser.add_argument("--bridge", type=Path,
                        help="model from English to the teacher's other language, if the teacher is not one itself")
    parser.add_argument("--cool-down", type=Path, help="folder of the run to copy")
    parser.add_argument("--minutes", type=float, default=0, help="duration; default: until a signal")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--frozen", type=int, default=0, help="number of first encoder layers not to train")
    parser.add_argument("--negatives", type=int, default=1500,
                        help="random pieces in the output layer; 0 for the whole vocabulary")
    parser.add_argument("--numbers", choices=["float32", "bfloat16"],
                        help="type for matrix products; default: the faster one")
    parser.add_argument("--dropout", type=float, default=0.0)
    options = parser.parse_args()
    options.numbers = options.numbers or faster_numbers()
    options.out.mkdir(parents=True, exist_ok=True)
    model, state = student_begin.begin(options)
    options.began = state["seconds"]
    context = processes.get_context("spawn")
    shared, progress = Shared(model, options.workers), Progress(context, options.workers)
    for name in KEPT:
        if name in state:
            getattr(shared, name).copy_(state.pop(name))
    progress.next.value = state["step"] * BATCHES_A_STEP
    signal.signal(signal.SIGTERM, lambda *_: setattr(progress.stop, "value", max(1, progress.stop.value)))
    signal.signal(signal.SIGINT, lambda *_: setattr(progress.stop, "value", max(1, progress.stop.value)))
    processes.spawn(work, (options, shared, progress, state, held_out(options)), options.workers)


if __name__ == "__main__":
    main()
