#!/usr/bin/env python3
"""job.py BUILD [--bytes N] [--recipients N] [--threads 1,2] [--rounds N] [--bad PERMILLE]
          [--directory] [--parts N] [--rehearsal] [--peer SCRIPT] [--kill-at SHARE]
          [--xml FILE --keep FOLDER]

The whole job: one signed R file is received (copied, digest, signature) and run (validated, routed
to N recipients, compressed, written to the ledger, delivered, answered). Tells wall seconds,
processor seconds and peak memory of both processes: medians over the rounds.

--peer SCRIPT runs `SCRIPT FILE XSD DIRECTORY OUT` right after each of our runs (A B A B), a script
with lxml, sqlite3 and zstd that looks persons up in a directory which holds all; the median of
the ratios is told. --directory lets ours look them up too, in its directory of the same persons;
else values decide. --kill-at 0.9 kills a run when that share of the records is committed, runs it
again, and tells the time until the first new commit. --parts 4 sends the same bytes as one set of
four parts, --rehearsal as a T file without signature. Needs the target bench_tools.
"""
import argparse
import os
import pathlib
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import time

from bench_home import SCHEMA, Home, Run, generate, settle, versions

median = statistics.median


class Job:
    def __init__(self, home, *parts, rehearsal=False):
        self.home, self.environment = home, "T" if rehearsal else "R"
        self.parts = [(part, None if rehearsal else home.folder / f"FS{i}")
                      for i, part in enumerate(parts)]
        for part, signature in self.parts:
            if signature:
                home.sign(part, signature)

    def start(self):
        self.home.empty()
        self.home.drop_parts("00001", self.parts, self.environment)
        settle()

    def once(self, threads):
        self.home.threads(threads)
        self.start()
        received = self.home.sluice("receive").must(0, 1)
        ran = self.home.sluice("run", "--json").must(0, 1)
        return received, ran

    def committed(self):
        """Records that are committed so far, as anybody could ask the status for them."""
        said = self.home.sluice("status", "--json").out.decode()
        total = said.split('"records":{"total":')[1].split(",")[0] if "records" in said else "0"
        return int(total) if total.isdigit() else 0  # null: nobody knows yet

    def killed_at(self, share, records):
        """Seconds from the second start to its first commit."""
        self.start()
        self.home.sluice("receive").must(0, 1)
        command = [str(self.home.build / "sluice"), "run", "--quiet"]
        environment = dict(os.environ, SLUICE_HOME=str(self.home.home))
        process = subprocess.Popen(command, env=environment)
        while self.committed() < share * records:
            if process.poll() is not None:
                sys.exit("it was done before it could be killed: take more --bytes")
        process.send_signal(signal.SIGKILL)
        process.wait()
        before = self.committed()
        begin = time.monotonic()
        process = subprocess.Popen(command, env=environment)
        while self.committed() == before and process.poll() is None:
            pass
        seconds = time.monotonic() - begin
        process.wait()
        return before / records, seconds


def peer_directory(build, folder, recipients, population):
    database, csv = folder / "directory.db", folder / "directory.csv"
    if database.exists():
        return database
    subprocess.run([build / "tests/bench/bench_generate", "--directory", csv, "--recipients",
                    str(recipients), "--population", str(population)], check=True)
    with open(csv) as rows, sqlite3.connect(database) as to:
        to.executescript("pragma cache_size=-1000000; pragma journal_mode=off;"
                         "pragma synchronous=off")
        to.execute("create table dir(inss integer primary key, recipient text, sector int,"
                   " valid_from text) without rowid")
        next(rows)
        fields = (row.split(",") for row in rows)
        to.executemany("insert or ignore into dir values(?,?,?,?)",
                       ((int(f[0]), f"{int(f[1]) - 400000:03}", 1, f[5]) for f in fields))
    csv.unlink()
    return database


def peer_script(script, folder):
    """It names the elements' namespace in one line; ours have none. Its outputs are named by
    numbers."""
    text = pathlib.Path(script).read_text().replace("ns='{urn:example:dmfa:2026}'", "ns=''")
    copy = folder / "peer.py"
    copy.write_text(text.replace("'%s/%03d.zst'%(out,r[0])", "'%s/%s.zst'%(out,r[0])")
                    .replace("'%03d'%r[0]", "r[0]"))
    return ["/usr/bin/python3", copy]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--bytes", type=int, default=1_000_000_000)
    parser.add_argument("--recipients", type=int, default=40)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bad", type=int, default=0, help="records in a thousand with one fault")
    parser.add_argument("--population", type=int, default=1_000_000)
    parser.add_argument("--directory", action="store_true")
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--rehearsal", action="store_true")
    parser.add_argument("--peer", type=pathlib.Path)
    parser.add_argument("--kill-at", type=float)
    parser.add_argument("--xml", type=pathlib.Path)
    parser.add_argument("--settings", default="", help="lines of sluice.conf, ; between them")
    parser.add_argument("--keep", type=pathlib.Path, help="work in this folder and leave it")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    home = Home(options.build, options.recipients, options.keep,
                settings=options.settings.replace(";", "\n"),
                population=options.population if options.directory else 0)
    try:
        measure(options, home)
    finally:
        if not options.keep:
            shutil.rmtree(home.folder)


def measure(options, home):
    xml = options.xml or home.folder / f"{options.bytes}-{options.bad}.xml"
    if not xml.exists():
        generate(options.build, xml, options.bytes, options.bad, population=options.population)
    parts = [xml]
    if options.parts > 1:
        parts = [home.folder / f"{xml.name}.{i}" for i in range(options.parts)]
        for i, part in enumerate(parts):
            generate(options.build, part, options.bytes // options.parts, options.bad, seed=i + 1,
                     population=options.population)
    job = Job(home, *parts, rehearsal=options.rehearsal)
    megabytes = xml.stat().st_size / 1e6
    threads = [int(t) for t in options.threads.split(",")]
    peer = None
    if options.peer and options.peer.exists():
        directory = peer_directory(home.build, home.folder, options.recipients, options.population)
        peer = [*peer_script(options.peer, home.folder), xml, SCHEMA, directory,
                home.folder / "peer"]
    print(f"{megabytes:.0f} MB, {options.recipients} recipients, {options.bad} of 1000 bad; "
          f"{versions()}\n")
    walls, table, ratios, cpu_ratios, records = {}, {}, {}, {}, 0
    for _ in range(options.rounds):
        for count in threads:
            received, ran = job.once(count)
            records = int(ran.out.decode().split('"records":')[1].split(",")[0])
            walls.setdefault(count, []).append(received.wall + ran.wall)
            table.setdefault(count, []).append(
                (received.wall, received.cpu, ran.wall, ran.cpu, ran.kernel,
                 max(received.peak, ran.peak)))
            if peer:
                theirs = Run(peer).must()
                ratios.setdefault(count, []).append(theirs.wall / walls[count][-1])
                cpu_ratios.setdefault(count, []).append(
                    theirs.cpu / (received.cpu + ran.cpu))
    print("| threads | receive s (cpu) | run s (cpu, kernel) | together s | MB/s | peak MiB "
          "| script / ours, wall (cpu) |")
    print("|---|---|---|---|---|---|---|")
    for count in threads:
        r, rc, w, wc, k, peak = (median(column) for column in zip(*table[count]))
        ratio = f"{median(ratios[count]):.1f} ({median(cpu_ratios[count]):.1f})" if peer else ""
        print(f"| {count} | {r:.2f} ({rc:.2f}) | {w:.2f} ({wc:.2f}, {k:.2f}) "
              f"| {median(walls[count]):.2f} | {megabytes / median(walls[count]):.0f} "
              f"| {peak:.0f} | {ratio} |")
    for count in threads[1:]:
        pairs = [a / b for a, b in zip(walls[threads[0]], walls[count])]
        print(f"\n{count} threads are {median(pairs):.2f} times as fast as {threads[0]}.")
    sizes = home.out()
    print(f"\n{records} records; private copy {home.private_copies() / 1e6:.1f} MB, "
          f"{len(sizes)} files out, {sum(sizes.values()) / 1e6:.1f} MB.")
    if options.kill_at:
        share, seconds = job.killed_at(options.kill_at, records)
        print(f"\nKilled with {100 * share:.0f} % of the records committed; "
              f"first new commit {seconds:.2f} s after the next start.")


if __name__ == "__main__":
    main()
