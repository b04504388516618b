#!/usr/bin/env python3
"""Kills what goes to partners' own servers and what is fetched from them: at crash points, and when
so many bytes went over the line, which is also between a request and its answer. A greedy partner
takes what is whole; then it is done again, and compared with an undisturbed evening: every set came
once and whole, nothing unfinished is left on either side, and the books say so.

    channels.py [--sample N] [--seed S]

A sample has every name of a crash point at least once where it fits."""
import argparse
import collections
import datetime
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from far_side import FarSide, Line  # noqa: E402
from house import SLUICE, House, form, listing, person  # noqa: E402

RECIPIENTS = ("000301", "000302", "000303")
SETTINGS = """channel-retry-seconds = 60
channel-retry-seconds-max = 240
channel-failures-max = 1000
disk-reserve-bytes = 0
"""


class Town:
    """A home in which sets lie ready for three partners: one with a server, one with a server and
    one with a shared folder, both of whom also come by themselves; and a sender whose server holds
    files for us."""

    def __init__(self):
        memory = Path("/dev/shm")
        roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 300_000_000
        tempfile.tempdir = str(memory) if roomy else None
        self.house = House()
        self.far = FarSide(Path(tempfile.mkdtemp(prefix="sluice-far-")))
        self.line = KillingLine(self.far.port)
        self.boxes = {"000301": self.far.files / "IN", "000302": self.house.folder / "shared",
                      "000303": self.far.files / "IN-303"}
        self.offered = self.house.folder / "offered"
        for folder in (*self.boxes.values(), self.offered):
            folder.mkdir(exist_ok=True)
        self.day = self.house.today + datetime.timedelta(days=1)
        self.prepare()

    def close(self):
        self.line.close()
        self.far.close()
        self.house.close()

    def now(self, minutes: int) -> str:
        return f"{self.day}T{10 + minutes // 60:02}:{minutes % 60:02}:00Z"

    def prepare(self):
        house = self.house
        (house.home / "jobs" / "sluice.conf").write_text(SETTINGS)
        job = house.home / "jobs" / "list.xml"
        text = job.read_text()
        assert 'receipt="both"/>' in text
        job.write_text(text.replace('receipt="both"/>', 'receipt="both" evidence="delivery"/>'))
        house.drop(house.name("00001"), self.large(1))
        house.drop(house.name("00002"), house.good())
        house.must("run", "--quiet", "--now", self.now(0))
        house.drop(house.name("00003"), house.good(), into=self.offered)
        house.drop(house.name("00004"), self.large(2), into=self.offered)
        push = self.far.element(port=self.line.port)
        comes = '<channel kind="sftp"/>'
        self.channel("000101", self.far.element("fetch", port=self.line.port, folder="OUT"))
        self.channel("000301", push)
        self.channel("000302", f'<channel kind="folder" folder="{self.boxes["000302"]}"/>' + comes)
        self.channel("000303", push.replace('folder="IN"', 'folder="IN-303"') + comes)

    def large(self, number: int) -> bytes:
        """More than one block of the transfer, for whom nothing is packed."""
        return listing(form(self.house.reference(), *(
            person(10_000 * number + i, name="N" * 150) for i in range(5000))))

    def channel(self, number: str, elements: str):
        path = self.house.home / "jobs" / "partners.xml"
        text, count = re.subn(rf'(number="{number}".*?)<channel kind="sftp"/>',
                              lambda found: found[1] + elements, path.read_text(), count=1,
                              flags=re.DOTALL)
        assert count == 1, number
        path.write_text(text)

    def fresh(self, name="trial") -> "Trial":
        home = self.house.folder / name
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", self.house.home, home], check=True)
        for folder in (*self.boxes.values(), self.far.files / "OUT"):
            shutil.rmtree(folder)
            folder.mkdir()
        for path in self.offered.iterdir():
            shutil.copy(path, self.far.files / "OUT")
        return Trial(self, home)


class KillingLine(Line):
    """Counts over all its connections. What the server was asked last, it does; the answer comes
    to nobody."""

    def __init__(self, port: int):
        super().__init__(port)
        self.left, self.victim = [None], None

    def limit(self, count, victim=None):
        self.left, self.victim = [count], victim

    def budget(self) -> list:
        return self.left

    def spent(self):
        if self.victim:
            self.victim.kill()


class Trial:
    def __init__(self, town: Town, home: Path):
        self.town, self.home = town, home
        self.minutes = 1
        self.taken = {}  # (partner, name) -> bytes
        self.wrong = []

    def start(self, *words, **more) -> subprocess.Popen:
        self.minutes += 5  # a channel that rests goes on
        environment = {**os.environ, "SLUICE_HOME": str(self.home),
                       "SLUICE_NOW": self.town.now(self.minutes), **more}
        return subprocess.Popen([SLUICE, *words, "--quiet"], env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self, process: subprocess.Popen):
        words = process.communicate(timeout=120)[1]
        self.town.line.limit(None)
        if process.returncode not in (0, -signal.SIGKILL):
            self.wrong.append(f"exit {process.returncode}: {words}")
        self.take()

    # ---- what disturbs it ----

    def at_point(self, number: int, *words):
        self.end(self.start(*words, SLUICE_CRASH_AT=str(number)))

    def at_byte(self, count: int, *words):
        process = self.start(*words)
        self.town.line.limit(count, process)
        self.end(process)

    def cut(self, count: int, *words):
        self.town.line.limit(count)
        self.end(self.start(*words))

    def finish(self, *words):
        for command in (words, ("run",), ("run",)):
            self.end(self.start(*command))

    # ---- the partners ----

    def take(self):
        """Each set whose GO is at the partner's, or in its OUT here where it comes by itself."""
        for number in RECIPIENTS:
            out = self.home / "spool/partners" / number / "OUT"
            for folder in (self.town.boxes[number], *([out] if number != "000301" else [])):
                for go in sorted(folder.glob("GO.*")):
                    self.take_set(number, folder, go)

    def take_set(self, number: str, folder: Path, go: Path):
        members = [path for path in folder.iterdir()
                   if path.name[3:].removesuffix(".zst") == go.name[3:]]
        if len(members) != 5:
            self.wrong.append(f"{number}: GO beside {sorted(p.name for p in members)} only")
        for path in members:
            if (number, path.name) in self.taken:
                self.wrong.append(f"{number}: {path.name} came a second time")
            # A zip says when it was made.
            content = House.content(path) if path.name[:2] == "CO" else path.read_bytes()
            self.taken[number, path.name] = content
            path.unlink()

    # ---- what is compared ----

    def facts(self) -> dict:
        """All that must be the same after any disturbance. Vouchers and signatures say a place in
        the signed log: that they are there."""
        facts = {f"{number}/{name}": content if name[:2] in ("FO", "CO") else b""
                 for (number, name), content in self.taken.items()}
        for number in RECIPIENTS:
            for folder in (self.town.boxes[number], self.home / "spool/partners" / number / "OUT"):
                facts[f"left for {number} in {folder.name}"] = sorted(
                    p.name for p in folder.iterdir())
        facts["left over there"] = self.town.far.names("OUT")
        work = self.home / "spool/work"
        facts["marks"] = [p.name for p in (work / "channels").glob("*/*")]
        facts["temporary files"] = [p.name for p in work.rglob(".tmp*")]
        facts["fetched, not received"] = [p.name for p in (work / "fetch").glob("*/*")]
        facts["files"] = self.files()
        with sqlite3.connect(self.home / "spool/ledger/ledger.db") as book:
            entries = [json.loads(body) for (body,) in book.execute(
                "SELECT body FROM entry WHERE kind IN ('transferred', 'fetched')")]
        gone = collections.Counter(one["name"] for body in entries for one in body["files"])
        facts["left, by the entries"] = sorted(gone.items())
        facts["evidence"] = self.evidence()
        facts["verify"] = self.said("journal", "verify", "--against-ledger").returncode
        return facts

    def said(self, *words) -> subprocess.CompletedProcess:
        return subprocess.run([SLUICE, "--home", self.home, *words], capture_output=True, text=True)

    def files(self) -> list:
        found = []
        for line in self.said("status", "--json").stdout.splitlines():
            one = json.loads(line)
            states = ["gone" if d["state"] in ("transferred", "fetched") else d["state"]
                      for d in one["deliveries"]]
            found.append((one["file"], one["state"], one["records"]["accepted"], states))
        return sorted(found)

    def evidence(self) -> list:
        """Each event that the sender was told of, as often as it was."""
        told = collections.Counter()
        for path in (self.home / "spool/partners/000101/OUT").glob("FO.EVID.*"):
            told.update(re.findall(r"<EvidenceIdentifier>([^<]*)", path.read_text()))
        return sorted(told.items())

    def differences(self, reference: dict) -> list[str]:
        facts = self.facts()
        shown = [f"{key}\n      undisturbed: {str(reference.get(key, 'not there'))[:800]}"
                 f"\n      disturbed:   {str(facts.get(key, 'not there'))[:800]}"
                 for key in sorted(reference.keys() | facts.keys())
                 if reference.get(key) != facts.get(key)]
        return self.wrong + shown


class Undisturbed:
    """What a command passes and what comes of it: its crash points, the bytes it sends."""

    def __init__(self, town: Town, words: tuple[str, ...]):
        trial, log = town.fresh("reference"), town.house.folder / "points"
        log.unlink(missing_ok=True)
        town.line.limit(1 << 40)
        process = trial.start(*words, SLUICE_CRASH_LOG=str(log))
        process.wait(timeout=120)
        self.bytes = (1 << 40) - town.line.left[0]
        trial.end(process)
        trial.finish(*words)
        self.words, self.facts = words, trial.facts()
        self.points = [line.split(" ", 1)[1] for line in log.read_text().splitlines()]
        assert not trial.wrong, trial.wrong
        assert self.facts["verify"] == 0, "the undisturbed evening does not verify"
        assert {(f[1], *f[3]) for f in self.facts["files"]} == {
            ("closed", "gone", "gone"), ("closed", "gone", "gone", "gone")}, self.facts["files"]
        assert len(self.facts["evidence"]) == 20, self.facts["evidence"]


def disturb(trial: Trial, calm: Undisturbed, number: int, kind: int, dice) -> str:
    """One of three ways to be disturbed; every third time also while it recovers."""
    if kind == 0:
        trial.at_point(number, *calm.words)
        title = f"killed at {number} ({calm.points[number - 1]})"
    elif kind == 1:
        count = dice.randrange(calm.bytes)
        trial.at_byte(count, *calm.words)
        title = f"killed when {count} bytes of {calm.bytes} went"
    else:
        count = dice.randrange(calm.bytes)
        trial.cut(count, *calm.words)
        title = f"cut when {count} bytes of {calm.bytes} went"
    if dice.randrange(3) == 0 or kind == 2:
        second = dice.randint(1, 40)
        trial.at_point(second, *calm.words)
        title += f", then killed at {second} of the recovery"
    return title


def chosen(calm: Undisturbed, seen: set[str], dice) -> int:
    """A crash point by lot: of a name that was not tried yet, else of channels."""
    names = [name for name in calm.points if name.startswith(("push.", "fetch.", "channel."))]
    wanted = set(names) - seen or set(names)
    number = dice.choice([n for n, name in enumerate(calm.points, 1) if name in wanted])
    seen.add(calm.points[number - 1])
    return number


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sample", type=int, default=16)
    arguments.add_argument("--seed", type=int, default=20251105)
    options = arguments.parse_args()
    dice = random.Random(options.seed)
    town = Town()
    tried = failed = 0
    seen: set[str] = set()
    begin = time.monotonic()
    try:
        for words in (("receive",), ("run",)):
            calm = Undisturbed(town, words)
            for _ in range(options.sample // 2):
                tried += 1
                trial = town.fresh()
                kind = dice.choice((1, 2)) if tried % 3 == 0 else 0
                title = disturb(trial, calm, chosen(calm, seen, dice) if kind == 0 else 0, kind,
                                dice)
                trial.finish(*words)
                wrong = trial.differences(calm.facts)
                if wrong:
                    failed += 1
                    print(f"FAILED: {words[0]} {title}", *wrong, sep="\n    ", flush=True)
    finally:
        town.close()
    print(f"{tried} disturbances, {failed} failed, {time.monotonic() - begin:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
