#!/usr/bin/env python3
"""Kills a run at its crash points, lets a greedy partner take what is visible, runs again and
compares with an undisturbed evening: the same files with the same bytes, the same verdicts, nothing
twice, nothing left behind. Some are killed a second time while they recover.

    points.py [--full] [--points N...] [--sample N] [--seed S]

CI takes a sample that has every name of a crash point at least once where it fits."""
import argparse
import random
import sys
import time

import stage
from stage import Evening, reference_of


def chosen(points: list[str], options, dice) -> list[int]:
    """Numbers of crash points, from 1: every kind once, the rest by lot."""
    everything = list(range(1, len(points) + 1))
    if options.points:
        return options.points
    if options.full:
        return everything
    by_name = {}
    for number, name in enumerate(points, 1):
        by_name.setdefault(name, []).append(number)
    picked = [dice.choice(numbers) for _, numbers in sorted(by_name.items())]
    dice.shuffle(picked)
    rest = [number for number in everything if number not in picked]
    return (picked + dice.sample(rest, min(len(rest), options.sample)))[:options.sample]


class Batches(Evening):
    """A night of small files in batches of three, some of which no job takes: wherever it is
    killed, the batches behind begin where they would have begun, and draw the same names."""

    def __init__(self):
        stage.SETTINGS = stage.SETTINGS.replace("batch-bytes-max = 16000",
                                                "batch-bytes-max = 99000")
        super().__init__()

    def tonight(self):
        for number, kind in enumerate("bubbuubbubb"):
            content = (b"<Unknown>%d</Unknown>" % number if kind == "u" else
                       self.sample("dmfa/bad-several.xml", f"S{number}"))
            self.send(number, f"{number + 2:05}", "100202", "DMFA", content)


def batches() -> int:
    """Killed around each commit of the run. The number of trials that differ."""
    night, failed = Batches(), 0
    try:
        reference, points, _ = reference_of(night)
        numbers = [number for number, name in enumerate(points, 1)
                   if name in ("drafts-durable", "decided", "answers-written", "staged", "closed")]
        for number in numbers:
            trial = night.fresh()
            trial.killed_at(number, threads=1 + number % 2)
            trial.finish()
            wrong = trial.differences(reference)
            if wrong:
                failed += 1
                print(f"FAILED: small files, killed at {number} ({points[number - 1]})", *wrong,
                      sep="\n    ", flush=True)
    finally:
        night.close()
    return failed


def conserved(evening, trial) -> list[str]:
    """Every person of the files that count went to those who take everybody, once for each time he
    was accepted, and the deliveries say the same numbers."""
    wrong = []
    for partner in ("400001", "400002", "400003", "400004", "400005"):
        for folder in ("OUT", "OUTTEST-S"):
            told = trial.delivered(partner, folder)
            found = len(trial.persons(partner, folder))
            if told != found:
                wrong.append(f"{partner}/{folder}: {told} records told, {found} persons found")
    return wrong


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("--points", type=int, nargs="*")
    arguments.add_argument("--sample", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=20251105)
    options = arguments.parse_args()
    dice = random.Random(options.seed)
    evening = Evening()
    failed = 0
    try:
        reference, points, undisturbed = reference_of(evening)
        wrong = conserved(evening, undisturbed)
        if wrong:
            print("the undisturbed evening:", *wrong, sep="\n    ")
            return 1
        numbers = chosen(points, options, dice)
        begin = time.monotonic()
        for count, number in enumerate(numbers, 1):
            trial = evening.fresh()
            title = f"killed at {number} ({points[number - 1]})"
            # One thread passes the points in one order; with two, the number is only a moment.
            if not trial.killed_at(number, threads=1 + count % 2):
                title += ", which it did not reach"
            trial.take()
            if count % 3 == 0:
                second = dice.randint(1, 60)
                title += f", then at {second} of the recovery"
                trial.killed_at(second)
            trial.finish()
            wrong = trial.differences(reference, signatures=count % 3 == 0)
            if wrong:
                failed += 1
                print(f"FAILED: {title}", *wrong, sep="\n    ", flush=True)
        print(f"{len(numbers)} of {len(points)} crash points, {failed} failed, "
              f"{time.monotonic() - begin:.0f} s")
    finally:
        evening.close()
    if not options.points:
        failed += batches()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
