#!/usr/bin/env python3
"""Kills what is not a night at each of its crash points, does it again and compares with an
undisturbed one: the daily lists of a run behind midnight, the destruction of a year's pseudonym
key, the expiry of traces and of payload, the mending of the log."""
import os
import shutil
import signal
import subprocess
import sys

from stage import Evening, NOW

MIDNIGHT = "2025-11-05T23:30:00Z"  # of the next civil day
LATE = "2036-12-31T12:00:00Z"
FORGET = ("person", "--forget-period", "2025", "--reason", "ten years are over")
EXPIRE = ("traces", "expire", "--reason", "ten years are over")
ARCHIVE = ("archive", "expire")
MEND = ("journal", "mend", "--reason", "a bad sector")


def lose_tiles(home):
    journal = home / "spool/journal"
    for kind in ("0", "entries"):
        tile = max((p for p in (journal / "tile" / kind).rglob("*") if p.is_file()),
                   key=lambda p: (p.stat().st_size, str(p)))
        tile.unlink()


# what, at which time, and what happens to the home before it
ACTS = {"midnight": (("run", "--quiet"), MIDNIGHT, None), "forget": (FORGET, LATE, None),
        "expire traces": (EXPIRE, LATE, None), "expire payload": (ARCHIVE, LATE, None),
        "mend": (MEND, NOW, lose_tiles)}


def facts_of(home) -> dict:
    """What is there, whatever happened on the way. Signatures are drawn once but not the same
    between two homes; the journal and the ledger are judged by `verify`."""
    facts = {}
    for path in sorted((home / "spool").rglob("*")):
        name = str(path.relative_to(home / "spool"))
        kind = path.name[:3]
        if not path.is_file() or name.startswith(("journal", "ledger", "metrics", "work")):
            continue
        facts[name] = path.read_bytes() if kind in ("FO.", "CO.") else None
    return facts


class Act:
    def __init__(self, evening, before, words, now):
        self.evening, self.before, self.words, self.now = evening, before, words, now

    def do(self, home, *words, **more) -> subprocess.CompletedProcess:
        environment = {**os.environ, "SLUICE_HOME": str(home), "SLUICE_NOW": self.now, **more}
        return subprocess.run([os.environ["SLUICE"], *words], env=environment, capture_output=True,
                              text=True, timeout=120)

    def fresh(self, name):
        home = self.evening.folder / name
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", self.before, home], check=True)
        return home

    def undisturbed(self) -> tuple[dict, list[str]]:
        home, log = self.fresh("reference"), self.evening.folder / "points"
        log.unlink(missing_ok=True)
        done = self.do(home, *self.words, SLUICE_CRASH_LOG=str(log))
        assert done.returncode in (0, 1), done.stderr
        assert not self.complaints(home), self.complaints(home)
        lines = log.read_text().splitlines() if log.exists() else []
        return facts_of(home), [line.split(" ", 1)[1] for line in lines]

    def complaints(self, home) -> str:
        said = ""
        for check in (("journal", "verify"), ("traces", "verify")):
            done = self.do(home, *check)
            if done.returncode != 0:
                said += done.stdout + done.stderr
        return said

    def killed(self, point: int, reference: dict) -> list[str]:
        home = self.fresh("trial")
        done = self.do(home, *self.words, SLUICE_CRASH_AT=str(point))
        if done.returncode != -signal.SIGKILL:
            return [f"it was not killed: {done.returncode} {done.stderr}"]
        wrong = []
        # In between nothing may look like tampering; lost tiles are lost until they are mended.
        if self.words != MEND and self.complaints(home):
            wrong.append("right behind the kill: " + self.complaints(home))
        done = self.do(home, *self.words)
        if done.returncode not in (0, 1):
            wrong.append(f"again: {done.returncode} {done.stderr}")
        if self.complaints(home):
            wrong.append(self.complaints(home))
        facts = facts_of(home)
        return wrong + [f"{name}: " + ("missing" if name not in facts else
                                       "left over" if name not in reference else "other bytes")
                        for name in sorted(reference.keys() | facts.keys())
                        if reference.get(name, 0) != facts.get(name, 0)]


def main() -> int:
    # Every point of an act takes minutes under sanitizers: a spread of them, all with SLUICE_FULL.
    most = 10 ** 6 if os.environ.get("SLUICE_FULL") else 8
    evening, failed, count = Evening(), 0, 0
    try:
        evening.must("run", "--quiet", "--now", NOW, status=(0, 1))
        for title, (words, now, prepare) in ACTS.items():
            before = evening.folder / "before"
            shutil.rmtree(before, ignore_errors=True)
            subprocess.run(["cp", "-a", evening.home, before], check=True)
            if prepare:
                prepare(before)
            act = Act(evening, before, words, now)
            reference, points = act.undisturbed()
            stride = -(-len(points) // most) or 1
            for number, point in list(enumerate(points, 1))[::stride]:
                count += 1
                wrong = act.killed(number, reference)
                if wrong:
                    failed += 1
                    print(f"FAILED: {title}, killed at {number} ({point})", *wrong, sep="\n    ",
                          flush=True)
            print(f"{title}: every {stride} of {len(points)} points", flush=True)
            if not points:
                failed += 1
    finally:
        evening.close()
    print(f"{count} crash points, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
