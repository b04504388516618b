#!/usr/bin/env python3
"""The privacy log from outside: after a night, a question about one person finds exactly what was
delivered; damage is found, crashes are not damage, nothing young can be erased."""
import datetime
import json
import os
import shutil
import subprocess
import unittest

from house import SLUICE, House, form, insz, listing, person


class Privacy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        cls.first = house.drop(house.name("00001"), listing(
            form("P-1", person(1, "Gent"), person(2, "Namur"), person(1, "Namur")),
            form("P-2", person(3, "Gent"), person(4, "Paris"))))
        house.drop(house.name("00002", environment="T"), listing(form("P-3", person(1, "Gent"))))
        house.must("run", "--quiet", status=(0, 1))
        cls.second = house.drop(house.name("00003"), listing(form("P-4", person(1, "Eupen"))))
        house.must("run", "--quiet", status=(0, 1))
        cls.segments = sorted((house.home / "spool" / "traces").glob("*.traces"))

    def ask(self, number: str, *more: str, now=None):
        day = self.house.today
        words = ["person", "--from", str(day - datetime.timedelta(days=1)), "--to",
                 str(day + datetime.timedelta(days=1)), "--purpose", "a test", "--json", *more]
        if now:
            words += ["--now", now]
        return self.house.sluice(*words, stdin=number + "\n")

    def found(self, number: str, *more: str, now=None) -> list[dict]:
        done = self.ask(number, *more, now=now)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(lines[-1]["traces"], len(lines) - 1)
        return lines[:-1]

    def test_finds_exactly_the_deliveries(self):
        self.assertEqual(len(self.segments), 2)
        traces = self.found(insz(1))
        self.assertEqual(
            sorted((t["file"], t["record"], t["recipient"]) for t in traces),
            sorted([(self.first, 1, "000301"), (self.first, 1, "000302"),
                    (self.first, 3, "000301"), (self.first, 3, "000303"),
                    (self.second, 1, "000301"), (self.second, 1, "000303")]))
        for trace in traces:
            self.assertEqual((trace["message"], trace["sender"], trace["decision"]),
                             ("list", "000101", "delivered"))
            self.assertRegex(trace["user"], "^[0-9a-f]{64}$")  # the certificate that signed
            self.assertTrue(trace["at"].startswith(str(self.house.today.year)))
        self.assertEqual({t["record"] for t in self.found(insz(3))}, {4})
        self.assertEqual(self.found(insz(99)), [])
        written = self.found(f"{insz(1)[:2]}.{insz(1)[2:4]}.{insz(1)[4:6]}-{insz(1)[6:9]}."
                             f"{insz(1)[9:]}")
        self.assertEqual(written, traces)

    def test_a_record_that_was_rejected_went_nowhere(self):
        self.assertEqual(self.found(insz(4)), [])  # Paris is no city of the schema

    def test_other_keys_find_the_same(self):
        day = str(self.house.today)
        text = self.house.must("traces", "--from", day, "--to", day, "--purpose", "audit",
                               "--institution", "000303", "--format", "json")
        lines = [json.loads(line) for line in text.splitlines()][:-1]
        self.assertEqual(sorted((t["file"], t["record"]) for t in lines),
                         sorted([(self.first, 2), (self.first, 3), (self.second, 1)]))
        text = self.house.must("traces", "--from", day, "--to", day, "--purpose", "audit",
                               "--institution", "000101", "--message", "list", "--format", "csv")
        self.assertEqual(len(text.splitlines()), 1 + 10)

    def test_no_number_is_kept_and_every_question_is(self):
        house = self.house
        for segment in self.segments:
            self.assertNotIn(insz(1).encode(), segment.read_bytes())
        before = len(house.must("traces", "requests", "--json").splitlines())
        done = self.ask(insz(1), "--request", "LETTER-7", "--received", "2026-01-31")
        answer = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(answer["due"], "2026-02-28")
        register = [json.loads(line)
                    for line in house.must("traces", "requests", "--json").splitlines()]
        self.assertEqual(len(register), before + 1)
        self.assertEqual((register[-1]["reference"], register[-1]["request"]),
                         ("LETTER-7", answer["request"]))
        self.assertEqual(register[-1]["journal_index"], answer["journal_index"])
        ledger = house.home / "spool" / "ledger"
        for name in os.listdir(ledger):
            self.assertNotIn(insz(99).encode(), (ledger / name).read_bytes())

    def test_a_question_without_purpose_or_person_is_refused(self):
        done = self.house.sluice("person", "--from", "2026-01-01", "--to", "2026-01-02",
                                 stdin=insz(1))
        self.assertEqual(done.returncode, 2)
        for wrong in ("", "hello", "12345678901", "00000000000"):
            done = self.ask(wrong)
            self.assertEqual(done.returncode, 2, wrong)
            if wrong:
                self.assertNotIn(wrong, done.stderr)

    def test_damage_and_loss_are_found_and_named(self):
        segment = self.segments[0]
        good = segment.read_bytes()
        try:
            for at in (20, len(good) // 2, len(good) - 60, len(good) - 1):
                bad = bytearray(good)
                bad[at] ^= 0x10
                segment.write_bytes(bytes(bad))
                done = self.house.sluice("traces", "verify")
                self.assertEqual(done.returncode, 4, f"byte {at}")
                self.assertIn(segment.name, done.stderr)
            self.assertEqual(self.ask(insz(1)).returncode, 4)
            segment.unlink()
            self.assertEqual(self.ask(insz(1)).returncode, 4)
            self.assertIn(segment.name, self.house.sluice("traces", "verify").stderr)
        finally:
            segment.write_bytes(good)
        self.house.must("traces", "verify")

    def test_nothing_young_can_be_erased_and_erasing_leaves_the_proofs(self):
        house = House()
        self.addCleanup(house.close)
        house.drop(house.name("00001"), listing(form("E-1", person(1), person(2))))
        house.must("run", "--quiet")
        year = str(house.today.year)
        soon, late = f"{house.today.year + 10}-12-31T12:00:00Z", self.later(house, 11)
        for now in (None, soon):
            when = ["--now", now] if now else []
            done = house.sluice("person", "--forget-period", year, "--reason", "x", *when)
            self.assertEqual(done.returncode, 1, done.stderr)
            done = house.sluice("traces", "expire", "--reason", "x", "--before", late[:10], *when)
            self.assertEqual(done.returncode, 1, done.stderr)
        house.must("traces", "expire", "--reason", "nothing is old")
        segments = list((house.home / "spool" / "traces").glob("*.traces"))
        self.assertEqual(len(segments), 1)
        house.must("person", "--forget-period", year, "--reason", "ten years are over", "--now",
                   late)
        key = house.home / "spool" / "keys" / "pseudonym" / f"{year}.key"
        self.assertFalse(key.exists())
        house.must("journal", "verify")
        house.must("traces", "verify")
        done = house.sluice("person", "--from", f"{year}-01-01", "--to", f"{year}-12-31",
                            "--purpose", "x", "--now", late, stdin=insz(1))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("were erased", done.stderr)
        self.assertIn("0 traces", done.stdout)
        house.must("traces", "expire", "--reason", "ten years are over", "--now", late)
        self.assertFalse(segments[0].exists())
        house.must("traces", "verify")
        house.must("journal", "verify")

    @staticmethod
    def later(house, years: int) -> str:
        return f"{house.today.year + years}-12-31T12:00:00Z"

    def test_a_crash_while_sealing_and_merging_loses_and_doubles_nothing(self):
        house = House()
        self.addCleanup(house.close)
        with open(house.home / "jobs" / "sluice.conf", "a") as settings:
            settings.write("\ntrace-merge-segments = 2\n")
        expected = []
        for night, point in enumerate(("segment sealed", "segment named", "segment entered"), 1):
            name = house.drop(house.name(f"0000{night}"),
                              listing(form(f"C-{night}", person(1), person(night + 1))))
            expected.append(name)
            self.crash_at(house, point)
            house.must("run", "--quiet", status=(0, 1))
            day = str(house.today)
            done = house.sluice("person", "--from", day, "--to", day, "--purpose", "x", "--json",
                                stdin=insz(1))
            self.assertEqual(done.returncode, 0, done.stderr)
            files = {json.loads(line)["file"] for line in done.stdout.splitlines()[:-1]}
            self.assertEqual(files, set(expected))
            self.assertEqual(len(done.stdout.splitlines()) - 1, 2 * len(expected))
            house.must("traces", "verify")
        living = list((house.home / "spool" / "traces").glob("*.traces"))
        self.assertLess(len(living), 3)

    def crash_at(self, house, point):
        """Runs the night on a copy to learn where the point lies, then kills the real one there."""
        log, copy = house.folder / "points", house.folder / "copy"
        log.unlink(missing_ok=True)
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(house.home, copy)
        run = [SLUICE, "run", "--quiet", "--threads", "1", "--home"]
        subprocess.run([*run, copy], check=True, env={**os.environ, "SLUICE_CRASH_LOG": log})
        passed = [line.split(" ", 1) for line in log.read_text().splitlines()]
        at = next(number for number, name in passed if name == point)
        done = subprocess.run([*run, house.home], env={**os.environ, "SLUICE_CRASH_AT": at})
        self.assertEqual(done.returncode, -9, f"{point} was not passed")


if __name__ == "__main__":
    unittest.main()
