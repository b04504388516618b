#!/usr/bin/env python3
"""validate.py BUILD [--bytes N] [--rounds N] [--xsd FILE --xml FILE]

Validation on one thread, side by side with peers on the same file in the same run: in each round
every peer runs right after us (A B A B), and what is told is the median over the rounds of the
ratios of processor time (user and system, whole process). The peak is what our process says of
itself.
Needs the target bench_tools, and xmllint.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]


def run(command):
    """Processor seconds of one process; stops on anything but success."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit {process.returncode}: {' '.join(map(str, command))}")
    return usage.ru_utime + usage.ru_stime


def compare(tools, xsd, xml, rounds):
    ours = [tools / "bench_walk", xsd, xml]
    peers = {
        "xmllint --sax --schema": ["xmllint", "--noout", "--sax", "--schema", xsd, xml],
        "libxml2 xmlSchemaValidateStream": [tools / "bench_libxml2", xsd, xml],
        "Xerces-C++ SAX2, cached grammar": [tools / "bench_xerces", xsd, xml],
    }
    megabytes = os.path.getsize(xml) / 1e6
    own, ratios, rates = [], {p: [] for p in peers}, {p: [] for p in peers}
    for _ in range(rounds):
        for name, command in peers.items():
            seconds = run(ours)
            other = run(command)
            own.append(megabytes / seconds)
            rates[name].append(megabytes / other)
            ratios[name].append(other / seconds)
    print(f"| {pathlib.Path(xml).name}, {megabytes:.0f} MB | MB/s | peak MiB | we are faster by |")
    print("|---|---|---|---|")
    print(f"| compiled schema | {statistics.median(own):.0f} | {peak_of(ours)} | |")
    for name in peers:
        print(f"| {name} | {statistics.median(rates[name]):.0f} | "
              f"| {statistics.median(ratios[name]):.1f} |")
    print()


def peak_of(command):
    """MiB, from the last line of bench_walk, started by a shell so that nothing of ours counts."""
    line = " ".join(f"'{part}'" for part in map(str, command))
    said = subprocess.run(["sh", "-c", line + "; exit 0"], capture_output=True, text=True,
                          check=True)
    return f"{int(said.stdout.split()[-2]) / 1024:.0f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--bytes", type=int, default=100_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--xsd", default=TREE / "xsd/dmfa/dmfa_20261.xsd")
    parser.add_argument("--xml", action="append")
    options = parser.parse_args()
    tools = options.build / "tests/bench"
    with tempfile.TemporaryDirectory() as folder:
        files = options.xml or []
        if not files:
            for layout in ("compact", "indent"):
                files.append(f"{folder}/{layout}.xml")
                with open(files[-1], "wb") as out:
                    subprocess.run([tools / "bench_generate", "--bytes", str(options.bytes),
                                    "--layout", layout], stdout=out,
                                   stderr=subprocess.DEVNULL, check=True)
        for xml in files:
            compare(tools, options.xsd, xml, options.rounds)


if __name__ == "__main__":
    main()
