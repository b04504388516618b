#!/usr/bin/env python3
"""Flat files through `sluice check`: flat.py SLUICE [--megabytes N] [--rounds N]. Makes lines of
fixed width and CSV like the samples, all good; prints processor and wall time, 1 and 2 threads."""
import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]


def insz(i: int) -> str:
    base = (60 + i % 39) * 10**7 + (i // 39 % 12 + 1) * 10**5 + (i // 468 % 28 + 1) * 1000
    base += i // 13104 % 998 + 1
    return f"{base:09d}{97 - base % 97:02d}"


def pension(path: pathlib.Path, size: int):
    total, person = 0, 0
    with open(path, "w", encoding="latin-1") as out:
        while total < size:
            group = person // 20000 + 1
            out.write("10" + "100303" + "0451003379" + "202609" + f"G-{group:06d}".ljust(13)
                      + "Fund".ljust(30) + "\n")
            for i in range(20000):
                name = f"Peeters Jan {person}".ljust(30)
                out.write("20" + insz(person) + name + ("DB", "DC", "CB")[i % 3]
                          + "20100115" + f"{i * 31:011d}{i:011d}\n")
                person += 1
            out.write(f"90{20000:07d}{sum(range(20000)):015d}\n")
            total += 20000 * 76


def register(path: pathlib.Path, size: int):
    with open(path, "w", encoding="utf-8") as out:
        out.write("INSS;Name;Employer;Begin;End;Regime;Wage\n")
        for i in range(size // 76):
            name = f"Jonas Peeters {i}" if i % 10 else f'"Élodie ""Lo"" Dubois {i}"'
            employer = "Bakkerij Jan" if i % 4 else '"Vis; en Co"'
            out.write(f"{insz(i)};{name};{employer};{i % 28 + 1:02d}/03/2024"
                      + f";{'' if i % 3 else '31/12/2025'};full"
                      + f";{('1.234,50', '987,00')[i % 2]}\n")


def measure(words: list, rounds: int) -> tuple:
    wall, used = [], []
    for _ in range(rounds):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(words, cwd=TOP, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall.append(time.monotonic() - begin)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(wall), statistics.median(used)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sluice")
    parser.add_argument("--megabytes", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    sluice = os.path.abspath(asked.sluice)
    with tempfile.TemporaryDirectory() as folder:
        for job, make in (("jobs/pension.xml", pension), ("samples/flat/register.xml", register)):
            path = pathlib.Path(folder) / "input"
            make(path, asked.megabytes * 10**6)
            for threads in ("1", "2"):
                words = [sluice, "check", "--quiet", "--job", job, "--threads", threads]
                wall, used = measure(words + [str(path)], asked.rounds)
                size = path.stat().st_size / 1e6
                print(f"{job} {size:.0f} MB, {threads} threads: {wall:.2f} s, "
                      f"processor {used:.2f} s, {size / used:.0f} MB/s a core")


if __name__ == "__main__":
    main()
