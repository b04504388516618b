#!/usr/bin/env python3
"""What can be shown later: dossiers that check themselves, legal holds and expiry, a backup and a
restore that publishes nothing twice."""
import base64
import datetime
import shutil
import sqlite3
import subprocess
import sys
import time
import unittest
from pathlib import Path

from house import SOURCE, House, form, listing, person


class Dossier(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        cls.content = house.good("Gent", "Namur")
        cls.name = house.drop(house.name("00001"), cls.content)
        house.must("run")

    def make(self, target: str, name: str):
        folder = self.house.folder / name
        self.house.must("evidence", target, "--out", str(folder), "--purpose", "court, case 26/1")
        return folder

    def test_a_dossier_of_a_file_checks_itself(self):
        folder = self.make(self.name, "dossier")
        done = subprocess.run(["bash", folder / "verify.sh"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1:]), (0, ["all holds"]),
                         done.stdout + done.stderr)
        self.assertIn("signature of the sender", done.stdout)
        self.assertIn("our signature over", done.stdout)
        self.assertEqual((folder / f"received/FI.{self.name}.1.1").read_bytes(), self.content)
        for language, word in (("en", "Purpose"), ("fr", "Finalité"), ("nl", "Doel"),
                               ("de", "Zweck")):
            self.assertIn(word, (folder / f"statement.{language}.txt").read_text())
        self.assertTrue(list((folder / "trust" / "at-reception" / "crl").iterdir()))
        (folder / f"received/FI.{self.name}.1.1").write_bytes(self.content + b" ")
        done = subprocess.run(["bash", folder / "verify.sh"], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)

    def test_a_dossier_of_a_record_shows_nothing_of_its_neighbours(self):
        folder = self.make(self.name + "#2", "record")
        record = (folder / "record" / "2.txt").read_bytes()
        self.assertIn(record, self.content)
        self.assertTrue(record.strip().startswith(b"<Person>") and record.endswith(b"</Person>"))
        self.assertIn(b"Namur", record)
        for path in folder.rglob("*"):
            if path.is_file() and path.name != "2.txt":
                self.assertNotIn(b"Gent</City>", path.read_bytes(), path.name)
        done = subprocess.run(["bash", folder / "verify.sh"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("with these bytes", done.stdout)
        self.lies(folder, record)

    def lies(self, folder, record):
        """Whoever makes another record and the list of digests anew is found by the proof."""
        proof = folder / "journal/proof.tlog-proof"
        lines = proof.read_text().split("\n")
        entry = base64.b64decode(lines[1][6:])
        told = {folder / "record/2.txt": (record.replace(b"Namur", b"Liege"), "not the bytes"),
                proof: (None, "")}
        for find, put, words in (
                (b'"record":2', b'"record":3', "not the one that was committed to"),
                (b'"accepted":true', b'"accepted":false', "not the one that was committed to"),
                (b'"slice":0', b'"slice":1', "")):
            lines[1] = "extra " + base64.b64encode(entry.replace(find, put)).decode()
            told[proof] = ("\n".join(lines).encode(), words)
            for path, (content, expected) in told.items():
                kept = path.read_bytes()
                path.write_bytes(content)
                done = subprocess.run(["bash", folder / "journal/check.sh", proof,
                                       folder / "trust/log-keys.txt", folder / "record/2.txt"],
                                      capture_output=True, text=True)
                self.assertNotEqual(done.returncode, 0, (path.name, find))
                self.assertIn(expected, done.stderr)
                path.write_bytes(kept)

    def test_a_record_of_another_encoding_is_found_and_shown_alone_when_the_file_has_expired(self):
        house = House()
        self.addCleanup(house.close)
        text = listing(form("L-1", person(1, "Gent", name="Zoé"), person(2, "Namur", name="Chloë"),
                            person(3, "Gent", name="Anaïs"))).decode()
        name = house.drop(house.name("00001"),
                          text.replace("UTF-8", "ISO-8859-1").encode("iso-8859-1"))
        house.must("run")

        def record(out):
            house.must("evidence", name + "#2", "--out", str(house.folder / out), "--purpose", "x")
            done = subprocess.run(["bash", house.folder / out / "verify.sh"], capture_output=True,
                                  text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return house.folder / out / "record/2.txt"
        self.assertEqual(record("first").read_text().strip(),
                         person(2, "Namur", name="Chloë"))
        later = (datetime.datetime.now(datetime.timezone.utc)
                 + datetime.timedelta(days=100)).strftime("%Y-%m-%dT%H:%M:%SZ")
        house.must("archive", "expire", "--now", later)
        self.assertFalse(record("second").exists())
        house.must("journal", "verify", "--archive")

    def test_a_dossier_needs_a_purpose(self):
        done = self.house.sluice("evidence", self.name, "--out", str(self.house.folder / "no"))
        self.assertEqual(done.returncode, 2)


class Archive(unittest.TestCase):
    def test_payload_goes_when_its_days_are_over_but_never_under_a_hold(self):
        house = House()
        self.addCleanup(house.close)
        content = house.good()
        free = house.drop(house.name("00001"), content)
        held = house.drop(house.name("00002"), house.good())
        house.must("run")
        house.must("archive", "get", free, "--out", str(house.folder / "got"))
        self.assertEqual((house.folder / "got" / f"FI.{free}.1.1").read_bytes(), content)
        self.assertIn("freed 0 bytes", house.must("archive", "expire"))
        house.must("archive", "hold", held, "--reason", "court")
        later = (datetime.datetime.now(datetime.timezone.utc)
                 + datetime.timedelta(days=100)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.assertIn(f"would expire {free}",
                      house.must("archive", "expire", "--plan", "--now", later))
        house.must("archive", "expire", "--now", later)
        self.assertEqual(house.sluice("archive", "get", free, "--out",
                                      str(house.folder / "gone")).returncode, 1)
        house.must("archive", "get", held, "--out", str(house.folder / "held"))
        house.must("archive", "unhold", held, "--reason", "judged")
        house.must("archive", "expire", "--now", later)
        self.assertEqual(house.sluice("archive", "get", held, "--out",
                                      str(house.folder / "gone")).returncode, 1)


class Daily(unittest.TestCase):
    def test_a_sender_gets_one_signed_list_of_a_day_with_what_did_not_come(self):
        house = House()
        self.addCleanup(house.close)
        first = house.drop(house.name("00001"), house.good())
        refused = house.drop(house.name("00003"), b"<List><Form></List>")
        half = house.drop(house.name("00004"), house.good(), go=None)
        house.must("run", status=(0, 1))
        self.assertEqual(house.data_files("000101", "STAT"), [])
        later = (datetime.datetime.now(datetime.timezone.utc)
                 + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for _ in range(2):
            house.must("run", "--now", later, status=(0, 1))
        lists = house.data_files("000101", "STAT")
        self.assertEqual(len(lists), 1)
        self.assertIsNone(house.verify(lists[0]))
        text = lists[0].read_text()
        for word in (first, refused, f'Waiting name="{half}"', '<Missing first="2" last="2"/>',
                     'state="refused"'):
            self.assertIn(word, text)
        for recipient in ("000301", "000302", "000303"):
            self.assertNotIn(recipient, text)
        subprocess.run(["xmllint", "--noout", "--schema", SOURCE / "xsd/answers/daily.xsd",
                        lists[0]], check=True, capture_output=True)
        house.must("journal", "verify", "--against-ledger")


class Restore(unittest.TestCase):
    def test_what_was_published_after_the_backup_is_not_published_again(self):
        house = House()
        self.addCleanup(house.close)
        first = house.drop(house.name("00001"), house.good())
        house.must("run")
        waiting = house.drop(house.name("00002"), house.good())
        house.must("receive")
        backup, secret = house.folder / "backup", house.folder / "secret"
        house.must("backup", str(backup), "--pseudonyms", str(secret))
        self.assertFalse(list(backup.rglob("pseudonym*")))
        self.damaged(house, backup)
        house.must("run")
        parcels = {n: [p.name for p in house.data_files(n, "LIST")] for n in ("000301", "000302")}
        # The disk is lost; partners' folders stand on another one.
        partners = house.folder / "partners"
        shutil.move(house.home / "spool" / "partners", partners)
        shutil.rmtree(house.home)
        (house.home / "spool").mkdir(parents=True)
        shutil.move(partners, house.home / "spool" / "partners")
        told = house.must("restore", str(backup), "--pseudonyms", str(secret))
        self.assertIn("published after the backup", told)
        self.assertEqual(house.state(first)["state"], "closed")
        self.assertEqual(house.state(waiting)["state"], "verified")
        third = house.drop(house.name("00003"), house.good())
        house.must("run")
        for name in (waiting, third):
            self.assertEqual(house.state(name)["state"], "closed")
        for number, names in parcels.items():
            now = [p.name for p in house.data_files(number, "LIST")]
            self.assertEqual(now[:len(names)], names)
            self.assertEqual(len(now), len(names) + 1, number)
        house.must("journal", "verify", "--against-ledger")
        self.assertEqual(house.sluice("restore", str(backup)).returncode, 2)
        self.witnesses(house, waiting)

    def test_on_another_machine_nobody_knows_what_was_taken(self):
        house = House()
        self.addCleanup(house.close)
        first = house.drop(house.name("00001"), house.good())
        house.must("run")
        backup = house.folder / "backup"
        house.must("backup", str(backup))
        shutil.rmtree(house.home)
        house.must("restore", str(backup))
        house.must("init", str(house.home))
        later = house.drop(house.name("00002"), house.good())
        house.must("run")
        taken = house.data_files("000301", "LIST")
        self.assertEqual(len(taken), 1)
        taken[0].unlink()
        house.drop(house.name("00003"), house.good())
        house.must("run")
        states = {name: {one["recipient"]: one["state"]
                         for one in house.state(name)["deliveries"]} for name in (first, later)}
        self.assertEqual(set(states[first].values()), {"published"})
        self.assertEqual(states[later]["000301"], "fetched")
        house.must("journal", "verify")

    def damaged(self, house, backup):
        """doctor verifies a backup by the list of digests that was signed."""
        wrong = house.sluice("doctor", "--backup", str(backup)).stdout
        self.assertNotIn(str(backup), wrong)
        for path, words in ((backup / "jobs/partners.xml", "has other bytes"),
                            (backup / "MANIFEST", "not the one that was signed")):
            whole = path.read_bytes()
            path.write_bytes(whole.replace(b"0", b"1"))
            done = house.sluice("doctor", "--backup", str(backup))
            self.assertIn(words, done.stdout)
            path.write_bytes(whole)

    def witnesses(self, house, waiting):
        """What was signed after the backup is known to be lost; a log that was changed is not."""
        kept = [str(house.out(number)) for number in ("000101", "000301")]
        told = house.must("journal", "verify", "--witness", *kept)
        self.assertIn("lost with the restore of 20", told)
        lost = [line.split()[1].rstrip(":") for line in told.splitlines()]
        total = sum(len(list(house.out(n).glob("?S.*"))) for n in ("000101", "000301"))
        self.assertTrue(0 < len(lost) < total, told)
        self.assertIn("VS.LIST", told)
        receipt = next(name for name in lost if name.startswith("FS.ACRF"))
        said = house.must("receipt", "verify", str(house.out("000101") / ("FO" + receipt[2:])))
        self.assertIn("lost with the restore of", said)
        self.assertIn(waiting, said)
        self.strangers(house, kept[0], lost)
        time.sleep(1.1)  # times of signatures are whole seconds
        house.drop(house.name("00004"), house.good())
        house.must("run")
        ledger = next((house.home / "spool/ledger").glob("*.db"))
        with sqlite3.connect(ledger) as book:
            restored, = book.execute("SELECT idx FROM entry WHERE kind = 'restored'").fetchone()
            last, = book.execute("SELECT max(idx) FROM entry WHERE kind = 'decided'").fetchone()
        # Forks with the key, before the restore and after it; and a restore that says otherwise.
        self.forked(house, kept, "UPDATE entry SET at = at + 1000 WHERE idx = 1")
        self.forked(house, kept, f"UPDATE entry SET at = at + 1000 WHERE idx = {last}")
        self.forked(house, kept, "UPDATE entry SET body = replace(body, '\"lost_root\":\"', "
                                 f"'\"lost_root\":\"0') WHERE idx = {restored}")

    def strangers(self, house, folder, lost):
        """The verifier in another language finds the same answers lost, and no others."""
        exported, key = house.folder / "exported", house.folder / "log.pub"
        house.must("journal", "export", str(exported))
        key.write_text(house.must("key", "export", "--log"))
        answers = sorted(Path(folder).glob("FS.*"))
        done = subprocess.run([sys.executable, SOURCE / "tests/interop/journal/verify.py",
                               "witness", *answers, "--log", exported, "--key", key],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        found = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("lost")]
        self.assertEqual(found, [name for name in sorted(lost) if (Path(folder) / name).exists()])

    def forked(self, house, kept, sql):
        home = house.folder / "forked"
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run(["cp", "-a", house.home, home], check=True)
        with sqlite3.connect(next((home / "spool/ledger").glob("*.db"))) as book:
            self.assertEqual(book.execute(sql).rowcount, 1)
        shutil.rmtree(home / "spool/journal")
        (home / "spool/journal").mkdir(mode=0o700)
        house.must("journal", "checkpoint", "--home", str(home))
        done = house.sluice("journal", "verify", "--home", str(home), "--witness", *kept)
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertRegex(done.stderr, "rewritten|forked")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
