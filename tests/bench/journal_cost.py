#!/usr/bin/env python3
"""journal_cost.py BUILD [--bytes N] [--files N] [--rounds N] [--threads N]

What the journal costs a night, once of one R file of DmfA shape (--bytes) and once of --files small
ones, in processor seconds of reception and run together. Digests of records can be switched off:
pairs with and without them, A B B A. For all else there is no switch: `perf` counts the samples of
one more night whose call chain goes through what commits to records, extends the log or makes
proofs. Needs the target bench_tools, openssl and perf.
"""
import argparse
import collections
import os
import pathlib
import shutil
import statistics
import subprocess

from bench_home import Home, Run, generate, settle, versions

PARTS = {  # in a call chain, looked for from the outermost function
    "app::bytes_of_records": "digests of records",
    "app::commit_slices": "commitments to records",
    "app::project_journal": "log and checkpoints",
    "app::FileProofs": "proofs",
    "journal::Log": "log and checkpoints",
}


class Night:
    def __init__(self, home, files, size):
        self.home, self.files = home, []
        for number in range(files):
            data = home.folder / f"{files}-{number}.xml"
            # Small ones have 1 to 20 records of 2.4 kB.
            generate(home.build, data, size or 1, seed=number + 1,
                     records=0 if size else 1 + number % 20)
            home.sign(data, data.with_suffix(".fs"))
            self.files.append(data)

    def start(self, threads, digests):
        self.home.settings = f"record-digests = {digests}"
        self.home.threads(threads)
        self.home.empty()
        for number, data in enumerate(self.files):
            self.home.drop(f"{number + 1:05}", data, data.with_suffix(".fs"))
        settle()

    def seconds(self, threads, digests):
        self.start(threads, digests)
        return sum(self.home.sluice(word).must(0, 1).cpu for word in ("receive", "run"))

    def shares(self, threads):
        """Of all samples of reception and run, those of each part."""
        self.start(threads, "yes")
        seen, environment = collections.Counter(), dict(os.environ,
                                                        SLUICE_HOME=str(self.home.home))
        for word in ("receive", "run"):
            data = self.home.folder / "perf.data"
            Run(["perf", "record", "-q", "-F", "499", "-e", "cpu-clock", "--call-graph",
                 "dwarf,16384", "-o", data, "--", self.home.build / "sluice", word],
                environment).must(0, 1)
            script = subprocess.run(["perf", "script", "-i", data, "-F", "ip,sym"], check=True,
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for chain in script.stdout.decode(errors="replace").split("\n\n"):
                if chain.strip():
                    seen[part_of(chain.splitlines())] += 1
        total = sum(seen.values())
        return {name: count / total for name, count in seen.items() if name}


def part_of(chain):
    for line in reversed(chain):
        for word, name in PARTS.items():
            if word in line:
                return name
    return None


def measure(night, what, options):
    pairs = []
    for number in range(options.rounds):
        order = ("yes", "no") if number % 2 == 0 else ("no", "yes")
        took = {digests: night.seconds(options.threads, digests) for digests in order}
        pairs.append((took["yes"], took["no"]))
    with_them, without = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{what}: {with_them:.2f} s of processor time with digests of records, {without:.2f} s "
          f"without; median of {options.rounds} ratios {ratio:.3f}")
    shares = night.shares(options.threads)
    for name, share in sorted(shares.items(), key=lambda item: -item[1]):
        print(f"  {name}: {100 * share:.1f} % of the samples")
    whole = sum(shares.values())
    print(f"  together {100 * whole:.1f} %, that is {100 * whole / (1 - whole):.1f} % more than a "
          "night without", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--bytes", type=int, default=300_000_000)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    print(versions(), flush=True)
    for files, size, recipients in ((1, options.bytes, 40), (options.files, 0, 3)):
        if files == 0 or (files == 1 and size == 0):
            continue
        home = Home(options.build, recipients, everybody=files > 1)
        try:
            what = f"{size / 1e6:.0f} MB" if size else f"{files} files"
            measure(Night(home, files, size), what, options)
        finally:
            shutil.rmtree(home.folder)


if __name__ == "__main__":
    main()
