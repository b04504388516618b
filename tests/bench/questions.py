#!/usr/bin/env python3
"""Many questions to three sources of different speed, on a clock of the script's own: a fast one
that answers everything at once, in another order than it was asked; a slow one that answers a part
before the deadline, a part behind it and the rest never; and a late one that answers behind the
last limit, gives answers twice and answers what nobody asked. Every question must end in exactly
one final answer for each source, and the right one.

    SLUICE=build/sluice questions.py [N]"""
import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from house import SLUICE, SOURCE, insz  # noqa: E402
from test_questions import ASKER, FAST, SIGNERS, SLOW, WRONG, World  # noqa: E402

PER_BATCH = 10_000
WORDS = ("EMPLOYED", "NOT-EMPLOYED", "REFUSED")
TOLD = dict(zip(WORDS, ("found", "none", "refused")))


def word(number: int, source: str) -> str:
    return WORDS[(number + int(source)) % 3]


class Bench(World):
    def __init__(self, count: int):
        super().__init__()
        self.count = count

    def write(self, sender, subject, head, items, tail) -> str:
        """Drops one file, item by item."""
        self.sequence += 1
        name = self.name(f"{self.sequence:05}", sender, subject, "R", self.at.strftime("%Y%m%d"))
        path = self.folder / "data"
        with open(path, "w", encoding="utf-8") as out:
            out.write(head)
            out.writelines(items)
            out.write(tail)
        certs = self.authority / "certs"
        signer = SIGNERS[sender]
        landing = self.landing(name)
        subprocess.run([SOURCE / "scripts" / "sign-file", certs / f"{signer}.key",
                        certs / f"{signer}.pem", path, landing / f"FS.{name}.1.1"],
                       check=True, capture_output=True)
        path.rename(landing / f"FI.{name}.1.1")
        (landing / f"GO.{name}.1").touch()
        return name

    def ask_all(self) -> str:
        def items():
            for number in range(1, self.count + 1):
                if number % PER_BATCH == 1:
                    yield ("</Batch>\n" if number > 1 else "") + (
                        f"<Batch><Reference>B-{number}</Reference>\n")
                yield (f"<Question><Reference>Q-{number}</Reference><INSS>{insz(number)}</INSS>"
                       "<Day>2025-11-01</Day></Question>\n")
        return self.write(ASKER, "EMPQ", '<?xml version="1.0" encoding="UTF-8"?>\n'
                          '<Questions xmlns="urn:sluice:employed:1">\n', items(),
                          "</Batch></Questions>\n")

    def answer(self, source, references) -> str:
        parcel = self.parcel(source)
        items = (f"<Answer><Reference>Q-{number}</Reference><Status>{word(number, source)}</Status>"
                 "</Answer>\n" for number in references)
        return self.write(source, "EMPA", '<?xml version="1.0" encoding="UTF-8"?>\n'
                          f'<Answers xmlns="urn:sluice:employed-answers:1"><Batch><Parcel>{parcel}'
                          "</Parcel>\n", items, "</Batch></Answers>\n")

    def timed(self, what: str):
        begin = time.monotonic()
        child = subprocess.Popen([SLUICE, "run", "--quiet", "--now", self.now()],
                                 env=dict(os.environ, SLUICE_HOME=str(self.home)))
        _, status, usage = os.wait4(child.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, 1), f"{what}: exit {code}"
        processor = usage.ru_utime + usage.ru_stime
        print(f"{what:40} {time.monotonic() - begin:7.1f} s, {processor:7.1f} s of processor, "
              f"peak {usage.ru_maxrss // 1024} MiB", flush=True)


def read_answers(path: Path):
    """(number, source, status, final, reference inside) of each answer, line by line."""
    command = ["unzip", "-p", path] if path.name.startswith("CO.") else ["cat", path]
    question, last = re.compile(r'<q:Question reference="Q-(\d+)"'), 0
    answer = re.compile(r'<q:Answer source="(\d+)" status="([^"]*)" final="(\w+)"'
                        r'(?:.*<Reference>Q-(\d+)</Reference>)?')
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as stream:
        number = 0
        for line in stream.stdout:
            if found := question.match(line):
                number = int(found[1])
                assert number > last, "not in the order of the questions"
                last = number
            elif found := answer.match(line):
                yield number, found[1], found[2], found[3] == "true", found[4]


def check(bench: Bench, expected) -> int:
    """Every question, exactly one final answer for each source, the one that was given."""
    state = {source: bytearray(bench.count + 1) for source in (FAST, SLOW, WRONG)}
    wrong = 0
    for path in bench.data_files(ASKER, "ANSW"):
        assert bench.verify(path) is None, path
        for number, source, status, final, inside in read_answers(path):
            if not final:
                wrong += status != "open"
                continue
            state[source][number] += 1
            wrong += status != expected(number, source)
            wrong += inside is not None and int(inside) != number
    for source in state:
        wrong += sum(1 for number in range(1, bench.count + 1) if state[source][number] != 1)
    return wrong


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("count", type=int, nargs="?", default=20_000)
    options = arguments.parse_args()
    count = options.count
    bench = Bench(count)
    try:
        asked = bench.ask_all()
        bench.timed(f"{count} questions to three sources")
        bench.day(0.5)
        bench.answer(FAST, range(count, 0, -1))
        bench.timed("the fast one answers all, backwards")
        bench.day(1.5)
        bench.answer(SLOW, (n for n in range(1, count + 1) if n % 10 < 6))
        bench.timed("the slow one answers six in ten")
        bench.day(2.1)
        bench.timed("the first answer, at the deadline")
        bench.day(4)
        bench.answer(SLOW, (n for n in range(1, count + 1) if 6 <= n % 10 < 9))
        bench.timed("the slow one answers three in ten more")
        bench.day(7.2)
        bench.timed("the follow-up, at the last limit")
        bench.day(8)
        bench.answer(WRONG, range(1, min(count, 1000) + 1))
        bench.answer(SLOW, [1, 2, 9, count + 7])
        bench.timed("what comes too late")
        bench.must("journal", "verify", "--now", bench.now())

        def expected(number, source):
            came = source == FAST or (source == SLOW and number % 10 < 9)
            return TOLD[word(number, source)] if came else "timed out"
        begin = time.monotonic()
        wrong = check(bench, expected)
        (status,) = [one for one in bench.status() if one["file"] == asked]
        ledger = sum(p.stat().st_size for p in (bench.home / "spool").glob("ledger*/*"))
        print(f"checked in {time.monotonic() - begin:.1f} s: {wrong} of {3 * count} answers wrong; "
              f"ledger {ledger >> 20} MiB; {status['questions']['answered']} answered")
        return 1 if wrong else 0
    finally:
        bench.close()


if __name__ == "__main__":
    sys.exit(main())
