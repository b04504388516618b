#!/usr/bin/env python3
"""Kills runs at any moment, on several threads and again while they recover, lets a greedy partner
take what is visible, and compares with an undisturbed evening. What points.py does at named places
in one order, this does wherever the threads happen to be.

    moments.py [--trials N] [--seed S]

The seed draws the delays; what a delay meets is the machine's."""
import argparse
import os
import random
import signal
import subprocess
import sys
import time

from stage import NOW, Evening, reference_of


def killed_after(trial, seconds: float, words: list[str]) -> bool:
    environment = {**os.environ, "SLUICE_HOME": str(trial.home), "SLUICE_NOW": NOW}
    process = subprocess.Popen([os.environ["SLUICE"], *words], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, error = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        _, error = process.communicate()
    if process.returncode not in (0, 1, -signal.SIGKILL):
        trial.wrong.append(f"exit {process.returncode}: {error.decode().strip()}")
    return process.returncode == -signal.SIGKILL


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--trials", type=int,
                           default=60 if os.environ.get("SLUICE_FULL") == "1" else 8)
    arguments.add_argument("--seed", type=int, default=20251105)
    options = arguments.parse_args()
    dice = random.Random(options.seed)
    evening = Evening()
    kills = failed = 0
    try:
        reference, _, _ = reference_of(evening)
        trial = evening.fresh()
        begin = time.monotonic()
        trial.run(threads=3)
        whole = time.monotonic() - begin
        for count in range(options.trials):
            trial = evening.fresh()
            title = []
            for _ in range(dice.randint(1, 5)):
                threads = dice.choice((2, 3, 7, 16))
                words = dice.choice((["receive"], *3 * (["run", "--threads", str(threads)],)))
                delay = whole * dice.random() * dice.choice((0.2, 0.5, 1))
                killed = killed_after(trial, delay, words)
                kills += killed
                title.append(f"{' '.join(words)} {'killed' if killed else 'done'} at {delay:.3f} s")
                if dice.random() < 0.5:
                    trial.take()
            trial.finish()
            wrong = trial.differences(reference, signatures=count % 3 == 0)
            if wrong:
                failed += 1
                print("FAILED: " + ", ".join(title), *wrong, sep="\n    ", flush=True)
        print(f"{options.trials} evenings, {kills} kills, {failed} failed, "
              f"{time.monotonic() - begin:.0f} s")
    finally:
        evening.close()
    return 1 if failed or kills == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
