#!/usr/bin/env python3
"""The correction file: with the lengths of records in the ledger it is made of a text that the
accepted ones were left out of, without them of the whole text. Both must be the same bytes."""
import random
import sys
import unittest
from xml.etree import ElementTree

from house import House, form, insz, listing, person

SMALL = "slice-bytes = 4096\ncommit-bytes = 16384\n"


def persons(draw: random.Random, number: int, bad: float) -> list[str]:
    made = []
    for i in range(draw.randrange(1, 9)):
        one = person(9 * number + i, amount=1, name=draw.choice(("Jan", "Zoë", "A" * 900, "&lt;")),
                     city="Paris" if draw.random() < bad else "Gent",  # not in the schema
                     inss="00000000000" if draw.random() < bad / 2 else None)
        made.append(draw.choice(("", "", "<!-- <Person> -->", "\r\n")) + one)
    return made


def forms(seed: int, count: int, bad: float) -> list[str]:
    draw = random.Random(seed)
    return [form(f"F-{seed}-{n}", *persons(draw, n, bad),
                 total=1000 if draw.random() < 0.1 else None) for n in range(count)]


def texts() -> dict[str, list[bytes]]:
    """By title, the parts of a file."""
    plain = listing(*forms(1, 80, 0.1))
    latin = plain.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    return {
        "UTF-8": [plain],
        "a byte order mark": [b"\xef\xbb\xbf" + listing(*forms(2, 40, 0.2))],
        "ISO-8859-1": [latin.replace(b"F-1-", b"F-3-")],
        "few rejected": [listing(*forms(4, 200, 0.005))],
        "all rejected": [listing(*forms(5, 20, 1.0))],
        "parts": [listing(*forms(6, 30, 0.2)), b"\xef\xbb\xbf" + listing(*forms(7, 30, 0.2)),
                  listing(*forms(8, 30, 0.2))],
        "more than a frame of the private copy": [
            listing(*[form(f"F-9-{n}", *[person(7 * n + i, "Paris" if i * n % 97 == 1 else "Gent",
                                                amount=1, name="B" * (1 + 37 * n % 999))
                                         for i in range(7)]) for n in range(1600)])],
    }


class Correction(unittest.TestCase):
    def corrections(self, settings: str) -> dict[str, list[bytes]]:
        house = House()
        self.addCleanup(house.close)
        (house.home / "jobs" / "sluice.conf").write_text(settings)
        found = {}
        for number, (title, parts) in enumerate(texts().items(), 1):
            before = set(house.data_files("000101", "CORR"))
            name = house.drop(house.name(f"{number:05}"), *parts)
            house.must("run", "--quiet", status=(0, 1))
            self.assertEqual(house.state(name)["state"], "closed", title)
            after = [one for one in house.data_files("000101", "CORR") if one not in before]
            found[title] = [house.content(one) for one in after]
        return found

    def test_it_is_the_same_with_lengths_of_records_and_without(self):
        whole = self.corrections(SMALL + "record-digests = no\n")
        for title, found in whole.items():
            self.assertEqual(len(found), 1, title)
            self.assertIn(b"<Person>", found[0], title)
        self.assertLess(whole["few rejected"][0].count(b"<Person>"), 20)
        self.assertIn(insz(0).encode(), whole["all rejected"][0])
        for settings in (SMALL, SMALL + "threads = 1\n", SMALL + "threads = 7\n", ""):
            found = self.corrections(settings)
            self.assertEqual([title for title in whole if whole[title] != found[title]], [],
                             settings)

    def test_what_stands_between_records_that_were_accepted_is_not_carried_back(self):
        """All of it together is more than may stand before the first record."""
        house = House()
        self.addCleanup(house.close)
        note = "<!-- " + "words " * 1500 + "-->"
        text = listing(form("F-1", *[person(n, amount=1) + note for n in range(1000)],
                            person(1000, "Paris", amount=1) + "<!-- the last -->"),
                       form("F-2", person(1001, amount=1)))
        self.assertGreater(len(text), 8 << 20)
        found = set()
        for settings in ("record-digests = no\n", "record-digests = yes\n", SMALL):
            (house.home / "jobs" / "sluice.conf").write_text(settings)
            before = set(house.data_files("000101", "CORR"))
            number = len(before) + 1
            name = house.drop(house.name(f"{number:05}"), text.replace(b">F-", b">F%d-" % number))
            house.must("run", "--quiet", status=(1,))
            self.assertEqual(house.state(name)["records"]["rejected"], 1)
            one, = set(house.data_files("000101", "CORR")) - before
            found.add(house.content(one).replace(b">F%d-" % number, b">F-"))
        content, = found
        self.assertEqual(content.count(b"<Person>"), 1)
        self.assertEqual(content.count(b"<Form>"), 1)
        self.assertIn(b"</Person><!-- the last --></Form>", content)
        self.assertNotIn(b"words", content)

    def test_records_over_the_limit_are_named_and_not_carried_back_wherever_slices_end(self):
        def of_persons(number: int, *lengths: int) -> str:
            return form(f"F-{number}", *[person(9 * number + i, name="A" * length)
                                         for i, length in enumerate(lengths)])

        parts = [listing(of_persons(1, 3, 300_000, 5), of_persons(2, 7),
                         of_persons(3, 100, 4000, 90_000, 2500)),
                 listing(of_persons(4, 40_000), of_persons(5, 200_000, 3)
                         .replace("Gent", "Paris"))]
        told = set()
        for settings in (SMALL, SMALL + "record-digests = no\n", SMALL + "threads = 7\n",
                         "slice-bytes = 65536\n", ""):
            house = House()
            self.addCleanup(house.close)
            (house.home / "jobs" / "sluice.conf").write_text(settings)
            job = house.home / "jobs" / "list.xml"
            job.write_text(job.read_text().replace(
                "</job>", '<limits record-bytes-max="2000"/></job>'))
            alone = house.drop(house.name("00001"), listing(of_persons(9, 300_000)))
            name = house.drop(house.name("00002"), *parts)
            house.must("run", "--quiet", status=(0, 1))
            records = house.state(name)["records"]
            self.assertEqual((records["accepted"], records["rejected"]), (4, 7))
            self.assertEqual(house.state(alone)["state"], "closed")
            corrections = [house.content(one) for one in house.data_files("000101", "CORR")]
            notes = [ElementTree.fromstring(house.content(one))
                     for one in house.data_files("000101", "NOTI")]
            anomalies = [tuple(e.text for e in report.iter()) for note in notes
                         for report in note.iter("AnomalyReport")]
            self.assertEqual(len([a for a in anomalies if "00000-007" in a]), 0)
            parcels = [house.content(one) for one in house.data_files("000301", "LIST")]
            told.add((tuple(corrections), tuple(anomalies), tuple(parcels)))
        self.assertEqual(len(told), 1)
        first, second = corrections
        self.assertIn(b"<!-- record 1 is left out", first)
        self.assertNotIn(b"A" * 50, first + second)
        self.assertEqual(second.count(b"is left out: it goes over the limit"), 6)
        for record in (2, 6, 7, 8, 9, 10):
            self.assertIn(b"<!-- record %d is left out" % record, second)
        self.assertEqual(second.count(b"<Person>"), 1)

    def test_what_stands_between_records_goes_to_nobody_wherever_slices_end(self):
        draw = random.Random(11)

        def gap(n: int) -> str:
            words = "<Person> " * draw.choice((300, 1000, 3000))
            return draw.choice(("", "\r\n  ", f"<!-- short {n} -->", f"<!-- long {words} -->"))

        made = [form(f"F-{n}", *[gap(n) + person(9 * n + i, amount=1) +
                                 ("<!-- behind -->" if draw.random() < 0.2 else "")
                                 for i in range(draw.randrange(1, 9))]) for n in range(40)]
        told = set()
        for settings in (SMALL, SMALL + "threads = 7\n", "slice-bytes = 10000\n", ""):
            house = House()
            self.addCleanup(house.close)
            (house.home / "jobs" / "sluice.conf").write_text(settings)
            name = house.drop(house.name("00001"), listing(*made))
            house.must("run", "--quiet")
            self.assertEqual(house.state(name)["state"], "closed")
            told.add(tuple(house.content(one) for one in house.data_files("000301", "LIST")))
        self.assertEqual(len(told), 1)
        ElementTree.fromstring(*told.pop())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-q", *sys.argv[1:]])
