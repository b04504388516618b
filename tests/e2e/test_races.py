#!/usr/bin/env python3
"""What must not depend on the number of threads, on the places of the commits, on where a run
stopped, or on what else runs beside it."""
import datetime
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import unittest
import zoneinfo

from house import SLUICE, House, form, insz, listing, person
from test_directory import JOB, PERSONS, RIGHTS

SMALL = "slice-bytes = 4096\ncommit-bytes = 8192\nbatch-bytes-max = 1\ndisk-reserve-bytes = 0\n"
OVER = ("--until", "2020-01-01T00:00:00Z")  # stops at the first commit


def settings(house, text):
    (house.home / "jobs" / "sluice.conf").write_text(text)


def sent(house) -> dict[str, bytes]:
    """All data that went out, by partner and name; answers without the place in the journal."""
    found = {}
    for path in sorted((house.home / "spool/partners").glob("*/OUT*/*")):
        if path.name[:3] in ("FO.", "CO.") and path.is_file():
            found[f"{path.parent.parent.name}/{path.name}"] = house.content(path)
        elif path.name[:3] == "VO.":
            found[f"{path.parent.parent.name}/{path.name}"] = re.sub(
                rb"(?i)journal\w*>\d+", b"journal", path.read_bytes())
    return found


class Threads(unittest.TestCase):
    """One night, copied, with 1, 2, 3, 7 and 16 threads."""

    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        (house.home / "jobs" / "held.xml").write_text(JOB)
        settings(house, SMALL)
        (house.home / "persons.csv").write_text(PERSONS + "".join(
            f"{insz(n)},{who},10,0,10,2020-01-01,\n" for n in range(1, 900)
            for who in (["000301"] if n % 3 else []) + (["000302"] if n % 5 else [])))
        (house.home / "rights.csv").write_text(
            RIGHTS + "S,institution,000101,HELD,,,2020-01-01,,D1\n"
            "A,institution,000301,HELD,10,,2020-01-01,,D2\n"
            "C,institution,000303,HELD,,,2020-01-01,,D3\n")
        house.must("directory", "load", "--persons", str(house.home / "persons.csv"),
                   "--authorisations", str(house.home / "rights.csv"))
        # Before the files came, so that the time of their reception is the same in all copies.
        before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=6)
        cls.now = before.strftime("%Y-%m-%dT%H:%M:%SZ")
        house.today = before.astimezone(zoneinfo.ZoneInfo("Europe/Brussels")).date()
        cities = ("Gent", "Namur", "Paris")  # the last is not in the schema
        forms = [form(f"T-{n}", *[person(9 * n + i, cities[(n * i) % 7 % 3], amount=n,
                                         inss="00000000000" if (n + i) % 23 == 0 else None)
                                  for i in range(1, 8)], total=None if n % 6 else 1)
                 for n in range(60)]
        for number, subject in enumerate(("LIST", "STRI", "HELD"), 1):
            house.drop(house.name(f"{number:05}", subject=subject),
                       listing(*forms) + b"\n" * number)
        house.drop(house.name("00004"), listing(*forms[:40])[:-20])  # not well-formed at its end

    def night(self, threads: int) -> dict[str, object]:
        home = self.house.folder / f"home-{threads}"
        shutil.copytree(self.house.home, home, symlinks=True)
        environment = {**os.environ, "SLUICE_HOME": str(home), "SLUICE_NOW": self.now}

        def sluice(*words):
            return subprocess.run([SLUICE, *words], env=environment, capture_output=True,
                                  timeout=300, text=True)
        done = sluice("run", "--quiet", "--threads", str(threads))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.house.home, mine = home, self.house.home
        try:
            found = dict(sent(self.house))
        finally:
            self.house.home = mine
        for line in sluice("status", "--json").stdout.splitlines():
            said = json.loads(line)
            found[said["file"]] = [said[key] for key in ("state", "codes", "documents", "records",
                                                         "ticket", "directory_version")]
        verified = sluice("journal", "verify", "--against-ledger")
        self.assertEqual(verified.returncode, 0, verified.stderr)
        return found

    def test_any_number_of_threads_gives_the_same_bytes(self):
        reference = self.night(1)
        kinds = {name.split("/")[-1].split(".")[1] for name in reference if "/" in name}
        self.assertLessEqual({"LIST", "HELD", "NOTI", "ACRF"}, kinds)
        for threads in (2, 3, 7, 16):
            other = self.night(threads)
            self.assertEqual(sorted(other), sorted(reference), threads)
            self.assertEqual([n for n in other if other[n] != reference[n]], [], threads)


class Commits(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        settings(self.house, SMALL)

    def forms(self, count, first=0):
        return [form(f"C-{n}", *[person(10 * n + i) for i in range(6)])
                for n in range(first, first + count)]

    def documents(self, name):
        counts = self.house.state(name)["documents"]
        return counts["accepted"], counts["rejected"]

    @staticmethod
    def drain(pipe):
        while os.read(pipe, 4096):
            pass

    def test_a_document_twice_in_a_file_is_found_wherever_the_commits_are(self):
        forms = self.forms(30)
        content = listing(*forms[:2], forms[0], *forms[2:], forms[1])
        found = []
        for conf in (SMALL, SMALL.replace("8192", "20000"), ""):
            house = House()
            self.addCleanup(house.close)
            settings(house, conf)
            name = house.drop(house.name("00001"), content)
            house.must("run", "--quiet", status=(1,))
            found.append([house.state(name)["documents"], house.state(name)["records"]])
        self.assertEqual((found[0][0]["accepted"], found[0][0]["rejected"]), (30, 2))
        self.assertEqual(found[1:], found[:1] * 2)

    def test_a_broken_file_keeps_no_ids_from_its_correction_of_the_same_night(self):
        settings(self.house, "")  # both in one batch
        forms = self.forms(5)
        broken = self.house.drop(self.house.name("00001"), listing(*forms)[:-3])
        good = self.house.drop(self.house.name("00002"), listing(*forms))
        self.house.must("run", "--quiet", status=(1,))
        self.assertEqual(self.house.state(broken)["state"], "refused")
        self.assertEqual(self.documents(good), (5, 0))

    def test_a_file_cancelled_at_the_commit_of_its_batch_leaves_its_ids_to_the_next_in_it(self):
        settings(self.house, "")
        first, second, third = (
            self.house.drop(self.house.name(f"0000{n}"), listing(*self.forms(3, start)) + b"\n" * n)
            for n, start in ((1, 1), (2, 1), (3, 3)))
        copy, log = self.house.folder / "copy", self.house.folder / "points"
        shutil.copytree(self.house.home, copy, symlinks=True)
        words = [SLUICE, "run", "--quiet", "--threads", "1", "--home"]
        subprocess.run([*words, copy], env={**os.environ, "SLUICE_CRASH_LOG": str(log)})
        lines = log.read_text().splitlines(keepends=True)
        at = [line.split(" ", 1)[1] for line in lines].index("drafts-durable\n")
        # A pipe of one page with room for the points before that: the run stands still there.
        os.mkfifo(self.house.folder / "pipe")
        pipe = os.open(self.house.folder / "pipe", os.O_RDWR)
        page = fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
        os.write(pipe, b"x" * (page - sum(map(len, lines[:at]))))
        run = subprocess.Popen([*words, self.house.home], env={
            **os.environ, "SLUICE_CRASH_LOG": str(self.house.folder / "pipe")})
        drafts = self.house.home / "spool" / "drafts"
        while not any(drafts.glob("[0-9]*/*")):
            self.assertIsNone(run.poll())
        (self.house.landing(first) / f"TD.{first}.1").touch()
        self.house.must("receive", "--quiet")
        threading.Thread(target=self.drain, args=(pipe,), daemon=True).start()
        self.assertIn(run.wait(60), (0, 1))
        states = [self.house.state(one)["state"] for one in (first, second, third)]
        self.assertEqual(states, ["cancelled", "closed", "closed"])
        self.assertEqual([self.documents(one) for one in (second, third)], [(3, 0), (2, 1)])
        self.house.must("journal", "verify", "--against-ledger")

    def stopped(self, sequence="00001"):
        name = self.house.drop(self.house.name(sequence), listing(*self.forms(60)))
        self.house.must("run", "--quiet", *OVER, status=(0, 1))
        self.assertEqual(self.house.state(name)["state"], "processing")
        return name

    def test_td_for_a_file_that_was_begun_gives_its_documents_free(self):
        name = self.stopped()
        (self.house.landing(name) / f"TD.{name}.1").touch()
        self.house.must("receive")
        self.assertEqual(self.house.state(name)["state"], "cancelled")
        again = self.house.drop(self.house.name("00002"),
                                listing(*self.forms(60), *self.forms(1, 99)))
        self.house.must("run", "--quiet")
        self.assertEqual(self.documents(again), (61, 0))
        self.assertEqual([p.name for p in (self.house.home / "spool/drafts").iterdir()], ["out"])
        self.house.must("journal", "verify", "--against-ledger")

    def test_a_file_whose_job_was_changed_is_held_alone(self):
        name = self.stopped()
        job = self.house.home / "jobs" / "list.xml"
        text = job.read_text()
        job.write_text(text + "<!-- changed -->\n")
        other = self.house.drop(self.house.name("00002"), listing(*self.forms(3, 99)))
        self.house.must("run", "--quiet")
        self.assertEqual(self.house.state(name)["state"], "held")
        self.assertIn("put the former version of job list back", self.house.must("show", name))
        self.assertEqual(self.house.state(other)["state"], "closed")
        job.write_text(text)
        self.house.must("release", name, "--reason", "the job is as it was")
        self.house.must("run", "--quiet")
        self.assertEqual(self.documents(name), (60, 0))
        self.house.must("journal", "verify", "--against-ledger")

    def test_a_file_that_was_held_where_until_stopped_it_goes_on_with_its_drafts(self):
        name = self.stopped()
        self.house.must("hold", name, "--reason", "to look at it")
        self.house.must("run", "--quiet")
        self.house.must("release", name, "--reason", "looked at it")
        self.house.must("run", "--quiet", *OVER)
        self.house.must("run", "--quiet")
        (state,) = [one for one in self.house.status() if one["file"] == name]
        self.assertEqual((state["state"], state["records"]["accepted"]), ("closed", 360))
        self.house.must("journal", "verify", "--against-ledger")
        (parcel,) = self.house.data_files("000301", "LIST")
        self.assertEqual(self.house.content(parcel).count(b"<Person>"), 360)

    def test_parcels_of_a_stopped_file_end_in_the_form_in_which_they_began(self):
        self.stopped()
        drafts = self.house.home / "spool/drafts/1"
        self.assertIn("000301.draft", [one.name for one in drafts.iterdir()])
        for number, compression in (("000301", "zstd"), ("000302", "none"), ("000303", "zstd")):
            self.house.must("partner", "set", number, f"compression={compression}",
                            "--reason", "it asked for it")
        self.house.must("run", "--quiet", *OVER)
        self.house.must("run", "--quiet")
        persons = []
        for number, name in (("000301", "FO.*.R"), ("000302", "FO.*.zst"), ("000303", "CO.*.R")):
            for parcel in self.house.out(number).glob(name.replace("*", "LIST.*")):
                self.assertIsNone(self.house.verify(parcel))
                persons.append(self.house.content(parcel).count(b"<Person>"))
        self.assertEqual(persons, [360, 360])

    def test_a_parcel_of_a_test_that_cannot_go_out_keeps_back_no_other(self):
        house = self.house
        settings(house, "")  # both in one batch
        for sequence, environment in (("00001", "S"), ("00002", "R")):
            house.drop(house.name(sequence, environment=environment), house.good("Gent"))
        house.out("000302", "S").rmdir()
        house.must("run", "--quiet")
        self.assertEqual(len(house.data_files("000302", "LIST")), 1)
        house.out("000302", "S").mkdir()
        house.must("run", "--quiet")
        self.assertEqual(len(house.data_files("000302", "LIST", "S")), 1)

    def test_what_is_decided_cannot_be_cancelled_though_it_is_held(self):
        name = self.house.drop(self.house.name("00001"), self.house.good())
        log = self.house.folder / "points"
        points = ["SLUICE_CRASH_LOG", "SLUICE_CRASH_AT"]
        copy = self.house.folder / "copy"
        shutil.copytree(self.house.home, copy)
        subprocess.run([SLUICE, "run", "--quiet", "--home", copy, "--threads", "1"],
                       env={**os.environ, points[0]: str(log)}, check=True)
        at = [line.split(" ", 1)[1] for line in log.read_text().splitlines()].index("decided") + 1
        subprocess.run([SLUICE, "run", "--quiet", "--home", self.house.home, "--threads", "1"],
                       env={**os.environ, points[1]: str(at)})
        self.assertEqual(self.house.state(name)["state"], "decided")
        self.house.must("hold", name, "--reason", "to look at it")
        self.house.must("cancel", name, "--reason", "too late", status=(1,))
        (self.house.landing(name) / f"TD.{name}.1").touch()
        self.house.must("receive")
        self.assertEqual(self.house.state(name)["state"], "held")
        self.house.must("release", name, "--reason", "looked at it")
        self.house.must("run", "--quiet")
        self.assertEqual(self.house.state(name)["state"], "closed")
        self.house.must("journal", "verify", "--against-ledger")

    def test_a_notification_stays_in_the_language_in_which_it_was_decided(self):
        reason = ("--reason", "it asked for it")
        self.house.must("partner", "set", "000101", "language=de", *reason)
        self.house.drop(self.house.name("00001"), listing(form("A", person(1, "Paris"))))
        log, copy = self.house.folder / "points", self.house.folder / "copy"
        shutil.copytree(self.house.home, copy)
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        words = [SLUICE, "run", "--quiet", "--threads", "1", "--now", now, "--home"]
        subprocess.run([*words, copy], env={**os.environ, "SLUICE_CRASH_LOG": str(log)})
        points = [line.split(" ", 1)[1] for line in log.read_text().splitlines()]
        at = len(points) - points[::-1].index("sets.signed")
        subprocess.run([*words, self.house.home], env={**os.environ, "SLUICE_CRASH_AT": str(at)})
        self.house.must("partner", "set", "000101", "language=en", *reason)
        self.house.must("run", "--quiet", status=(0, 1))
        (told,) = self.house.data_files("000101", "NOTI")
        undisturbed = copy / told.relative_to(self.house.home)
        self.assertEqual(self.house.content(told), self.house.content(undisturbed))

    def test_receptions_beside_a_run_send_nothing_twice(self):
        settings(self.house, "")
        for n in range(1, 9):
            self.house.drop(self.house.name(f"{n:05}"), listing(*self.forms(3, 3 * n)))
        taken, twice, over = {}, [], threading.Event()

        def partner():  # takes what is there at once, so that a second one would be seen
            while not over.is_set():
                for go in self.house.out("000101").glob("GO.*"):
                    if go.name in taken:
                        twice.append(go.name)
                    taken[go.name] = True
                    for prefix in ("FO", "FS", "GO"):
                        (go.parent / f"{prefix}{go.name[2:]}").unlink(missing_ok=True)
        watch = threading.Thread(target=partner)
        watch.start()
        run = subprocess.Popen([SLUICE, "run", "--quiet", "--home", self.house.home],
                               stderr=subprocess.PIPE, text=True)
        try:
            while run.poll() is None:
                self.house.must("receive", "--quiet")
        finally:
            over.set()
            watch.join()
            _, words = run.communicate()
        self.assertEqual(run.returncode, 0, words)
        self.house.must("run", "--quiet")
        self.assertEqual(twice, [])
        self.house.must("journal", "verify", "--against-ledger")


class Claims(unittest.TestCase):
    """A sender acts between the look at his folder and the end of a claim."""

    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def test_td_that_came_while_a_claim_lay_half_made_cancels(self):
        house = self.house
        name = house.name("00001")
        house.drop(name, house.good())
        landing = house.landing(name)
        go = landing / f"GO.{name}.1"
        seen = os.stat(go).st_ctime_ns // 1000
        claim = house.home / "spool/work/claims" / f"{seen:020d}-set-000101-IN-FI.{name}.1.1+"
        claim.mkdir(parents=True)
        os.rename(go, claim / go.name)  # killed here
        (landing / f"TD.{name}.1").touch()
        house.must("receive")
        self.assertEqual(house.states(name), ["cancelled"])
        house.must("run")
        self.assertEqual(house.data_files("000301", "LIST"), [])

    def test_what_took_the_place_of_a_member_is_refused_and_stops_nobody(self):
        house = self.house
        codes = {"FI": "ACRF-120", "FS": "ACRF-122"}
        kinds = (lambda path: path.symlink_to("/etc/hostname"), os.mkfifo, os.mkdir)
        names = {}
        for number, (prefix, kind) in enumerate(((p, k) for p in codes for k in kinds), 1):
            name = house.drop(house.name(f"0000{number}"), house.good())
            names[name] = codes[prefix]
            landing = house.landing(name)
            seen = os.stat(landing / f"GO.{name}.1").st_ctime_ns // 1000
            claim = house.home / "spool/work/claims" / f"{seen:020d}-set-000101-IN-FI.{name}.1.1"
            claim.mkdir(parents=True)
            for path in landing.iterdir():
                path.rename(claim / path.name)  # by the engine, after the sender did what follows
            member = claim / f"{prefix}.{name}.1.1"
            member.unlink()
            kind(member)
        good = house.drop(house.name("00009"), house.good())
        house.must("receive", status=(1,))
        for name, code in names.items():
            self.assertEqual(house.states(name), ["refused"])
            self.assertEqual(house.state(name)["codes"], [code])
        self.assertEqual(house.states(good), ["verified"])

    def test_a_name_that_comes_again_by_a_clock_that_stands_still_has_a_claim_of_its_own(self):
        house = self.house
        settings(house, "threads = 1\n")
        past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
        still = ("--now", past.strftime("%Y-%m-%dT%H:%M:%SZ"))
        names = [house.name(f"0000{n}") for n in range(1, 5)]
        contents = [[house.good(), house.good("Namur")] for _ in names]
        for name, (first, _) in zip(names, contents):
            house.drop(name, first)
        house.must("receive", *still)
        for number, (name, (_, other)) in enumerate(zip(names, contents)):
            # At once, after a command at the same instant, and after the clock went on and back.
            if number == 1:
                house.must("receive", *still)
            if number == 3:
                house.must("receive")
            house.drop(name, other)
            house.sluice("receive", *still)
        house.must("run", *still)
        for name in names:
            self.assertEqual(house.states(name), ["closed", "quarantined"])
        for first, other in contents:
            went = b"".join(house.content(path) for path in house.data_files("000301", "LIST"))
            for content, is_there in ((first, True), (other, False)):
                self.assertEqual(re.search(rb"REF-\d+", content)[0] in went, is_there)
        kept = [subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout
                for path in (house.home / "spool/archive/in").rglob("*.zst")]
        self.assertEqual(sorted(kept), sorted(sum(contents, [])))

    def test_so_has_one_without_its_first_part(self):
        house = self.house
        past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
        still = ("--now", past.strftime("%Y-%m-%dT%H:%M:%SZ"))
        name = house.name("00001")
        landing = house.landing(name)
        contents = [house.good(), house.good("Namur")]
        for number, content in enumerate(contents, 2):
            (landing / f"FI.{name}.2.2").write_bytes(content)
            (landing / f"FS.{name}.2.2").write_bytes(house.sign(content))
            (landing / f"GO.{name}.2").touch()
            house.must("receive", *still, status=(1,))
            house.must("receive")  # the clock went on, and goes back
            house.drop(house.name(f"{number:05}"), house.good())
            house.must("receive")
        kept = [subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout
                for path in (house.home / "spool/archive/in").rglob("*.zst")]
        for content in contents:
            self.assertIn(content, kept)


class OneSubjectTwoJobs(unittest.TestCase):
    """A file turns out to be of another job than its reception thought: the run that has the lock
    of that job takes it, and no other."""

    def test_a_file_is_left_to_the_run_of_its_job(self):
        house = House()
        self.addCleanup(house.close)
        schema = (house.home / "xsd" / "list.xsd").read_text()
        (house.home / "xsd" / "other.xsd").write_text(schema.replace('"List"', '"Other"'))
        job = (house.home / "jobs" / "list.xml").read_text()
        (house.home / "jobs" / "first.xml").write_text(
            job.replace('name="list"', 'name="first"').replace("list.xsd", "other.xsd")
            .replace("/List/Form", "/Other/Form"))
        house.must("job", "check")
        name = house.drop(house.name("L0001"), house.good())
        house.must("receive")
        self.assertEqual(house.state(name)["job"], "first")
        (house.home / "spool" / "work").mkdir(exist_ok=True)
        with open(house.home / "spool" / "work" / "run.list.lock", "a",
                  encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for words in (["--job", "first"], []):
                house.must("run", "--quiet", *words)
                one = house.state(name)
                self.assertEqual((one["state"], one["job"]), ("verified", "list"), words)
        house.must("run", "--quiet", "--job", "first")
        self.assertEqual(house.state(name)["state"], "verified")
        house.must("run", "--quiet", "--job", "list")
        self.assertEqual(house.state(name)["state"], "closed")
        self.assertEqual(len(house.data_files("000301", "LIST")), 1)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-q", *sys.argv[1:]])
