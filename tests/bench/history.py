#!/usr/bin/env python3
"""How long operators wait over a ledger of many files: makes a home, fills its ledger by SQL with
years of history, and times the commands that a person types.

usage: SLUICE=path/to/sluice history.py [FILES] [FOLDER]
       default: 1000000 files, a temporary folder that is removed

The history is made up but shaped like a real one: entries in the order of their index, 30 senders,
three jobs, one file in fifty with findings, one in two hundred refused."""
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
FILES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
FOLDER = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="sluice-history-"))
DAY = 86_400_000_000
NOW = "2026-11-22T06:00:00Z"
NOW_MICROSECONDS = 1_795_327_200_000_000
YEARS = 5
BATCH = 20_000


def insert(db, table, rows):
    if rows:
        names = list(rows[0])
        marks = ",".join("?" * len(names))
        db.executemany(f"INSERT INTO {table}({','.join(names)}) VALUES({marks})",
                       [tuple(row[name] for name in names) for row in rows])


def fill(database):
    db = sqlite3.connect(database)
    db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;")
    start, step = NOW_MICROSECONDS - YEARS * 365 * DAY, YEARS * 365 * DAY // FILES
    index = outgoing = 0
    for first in range(1, FILES + 1, BATCH):
        files, entries, sent, tallies = [], [], [], []
        for number in range(first, min(first + BATCH, FILES + 1)):
            at = start + number * step
            day = time.strftime("%Y%m%d", time.gmtime(at // 1_000_000))
            sender, job = f"{101 + number % 30:06}", ("dmfa", "dimona", "pension")[number % 3]
            subject = {"dmfa": "DMFA", "dimona": "DIMO", "pension": "PENS"}[job]
            slot = f"{sender}.{day}.{number % 100000:05}.R"
            refused, findings = number % 200 == 0, number % 50 == 1
            records = 0 if refused else 90 + number % 20
            rejected = 3 if findings and not refused else 0
            last = at + DAY * (6 if number % 400 == 7 else 1)
            kinds = [("received", at, "{}")]
            if refused:
                kinds.append(("refused", at, '{"codes":["ACRF-125"]}'))
            else:
                kinds += [("verified", at, '{"job":"%s"}' % job),
                          ("started", last - 9_000_000, "{}"),
                          ("slice", last - 8_000_000, '{"file_records":%d}' % records),
                          ("decided", last - 7_000_000, '{"documents":10,"records":%d,'
                           '"records_accepted":%d,"records_rejected":%d}'
                           % (records, records - rejected, rejected)),
                          ("outgoing", last - 6_000_000,
                           '{"of":"parcels","files":[{"kind":"parcel"}]}'),
                          ("published", last - 5_000_000,
                           '{"of":"parcels","files":[{"name":"x"}]}'),
                          ("delivered", last - 4_000_000, "{}"), ("closed", last - 3_000_000, "{}")]
            for kind, when, body in kinds:
                entries.append(dict(idx=index, at=when, kind=kind, file=number, body=body))
                index += 1
            files.append(dict(
                id=number, identity=f"{subject}.{slot}", slot=f"{slot}.{number}", subject=subject,
                sender=sender, date=day, sequence=f"{number % 100000:05}", environment="R",
                go_name=f"GO.{subject}.{slot}.1", owns_name=1, duplicate_of=0, job=job,
                job_digest="", schema_digest="ab" * 32, partners_digest="",
                state="refused" if refused else "closed", received_at=at, decided_at=last,
                closed_at=last, deadline_at=at + 5 * DAY, bytes=50_000, parts=1,
                digest=f"{number:064x}", ticket=f"{number:013}",
                codes="ACRF-125" if refused else "", documents=10, documents_accepted=10,
                documents_rejected=0, records=records, records_accepted=records - rejected,
                records_rejected=rejected, priority=5, held_reason="", stopped_at="",
                journal_index=index - 1, accepted=0 if refused else 1))
            if findings and not refused:
                tallies.append(dict(file=number, code="00024-004", severity="B", count=3))
            if not refused:
                outgoing += 1
                sent.append(dict(
                    id=outgoing, file=number, kind="parcel", recipient="000301",
                    name=f"FO.{subject}.999999.{day}.{number:07}.R", folder="OUT", number=outgoing,
                    records=records - rejected, bytes=40_000, digest="", detail="",
                    state="fetched", at=last))
        for table, rows in (("file", files), ("entry", entries), ("outgoing", sent),
                            ("tally", tallies)):
            insert(db, table, rows)
        db.commit()
    db.execute("INSERT INTO counter(name, value) VALUES('entry', ?)", (index,))
    name = db.execute("SELECT identity FROM file WHERE id = ?", (FILES // 2 + 1,)).fetchone()[0]
    db.commit()
    db.close()
    return name, index


def timed(home, *words):
    best = None
    for _ in range(3):
        begin = time.perf_counter()
        done = subprocess.run([SLUICE, *words, "--home", str(home), "--now", NOW],
                              capture_output=True, text=True)
        took = time.perf_counter() - begin
        if done.returncode not in (0, 1):
            sys.exit(f"sluice {' '.join(words)}: exit {done.returncode}: {done.stderr}")
        best = took if best is None else min(best, took)
    return best, done.stdout.count("\n")


def main():
    home = FOLDER / "home"
    subprocess.run([SLUICE, "init", str(home)], check=True, capture_output=True)
    begin = time.perf_counter()
    name, entries = fill(home / "spool" / "ledger" / "ledger.db")
    size = (home / "spool" / "ledger" / "ledger.db").stat().st_size
    print(f"{FILES} files, {entries} entries, {size / 1e9:.2f} GB, filled in "
          f"{time.perf_counter() - begin:.0f} s")
    slow = 0
    for limit, words in ((0.1, ("status", name)), (0.1, ("show", name)),
                         (0.1, ("status", "--limit", "50")),
                         (0.1, ("status", "--sender", "000105", "--limit", "50")),
                         (0.1, ("status", "--job", "dmfa", "--limit", "50")),
                         (0.1, ("status", "--state", "held")),
                         (0.1, ("status", "--state", "refused", "--limit", "50")),
                         (0.1, ("status", "--since", "2026-11-21", "--limit", "50")),
                         (0.1, ("forecast",)),
                         (None, ("report", "sla", "--period", "2026-10")),
                         (None, ("report", "service", "--period", "2026-10")),
                         (None, ("report", "anomalies", "--period", "2026")),
                         (None, ("report", "availability", "--period", "2026-10"))):
        took, lines = timed(home, *words)
        late = limit is not None and took > limit
        slow += late
        print(json.dumps({"command": " ".join(words), "milliseconds": round(took * 1000, 1),
                          "lines": lines, "within": None if limit is None else not late}))
    if len(sys.argv) < 3:
        shutil.rmtree(FOLDER)
    return 1 if slow else 0


sys.exit(main())
