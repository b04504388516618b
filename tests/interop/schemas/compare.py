#!/usr/bin/env python3
"""compare.py SLUICE FOLDER...

Every .xsd below the folders, loaded by Sluice and by xmllint, each without a network: what only one
of them takes is told with the words of the other. By hand, for schemas that are not in the tree:
those of a customer, of a package (apt-get download; dpkg -x), of another country."""
import pathlib
import subprocess
import sys
import tempfile
import time
from collections import Counter

SECONDS_MAX = 60
SCHEMA_IS_WRONG = {"ours": 2, "xmllint": 5}


def verdict(who, command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace",
                              timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return "no answer", f"not in {SECONDS_MAX} s"
    words = (done.stderr + done.stdout).strip().splitlines()
    bad = done.returncode == SCHEMA_IS_WRONG[who]
    return "refused" if bad else "taken", words[0] if words else ""


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sluice, seen, table = sys.argv[1], set(), Counter()
    slowest = (0.0, "")
    with tempfile.NamedTemporaryFile(suffix=".xml") as instance:
        instance.write(b"<a/>")
        instance.flush()
        for path in sorted(p for f in sys.argv[2:] for p in pathlib.Path(f).rglob("*.xsd")):
            same = (path.parent, path.read_bytes())
            if same in seen:
                continue
            seen.add(same)
            begin = time.monotonic()
            ours, our_words = verdict("ours", [sluice, "check", "--schema", path])
            slowest = max(slowest, (time.monotonic() - begin, str(path)))
            theirs, their_words = verdict("xmllint", ["xmllint", "--nonet", "--noout", "--schema",
                                                      path, instance.name])
            table[ours, theirs] += 1
            if ours != theirs:
                print(f"{path}\n  ours {ours} {our_words}\n  xmllint {theirs} {their_words}")
    for (ours, theirs), count in sorted(table.items()):
        print(f"{count:6} ours {ours}, xmllint {theirs}")
    print(f"slowest of ours: {slowest[0]:.1f} s, {slowest[1]}")


if __name__ == "__main__":
    main()
