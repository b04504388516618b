#!/usr/bin/env python3
"""The operator's verbs from outside: each does what it says and refuses what it must."""
import json
import unittest

from house import House, form, insz, listing, person
from test_directory import JOB, PERSONS, RIGHTS


class Operators(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()

    @classmethod
    def tearDownClass(cls):
        cls.house.close()

    def expect(self, status, *words):
        done = self.house.sluice(*words)
        self.assertEqual(done.returncode, status,
                         f"sluice {' '.join(words)}\n{done.stdout}{done.stderr}")
        return done

    def kinds(self, name):
        story = json.loads(self.expect(0, "show", name, "--json").stdout)
        return [entry["kind"] for entry in story["entries"]]

    def published(self):
        return {path: path.read_bytes() for number in ("000301", "000302", "000303")
                for path in self.house.out(number).iterdir()}

    def test_a_plan_changes_nothing(self):
        name = self.house.drop(self.house.name("P0001"), self.house.good())
        self.expect(0, "receive")
        before = self.kinds(name)
        for verb in ("hold", "cancel"):
            done = self.expect(0, verb, name, "--reason", "to see", "--plan")
            self.assertIn("would", done.stdout)
        self.assertEqual(self.kinds(name), before)
        self.assertEqual(self.house.state(name)["state"], "verified")
        self.expect(0, "cancel", name, "--reason", "no longer wanted")
        self.expect(1, "cancel", name, "--reason", "no longer wanted")
        self.expect(0, "run")
        self.assertEqual(self.house.receipts(name)[-1], ("FA", "0", ["ACRF-277"]))

    def test_a_held_file_holds_those_behind_it(self):
        first = self.house.drop(self.house.name("H0001"), self.house.good())
        self.expect(0, "receive")
        second = self.house.drop(self.house.name("H0002"), self.house.good())
        self.expect(0, "receive")
        self.expect(0, "hold", first, "--reason", "to look at it")
        self.expect(0, "run")
        self.assertEqual(self.house.state(second)["state"], "verified")
        self.expect(0, "release", first, "--reason", "looked at it")
        self.expect(1, "release", first, "--reason", "twice")
        self.expect(0, "run")
        for name in (first, second):
            self.assertEqual(self.house.state(name)["state"], "closed")
        self.assertIn("released", self.kinds(first))

    def test_a_refused_file_passes_once_its_certificate_is_registered(self):
        name = self.house.drop(self.house.name("R0001"), self.house.good(), signer="good-rsa")
        self.expect(1, "receive")
        self.assertIn("ACRF-153", self.expect(1, "retry", name, "--reason", "too early").stderr)
        partners = self.house.home / "jobs" / "partners.xml"
        before = partners.read_text()
        try:
            own, new = (f'<certificate file="partners/{n}.pem"/>' for n in ("good-ec", "good-rsa"))
            partners.write_text(before.replace(own, own + new))
            self.expect(0, "retry", name, "--reason", "registered", "--plan")
            self.assertEqual(self.house.state(name)["state"], "refused")
            self.expect(0, "retry", name, "--reason", "registered")
            self.expect(0, "run")
        finally:
            partners.write_text(before)
        self.assertEqual(self.house.state(name)["state"], "closed")
        self.assertEqual(self.house.receipts(name),
                         [("FA", "0", ["ACRF-153"]), ("PA", "1", []), ("FA", "1", [])])

    def test_what_only_the_sender_can_mend_is_not_retried(self):
        broken = self.house.drop(self.house.name("R0002"), b"<List>")
        bad = self.house.drop(self.house.name("R0003"), listing(
            form(self.house.reference(), person(1), person(2, inss="12345678901"))))
        self.expect(0, "receive")
        self.expect(1, "run")
        self.assertIn("ACRF-102", self.expect(1, "retry", broken, "--reason", "hope").stderr)
        self.assertIn("verdict", self.expect(1, "retry", bad + "#2", "--reason", "hope").stderr)

    def test_zz_parcels_are_sent_again_to_the_byte_or_not_at_all(self):
        name = self.house.drop(self.house.name("D0001"), self.house.good())
        before = self.published()
        self.expect(0, "run")
        sent = {p: b for p, b in self.published().items() if p not in before}
        self.assertTrue(sent)
        self.assertIn("still lies", self.expect(1, "redeliver", name, "--reason", "lost").stderr)
        for path in sent:
            path.unlink()
        self.assertEqual({d["state"] for d in self.house.state(name)["deliveries"]}, {"fetched"})
        self.expect(0, "redeliver", name, "--reason", "lost", "--plan")
        self.assertFalse(any(path.exists() for path in sent))
        self.expect(0, "redeliver", name, "--reason", "lost")
        self.assertEqual({path: path.read_bytes() for path in sent}, sent)
        self.assertEqual(self.kinds(name).count("redelivered"),
                         len(self.house.state(name)["deliveries"]))
        data = next(path for path in sent if path.name.startswith("FO."))
        for path in sent:
            path.unlink()
        kept = next((self.house.home / "spool" / "archive" / "out").rglob(data.name))
        content = bytearray(kept.read_bytes())
        content[len(content) // 2] ^= 1
        kept.write_bytes(content)
        self.expect(4, "redeliver", name, "--reason", "lost")
        self.expect(0, "journal", "verify")


class DecidedAgain(unittest.TestCase):
    """What was withheld is decided with the tables of today, and nothing goes out twice."""

    def test_withheld_records_are_decided_again(self):
        house = House()
        self.addCleanup(house.close)
        (house.home / "jobs" / "held.xml").write_text(JOB)

        def load(quality):
            (house.home / "persons.csv").write_text(PERSONS + "".join(
                f"{insz(1)},{who},10,0,10,2020-01-01,\n" for who in ("000301", "000302")))
            (house.home / "rights.csv").write_text(
                RIGHTS + "S,institution,000101,HELD,,,2020-01-01,,D1\n"
                "A,institution,000301,HELD,10,,2020-01-01,,D2\n"
                f"B,institution,000302,HELD,{quality},,2020-01-01,,D2\n")
            house.must("directory", "load", "--persons", str(house.home / "persons.csv"),
                       "--authorisations", str(house.home / "rights.csv"))

        load(30)
        name = house.drop(house.name("W0001", subject="HELD"), listing(form("W-1", person(1))))
        house.must("run", "--quiet")
        sent = [len(house.data_files(who, "HELD")) for who in ("000301", "000302")]
        self.assertEqual(sent, [1, 0])
        first = json.loads(house.must("show", name + "#1", "--json"))
        self.assertEqual((first["state"], first["actor"], first["recipients"], first["again"]),
                         ("withheld", "operator", ["000301"], False))
        self.assertEqual([one["recipient"] for one in first["withheld"]], ["000302", "000303"])
        retry = ("retry", name + "#1", "--reason", "its right was entered too late")
        done = house.sluice(*retry)
        self.assertEqual(done.returncode, 1)
        self.assertIn("has not changed", done.stderr)
        self.assertNotIn(insz(1), house.must("why", name + "#1", "--json"))
        self.assertIn(insz(1), house.must("why", name + "#1", "--json", "--reveal", "--purpose",
                                          "its sender asks"))
        load(10)
        self.assertIn("would retry", house.must(*retry, "--plan"))
        house.must("run", "--quiet")  # a plan changes nothing
        self.assertEqual(len(house.data_files("000302", "HELD")), 0)
        house.must(*retry)
        self.assertEqual(house.sluice(*retry).returncode, 1)
        for _ in range(2):
            house.must("run", "--quiet")
            sent = [len(house.data_files(who, "HELD")) for who in ("000301", "000302")]
            self.assertEqual(sent, [1, 1])
        self.assertEqual(house.sluice(*retry).returncode, 1)
        again = json.loads(house.must("show", name + "#1", "--json"))
        self.assertEqual((again["recipients"], again["again"]), (["000301", "000302"], True))
        self.assertEqual([one["recipient"] for one in again["withheld"]], ["000303"])
        self.assertGreater(again["journal_index"], first["journal_index"])
        self.assertIn("decided again", " ".join(house.must("show", name + "#1").split()))
        self.assertEqual(sorted((d["recipient"], d["state"])
                                for d in house.state(name)["deliveries"]),
                         [("000301", "published"), ("000302", "published"),
                          ("000303", "withheld")])
        house.must("journal", "verify")


if __name__ == "__main__":
    unittest.main()
