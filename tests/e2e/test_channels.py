#!/usr/bin/env python3
"""Channels to partners' own servers, seen from outside: a real sshd takes what we upload over a
line that breaks anywhere; nothing is lost, nothing comes twice, and the words say why."""
import datetime
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import types
import unittest
from pathlib import Path

from far_side import FarSide, Line
from house import SOURCE, House, form, listing, person


def settings(house: House, **values):
    text = "".join(f"{name.replace('_', '-')} = {value}\n" for name, value in values.items())
    conf = house.home / "jobs" / "sluice.conf"
    conf.write_text(conf.read_text().split("# of the test\n")[0] + "# of the test\n" + text)


class Channels(unittest.TestCase):
    def setUp(self):
        self.house = house = House()
        self.addCleanup(house.close)
        self.addCleanup(house.must, "journal", "verify", "--against-ledger")
        self.plain = (house.home / "jobs" / "partners.xml").read_text()
        self.far = FarSide(Path(tempfile.mkdtemp(prefix="sluice-far-")))
        self.addCleanup(self.far.close)
        settings(house, channel_retry_seconds=0, channel_retry_seconds_max=0)

    def channels(self, *elements: str):
        old = 'name="All" state="active" language="en"><channel kind="sftp"/>'
        assert old in self.plain
        (self.house.home / "jobs" / "partners.xml").write_text(
            self.plain.replace(old, old.split("<channel")[0] + "".join(elements)))

    def fetch_from(self, far: FarSide):
        old = '<certificate file="partners/good-ec.pem"/><channel kind="sftp"/>'
        assert old in self.plain
        (self.house.home / "jobs" / "partners.xml").write_text(self.plain.replace(
            old, old.replace('<channel kind="sftp"/>', far.element("fetch", folder="OUT")), 1))

    def deliver(self, sequence: str, persons=3) -> str:
        house = self.house
        content = listing(form(house.reference(), *(
            person(1000 * house.references + i, name="N" * 150) for i in range(persons))))
        name = house.drop(house.name(sequence), content)
        house.must("run", "--quiet")
        return name

    def delivery(self, name: str, recipient="000301") -> str:
        found = self.house.state(name)["deliveries"]
        return [one["state"] for one in found if one["recipient"] == recipient][0]

    def whole_set(self, count=1):
        """What lies at the partner's: so many sets, each whole and signed, and nothing else."""
        names = self.far.names()
        data = [name for name in names if name.startswith("FO.")]
        self.assertEqual(len(data), count, names)
        self.assertEqual(len(names), 5 * count, names)
        for name in data:
            self.assertIsNone(self.house.verify(self.far.files / "IN" / name))

    def alerts(self) -> list[str]:
        done = self.house.sluice("alerts", "--json")
        return [one["what"] for one in map(json.loads, done.stdout.splitlines())
                if one["rule"] == "channel"]

    def test_a_parcel_is_uploaded_once_and_shown_as_transferred(self):
        self.channels(self.far.element())
        name = self.deliver("00001")
        self.assertEqual(self.delivery(name), "transferred")
        self.whole_set()
        self.assertEqual(list(self.house.out("000301").iterdir()), [])
        for path in (self.far.files / "IN").iterdir():
            path.unlink()  # the partner has taken it
        self.house.must("run", "--quiet")
        self.house.must("receive")
        self.assertEqual(self.far.names(), [])
        self.house.must("journal", "verify")

    def test_a_line_cut_at_random_points_loses_and_doubles_nothing(self):
        line = Line(self.far.port)
        self.addCleanup(line.close)
        self.channels(self.far.element(port=line.port))
        settings(self.house, channel_retry_seconds=0, channel_retry_seconds_max=0,
                 channel_failures_max=1000)
        seed = int(os.environ.get("SLUICE_SEED", random.randrange(1 << 30)))
        chance = random.Random(seed)
        taken: list[str] = []
        try:
            for sequence in ("00001", "00002"):
                line.bytes_max = chance.randrange(20_000)
                name = self.deliver(sequence, persons=1200)
                for attempt in range(60):
                    taken += self.take_away()
                    if self.delivery(name) == "transferred":
                        break
                    line.bytes_max = chance.randrange(2_000, 14_000 + 25_000 * attempt)
                    self.house.must("receive")
                self.assertEqual(self.delivery(name), "transferred")
        except AssertionError as error:
            raise AssertionError(f"SLUICE_SEED={seed}") from error
        taken += self.take_away()
        self.assertEqual(len(taken), len(set(taken)), f"seed {seed}: {taken}")
        self.assertEqual(len(taken), 10)
        self.assertEqual(self.far.names(), [], f"seed {seed}")

    def take_away(self) -> list[str]:
        """A greedy partner takes each set the moment its GO is there."""
        taken = []
        for go in [n for n in self.far.names() if n.startswith("GO.")]:
            for name in [n for n in self.far.names() if go[3:] in n and not n.startswith(".")]:
                if name.startswith("FO."):
                    self.assertIsNone(self.house.verify(self.far.files / "IN" / name))
                shutil.move(self.far.files / "IN" / name, self.far.folder / name)
                taken.append(name)
        return taken

    def test_a_server_with_another_host_key_gets_nothing(self):
        old = self.far.host_key
        self.far.new_host_key()
        self.channels(self.far.element(host_key=old))
        name = self.deliver("00001")
        done = self.house.sluice("receive")
        self.assertIn("not the host key that is pinned", done.stderr)
        self.assertEqual(self.delivery(name), "published")
        self.assertEqual(self.far.names(), [])
        log = (self.far.folder / "ssh" / "log").read_text()
        self.assertNotIn("Accepted publickey", log)
        self.assertEqual(len(self.alerts()), 1)
        self.assertIn("not the host key that is pinned", self.alerts()[0])
        self.channels(self.far.element())
        self.house.must("receive")
        self.assertEqual(self.delivery(name), "transferred")
        self.whole_set()
        self.assertEqual(self.alerts(), [])

    def test_a_full_disk_over_there_is_said_and_outlived(self):
        inside = self.far.files / "IN"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", inside],
                                 capture_output=True).returncode == 0
        if mounted:
            self.addCleanup(lambda: subprocess.run(["umount", "-q", inside], check=False))
        else:  # no right to mount: a limit on the size of files must do
            self.far.command(f"cd {self.far.files}; trap '' XFSZ; ulimit -f 32;"
                             " exec /usr/lib/openssh/sftp-server")
        self.channels(self.far.element())
        name = self.deliver("00001", persons=1500)
        done = self.house.sluice("receive")
        self.assertIn("no space is left" if mounted else "it said no", done.stderr)
        self.assertEqual(self.delivery(name), "published")
        self.assertEqual([n for n in self.far.names() if not n.startswith(".")], [])
        if mounted:
            subprocess.run(["mount", "-o", "remount,size=16m", inside], check=True)
        else:
            self.far.command(f"internal-sftp -d {self.far.files}")
        self.house.must("receive")
        self.assertEqual(self.delivery(name), "transferred")
        self.whole_set()

    def test_after_some_failures_the_next_channel_is_taken(self):
        settings(self.house, channel_retry_seconds=60, channel_failures_max=3)
        folder = self.house.folder / "shared"
        folder.mkdir()
        self.channels(self.far.element(port=1), f'<channel kind="folder" folder="{folder}"/>')
        name = self.deliver("00001")
        self.assertEqual(self.delivery(name), "published")
        at = 0
        for minutes in (0, 2, 2, 4):  # rests of 1 and 2 minutes, in which nothing is tried
            at += minutes
            now = f"{self.house.today + datetime.timedelta(days=1)}T10:{at:02}:00Z"
            self.house.must("receive", "--now", now)
        self.assertEqual(self.delivery(name), "transferred")
        self.assertEqual(len(list(folder.iterdir())), 5)
        self.assertEqual(len(self.alerts()), 1)
        self.assertIn("failed 3 times", self.alerts()[0])

    def test_trouble_on_our_own_disk_about_one_partner_does_not_stop_the_others(self):
        folder = self.house.folder / "shared"
        folder.mkdir()
        name = self.deliver("00001")
        self.channels(self.far.element())
        partners = self.house.home / "jobs" / "partners.xml"
        partners.write_text(partners.read_text().replace(
            'acceptance="true">\n    <channel kind="sftp"/>',
            f'acceptance="true">\n    <channel kind="folder" folder="{folder}"/>'))
        in_the_way = self.house.home / "spool" / "work" / "channels" / "000301"
        in_the_way.parent.mkdir(exist_ok=True)
        in_the_way.write_text("no folder")
        done = self.house.sluice("receive")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("000301", done.stderr)
        self.assertEqual(self.delivery(name), "published")
        self.assertEqual(self.delivery(name, "000302"), "transferred")
        other = self.house.drop(self.house.name("00002"), self.house.good())
        self.assertEqual(self.house.sluice("run", "--quiet").returncode, 3)
        self.assertEqual(self.house.states(other), ["closed"])
        in_the_way.unlink()
        self.house.must("receive")
        self.assertEqual(self.delivery(name), "transferred")
        self.whole_set(2)

    def test_folders_that_a_partner_put_in_the_place_of_members_stop_nobody(self):
        house, folder = self.house, self.house.folder / "shared"
        folder.mkdir()
        box, lying = house.out("000301"), []
        for number, prefix in enumerate(("GO.", "FS.", "FO."), 1):
            self.channels('<channel kind="sftp"/>')
            name = self.deliver(f"{number:05}")
            (member,) = (one for one in box.iterdir()
                         if one.name.startswith(prefix) and one.name not in lying)
            member.unlink()
            member.mkdir()
            lying.append(member.name)
            self.channels(f'<channel kind="folder" folder="{folder}"/><channel kind="sftp"/>')
            house.must("receive")
            self.assertEqual(self.delivery(name), "transferred", prefix)
            self.assertEqual(sorted(one.name for one in box.iterdir()), sorted(lying))
        self.assertEqual(len(list(folder.iterdir())), 15)
        self.channels('<channel kind="sftp"/>')
        name = self.deliver("00004")
        for member in box.iterdir():
            if member.is_file():
                member.unlink()
                member.mkdir()
        for _ in range(2):
            house.must("run", "--quiet", "--now",
                       f"{house.today + datetime.timedelta(days=92)}T12:00:00Z")
        self.assertEqual(self.delivery(name), "expired")

    def test_into_a_folder_that_nobody_reads_a_cut_upload_goes_again(self):
        inside = self.far.files / "IN"
        line = Line(self.far.port)
        self.addCleanup(line.close)
        self.channels(self.far.element(port=line.port))
        line.bytes_max = 400_000
        # Root reads everything; so what is asked for is refused by the server itself.
        self.far.command(f"/usr/lib/openssh/sftp-server -d {self.far.files} -P read")
        name = self.deliver("00001", persons=3000)
        self.assertEqual(self.delivery(name), "published")
        self.assertEqual([p.name[:4] for p in inside.iterdir() if p.stat().st_size], [".FO."])
        line.bytes_max = None
        self.house.must("receive")
        self.assertEqual(self.delivery(name), "transferred")
        self.whole_set()

    def test_a_rest_that_a_wrong_clock_set_does_not_last(self):
        settings(self.house, channel_retry_seconds=60)
        self.channels(self.far.element(port=1))
        name = self.deliver("00001")
        self.house.must("receive", "--now", f"{self.house.today.year + 1}-01-01T00:00:00Z")
        self.channels(self.far.element(port=1).replace('port="1"', f'port="{self.far.port}"'))
        pace = self.house.home / "spool" / "work" / "channels" / "000301.pace"
        pace.write_text(pace.read_text().replace(":1 IN", f":{self.far.port} IN"))
        self.house.must("receive")
        self.assertEqual(self.delivery(name), "transferred")

    def killed_at(self, point: int) -> bool:
        """A receive that is killed at the n-th crash point; false where it came to its end."""
        environment = {**os.environ, "SLUICE_HOME": str(self.house.home),
                       "SLUICE_CRASH_AT": str(point)}
        done = subprocess.run([os.environ["SLUICE"], "receive"], env=environment,
                              capture_output=True, text=True)
        self.assertIn(done.returncode, (0, -9), done.stderr)
        return done.returncode == -9

    def test_killed_anywhere_it_uploads_each_set_once(self):
        house = self.house
        for number in range(1, 13):
            house.drop(house.name(f"{number:05}"), house.good("Gent"))
        house.must("run", "--quiet")
        folder = self.far.files / "IN"
        self.channels(f'<channel kind="folder" folder="{folder}"/>')
        taken, point = [], 1
        while self.killed_at(point):
            taken += self.take_away()
            point += 1
        taken += self.take_away()
        self.assertGreater(point, 10)
        self.assertEqual(len(taken), 60)
        self.assertEqual(len(set(taken)), 60)
        self.assertEqual(self.far.names(), [])
        self.assertEqual(list(house.out("000301").iterdir()), [])
        house.must("journal", "verify")

    def test_killed_anywhere_it_fetches_each_set_once(self):
        house = self.house
        self.fetch_from(self.far)
        names = []
        for point in range(1, 100, 2):
            names.append(house.drop(house.name(f"{point:05}"), house.good("Gent"),
                                    into=self.far.files / "OUT"))
            if not self.killed_at(point):
                break
            house.must("receive")
            self.assertEqual(self.far.names("OUT"), [])
        self.assertGreater(len(names), 5)
        for name in names:
            self.assertEqual(house.states(name), ["verified"], name)

    def test_another_set_under_the_name_of_one_that_was_taken_is_taken_too(self):
        house, there = self.house, self.far.files / "OUT"
        self.fetch_from(self.far)
        settings(house, channel_retry_seconds=0)
        staging = house.home / "spool" / "work" / "fetch" / "000101"
        taken = 0
        for point in range(1, 100, 3):
            name = house.drop(house.name(f"{point:05}"), house.good("Gent"), into=there)
            if not self.killed_at(point):
                break
            is_taken = (staging / name).exists()
            house.drop(name, house.good("Gent", "Aalst"), into=there)
            for _ in range(3 if is_taken else 2):
                house.sluice("receive")
            self.assertEqual(self.far.names("OUT"), [])
            if is_taken:
                taken += 1
                self.assertEqual(len(house.states(name)), 2, f"killed at {point}")
        self.assertGreater(taken, 1)

    def test_what_nobody_takes_is_reminded_told_and_expires(self):
        house = self.house
        name = self.deliver("00001")
        day = datetime.timedelta(days=1)

        def run_after(days: int):
            house.must("run", "--quiet", "--now", f"{house.today + days * day}T12:00:00Z")

        def reminders() -> int:
            return len(house.data_files("000301", "STAT"))

        run_after(2)
        self.assertEqual(reminders(), 0)
        run_after(3)
        run_after(4)
        self.assertEqual(reminders(), 1)
        subprocess.run(["xmllint", "--noout", "--schema", SOURCE / "xsd/answers/unfetched.xsd",
                        house.data_files("000301", "STAT")[0]], check=True, capture_output=True)
        run_after(7)
        self.assertEqual(reminders(), 2)
        told = [json.loads(one) for one in house.sluice("alerts", "--json").stdout.splitlines()]
        self.assertIn("000301", [one["what"] for one in told if one["rule"] == "unfetched"][0])
        house.must("archive", "hold", name, "--reason", "asked for")
        run_after(92)
        self.assertEqual(self.delivery(name), "published")
        house.must("archive", "unhold", name, "--reason", "over")
        # Some of it has its name over there already: that goes on, and does not expire.
        marks = house.home / "spool" / "work" / "channels" / "000301"
        mark = marks / house.data_files("000301", "LIST")[0].name
        mark.parent.mkdir(parents=True)
        mark.write_text("push of long ago")
        run_after(92)
        self.assertEqual(self.delivery(name), "published")
        mark.unlink()
        run_after(92)
        self.assertEqual(self.delivery(name), "expired")
        self.assertEqual(house.data_files("000301", "LIST"), [])
        house.must("journal", "verify")

    def test_files_are_fetched_from_a_partner_that_does_not_come(self):
        house = self.house
        self.fetch_from(self.far)
        there = self.far.files / "OUT"
        name = house.name("00001")
        house.drop(name, house.good(), go=None, into=there)
        house.must("receive")
        self.assertEqual(len(self.far.names("OUT")), 2)  # without GO nothing is taken
        (there / f"GO.{name}.1").touch()
        house.must("receive")
        self.assertEqual(self.far.names("OUT"), [])
        house.must("run", "--quiet")
        self.assertEqual(house.states(name), ["closed"])
        self.assertEqual(self.delivery(name), "published")

    def test_a_long_list_over_a_slow_line_is_not_taken_for_silence(self):
        class Slow(Line):
            def carry(self, a, b, counts, left, both):
                def recv(size):
                    time.sleep(0 if counts else 0.05)
                    return a.recv(size)
                super().carry(types.SimpleNamespace(recv=recv), b, counts, left, both)
        house, line = self.house, Slow(self.far.port)
        self.addCleanup(line.close)
        settings(house, channel_seconds_max=2)
        self.fetch_from(self.far)
        partners = house.home / "jobs" / "partners.xml"
        partners.write_text(partners.read_text().replace(f'"{self.far.port}"', f'"{line.port}"'))
        for number in range(8000):
            (self.far.files / "OUT" / f"other-{number}").touch()
        name = house.drop(house.name("00001"), house.good(), into=self.far.files / "OUT")
        done = house.sluice("receive")
        self.assertEqual(house.states(name), ["verified"], done.stderr)

    def test_a_landing_folder_that_is_missing_keeps_back_its_own_partner_alone(self):
        house = self.house
        self.fetch_from(self.far)
        fetched = house.drop(house.name("00001"), house.good(), into=self.far.files / "OUT")
        landing = house.landing(fetched)
        landing.rmdir()
        brought = house.drop(house.name("00001", "000102"), house.good(), signer="good-rsa")
        done = house.sluice("receive")
        self.assertEqual((done.returncode, house.states(brought)), (3, ["verified"]), done.stderr)
        self.assertIn("spool/partners/000101/IN", done.stderr)
        landing.mkdir()
        house.must("receive")
        self.assertEqual(house.states(fetched), ["verified"])
        self.assertEqual(self.far.names("OUT"), [])

    def test_trouble_on_our_own_disk_is_not_told_as_the_channel_of_whom_we_fetch_from(self):
        house, there = self.house, self.far.files / "OUT"
        self.fetch_from(self.far)
        settings(house, channel_retry_seconds=60)
        fetched = house.drop(house.name("00001"), house.good(), into=there)
        in_the_way = house.home / "spool" / "work" / "fetch" / "000101"
        in_the_way.parent.mkdir(exist_ok=True)
        in_the_way.write_text("no folder")
        brought = []
        for sequence, words in (("00001", ["receive"]), ("00002", ["run", "--quiet"])):
            brought.append(house.drop(house.name(sequence, "000102"), house.good(),
                                      signer="good-rsa"))
            done = house.sluice(*words)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("spool/work/fetch/000101", done.stderr)
            self.assertNotIn("channel of", done.stderr)
            self.assertNotEqual(house.states(brought[-1]), [])
        self.assertEqual([house.states(one) for one in brought], [["closed"]] * 2)
        self.assertEqual(self.alerts(), [])
        in_the_way.unlink()
        house.must("receive")  # at once: no channel rests
        self.assertEqual(house.states(fetched), ["verified"])

    def test_a_full_disk_of_our_own_is_not_told_as_theirs(self):
        house, fetching = self.house, self.house.home / "spool" / "work" / "fetch"
        self.fetch_from(self.far)
        settings(house, channel_retry_seconds=60)
        fetching.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", fetching],
                          capture_output=True).returncode != 0:
            self.skipTest("no right to mount")
        self.addCleanup(lambda: subprocess.run(["umount", "-q", fetching], check=False))
        fetched = house.drop(house.name("00001"), house.good(*["Gent"] * 3000),
                             into=self.far.files / "OUT")
        done = house.sluice("receive")
        self.assertEqual(done.returncode, 3)
        self.assertIn("No space left on device", done.stderr)
        self.assertNotIn("channel of", done.stderr)
        subprocess.run(["umount", fetching], check=True)
        house.must("receive")
        self.assertEqual(house.states(fetched), ["verified"])

    def test_what_was_fetched_goes_on_without_its_channel(self):
        house = self.house
        self.fetch_from(self.far)
        staging = house.home / "spool" / "work" / "fetch" / "000101"
        for point in range(1, 100):
            name = house.drop(house.name(f"{point:05}"), house.good(), into=self.far.files / "OUT")
            self.assertTrue(self.killed_at(point))
            if any((staging / name).glob("GO.*")):
                break
            house.must("receive")
        (house.home / "jobs" / "partners.xml").write_text(self.plain)
        house.must("receive")
        self.assertEqual(house.states(name), ["verified"])

    def test_what_the_archive_let_go_is_sent_from_out_or_told(self):
        name = self.deliver("00001")
        for path in (self.house.home / "spool" / "archive" / "out").rglob("*.000301.*"):
            path.unlink()
        other = self.deliver("00002")
        for path in self.gone_data(other):
            path.unlink()
        self.channels(self.far.element())
        done = self.house.sluice("receive")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is neither in the archive nor in OUT", done.stderr)
        self.assertEqual((self.delivery(name), self.delivery(other)), ("transferred", "published"))
        self.whole_set()

    def gone_data(self, name: str) -> list[Path]:
        """The voucher and its second name, of the newest set: without it the set is not whole."""
        newest = self.house.data_files("000301", "LIST")[-1].name.split(".", 1)[1]
        identity = newest.removesuffix(".zst")
        found = list((self.house.home / "spool").rglob(f"VO.{identity}"))
        self.assertEqual(len(found), 2, name)
        return found

    def test_sent_again_to_a_partner_with_a_server_it_is_uploaded(self):
        name = self.deliver("00001")
        data = self.house.data_files("000301", "LIST")[0].name
        for path in self.house.out("000301").iterdir():
            path.unlink()
        self.house.must("run", "--quiet")
        self.house.drop(self.house.name("00002"), self.house.good("Gent"))
        self.house.must("receive")
        self.assertEqual(self.delivery(name), "fetched")
        element = self.far.element()
        self.channels(element)
        marks = self.house.home / "spool" / "work" / "channels" / "000301"
        marks.mkdir(parents=True)
        (marks / data).write_text("push of long ago")
        self.house.must("redeliver", name, "--recipient", "000301", "--reason", "lost")
        self.house.must("receive")
        self.assertEqual(self.delivery(name), "transferred")
        self.whole_set()
        self.house.must("journal", "verify")

    def test_when_its_channel_goes_a_set_is_shown_again_or_told(self):
        settings(self.house, channel_retry_seconds=0, channel_retry_seconds_max=0,
                 channel_failures_max=1000)
        comes = '<channel kind="sftp"/>'

        def shown() -> int:
            return len(list(self.house.out("000301").glob("GO.*")))

        self.far.command("exit 1")
        line = Line(self.far.port)
        self.addCleanup(line.close)
        self.far.command(f"internal-sftp -d {self.far.files}")
        line.bytes_max = 8_000
        self.channels(self.far.element(port=line.port), comes)
        self.deliver("00001", persons=1200)
        self.assertEqual(shown(), 0)
        self.channels(comes)
        self.house.must("receive")
        self.assertEqual(shown(), 1)
        marks = self.house.home / "spool" / "work" / "channels" / "000301"
        self.assertFalse(marks.exists())
        marks.mkdir()
        data = self.house.data_files("000301", "LIST")[0].name
        (marks / data).write_text("push of long ago")
        self.assertIn(f"{data} was being renamed on push of long ago",
                      self.house.sluice("receive").stderr)

    def test_a_line_that_breaks_while_we_log_in_is_not_told_as_a_refusal(self):
        line = Line(self.far.port)
        self.addCleanup(line.close)
        self.channels(self.far.element(port=line.port))
        settings(self.house, channel_retry_seconds=0, channel_retry_seconds_max=0,
                 channel_failures_max=1000)
        line.bytes_max = 100
        self.deliver("00001")
        # From before the login to behind it, wherever that lies with this sshd.
        told = []
        for line.bytes_max in range(300, 6_000, 120):
            told.append(self.house.sluice("receive").stderr)
            self.assertNotRegex(told[-1], "does not let|has no SFTP", line.bytes_max)
            if "IN/" in told[-1].split(": ", 3)[-1]:
                break
        during = [words for words in told if "broke during login" in words]
        self.assertGreater(len(during), 1, told)
        self.assertLess(len(during), len(told), told)

    def test_a_turn_that_is_over_ends_between_small_sets(self):
        for sequence in ("00001", "00002", "00003"):
            self.deliver(sequence)
        self.channels(self.far.element())
        settings(self.house, channel_turn_seconds_max=0)
        for count in (1, 2, 3):
            self.house.must("receive")
            self.whole_set(count)

    def test_a_turn_begins_behind_the_partner_at_whom_the_last_one_ended(self):
        """Two partners with large sets and no time: one block for each, and each time another one
        is the first."""
        (self.far.files / "IN-302").mkdir()
        partners = self.house.home / "jobs" / "partners.xml"
        self.plain = self.plain.replace('<prefers compression="zstd"/>', "")
        partners.write_text(self.plain)
        name = self.deliver("00001", persons=20_000)
        push = self.far.element()
        self.channels(push)
        partners.write_text(partners.read_text().replace(
            'acceptance="true">\n    <channel kind="sftp"/>',
            'acceptance="true">' + push.replace('"IN"', '"IN-302"')))
        settings(self.house, channel_turn_seconds_max=0)
        turn = self.house.home / "spool" / "work" / "channels" / "push.turn"
        ended = []
        for _ in range(3):
            self.house.must("receive")
            ended.append(turn.read_text())
        self.assertEqual(ended, ["000301", "000302", "000301"])
        for _ in range(9):
            self.house.must("receive")
        self.assertEqual(self.delivery(name), "transferred")
        self.assertEqual(self.delivery(name, "000302"), "transferred")

    def test_a_set_that_is_too_large_does_not_hold_up_the_others(self):
        house = self.house
        self.fetch_from(self.far)
        settings(house, channel_retry_seconds=0, channel_retry_seconds_max=0,
                 fetch_bytes_max=100_000)
        large, small = house.name("00001"), house.name("00002")
        house.drop(large, house.good(*["Gent"] * 2000), into=self.far.files / "OUT")
        house.drop(small, house.good("Gent"), into=self.far.files / "OUT")
        self.assertIn("raise fetch-bytes-max", house.sluice("receive").stderr)
        self.assertEqual((house.states(large), house.states(small)), ([], ["verified"]))
        self.assertEqual([n for n in self.far.names("OUT") if small in n], [])

    def fetching(self) -> list[Path]:
        return list((self.house.home / "spool" / "work" / "fetch" / "000101").iterdir())

    def test_sizes_whose_sum_is_beyond_every_number_are_too_large(self):
        house = self.house
        far = FarSide(Path(tempfile.mkdtemp(prefix="sluice-far-", dir="/dev/shm")))
        self.addCleanup(far.close)
        self.fetch_from(far)
        settings(house, channel_turn_seconds_max=0, fetch_bytes_max=100_000)
        name = house.name("00001")
        for part in (1, 2):
            with open(far.files / "OUT" / f"FI.{name}.3.{part}", "wb") as sparse:
                sparse.truncate(2**63 - 1)
        (far.files / "OUT" / f"FI.{name}.3.3").write_bytes(b"<List/>")
        (far.files / "OUT" / f"GO.{name}.3").touch()
        self.assertIn("raise fetch-bytes-max", house.sluice("receive").stderr)
        self.assertFalse((house.home / "spool" / "work" / "fetch" / "000101").exists())

    def test_a_set_that_is_taken_back_over_there_leaves_nothing_here(self):
        house, there = self.house, self.far.files / "OUT"
        self.fetch_from(self.far)
        settings(house, channel_retry_seconds=0, channel_turn_seconds_max=0)
        name = house.drop(house.name("00001"), house.good(*["Gent"] * 5000), into=there)
        house.must("receive")
        self.assertEqual(len(self.fetching()), 1)
        for path in there.glob(f"*{name}*"):
            path.unlink()
        house.must("receive")
        self.assertEqual(self.fetching(), [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]], warnings="ignore")
