#!/usr/bin/env python3
"""One case: run its cmd in a fresh folder and compare streams, exit status and tree.

    run.py SLUICE CASE

A case is a folder. Only cmd must be there; what is not there is expected to be empty (exit: 0).
    cmd      shell commands; sluice is on the PATH, $SOURCE is the repository
    home     present: a home is made by `sluice init` first and is SLUICE_HOME
    in/      copied into the folder where cmd runs
    stdout   stderr   exit
    tree     where it is given: the files below the folder afterwards, one a line
The folder of the run is written as WORK, the repository as SOURCE. SLUICE_BLESS=1 writes the
expectations instead of comparing.
"""
import difflib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

NOW = "2026-04-01T08:00:00Z"


def environment(sluice, work, source, home):
    kept = ("HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env.update(PATH=f"{sluice.parent}:/usr/local/bin:/usr/bin:/bin", LC_ALL="C.UTF-8",
               SOURCE=str(source), SLUICE_NOW=NOW, TMPDIR=str(work.parent))
    if home:
        env["SLUICE_HOME"] = str(work / "home")
    return env


def tree(work):
    return "".join(sorted(f"{path.relative_to(work)}{'/' if path.is_dir() else ''}\n"
                          for path in work.rglob("*")))


def run(sluice, case, source):
    with tempfile.TemporaryDirectory(prefix="sluice-case-") as folder:
        work = pathlib.Path(folder).resolve() / "work"
        work.mkdir()
        if (case / "in").is_dir():
            shutil.copytree(case / "in", work, dirs_exist_ok=True)
        home = (case / "home").exists()
        env = environment(sluice, work, source, home)
        if home:
            subprocess.run([sluice, "init", work / "home"], env=env, check=True,
                           stdout=subprocess.DEVNULL)
        done = subprocess.run(["bash", case / "cmd"], cwd=work, env=env, text=True, timeout=100,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)

        def plain(text):
            return text.replace(str(work), "WORK").replace(str(source), "SOURCE")

        return {"stdout": plain(done.stdout), "stderr": plain(done.stderr),
                "exit": f"{done.returncode}\n", "tree": tree(work)}


def bless(case, found):
    for name, text in found.items():
        default = "0\n" if name == "exit" else ""
        if name == "tree" and not (case / name).exists():
            continue
        if text != default:
            (case / name).write_text(text)
        elif (case / name).exists():
            (case / name).unlink()


def main():
    sluice, case = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    source = pathlib.Path(os.environ.get("SLUICE_SOURCE", case.parents[3])).resolve()
    found = run(sluice, case, source)
    if os.environ.get("SLUICE_BLESS"):
        bless(case, found)
        return 0
    bad = False
    for name, text in found.items():
        if name == "tree" and not (case / name).exists():
            continue
        default = "0\n" if name == "exit" else ""
        expected = (case / name).read_text() if (case / name).exists() else default
        if text != expected:
            bad = True
            sys.stdout.writelines(difflib.unified_diff(
                expected.splitlines(True), text.splitlines(True), f"{name} expected",
                f"{name} found"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
