#!/usr/bin/env python3
"""Kills the nights of questions and answers at their crash points, runs them again, and compares
what partners find with an undisturbed night: the same names, the same bytes, nothing twice.

    questions.py [--full] [--sample N] [--seed S]

A sample has every name of a crash point of each night at least once where it fits."""
import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from house import SLUICE  # noqa: E402
from test_questions import ASKER, FAST, SLOW, WRONG, World, questions  # noqa: E402

COUNT = 30
SETTINGS = """slice-bytes = 1024
commit-bytes = 2048
batch-bytes-max = 2000
disk-reserve-bytes = 0
"""


def references(*numbers):
    return [(f"Q-{number}", "EMPLOYED") for number in numbers]


def nights(world):
    """Drops what comes before each night, and says when it is."""
    world.send(ASKER, "EMPQ", questions(COUNT))
    world.send(ASKER, "EMPQ", questions(4, batch="B-2"), environment="S")
    yield 0
    world.day(0.4)
    world.say(FAST, *references(*range(COUNT, 0, -1)))
    world.say(SLOW, *references(*range(1, 11)))
    world.say(WRONG, *references(1, 1, 2, 99))
    yield 0.4
    yield 1.2  # reminders
    yield 2.1  # the first answer
    world.day(2.5)
    world.say(SLOW, *references(*range(8, COUNT)))
    yield 2.5
    yield 7.2  # the follow-up


def visible(home: Path) -> dict[str, bytes]:
    """All that partners can see. Of signatures and vouchers, which say a place in the signed log,
    that they are there; status pages speak of the moment."""
    found = {}
    for folder in sorted((home / "spool" / "partners").glob("*/OUT*")):
        for path in folder.iterdir():
            name = f"{folder.parent.name}/{folder.name}/{path.name}"
            if not path.name.startswith("STATUS"):
                found[name] = b"" if path.name[:2] in ("FS", "VS", "VO") else path.read_bytes()
    return found


def run(home: Path, now: str, **more) -> int:
    environment = dict(os.environ, SLUICE_HOME=str(home), **more)
    return subprocess.run([SLUICE, "run", "--quiet", "--threads", "1", "--now", now],
                          env=environment, capture_output=True).returncode


def chosen(points, options, dice) -> list[int]:
    # A stand-in that was killed speaks one run later: a rehearsal, but not the same night.
    everything = [number for number, name in enumerate(points, 1)
                  if name != "stand-in-written"]
    if options.full:
        return everything
    by_name = {}
    for number in everything:
        by_name.setdefault(points[number - 1], []).append(number)
    picked = [dice.choice(numbers) for _, numbers in sorted(by_name.items())]
    dice.shuffle(picked)
    rest = [number for number in everything if number not in picked]
    dice.shuffle(rest)
    return (picked + rest)[:options.sample]


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("--sample", type=int, default=4, help="of each night")
    arguments.add_argument("--seed", type=int, default=20251105)
    options = arguments.parse_args()
    dice = random.Random(options.seed)
    world = World()
    world.edit("employed.xml", r"(<questions[^>]*>)",
               rf'\1<stand-in source="{FAST}" manner="fast"/><stand-in source="{WRONG}" '
               'manner="wrong"/>')
    (world.home / "jobs" / "sluice.conf").write_text(SETTINGS)
    scratch = Path(tempfile.mkdtemp(prefix="sluice-crash-questions-"))
    tried = failed = 0
    begin = time.monotonic()
    try:
        for day in nights(world):
            world.day(day)
            before, log = scratch / "before", scratch / "log"
            shutil.rmtree(before, ignore_errors=True)
            shutil.copytree(world.home, before)
            log.unlink(missing_ok=True)
            status = run(world.home, world.now(), SLUICE_CRASH_LOG=str(log))
            assert status in (0, 1), f"day {day}: exit {status}"
            # What stand-ins put into the landing zone comes in with the next run.
            run(world.home, world.now())
            wanted = visible(world.home)
            points = [line.split()[-1] for line in log.read_text().splitlines()]
            for number in chosen(points, options, dice):
                trial = scratch / "home"
                shutil.rmtree(trial, ignore_errors=True)
                shutil.copytree(before, trial)
                killed = run(trial, world.now(), SLUICE_CRASH_AT=str(number))
                again = run(trial, world.now())
                run(trial, world.now())
                found = visible(trial)
                differ = sorted(name for name in wanted.keys() | found.keys()
                                if wanted.get(name) != found.get(name))
                tried += 1
                if killed == -signal.SIGKILL and again in (0, 1) and not differ:
                    continue
                failed += 1
                print(f"FAILED: day {day}, killed at {number} ({points[number - 1]}): "
                      f"exits {killed} and {again}", *differ, sep="\n    ", flush=True)
        returned = len(world.returned())
        if returned != 2:
            failed += 1
            print(f"FAILED: {returned} answers were returned")
        print(f"{tried} crash points, {failed} failed, {time.monotonic() - begin:.0f} s")
        return 1 if failed else 0
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        world.close()


if __name__ == "__main__":
    sys.exit(main())
