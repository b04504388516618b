#!/usr/bin/env python3
"""docs/man is what `sluice manual` writes, and mandoc finds nothing to say about it."""
import filecmp
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def main():
    sluice, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([sluice, "manual", made], check=True)
        names = sorted(set(os.listdir(made)) | {p.name for p in folder.glob("*.1")})
        _, differ, absent = filecmp.cmpfiles(made, folder, names, shallow=False)
        old = differ + absent
        if old:
            print("old pages:", ", ".join(old), "- build the target `man`, and commit")
            return 1
        if shutil.which("mandoc"):
            pages = [folder / name for name in names]
            return subprocess.run(["mandoc", "-Tlint", "-Wwarning", *pages],
                                  check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
