#!/usr/bin/env python3
"""Somebody who may write to the ledger and to the archive, but has no key: each row that he changes
and each byte that he touches is found by `sluice journal verify --archive` and named."""
import os
import shutil
import sqlite3
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))

from house import House  # noqa: E402

FIRST = "file = 1"
ROWS = [  # what is done, and the words that name it
    (f"UPDATE part SET digest = replace(digest, substr(digest, 1, 1), 'f') WHERE {FIRST}", "parts"),
    (f"UPDATE part SET signer = 'somebody else' WHERE {FIRST}", "the parts"),
    (f"UPDATE part SET bytes = bytes + 1 WHERE {FIRST}", "the parts"),
    (f"DELETE FROM part WHERE {FIRST}", "the parts"),
    (f"UPDATE part SET path = (SELECT path FROM part WHERE file = 2) WHERE {FIRST}",
     "the archive has other bytes for part 1"),
    ("UPDATE file SET digest = substr(digest, 2) || '0' WHERE id = 1", "digest or time"),
    ("UPDATE file SET received_at = received_at - 86400000000 WHERE id = 1", "time of reception"),
    ("UPDATE file SET closed_at = closed_at - 1 WHERE id = 1", "the time of closing"),
    ("UPDATE file SET identity = replace(identity, '00001', '00009'), sequence = '00009', "
     "slot = replace(slot, '00001', '00009') WHERE id = 1", "not the one that was signed"),
    ("UPDATE file SET decided_at = decided_at - 1 WHERE id = 1", "the verdict"),
    ("UPDATE file SET ticket = 'FL00000000999' WHERE id = 1", "the verdict"),
    ("UPDATE file SET job_digest = '00' WHERE id = 1", "the job"),
    ("UPDATE file SET documents_accepted = 0 WHERE id = 1", "the verdict"),
    ("UPDATE file SET records_accepted = records_accepted - 1, "
     "records_rejected = records_rejected + 1 WHERE id = 1", "the counts"),
    ("UPDATE file SET bytes = 1 WHERE id = 1", "the counts"),
    (f"DELETE FROM slice WHERE {FIRST}", "slice 0 of"),
    (f"UPDATE slice SET begin = begin + 1 WHERE {FIRST}", "the facts of slice 0"),
    (f"UPDATE slice SET first_record = 2 WHERE {FIRST}", "the facts of slice 0"),
    (f"UPDATE slice SET facts = zeroblob(0) WHERE {FIRST}", "the facts of slice 0"),
    (f"UPDATE slice SET ordinal = 7 WHERE {FIRST}", "slice 0 of"),
    ("UPDATE tally SET count = count + 1 WHERE file = 2", "the counts"),
    ("INSERT INTO refused_document VALUES(1, 1, '00000-090')", "the counts"),
    (f"UPDATE outgoing SET digest = '00' WHERE kind = 'receipt' AND {FIRST}", "is not what was"),
    (f"UPDATE outgoing SET digest = '' WHERE kind = 'parcel' AND {FIRST}", "is not what was"),
    (f"UPDATE outgoing SET name = name || 'x' WHERE kind = 'parcel' AND {FIRST}", "is not what"),
    (f"UPDATE outgoing SET recipient = '000303' WHERE recipient = '000302' AND {FIRST}",
     "is not what was signed"),
    (f"UPDATE outgoing SET number = number + 5 WHERE kind = 'parcel' AND {FIRST}", "is not what"),
    (f"UPDATE outgoing SET records = records + 1 WHERE kind = 'parcel' AND {FIRST}", "is not what"),
    *((f"UPDATE outgoing SET state = '{state}' WHERE kind = 'parcel' AND {FIRST}",
       f"is {state}, which no entry says")
      for state in ("fetched", "transferred", "acknowledged", "failed", "expired")),
    (f"DELETE FROM outgoing WHERE kind = 'parcel' AND recipient = '000301' AND {FIRST}",
     "is missing from the ledger"),
    ("UPDATE configuration SET content = x'00' WHERE kind = 'trust'", "the kept trust"),
]
IN_ARCHIVE = ["in/*/*.zst", "out/*/FO.LIST.*.zst", "out/*/CO.LIST.*", "out/*/FO.ACRF.*",
              "out/*/FS.ACRF.*", "out/*/FS.LIST.*", "out/*/VO.LIST.*", "out/*/VS.LIST.*",
              "trust/*.zst"]


class Rows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        house.drop(house.name("00001"), house.good("Gent", "Namur"))
        house.drop(house.name("00002"), b"<List><Form></List>")
        house.must("run", "--quiet", status=(0, 1))
        cls.home = house.folder / "attacked"

    def setUp(self):
        shutil.rmtree(self.home, ignore_errors=True)
        subprocess.run(["cp", "-a", self.house.home, self.home], check=True)

    def verify(self):
        return subprocess.run([os.environ["SLUICE"], "journal", "verify", "--archive", "--home",
                               self.home], capture_output=True, text=True, timeout=120)

    def named(self, words: str, attack: str):
        done = self.verify()
        self.assertEqual(done.returncode, 4, attack + "\n" + done.stdout + done.stderr)
        self.assertIn(words, done.stderr, attack)

    def test_what_nobody_touched_holds(self):
        done = self.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_row_that_was_changed_is_named(self):
        ledger = next((self.home / "spool/ledger").glob("*.db"))
        whole = {path: path.read_bytes() for path in ledger.parent.iterdir()}
        for sql, words in ROWS:
            book = sqlite3.connect(ledger)
            self.assertGreater(book.execute(sql).rowcount, 0, sql)
            book.commit()
            book.close()
            self.named(words, sql)
            for path in ledger.parent.iterdir():
                path.unlink()
            for path, content in whole.items():
                path.write_bytes(content)
        self.test_what_nobody_touched_holds()

    def test_every_byte_of_the_archive_that_was_changed_is_named(self):
        for pattern in IN_ARCHIVE:
            path = sorted((self.home / "spool/archive").glob(pattern))[0]
            whole = path.read_bytes()
            for at in (len(whole) // 3, len(whole) * 2 // 3):
                path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
                self.named("", f"{path.name} at {at}")
            if not path.name.startswith(("FS", "VO", "VS")):
                path.unlink()
                self.named("", f"{path.name} removed")
            path.write_bytes(whole)
        self.test_what_nobody_touched_holds()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
