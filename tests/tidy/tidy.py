#!/usr/bin/env python3
"""Guards the habits of the house that no compiler sees: which room includes what, who owns which
library, formatting, and what a script or a text must not hold. Prints one line for each breach.

usage: tidy.py [ROOT]      exit 0: clean, 1: breaches"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]).resolve()
COLUMNS = 100

# The floors of the house, ground first. A room uses rooms of the floors below it, never of its own.
FLOORS = [["core"], ["io", "xml"], ["seal", "directory", "schema", "dfdl"], ["job"],
          ["intake", "parse", "rules", "outbox", "channel", "ledger", "journal", "pages", "traces"],
          ["app"]]
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
# Two rooms of one floor that are allowed to know each other, because the design says so.
SIDEWAYS: set[tuple[str, str]] = set()
# Who owns which library: the first part of what stands between < and >.
OWNERS = {"zstd.h": "io", "zdict.h": "io", "zstd_errors.h": "io", "zlib.h": "io",
          "openssl": "seal", "libxml": "xml", "xercesc": "schema", "sqlite3.h": "ledger",
          "libssh": "channel", "boost": "app"}
# What belongs to the system or to everybody.
SYSTEM = set("""
    sys linux netinet arpa asm bits tl doctest sanitizer unistd.h fcntl.h dirent.h signal.h
    spawn.h pthread.h sched.h poll.h grp.h pwd.h termios.h time.h errno.h stdlib.h string.h
    stdio.h stdint.h limits.h malloc.h dlfcn.h glob.h utime.h libgen.h getopt.h syslog.h ftw.h
    fenv.h endian.h math.h iconv.h immintrin.h emmintrin.h cpuid.h x86intrin.h""".split())
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "src", "xsd", "jobs", "spool", "tests",
             "samples", "scripts", "README.md", "ARCHITECTURE.md", "LICENSE", "docs", "build"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
UNFINISHED = re.compile(r"\b(TODO|FIXME)\b|// *XXX\b|# *XXX\b")
# Folders of a person or of a workshop; a path that a program is meant to have is not one of them.
MACHINE = re.compile(r"(?<![\w.$}])/(work|root|home/[a-z_][\w-]*)/[\w.]")

breaches: list[str] = []


def breach(path: Path, line: int, text: str) -> None:
    place = str(path.relative_to(ROOT)) + (f":{line}" if line else "")
    breaches.append(f"{place}: {text}")


def files_under(*folders: str) -> list[Path]:
    found = []
    for folder in folders:
        for place, subfolders, names in os.walk(ROOT / folder):
            subfolders[:] = [s for s in subfolders if s not in ("__pycache__", ".git", "build")]
            found += [Path(place) / name for name in names]
    return sorted(found)


def text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


# ---- rooms ----


def declared_uses() -> dict[str, set[str]]:
    """What src/CMakeLists.txt says each room uses."""
    text = (ROOT / "src" / "CMakeLists.txt").read_text(encoding="utf-8")
    uses = {}
    for name, words in re.findall(r"^sluice_room\((\w+)([^)]*)\)", text, re.M):
        rooms: list[str] = []
        listing = False
        for word in words.split():
            if word in ("USES", "LINKS"):
                listing = word == "USES"
            elif listing:
                rooms.append(word)
        uses[name] = set(rooms)
    return uses


def check_floors(uses: dict[str, set[str]]) -> None:
    listing = ROOT / "src" / "CMakeLists.txt"
    for room in sorted(p.name for p in (ROOT / "src").iterdir() if p.is_dir()):
        if room not in FLOOR:
            breach(ROOT / "src" / room, 0, "is on no floor of the house")
        elif room not in uses:
            breach(listing, 0, f"does not declare the room {room}")
    for room, others in uses.items():
        for other in sorted(others):
            if other not in FLOOR or room not in FLOOR:
                breach(listing, 0, f"{room} uses {other}: one of them is on no floor")
            elif FLOOR[other] >= FLOOR[room] and (room, other) not in SIDEWAYS:
                breach(listing, 0, f"{room} uses {other}, which is not below it")


def includes(path: Path) -> list[tuple[int, str, str]]:
    found = []
    for number, line in enumerate((text_of(path) or "").splitlines(), 1):
        hit = INCLUDE.match(line)
        if hit:
            found.append((number, hit[1], hit[2]))
    return found


def check_library(path: Path, line: int, header: str, room: str) -> bool:
    """Whether the header is of a library with an owner."""
    first = header.split("/")[0]
    if "/" not in header and "." not in header:
        return False  # of the C++ standard library
    if first in OWNERS:
        if OWNERS[first] != room:
            breach(path, line, f"<{header}> belongs to the room {OWNERS[first]} alone")
        return True
    if first not in SYSTEM:
        breach(path, line, f"<{header}> has no owner: name one in tests/tidy/tidy.py")
    return False


def check_rooms() -> None:
    uses = declared_uses()
    check_floors(uses)
    sources = [p for p in files_under("src") if p.suffix in (".cpp", ".hpp")]
    private: dict[str, str] = {}  # headers that show a library, and their room
    for path in sources:
        room = path.relative_to(ROOT / "src").parts[0]
        for line, mark, header in includes(path):
            if mark == "<":
                if check_library(path, line, header, room) and path.suffix == ".hpp":
                    private[str(path.relative_to(ROOT / "src"))] = room
                continue
            other = header.split("/")[0]
            if "/" not in header:
                breach(path, line, f'"{header}" does not name its room')
            elif not (ROOT / "src" / header).exists():
                breach(path, line, f'"{header}" is not there')
            elif other != room and other not in uses.get(room, set()):
                breach(path, line, f"the room {room} does not stand on {other}")
    # A header that shows a library, itself or through another, is for the .cpp files of its room.
    spreading = True
    while spreading:
        spreading = False
        for path in sources:
            name = str(path.relative_to(ROOT / "src"))
            if path.suffix == ".hpp" and name not in private:
                if any(mark == '"' and header in private for _, mark, header in includes(path)):
                    private[name] = path.relative_to(ROOT / "src").parts[0]
                    spreading = True
    for path in sources:
        room = path.relative_to(ROOT / "src").parts[0]
        for line, mark, header in includes(path):
            if mark == '"' and private.get(header, room) != room:
                breach(path, line, f'"{header}" shows a library of the room {private[header]}')


# ---- files ----


def check_cpp(path: Path, text: str) -> None:
    formatted = True
    for number, line in enumerate(text.splitlines(), 1):
        if "clang-format off" in line:
            formatted = False
        if formatted and len(line) > COLUMNS:
            breach(path, number, f"{len(line)} columns, {COLUMNS} are allowed")
        if "clang-format on" in line:
            formatted = True
    if path.suffix == ".hpp":
        lines = [line for line in text.splitlines() if line.strip()]
        if "#pragma once" not in lines[:6]:
            breach(path, 0, "has no #pragma once at its top")
        elif not any(line.startswith("//") for line in lines[:4]):
            breach(path, 0, "does not say in its first lines what it is for")


def check_script(path: Path, text: str) -> None:
    first = text.split("\n", 1)[0]
    if not first.startswith("#!"):
        return
    if not os.access(path, os.X_OK):
        breach(path, 0, "is a script and not executable")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > COLUMNS:
            breach(path, number, f"{len(line)} columns, {COLUMNS} are allowed")
    if "bash" in first or first.endswith("/sh"):
        shell = "bash" if "bash" in first else "sh"
        done = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True)
        if done.returncode:
            breach(path, 0, done.stderr.strip().replace(str(path) + ": ", ""))
    elif "python" in first:
        try:
            compile(text, str(path), "exec")
        except SyntaxError as error:
            breach(path, error.lineno or 0, str(error.msg))


def check_words(path: Path, text: str) -> None:
    if path.name == "tidy.py" or path.suffix == ".svg":
        return
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            breach(path, number, "says that it is unfinished")
        if MACHINE.search(line):
            breach(path, number, "holds a path of one machine")


def check_files() -> None:
    for path in files_under("src", "tests", "scripts", "docs", "jobs", "xsd", ".ci"):
        if path.is_symlink():
            continue
        text = text_of(path)
        if text is None:
            continue  # samples in other encodings
        if path.suffix in (".cpp", ".hpp"):
            check_cpp(path, text)
        check_script(path, text)
        check_words(path, text)
    for path in sorted(ROOT.iterdir()):
        if path.name not in TOP_LEVEL and not path.name.startswith("."):
            breach(path, 0, "has no place at the top of the tree")


def check_format() -> None:
    tool = shutil.which("clang-format-14")
    if not tool:
        print("tidy: clang-format-14 is not installed: the format is not checked")
        return
    sources = [str(p) for p in files_under("src", "tests") if p.suffix in (".cpp", ".hpp")]
    if not sources:
        return
    batches = [sources[i::2] for i in range(2)]
    running = [subprocess.Popen([tool, "--dry-run", "--Werror", *batch], cwd=ROOT,
                                stderr=subprocess.PIPE, text=True) for batch in batches if batch]
    for one in running:
        wrong = dict.fromkeys(re.findall(r"^(\S+?):(\d+):\d+: error", one.communicate()[1], re.M))
        seen = set()
        for name, line in wrong:
            if name not in seen:
                seen.add(name)
                breach(Path(name), int(line), "is not formatted: clang-format-14 -i on it")


check_rooms()
check_files()
check_format()
for line in sorted(breaches):
    print(line)
if breaches:
    print(f"tidy: {len(breaches)} breaches")
sys.exit(1 if breaches else 0)
