#!/usr/bin/env python3
"""instructions.py BUILD COMPILER BUILD_TYPE [--bless]

Counts instructions (callgrind) of validation on small fixed inputs and compares them with
instructions.tsv, 5 % up or down. Counts hold for one compiler and one kind of build only: with
others it prints what it sees and skips (exit 77). Fast and general path: what a mebibyte more
costs; load: reading and compiling the schema, and all else that is done once."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / "instructions.tsv"
SCHEMA = HERE.parent.parent / "xsd" / "dmfa" / "dmfa_20261.xsd"
TOLERANCE = 0.05
MIB = 1 << 20


def count(command, folder):
    words = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", *command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or found is None:
        sys.exit(f"valgrind failed: {done.stderr[-2000:]}")
    return int(found.group(1))


def measure(build):
    tools = build / "tests" / "bench"
    with tempfile.TemporaryDirectory() as folder:
        sizes = {}
        for mib in (1, 2):
            path = pathlib.Path(folder) / f"{mib}.xml"
            with open(path, "wb") as out:
                subprocess.run([tools / "bench_generate", "--bytes", str(mib * MIB)], stdout=out,
                               check=True)
            sizes[mib] = path
        seen = {}
        for path, words in (("fast", []), ("general", ["general"])):
            one, two = (count([tools / "bench_walk", SCHEMA, sizes[mib], *words], folder)
                        for mib in (1, 2))
            seen[path] = (two - one) * MIB // (sizes[2].stat().st_size - sizes[1].stat().st_size)
            seen["load"] = one - seen[path] * sizes[1].stat().st_size // MIB
        return seen


def read_table():
    rows = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        compiler, kind, what, number = line.split("\t")
        rows[compiler, kind, what] = int(number)
    return rows


def write_table(rows):
    lines = ["compiler\tbuild\twhat\tinstructions"]
    lines += ["\t".join([*key, str(number)]) for key, number in sorted(rows.items())]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    build, compiler, kind = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed")
        return 77
    seen = measure(build)
    rows = read_table()
    status = 0
    for what, number in sorted(seen.items()):
        known = rows.get((compiler, kind, what))
        if "--bless" in sys.argv:
            rows[compiler, kind, what] = number
            print(f"{what}: {number}")
        elif known is None:
            print(f"{what}: {number}; nothing is known for {compiler} {kind}")
            status = status or 77
        else:
            change = number / known - 1
            print(f"{what}: {number}, {change:+.1%}")
            if abs(change) > TOLERANCE:
                status = 1
    if "--bless" in sys.argv:
        write_table(rows)
    return status


if __name__ == "__main__":
    sys.exit(main())
