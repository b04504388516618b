#!/usr/bin/env python3
"""Injects SIGKILL, EIO or ENOSPC at the n-th system call of a kind, by strace. After an error the
run ends in words and with exit 3, or goes on where the disturbed thing is one partner's alone; the
next runs come to the same end as an undisturbed evening. One thread: strace counts per thread.

    calls.py [--full] [--sample N] [--seed S] [--only KIND:CALL:N]"""
import argparse
import random
import shutil
import signal
import subprocess
import sys
import time

from stage import Evening, reference_of

CALLS = ("write", "pwrite64", "fsync", "fdatasync", "syncfs", "renameat2", "link", "linkat",
         "openat", "unlink", "unlinkat", "mkdirat", "ftruncate")
KINDS = ("SIGKILL", "EIO", "ENOSPC")
SKIPPED = 77


def strace_works() -> str:
    """Why it cannot be used; empty where it can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "inject=fsync:error=EIO",
                           "true"], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"strace cannot trace here: {done.stderr.strip()}"


def counted(evening) -> tuple[dict[str, int], int]:
    """How often the main thread of an undisturbed run makes each call, and how many openat are the
    loader's, before the home is opened."""
    log = evening.folder / "strace.log"
    trial = evening.fresh("counting")
    trial.run(before=["strace", "-f", "-o", str(log), "-e", "trace=" + ",".join(CALLS)])
    numbers = dict.fromkeys(CALLS, 0)
    main, loading = None, 0
    for line in log.read_text(errors="replace").splitlines():
        thread, _, call = line.partition(" ")
        main = main or thread
        name = call.strip().split("(")[0]
        if thread == main and name in numbers:
            numbers[name] += 1
        if name == "openat" and not loading and str(trial.home) in call:
            loading = numbers[name] - 1
    return numbers, loading


def inject(trial, kind, call, number):
    what = f"signal={kind}" if kind == "SIGKILL" else f"error={kind}"
    return trial.run(before=["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                             f"inject={call}:{what}:when={number}"])


def judge(trial, done, kind):
    if kind == "SIGKILL":
        if done.returncode not in (-signal.SIGKILL, 128 + signal.SIGKILL, 0, 1):
            trial.wrong.append(f"exit {done.returncode}: {done.stderr.strip()}")
        return
    # 0 and 1: what failed was of one partner, or did not matter, and was made good in this run.
    # 2: a schema or a setting could not be opened, which is told like one that is not there.
    if done.returncode == 2 and "read" in done.stderr:
        return
    if done.returncode not in (0, 1, 3):
        trial.wrong.append(f"exit {done.returncode}, expected 3: {done.stderr.strip()}")
    if done.returncode == 3 and not done.stderr.strip():
        trial.wrong.append("exit 3 without a word")


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("--sample", type=int, default=18)
    arguments.add_argument("--seed", type=int, default=20251105)
    arguments.add_argument("--only")
    options = arguments.parse_args()
    why = strace_works()
    if why:
        print(f"skipped: {why}")
        return SKIPPED
    dice = random.Random(options.seed)
    evening = Evening()
    failed = 0
    try:
        reference, _, _ = reference_of(evening)
        numbers, loading = counted(evening)
        first = {call: 1 + (loading if call == "openat" else 0) for call in CALLS}
        plan = [(kind, call, n) for call in CALLS for kind in KINDS
                for n in range(first[call], numbers[call] + 1)]
        if options.only:
            kind, call, number = options.only.split(":")
            plan = [(kind, call, int(number))]
        elif not options.full:
            # Each call in turn, so that rare ones are tried as well.
            plan = [(KINDS[i % len(KINDS)], call, dice.randint(first[call], numbers[call]))
                    for i, call in enumerate((list(c for c in CALLS if numbers[c]) * 99)
                                             [:options.sample])]
        begin = time.monotonic()
        ends = {}
        for count, (kind, call, number) in enumerate(plan, 1):
            trial = evening.fresh()
            done = inject(trial, kind, call, number)
            ends[done.returncode] = ends.get(done.returncode, 0) + 1
            judge(trial, done, kind)
            trial.finish()
            wrong = trial.differences(reference, signatures=count % 10 == 0)
            if wrong:
                failed += 1
                print(f"FAILED: {kind} at {call} number {number} of {numbers[call]}", *wrong,
                      sep="\n    ", flush=True)
        print(f"{len(plan)} injections (calls {numbers}), exits {ends}, {failed} failed, "
              f"{time.monotonic() - begin:.0f} s")
        if len(plan) > 9 and set(ends) <= {0, 1}:
            print("FAILED: no injection was felt; this test tries nothing")
            failed += 1
    finally:
        evening.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
