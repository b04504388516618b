#!/usr/bin/env python3
"""How long operators wait over a ledger of many files: makes a home, fills its ledger by SQL with
years of history, and times the commands that a person types.

usage: SLUICE=path/to/sluice history.py [--run] [FILES] [FOLDER]
       default: 1000000 files, a temporary folder that is removed; a FOLDER stays, and what lies
       in it is measured as it is. --run: also a night and a reception that find nothing to do.

The history is made up but shaped like a real one: entries in the order of their index, those of a
file a day apart, 30 senders, three jobs and a rare one, one file in 47 with findings, one in 199
refused. Left out are rows that none of these commands reads: slices, parts, keys of documents, and
the entries of files before the newest two million."""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SLUICE = os.environ["SLUICE"]
GIVEN = [word for word in sys.argv[1:] if word != "--run"]
RUN, TEMPORARY = "--run" in sys.argv, len(GIVEN) < 2
FILES = int(GIVEN[0]) if GIVEN else 1_000_000
FOLDER = Path(tempfile.mkdtemp(prefix="sluice-history-") if TEMPORARY else GIVEN[1])
DAY = 86_400_000_000
NOW = "2026-11-22T06:00:00Z"
NOW_MICROSECONDS = 1_795_327_200_000_000
YEARS = 5
BATCH = 200_000
SILENT = max(0, FILES - 2_000_000)  # files without entries, the oldest ones

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)"

FILES_OF = NUMBERS + """,
  f AS (SELECT i, i % 199 = 0 AS refused, i % 47 = 1 AS findings, :start + i * :step AS at,
               :start + i * :step + :day * iif(i % 397 = 7, 6, 1) AS done, 90 + i % 20 AS records,
               printf('%06d', 101 + i % 30) AS sender,
               iif(i % 100003 = 5, 3, i / 30 % 3) AS flow FROM n),
  g AS (SELECT *, iif(findings AND NOT refused, 3, 0) AS rejected,
               substr('dmfa   dimona pensioncapelo ', 1 + 7 * flow, 7) AS flow_name,
               substr('DMFADIMOPENSCAPE', 1 + 4 * flow, 4) AS subject,
               strftime('%Y%m%d', at / 1000000, 'unixepoch') AS date,
               max(1, (at - at % :day - :start + :step - 1) / :step) AS first_of_day FROM f),
  h AS MATERIALIZED (SELECT *, rtrim(flow_name) AS job, printf('%s.%s.%05d.R', sender, date,
               1 + (i - first_of_day) / 30) AS slot FROM g) """

FILE = FILES_OF + """INSERT INTO file SELECT i, subject || '.' || slot, slot || '.' || i, subject,
  sender, date, substr(slot, 17, 5), 'R', 'GO.' || subject || '.' || slot || '.1', 1, 0, job, '',
  :schema, '', iif(refused, 'refused', 'closed'), at, done, done, at + 5 * :day, 50000, 1,
  printf('%064x', i), printf('%013d', i), iif(refused, 'ACRF-125', ''), 10, 10, 0,
  iif(refused, 0, records), iif(refused, 0, records - rejected), rejected, 5, '', '', 9 * i,
  iif(refused, 0, 1), '' FROM h"""

TALLY = """INSERT INTO tally SELECT id, '00024-004', 'B', records_rejected FROM file
  WHERE id BETWEEN :first AND :last AND records_rejected > 0"""

SENT = """INSERT INTO outgoing SELECT id, id, 'parcel', '000301',
  printf('FO.%s.999999.%s.%07d.R', subject, date, id), 'OUT', id, records_accepted, 40000, '', '',
  'fetched', closed_at FROM file WHERE id BETWEEN :first AND :last AND accepted = 1"""

# One step of the made-up time: file `i` arrives, and the file that arrived a day before it is
# worked off, so what was entered of one file lies apart as it does in a real ledger. Before step
# `i` there were 2 entries of each file that arrived, and 7 of each that was worked off.
ENTRY = NUMBERS + """INSERT INTO entry SELECT 2 * (min(i - 1, :files) - :silent) +
    7 * max(0, w - 1 - (w - 1) / 199 - (:silent - :silent / 199)) +
    k + iif(k > 1 AND i > :files, -2, 0),
    :start + i * :step + k, kind, iif(k < 2, i, w), body
  FROM (SELECT i, i - :lag AS w FROM n) CROSS JOIN kinds ON
    iif(k < 2, i <= :files AND (of = 2 OR of = (i % 199 = 0)), w > :silent AND w % 199 <> 0)"""

# k: its place in a file's life; of: 1 refused ones, 0 accepted ones, 2 both
KINDS = """CREATE TEMP TABLE kinds(k INTEGER, of INTEGER, kind TEXT, body TEXT);"""
LIFE = ((0, 2, "received", "{}"), (1, 0, "verified", '{"job":"dmfa"}'),
        (1, 1, "refused", '{"codes":["ACRF-125"]}'), (2, 2, "started", "{}"),
        (3, 2, "slice", '{"file_records":100}'),
        (4, 2, "decided", '{"documents":10,"records":100,"records_accepted":100,'
                          '"records_rejected":0}'),
        (5, 2, "outgoing", '{"of":"parcels","files":[{"kind":"parcel"}]}'),
        (6, 2, "published", '{"of":"parcels","files":[{"name":"x"}]}'), (7, 2, "delivered", "{}"),
        (8, 2, "closed", "{}"))


def fill(database):
    db = sqlite3.connect(database)
    db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;"
                     + KINDS)
    db.executemany("INSERT INTO kinds VALUES(?, ?, ?, ?)", LIFE)
    step = YEARS * 365 * DAY // FILES
    lag = max(1, DAY // step)
    known = dict(start=NOW_MICROSECONDS - YEARS * 365 * DAY, step=step, day=DAY, files=FILES,
                 lag=lag, silent=SILENT, schema="ab" * 32)

    def insert(what, last, begin=1):
        for first in range(begin, last + 1, BATCH):
            named = dict(known, first=first, last=min(first + BATCH - 1, last))
            db.execute(what, named)
            db.commit()

    for what in (FILE, TALLY, SENT):
        insert(what, FILES)
    insert(ENTRY, FILES + lag, SILENT + 1)
    least, most, count = db.execute("SELECT min(idx), max(idx), count(*) FROM entry").fetchone()
    assert (least, most) == (0, count - 1), "the entries have a gap"
    db.execute("INSERT INTO counter(name, value) VALUES('entry', ?)", (count,))
    db.commit()
    db.close()
    return count


def timed(home, words, times):
    best = None
    for _ in range(times):
        begin, spent = time.perf_counter(), os.times()
        done = subprocess.run([SLUICE, *words, "--home", str(home), "--now", NOW],
                              capture_output=True, text=True)
        took, now = time.perf_counter() - begin, os.times()
        if done.returncode not in (0, 1):
            sys.exit(f"sluice {' '.join(words)}: exit {done.returncode}: {done.stderr}")
        processor = (now.children_user - spent.children_user +
                     now.children_system - spent.children_system)
        best = min(best or (took, processor), (took, processor))
    return best[0], best[1], done.stdout.count("\n")


# What a person types and waits for: each way to ask, each in the three formats.
def asked(name):
    for ask in (("status", name), ("status", "--limit", "50"),
                ("status", "--sender", "000105", "--limit", "50"),
                ("status", "--job", "dmfa", "--limit", "50"), ("status", "--state", "held"),
                ("status", "--state", "refused", "--limit", "50"),
                ("status", "--state", "closed", "--limit", "50"),
                ("status", "--sender", "000105", "--state", "refused", "--limit", "50"),
                ("status", "--since", "2026-11-21", "--limit", "50"),
                ("status", "--since", "2022-01-01", "--limit", "50"),
                ("status", "--sender", "000105", "--job", "pension", "--since", "2024-01-01",
                 "--state", "closed", "--limit", "50"),
                ("status", "--sender", "999998"), ("status", "--job", "none")):
        for form in ((), ("--json",), ("--format", "csv")):
            yield (*ask, *form)
    yield ("show", name)
    yield ("show", name, "--json")
    yield ("forecast",)
    yield ("alerts",)


REPORTS = (("report", "sla", "--period", "2026-10"), ("report", "service", "--period", "2026-10"),
           ("report", "anomalies", "--period", "2026-10"),
           ("report", "anomalies", "--period", "2026"),
           ("report", "availability", "--period", "2026-10"))


def main():
    home = FOLDER / "home"
    database = home / "spool" / "ledger" / "ledger.db"
    if not home.exists():
        subprocess.run([SLUICE, "init", str(home)], check=True, capture_output=True)
        begin = time.perf_counter()
        entries = fill(database)
        print(f"{FILES} files, {entries} entries, {database.stat().st_size / 1e9:.2f} GB, filled "
              f"in {time.perf_counter() - begin:.0f} s", flush=True)
    with sqlite3.connect(database) as db:
        name, = db.execute("SELECT identity FROM file WHERE id = ?",
                           (FILES - FILES // 20,)).fetchone()
    slow = 0
    asks = [(0.1, 3, words) for words in asked(name)] + [(None, 3, words) for words in REPORTS]
    # The first run makes the journal of all that has none yet; then nothing is left to do.
    asks += [(None, 1, ("run",)), (None, 3, ("run",)), (None, 3, ("receive",))] if RUN else []
    for limit, times, words in asks:
        took, processor, lines = timed(home, words, times)
        late = limit is not None and took > limit
        slow += late
        print(json.dumps({"command": " ".join(words), "milliseconds": round(took * 1000, 1),
                          "processor": round(processor * 1000, 1), "lines": lines,
                          "within": None if limit is None else not late}), flush=True)
    if TEMPORARY:
        shutil.rmtree(FOLDER)
    return 1 if slow else 0


sys.exit(main())
