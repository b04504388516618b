#!/usr/bin/env python3
"""What comes in: names, sets, signatures, duplicates, partners, hostile objects. Everything is
dropped at once, one reception and one night decide, then each case is looked at by itself."""
import datetime
import os
import sys
import unittest

from house import House

OTHER_CONTENT = b"<List><Form><Reference>other</Reference><Total>0</Total></Form></List>"


class Intake(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        cls.refused = {}  # title -> (name, codes of which at least one is expected)
        cls.closed = {}   # title -> name
        cls.odd = []      # objects that must have left the landing zone
        cls.drop_signatures(house)
        cls.drop_sets(house)
        cls.drop_names(house)
        cls.drop_partners(house)
        cls.drop_objects(house)
        cls.drop_duplicates(house)
        cls.first = house.sluice("receive")
        cls.drop_again(house)
        cls.second = house.sluice("receive")
        cls.night = house.sluice("run", "--json")
        cls.listed = house.status()

    # ---- what is dropped ----

    @classmethod
    def refuse(cls, title, name, *codes):
        cls.refused[title] = (name, {f"ACRF-{code:03}" for code in codes})

    @classmethod
    def drop_signatures(cls, house):
        def name(i, sender="000102"):
            return house.name(f"S{i:04}", sender)
        good = {"one": "one line", "cr": "76 columns and bare CR", "der": "DER"}
        for i, (lines, title) in enumerate(good.items()):
            cls.closed[f"base64: {title}"] = house.drop(name(i), house.good(), signer="good-rsa",
                                                        lines=lines)
        for i, signer in enumerate(("good-rsa", "good-ec384"), 10):
            cls.closed[f"signed by {signer}"] = house.drop(name(i), house.good(), signer=signer)
        cls.closed["SHA-512"] = house.drop(name(15), house.good(), signer="good-ec384",
                                           options=["-md", "sha512"])
        for i, signer in enumerate(("expired", "revoked", "stranger", "future"), 20):
            cls.refuse(f"certificate {signer}",
                       house.drop(name(i), house.good(), signer=signer), 125)
        cls.refuse("a certificate of another partner",
                   house.drop(name(30), house.good(), signer="good-ec"), 153)
        cls.refuse("SHA-1", house.drop(name(31), house.good(), signer="good-rsa",
                                       options=["-md", "sha1"]), 125)
        content = house.good()
        cls.refuse("content changed after it was signed",
                   house.drop(name(32), content + b" ",
                              signatures=[house.sign(content, "good-rsa")]), 125)
        # Who is known from partners.xml need not send his certificate; nobody else is believed.
        cls.closed["no certificate inside, but a known one"] = house.drop(
            name(33), house.good(), signer="good-rsa", options=["-nocerts"])
        cls.refuse("no certificate inside, and an unknown one", house.drop(
            name(38), house.good(), signer="good-ec", options=["-nocerts"]), 125)
        cls.refuse("an empty FS", house.drop(name(34), house.good(), signatures=[b""]), 125)
        cls.refuse("an FS of noise",
                   house.drop(name(35), house.good(), signatures=[b"\x30\x82" + b"\xff" * 300]),
                   125)
        content = house.good()
        trailing = house.sign(content, "good-rsa", "der") + b"more"
        cls.refuse("bytes behind the signature",
                   house.drop(name(36), content, signatures=[trailing]), 125)
        content = house.good()
        inside = house.sign(content, "good-rsa", "one", ["-nodetach"])
        cls.refuse("a signature that carries the content",
                   house.drop(name(37), content, signatures=[inside]), 125)

    @classmethod
    def drop_sets(cls, house):
        def name(i, environment="R"):
            return house.name(f"P{i:04}", environment=environment)
        cls.refuse("R without FS", house.drop(name(1), house.good(), signer=None), 122)
        cls.refuse("GO alone", house.drop(name(2)), 120, 122)
        two = house.name("P0003")
        landing = house.landing(two)
        content = house.good()
        (landing / f"FI.{two}.2.1").write_bytes(content)
        (landing / f"FS.{two}.2.1").write_bytes(house.sign(content))
        (landing / f"GO.{two}.2").touch()
        cls.refuse("the second part is missing", two, 120, 122)
        surplus = house.drop(name(4), house.good(), go=None)
        content = house.good()
        (house.landing(surplus) / f"FI.{surplus}.2.2").write_bytes(content)
        (house.landing(surplus) / f"GO.{surplus}.1").touch()
        cls.refuse("a part too many", surplus, 120, 123)
        cls.closed["two parts"] = house.drop(name(5), house.good(), house.good("Namur"))
        broken = [house.good(), house.good()]
        signatures = [house.sign(broken[0]), house.sign(broken[0])]
        cls.refuse("one bad part refuses the set",
                   house.drop(name(6), *broken, signatures=signatures), 125)
        short = house.name("P0007")
        content = house.good()
        (house.landing(short) / f"FI.{short}").write_bytes(content)
        (house.landing(short) / f"FS.{short}").write_bytes(house.sign(content))
        (house.landing(short) / f"GO.{short}").touch()
        cls.closed["a name without parts"] = short
        cls.half = house.drop(name(8), house.good(), go=None)
        cls.cancelled = house.drop(name(9), house.good())
        (house.landing(cls.cancelled) / f"TD.{cls.cancelled}.1").touch()
        cls.refuse("an empty file", house.drop(name(10), b""), 134, 102)
        cls.refuse("a subject that nobody knows",
                   house.drop(house.name("P0011", subject="NONE"), house.good()), 88, 89)
        cls.closed["T without FS"] = house.drop(name(12, "T"), house.good(), signer=None)
        cls.refuse("T with a bad FS",
                   house.drop(name(13, "T"), house.good(), signatures=[house.sign(b"other")]), 125)

    @classmethod
    def drop_names(cls, house):
        """Names that break the grammar: the answer can quote them, the sequence finds them."""
        landing = house.home / "spool/partners/000101"
        today = house.today
        tomorrow = (today + datetime.timedelta(days=2)).strftime("%Y%m%d")
        old = (today - datetime.timedelta(days=400)).strftime("%Y%m%d")
        day = today.strftime("%Y%m%d")
        cls.bad_names = {
            "a date in the future": ("IN", f"LIST.000101.{tomorrow}.N0001.R", 111),
            "a date long ago": ("IN", f"LIST.000101.{old}.N0002.R", 126),
            "no day of the calendar": ("IN", "LIST.000101.20261331.N0003.R", 110),
            "sequence zero": ("IN", f"LIST.000101.{day}.00000.R", 127),
            "another sender": ("IN", f"LIST.000102.{day}.N0005.R", 108),
            "R in INTEST": ("INTEST", f"LIST.000101.{day}.N0006.R", 118),
            "T in IN": ("IN", f"LIST.000101.{day}.N0007.T", 119),
            "an unknown environment": ("IN", f"LIST.000101.{day}.N0008.X", 117),
            "a small letter in the sequence": ("IN", f"LIST.000101.{day}.n0009.R", 367),
            "a short sequence": ("IN", f"LIST.000101.{day}.N010.R", 112),
        }
        for folder, name, _ in cls.bad_names.values():
            house.drop(name, house.good(), into=landing / folder)
        for name in (b"hello.txt", b"FI.\xff\xfe.x", b"new\nline", b"\x1b[31mred", b"x" * 255,
                     b"GO", b"GO.", b".hidden", b"FI.LIST.000101", b"-rf"):
            path = os.fsencode(landing / "IN") + b"/" + name
            with open(path, "wb") as file:
                file.write(b"x")
            cls.odd.append(path)

    @classmethod
    def drop_partners(cls, house):
        cls.refuse("a closed partner", house.drop(house.name("C0001", "000104"), house.good(),
                                                  signer="other"), 103)
        cls.refuse("a partner in test sends R",
                   house.drop(house.name("C0002", "000103"), house.good(), signer="other"), 103)
        cls.closed["a partner in test sends T"] = house.drop(
            house.name("C0003", "000103", environment="T"), house.good(), signer="other")

    @classmethod
    def drop_objects(cls, house):
        landing = house.home / "spool/partners/000101/IN"
        cls.secret = house.folder / "secret"
        cls.secret.write_text("<List>secret</List>")

        def members(i):
            name = house.name(f"X{i:04}")
            return name, landing / f"FI.{name}.1.1", landing / f"GO.{name}.1"
        cls.objects = {}
        name, data, go = members(1)
        data.symlink_to(cls.secret)
        go.touch()
        cls.objects["a symbolic link"] = (name, data)
        name, data, go = members(2)
        os.mkfifo(data)
        go.touch()
        cls.objects["a FIFO"] = (name, data)
        name, data, go = members(3)
        data.mkdir()
        go.touch()
        cls.objects["a folder"] = (name, data)
        name, data, go = members(4)
        os.link(cls.secret, data)
        go.touch()
        cls.objects["a hard link"] = (name, data)
        name, data, go = members(5)
        data.write_bytes(b"x")
        go.symlink_to(cls.secret)
        cls.objects["a GO that is a link"] = (name, go)

    @classmethod
    def drop_duplicates(cls, house):
        cls.content = house.good()
        cls.same = house.drop(house.name("D0001"), cls.content)
        cls.other = house.drop(house.name("D0002"), house.good())
        refused_first = house.good()
        cls.refuse("content that will be sent again",
                   house.drop(house.name("D0003"), refused_first, signer="other"), 153)
        cls.rehearsed = house.good()
        cls.closed["a rehearsal"] = house.drop(house.name("D0004", environment="T"), cls.rehearsed)
        cls.refused_first = refused_first

    @classmethod
    def drop_again(cls, house):
        house.drop(cls.same, cls.content)
        house.drop(cls.other, OTHER_CONTENT)
        cls.refuse("the same content under another name",
                   house.drop(house.name("D0010"), cls.content), 133)
        cls.closed["content that was refused before"] = house.drop(house.name("D0011"),
                                                                   cls.refused_first)
        cls.closed["content that was rehearsed before"] = house.drop(house.name("D0012"),
                                                                     cls.rehearsed)
        cls.refuse("a name in use under another subject",
                   house.drop(house.name("D0001", subject="STRI"), house.good()), 133)

    # ---- what came of it ----

    def entry(self, name):
        found = [one for one in self.listed if one["file"] == name]
        self.assertTrue(found, f"status knows no {name}")
        return found[-1]

    def test_exit_status(self):
        self.assertEqual(self.first.returncode, 1, self.first.stderr)
        self.assertEqual(self.second.returncode, 1, self.second.stderr)
        self.assertEqual(self.night.returncode, 0, self.night.stderr)

    def test_good_files_are_closed(self):
        for title, name in self.closed.items():
            with self.subTest(title):
                entry = self.entry(name)
                self.assertEqual((entry["state"], entry["codes"]), ("closed", []))
                self.assertGreater(entry["records"]["accepted"], 0)
                self.assertEqual(entry["records"]["rejected"], 0)
                self.assertTrue(entry["final"])
                self.assertEqual(len(entry["ticket"]), 13)

    def test_bad_files_are_refused_with_their_code(self):
        for title, (name, codes) in self.refused.items():
            with self.subTest(title):
                entry = self.entry(name)
                self.assertIn(entry["state"], ("refused", "quarantined"))
                self.assertTrue(codes & set(entry["codes"]), f"{entry} has none of {codes}")
                self.assertEqual(entry["records"]["total"], 0)
                self.assertEqual(entry["deliveries"], [])

    def test_every_refusal_is_answered(self):
        for title, (name, codes) in self.refused.items():
            if "closed partner" in title:
                continue
            with self.subTest(title):
                receipts = self.house.receipts(name)
                self.assertTrue(receipts, "no receipt")
                negative = [r for r in receipts if r[1] == "0"]
                self.assertTrue(negative, receipts)
                self.assertEqual(negative[-1][0], "FA")
                self.assertTrue(codes & set(negative[-1][2]), receipts)

    def test_bad_names_are_answered_with_their_code(self):
        receipts = {}
        for number in ("000101", "000102"):
            for environment in "RTS":
                for path in self.house.data_files(number, "ACRF", environment):
                    text = self.house.content(path).decode()
                    receipts[path] = text
        for title, (_, name, code) in self.bad_names.items():
            with self.subTest(title):
                about = [t for t in receipts.values() if name in t]
                self.assertTrue(about, f"nothing was said about {name}")
                self.assertTrue(any(f"ACRF-{code}<" in t for t in about), about)

    def test_nothing_odd_stays_in_the_landing_zone(self):
        # hello.txt and its like are taken at once or when they are as old as a half set: by then
        # nothing of them may have been processed.
        for path in self.odd:
            with self.subTest(os.fsdecode(path)):
                base = os.path.basename(path).decode("utf-8", "replace")
                self.assertFalse([one for one in self.listed
                                  if base in one["file"] and one["state"] == "closed"])
        for title, (name, path) in self.objects.items():
            with self.subTest(title):
                self.assertFalse(os.path.lexists(path), "it is still in the landing zone")

    def test_links_and_special_files_are_quarantined(self):
        for title, (name, _) in self.objects.items():
            with self.subTest(title):
                states = {one["state"] for one in self.listed if name in one["file"]}
                self.assertTrue(states & {"quarantined", "refused"}, states)
                self.assertFalse(states & {"closed"}, states)
        self.assertEqual(self.secret.read_text(), "<List>secret</List>")

    def test_half_a_set_waits(self):
        self.assertEqual(self.entry(self.half)["state"], "waiting")
        self.assertTrue((self.house.landing(self.half) / f"FI.{self.half}.1.1").exists())

    def test_a_cancelled_file_is_not_processed(self):
        entry = self.entry(self.cancelled)
        self.assertEqual(entry["state"], "cancelled")
        self.assertEqual(entry["deliveries"], [])

    def test_the_same_again_is_answered_and_not_processed(self):
        self.assertEqual([one["state"] for one in self.listed if one["file"] == self.same],
                         ["closed"])
        answered = [r for r in self.house.receipts(self.same) if "ACRF-133" in r[2]]
        self.assertEqual(len(answered), 1, self.house.receipts(self.same))
        self.assertEqual(answered[0][1], "1")

    def test_other_content_under_a_used_name_is_quarantined_and_the_first_stands(self):
        states = sorted(one["state"] for one in self.listed if one["file"] == self.other)
        self.assertEqual(states, ["closed", "quarantined"])
        self.assertIn(("FA", "0", ["ACRF-133"]), self.house.receipts(self.other))

    def test_answers_are_signed_by_us(self):
        for number in ("000101", "000102", "000103"):
            for environment in "RTS":
                for subject in ("ACRF", "NOTI"):
                    for path in self.house.data_files(number, subject, environment):
                        self.assertIsNone(self.house.verify(path), path.name)

    def test_sets_in_out_are_complete_and_numbered_without_gaps(self):
        for number in ("000101", "000102"):
            out = self.house.out(number)
            gos = sorted(p.name[3:] for p in out.glob("GO.*"))
            data = sorted(p.name[3:].removesuffix(".zst") for p in out.iterdir()
                          if p.name[:2] in ("FO", "CO"))
            self.assertEqual(gos, data)

    def test_zz_a_half_set_is_refused_when_it_is_old(self):
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)
        now = later.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.house.must("receive", "--now", now, status=(0, 1))
        entry = self.house.state(self.half)
        self.assertEqual((entry["state"], entry["codes"]), ("refused", ["ACRF-130"]))
        left = sorted(os.listdir(self.house.home / "spool/partners/000101/IN"))
        self.assertEqual(left, [])

    def test_zz_a_late_cancellation_is_answered(self):
        name = self.same
        (self.house.landing(name) / f"TD.{name}.1").touch()
        self.house.must("receive")
        self.assertEqual(self.house.state(name)["state"], "closed")
        self.assertGreater(len(self.house.receipts(name)), 2)

    def test_zz_nobody_takes_or_cancels_another_ones_name(self):
        house = self.house
        foreign = house.home / "spool" / "partners" / "000102" / "IN"
        for cancels in (False, True):
            with self.subTest(cancels=cancels):
                name = house.name(f"T000{int(cancels)}")
                content = house.good()
                if cancels:
                    house.drop(name, content)
                    house.must("receive")
                    (foreign / f"TD.{name}.1").touch()
                else:
                    house.drop(name, content, into=foreign)
                house.must("receive", status=(1,))
                if not cancels:
                    house.drop(name, content)
                house.must("run")
                self.assertEqual(house.states(name), ["closed"])
                refused = [one for one in house.status("--sender", "000102")
                           if name in one["file"] and one["sender"] == "000102"]
                self.assertEqual([one["state"] for one in refused], ["refused"])
                self.assertIn("ACRF-108", refused[0]["codes"])

    def test_zz_the_journal_holds(self):
        self.house.must("journal", "verify", "--against-ledger")


class Bounds(unittest.TestCase):
    def test_what_follows_a_part_that_is_too_long_is_not_read(self):
        house = House()
        self.addCleanup(house.close)
        job = house.home / "jobs" / "list.xml"
        job.write_text(job.read_text().replace('schema="list.xsd"/>',
                                               'schema="list.xsd" max-bytes="1MB"/>'))
        name = house.drop(house.name("00001"), b" " * 5_000_000, b" " * 30_000_000)
        house.must("receive", status=(1,))
        state = house.state(name)
        self.assertIn("ACRF-184", state["codes"])
        self.assertLess(state["bytes"], 10_000_000)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-q", *sys.argv[1:]])
