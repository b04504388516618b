#!/usr/bin/env python3
"""A night's journal, proofs and receipts under the eyes of an independent verifier; then every
attack we can think of, each of which must be found and named, by the verifier or by `sluice journal
verify`."""
import base64
import json
import shutil
import sqlite3
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))
sys.path.insert(0, str(HERE))

import verify  # noqa: E402
from house import House, form, listing, person  # noqa: E402
from verify import Broken, Proof, Signature  # noqa: E402


def flip(path: Path, at: int):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


class Journal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        cls.content = listing(
            form("J-1", person(1, "Gent"), person(2, "Namur"), person(3, "Paris")),
            form("J-2", person(4, "Eupen")))
        cls.first = house.drop(house.name("00001"), cls.content)
        house.must("run", "--quiet", status=(0, 1))
        cls.early = (house.home / "spool/journal/checkpoint").read_bytes()
        cls.second = house.drop(house.name("00002"), house.good())
        cls.refused = house.drop(house.name("00003"), b"<List><Form></List>")
        house.must("run", "--quiet", status=(0, 1))
        cls.keys = verify.read_keys(house.must("key", "export", "--log"))
        cls.key_file = house.folder / "log.pub"
        cls.key_file.write_text(house.must("key", "export", "--log"))
        cls.chain = verify.read_chain(house.chain)
        cls.exported = house.folder / "exported"
        house.must("journal", "export", str(cls.exported))

    def out(self, number="000101", pattern="*"):
        return sorted(self.house.out(number).glob(pattern))

    def sluice(self, home, *words):
        return subprocess.run([self.house_sluice(), *words, "--home", str(home)],
                              capture_output=True, text=True, timeout=120)

    @staticmethod
    def house_sluice():
        import os
        return os.environ["SLUICE"]

    def copy(self) -> Path:
        """The home in the hands of an attacker."""
        target = self.house.folder / "attacked"
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", self.house.home, target], check=True)
        return target

    def named(self, home: Path, words: str, *options):
        done = self.sluice(home, "journal", "verify", *options)
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
        self.assertIn(words, done.stderr)

    # ---- what holds ----

    def test_the_log_is_whole_for_a_stranger(self):
        checkpoint = verify.check_log(self.exported, self.keys)
        self.assertGreater(checkpoint.size, 10)
        self.assertIn("log.pub", [p.name for p in self.exported.iterdir()])
        entries = [json.loads(e) for e in verify.entries_of(self.exported, checkpoint.size)]
        self.assertLessEqual({"received", "verified", "started", "slice", "decided", "outgoing",
                              "published", "closed", "refused"}, {e["kind"] for e in entries})
        done = subprocess.run([sys.executable, HERE / "verify.py", "log", self.exported, "--key",
                               self.key_file], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_our_own_check_says_nothing(self):
        done = self.house.sluice("journal", "verify", "--against-ledger", "--witness",
                                 str(self.house.out("000101")))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_no_person_and_no_secret_is_in_the_log(self):
        text = b"".join(p.read_bytes() for p in (self.exported / "tile/entries").rglob("*")
                        if p.is_file())
        for number in range(1, 5):
            self.assertNotIn(person(number).split("INSS>")[1][:11].encode(), text)

    def test_every_answer_and_parcel_carries_a_proof_of_its_own_entry(self):
        seen = 0
        for number in ("000101", "000301", "000302", "000303"):
            folder = self.house.home / "spool/partners" / number / "OUT"
            if not folder.is_dir():
                continue
            for path in sorted(folder.iterdir()):
                if path.name[:3] not in ("FO.", "CO.", "VO."):
                    continue
                checkpoint, leaf = verify.check_receipt(path, self.chain, self.keys)
                self.assertIn(leaf["kind"], ("verified", "refused", "decided"))
                verify.check_witness(verify.proof_in(verify.signature_beside(path)), self.exported,
                                     self.keys)
                done = self.house.sluice("receipt", "verify", str(path), "--chain",
                                         str(self.house.chain), "--key", str(self.key_file),
                                         home=False)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn(f"entry {leaf['index']} of {checkpoint.size}", done.stdout)
                seen += 1
        self.assertGreaterEqual(seen, 5)

    def test_a_record_is_opened_alone(self):
        out = self.house.folder / "record.tlog-proof"
        self.house.must("journal", "prove", self.first + "#2", "--out", str(out))
        _, leaf, record = verify.check_proof(Proof(out.read_bytes()), self.keys)
        self.assertEqual((leaf["kind"], leaf["file"], record["record"], record["accepted"]),
                         ("slice", self.first, 2, True))
        self.assertTrue(record["recipients"])
        self.house.must("journal", "prove", self.first + "#3", "--out", str(out))
        _, _, rejected = verify.check_proof(Proof(out.read_bytes()), self.keys)
        self.assertFalse(rejected["accepted"])
        self.assertTrue(rejected["codes"])
        self.assertNotEqual(rejected["salt"], record["salt"])
        # The bytes that were judged, and none of their neighbours.
        part = self.content[record["begin"]:record["end"]]
        self.assertEqual(part, b"\n" + person(2, "Namur").encode())
        verify.check_bytes(record, part)
        with self.assertRaisesRegex(Broken, "not the bytes"):
            verify.check_bytes(record, part[1:])
        with self.assertRaisesRegex(Broken, "not the bytes"):
            verify.check_bytes(rejected, part)

    def test_without_digests_of_records_proofs_hold_as_before(self):
        home = self.copy()
        with open(home / "jobs/sluice.conf", "a") as settings:
            settings.write("\nrecord-digests = no\n")
        kept, self.house.home = self.house.home, home
        self.addCleanup(setattr, self.house, "home", kept)
        name = self.house.drop(self.house.name("00007"), self.house.good())
        self.house.must("run", "--quiet")
        for target, member in ((name, False), (self.first, True)):
            text = self.house.must("journal", "prove", target + "#1").encode()
            _, _, record = verify.check_proof(Proof(text), self.keys)
            self.assertEqual("bytes_sha256" in record, member, target)
        self.assertEqual(self.sluice(home, "journal", "verify", "--archive").returncode, 0)

    def test_the_closing_entry_holds_the_sums(self):
        text = self.house.must("journal", "prove", self.first).encode()
        _, leaf, _ = verify.check_proof(Proof(text), self.keys)
        self.assertEqual(leaf["kind"], "closed")
        body = leaf["body"]
        self.assertEqual((body["records"], body["accepted"], body["rejected"]), (4, 3, 1))
        parcels = [one for one in body["outgoing"] if one["kind"] == "parcel"]
        self.assertEqual(sum(one["delivered"] for one in body["recipients"]),
                         sum(one["records"] for one in parcels))
        self.assertTrue(all(len(one["sha256"]) == 64 for one in parcels))

    def test_openssl_alone_still_verifies_an_answer(self):
        for path in self.out(pattern="FO.*"):
            self.assertIsNone(self.house.verify(path))

    # ---- attacks ----

    def test_any_flipped_bit_in_the_log_is_found(self):
        home = self.copy()
        journal = home / "spool/journal"
        files = [journal / "checkpoint", journal / "history"]
        size = verify.Checkpoint((journal / "checkpoint").read_bytes(), self.keys).size
        width = verify.width_at(size, 0, 0)
        files += [journal / verify.tile_name("entries", 0, width),
                  journal / verify.tile_name(0, 0, width)]
        for path in files:
            whole = path.read_bytes()
            for at in range(3, len(whole), max(1, len(whole) // 7)):
                flip(path, at)
                done = self.sluice(home, "journal", "verify")
                self.assertEqual(done.returncode, 4, f"{path.name} at {at}: {done.stderr}")
                with self.assertRaises((Broken, ValueError), msg=f"{path.name} at {at}"):
                    verify.check_log(journal, self.keys)
                path.write_bytes(whole)
        self.assertEqual(self.sluice(home, "journal", "verify").returncode, 0)

    def test_a_deleted_tile_is_named(self):
        home = self.copy()
        tile = next(p for p in (home / "spool/journal/tile/0").rglob("*") if p.is_file()
                    and p == max((q for q in (home / "spool/journal/tile/0").rglob("*")
                                  if q.is_file()), key=lambda q: q.stat().st_size))
        tile.unlink()
        self.named(home, str(tile.relative_to(home / "spool/journal")) + " is missing")

    def test_damaged_tiles_are_made_again_only_of_what_was_signed(self):
        def damage(home):
            journal = home / "spool/journal"
            size = verify.Checkpoint((journal / "checkpoint").read_bytes(), self.keys).size
            width = verify.width_at(size, 0, 0)
            (journal / verify.tile_name(0, 0, width)).unlink()
            flip(journal / verify.tile_name("entries", 0, width), 9)
            return home
        home = damage(self.copy())
        plan = self.sluice(home, "journal", "mend", "--plan")
        self.assertEqual((plan.returncode, plan.stdout.count("would make")), (0, 2), plan.stderr)
        self.assertEqual(self.sluice(home, "journal", "verify").returncode, 4)
        self.assertEqual(self.sluice(home, "journal", "mend").returncode, 2)  # no reason
        done = self.sluice(home, "journal", "mend", "--reason", "a bad sector")
        self.assertEqual((done.returncode, done.stdout.count("missing")), (0, 1), done.stderr)
        self.assertEqual(self.sluice(home, "journal", "verify", "--witness",
                                     str(self.house.out("000101"))).returncode, 0)
        self.assertEqual(self.sluice(home, "journal", "checkpoint").returncode, 0)
        entries = list(verify.entries_of(home / "spool/journal", verify.Checkpoint(
            (home / "spool/journal/checkpoint").read_bytes(), self.keys).size))
        mended = json.loads(entries[-1])
        self.assertEqual((mended["kind"], mended["body"]["what"], mended["body"]["count"]),
                         ("failed", "journal-mended", 2))
        home = damage(self.attack_ledger("UPDATE entry SET at = at + 1 WHERE idx = 3"))
        done = self.sluice(home, "journal", "mend", "--reason", "a bad sector")
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertIn("do not lead to the root that was signed", done.stderr)

    def test_an_old_checkpoint_that_is_put_back_is_named(self):
        home = self.copy()
        (home / "spool/journal/checkpoint").write_bytes(self.early)
        self.named(home, "is an old one")
        done = self.sluice(home, "journal", "checkpoint")
        self.assertEqual(done.returncode, 4)

    def test_a_truncated_log_is_found_by_its_own_answers(self):
        home = self.copy()
        journal = home / "spool/journal"
        notes = verify.split_history((journal / "history").read_bytes())
        keep = [n + b"\n" for n in notes
                if verify.Checkpoint(n + b"\n", self.keys).size
                <= verify.Checkpoint(self.early, self.keys).size]
        (journal / "history").write_bytes(b"".join(note + b"\n" for note in keep))
        (journal / "checkpoint").write_bytes(keep[-1])
        done = self.sluice(home, "journal", "verify", "--witness", str(self.house.out("000101")))
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stderr, "truncated|missing")

    def ledger_file(self, home: Path) -> Path:
        return next(p for p in (home / "spool/ledger").iterdir() if p.suffix in (".db", ".sqlite"))

    def attack_ledger(self, sql: str, *values) -> Path:
        home = self.copy()
        database = sqlite3.connect(self.ledger_file(home))
        database.execute(sql, values)
        database.commit()
        database.close()
        return home

    def test_a_backdated_entry_is_named(self):
        home = self.attack_ledger("UPDATE entry SET at = at - 3600000000 WHERE idx = 3")
        self.named(home, "entry 3 of the ledger is not the one that was signed")

    def test_a_changed_verdict_is_named(self):
        home = self.attack_ledger(
            "UPDATE entry SET body = replace(body, '\"records_rejected\":1', "
            "'\"records_rejected\":0') WHERE kind = 'decided'")
        self.named(home, "of the ledger is not the one that was signed")

    def test_exchanged_entries_are_named(self):
        home = self.attack_ledger("UPDATE entry SET idx = -1 WHERE idx = 2")
        database = sqlite3.connect(self.ledger_file(home))
        database.execute("UPDATE entry SET idx = 2 WHERE idx = 4")
        database.execute("UPDATE entry SET idx = 4 WHERE idx = -1")
        database.commit()
        database.close()
        self.named(home, "entry 2 of the ledger is not the one that was signed")

    def test_a_dropped_entry_is_named(self):
        self.named(self.attack_ledger("DELETE FROM entry WHERE idx = 5"), "entry 5 is missing")
        last = "DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry)"
        self.named(self.attack_ledger(last), "were signed")

    def test_changed_facts_are_named(self):
        home = self.attack_ledger("UPDATE slice SET facts = zeroblob(length(facts))")
        self.named(home, "are not those that were signed", "--against-ledger")

    def test_a_forked_log_is_found_by_a_witness(self):
        """The attacker has the key: ledger, tiles and checkpoints are made anew. Each of them holds
        by itself; only what partners kept tells."""
        home = self.attack_ledger("UPDATE entry SET at = at + 1000 WHERE idx = 1")
        shutil.rmtree(home / "spool/journal")
        (home / "spool/journal").mkdir(mode=0o700)
        self.assertEqual(self.sluice(home, "journal", "checkpoint").returncode, 0)
        self.assertEqual(self.sluice(home, "journal", "verify").returncode, 0)
        self.named(home, "the log was rewritten", "--witness", str(self.house.out("000101")))
        with self.assertRaisesRegex(Broken, "rewritten"):
            verify.check_witness(verify.proof_in(self.out(pattern="FS.ACRF.*")[-1]),
                                 home / "spool/journal", self.keys)

    def test_two_exchanged_receipts_are_named(self):
        folder = self.house.folder / "exchanged"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        one, other = self.out(pattern="FO.ACRF.*")[:2]
        for data, name in ((one, other.name), (other, one.name)):
            shutil.copy(data, folder / name)
            shutil.copy(verify.signature_beside(data), folder / ("FS." + name[3:]))
        done = self.house.sluice("receipt", "verify", str(folder / one.name))
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertIn("another one was published under this name", done.stderr)
        self.named(self.house.home, "is not what was published under this name", "--witness",
                   str(folder))

    def test_the_proof_of_another_receipt_is_named(self):
        """The proof is beside the signature, not under it: it can be put into another's CMS, and
        then it is about another file."""
        receipts = [p for p in self.out(pattern="FO.ACRF.*")]
        leaves = [verify.check_receipt(p, self.chain, self.keys)[1]["file"] for p in receipts]
        other = next(p for p, file in zip(receipts, leaves) if file != leaves[0])
        mine, foreign = (verify.signature_beside(p).read_bytes() for p in (receipts[0], other))
        der = base64.b64decode(mine)
        swapped = self.exchanged(der, self.octets(mine), self.octets(foreign))
        self.assertNotEqual(swapped, der)
        folder = self.house.folder / "swapped"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(receipts[0], folder)
        (folder / verify.signature_beside(receipts[0]).name).write_bytes(swapped)
        done = self.house.sluice("receipt", "verify", str(folder / receipts[0].name))
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertIn("is about another file", done.stderr)
        with self.assertRaisesRegex(Broken, "about another file"):
            verify.check_receipt(folder / receipts[0].name, self.chain, self.keys)

    @classmethod
    def exchanged(cls, der: bytes, old: bytes, new: bytes) -> bytes:
        """DER with another octet string, whatever its length: all lengths around it anew."""
        one = verify.Der(der)
        if one.tag & 0x20:
            value = b"".join(cls.exchanged(part.raw, old, new) for part in one.parts())
        else:
            value = new if one.value == old else one.value
        size = len(value)
        width = (size.bit_length() + 7) // 8
        length = bytes([size]) if size < 0x80 else bytes([0x80 | width]) + size.to_bytes(width)
        return bytes([one.tag]) + length + value

    @staticmethod
    def octets(text: bytes) -> bytes:
        return Signature(text).unsigned[verify.PROOF_OID][0].value

    def test_a_forged_answer_is_named(self):
        folder = self.house.folder / "forged"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = self.out(pattern="FO.ACRF.*")[0]
        forged = path.read_bytes().replace(b"<ResultCode>1", b"<ResultCode>0")
        (folder / path.name).write_bytes(forged + b" ")
        shutil.copy(verify.signature_beside(path), folder)
        done = self.house.sluice("receipt", "verify", str(folder / path.name))
        self.assertEqual(done.returncode, 4)
        with self.assertRaises(Broken):
            verify.check_receipt(folder / path.name, self.chain, self.keys)

    def test_a_file_whose_sums_do_not_balance_cannot_close(self):
        """A verdict that disappears between decision and delivery: held, named, nothing sent."""
        home = self.copy()
        house = self.house
        kept, house.home = house.home, home
        try:
            name = house.drop(house.name("00009"), house.good())
            done = subprocess.run([self.house_sluice(), "run", "--quiet"], capture_output=True,
                                  env={"SLUICE_HOME": str(home), "SLUICE_CRASH_AT":
                                       str(self.point_of("decided", home))})
            self.assertLess(done.returncode, 0)
            database = sqlite3.connect(self.ledger_file(home))
            database.execute("UPDATE file SET records_accepted = records_accepted - 1, "
                             "records_rejected = records_rejected + 1 WHERE state = 'decided'")
            database.commit()
            database.close()
            done = self.sluice(home, "run", "--quiet")
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertIn("its sums do not balance", done.stderr)
            self.assertIn("were decided", done.stderr)
            self.assertEqual(house.states(name), ["held"])
        finally:
            house.home = kept

    def point_of(self, name: str, home: Path) -> int:
        """The number of the crash point of this name in the run that waits."""
        trial = self.house.folder / "trial"
        shutil.rmtree(trial, ignore_errors=True)
        subprocess.run(["cp", "-a", home, trial], check=True)
        log = self.house.folder / "points"
        log.unlink(missing_ok=True)
        subprocess.run([self.house_sluice(), "run", "--quiet"], capture_output=True,
                       env={"SLUICE_HOME": str(trial), "SLUICE_CRASH_LOG": str(log)})
        names = [line.split(" ", 1)[1] for line in log.read_text().splitlines()]
        return names.index(name) + 1


if __name__ == "__main__":
    unittest.main()
