#!/usr/bin/env python3
"""What lies in the way of a reception stops nobody but the partner whose it is, and is told; and a
reception that takes long stops nobody either."""
import fcntl
import os
import shutil
import subprocess
import sys
import time
import unittest

from house import SLUICE, House

NOBODY = 65534


class Landing(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        self.partners = self.house.home / "spool/partners"

    def configure(self, text):
        (self.house.home / "jobs/sluice.conf").write_text(text)

    def give_away(self, *folders):
        """Rights stop nobody who is root."""
        for folder in folders if os.geteuid() == 0 else ():
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)

    def as_ordinary(self, *words):
        if os.geteuid() != 0:
            return self.house.sluice(*words)
        # What was looked at from outside meanwhile.
        self.give_away(self.house.home / "spool/ledger")
        return subprocess.run([SLUICE, *words, "--home", self.house.home], capture_output=True,
                              text=True, timeout=300, user=NOBODY, group=NOBODY, extra_groups=[])

    def told(self, *words):
        """Status, doctor and alerts say each of these."""
        for command in (["status"], ["doctor"], ["alerts"]):
            text = self.house.must(*command, status=(0, 1, 3))
            for word in words:
                self.assertIn(word, text, command)

    # ---- crowded ----

    def test_a_crowded_folder_is_told_and_emptied_by_and_by(self):
        house = self.house
        self.configure("landing-names-max = 20\n")
        halves = [house.drop(house.name(f"0{n:04}"), house.good(), go=None) for n in range(1, 30)]
        landing = house.landing(halves[0])
        (landing / "GO.what").touch()
        for n in range(40):
            (landing / f"upload{n}.tmp").touch()
        whole = [house.drop(house.name(f"1{n:04}"), house.good()) for n in range(1, 30)]
        house.must("receive", status=(0, 1))
        for name in whole:
            self.assertEqual(house.states(name), ["verified"])
        self.told("spool/partners/000101/IN: more than 20 names", "landing-names-max")
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 25 * 3600))
        house.must("receive", "--now", later, status=(1,))
        for name in halves:
            self.assertEqual(house.states(name), ["refused"])
            self.assertEqual(house.state(name)["codes"], ["ACRF-130"])
        self.assertEqual(list(landing.iterdir()), [])
        for command in (["status"], ["doctor"], ["alerts"]):
            self.assertNotIn("more than 20", house.must(*command, status=(0, 1, 3)))

    def test_a_set_of_countless_members_is_refused_a_few_at_a_time(self):
        house = self.house
        name = house.drop(house.name("00001"), house.good())
        for n in range(500):
            (house.landing(name) / f"FI.{name}.1.x{n}").touch()
        house.must("receive", status=(1,))
        self.assertEqual(house.states(name), ["refused", "waiting"])
        self.assertGreater(len(list(house.landing(name).iterdir())), 400)

    # ---- in the way ----

    def test_what_cannot_be_looked_at_stops_nobody_else(self):
        house = self.house
        (self.partners / "README").write_text("not a partner\n")
        kept = self.partners / "000102/IN"
        kept.rename(self.partners / "000102/elsewhere")
        kept.write_text("no folder\n")
        names = [house.drop(house.name("00001"), house.good()),
                 house.drop(house.name("00001", environment="T"), house.good()),
                 house.drop(house.name("00002", "000102", environment="T"), house.good(),
                            signer="good-rsa")]
        received = house.sluice("receive")
        self.assertEqual(received.returncode, 3, received.stderr)
        for name in names:
            self.assertEqual(house.states(name), ["verified"])
        for place in ("spool/partners/README", "spool/partners/000102/IN"):
            self.assertIn(place, received.stderr)
        self.told("spool/partners/README: it cannot be looked at",
                  "spool/partners/000102/IN: it cannot be looked at")
        night = house.sluice("run")
        self.assertEqual(night.returncode, 3)
        for name in names:
            self.assertEqual(house.states(name), ["closed"])
        kept.unlink()
        (self.partners / "README").unlink()
        (self.partners / "000102/elsewhere").rename(kept)
        house.must("receive")
        self.assertNotIn("README", house.must("alerts"))

    def test_a_file_that_cannot_be_read_waits_and_the_others_go_on(self):
        house = self.house
        self.give_away(house.folder)
        shut = house.drop(house.name("00001"), house.good())
        unsigned = house.drop(house.name("00002"), house.good())
        good = house.drop(house.name("00003", "000102"), house.good(), signer="good-rsa")
        for path in (house.landing(shut) / f"FI.{shut}.1.1",
                     house.landing(shut) / f"FS.{unsigned}.1.1"):
            path.chmod(0)
        received = self.as_ordinary("receive")
        self.assertEqual(received.returncode, 3, received.stderr)
        self.assertIn(shut, received.stderr)
        self.assertIn(unsigned, received.stderr)
        self.assertEqual(house.states(good), ["verified"])
        self.assertEqual(house.states(shut), ["waiting"])
        self.assertEqual(list((house.home / "spool/archive/in").rglob(f"*{shut}*")), [])
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        for command in ("doctor", "status"):
            told = self.as_ordinary(command, "--now", later)
            self.assertIn("was taken out of a landing folder and is not received", told.stdout)
        again = self.as_ordinary("run")
        self.assertEqual(again.returncode, 3, again.stderr)
        self.assertEqual(house.states(good), ["closed"])
        for path in (house.home / "spool/work/claims").rglob("F*"):
            path.chmod(0o644)
        for words in (["receive"], ["run"]):
            done = self.as_ordinary(*words)
            self.assertEqual(done.returncode, 0, done.stderr)
        for name in (shut, unsigned):
            self.assertEqual(house.states(name), ["closed"])

    def test_what_cannot_be_taken_out_of_a_folder_stops_nobody_else(self):
        house = self.house
        self.give_away(house.folder)
        names = [house.drop(house.name(f"0000{n}"), house.good()) for n in range(1, 4)]
        landing = house.landing(names[0])
        planted = landing / "planted"
        planted.mkdir()
        (planted / "more").touch()
        planted.chmod(0o555)
        other = house.drop(house.name("00009", "000102"), house.good(), signer="good-rsa")
        house.landing(other).chmod(0o555)
        received = self.as_ordinary("receive")
        self.assertEqual(received.returncode, 3, received.stderr)
        for name in names:
            self.assertEqual(house.states(name), ["verified"])
        self.assertEqual(house.states(other), ["waiting"])
        self.assertIn("000102/IN: nothing can be taken out of it",
                      self.as_ordinary("doctor").stdout)
        self.give_away(planted)
        planted.chmod(0o755)
        house.landing(other).chmod(0o755)
        done = self.as_ordinary("receive")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(list(landing.iterdir()), [])
        self.assertEqual(house.states(other), ["verified"])

    def test_a_claim_that_cannot_be_finished_or_removed_stops_nobody_else(self):
        house = self.house
        self.give_away(house.folder)
        name = house.drop(house.name("00001"), house.good())
        landing = house.landing(name)
        seen = os.stat(landing / f"GO.{name}.1").st_ctime_ns // 1000
        claim = house.home / "spool/work/claims" / f"{seen:020d}-set-000101-IN-FI.{name}.1.1+"
        claim.mkdir(parents=True)
        (landing / f"GO.{name}.1").rename(claim / f"GO.{name}.1")  # killed here
        self.give_away(claim)
        landing.chmod(0o555)
        other = house.drop(house.name("00009", "000102"), house.good(), signer="good-rsa")
        planted = house.landing(other) / "planted"
        (planted / "inner").mkdir(parents=True)
        (planted / "inner" / "more").touch()
        self.give_away(planted)
        (planted / "inner").chmod(0o555)  # can be moved with its folder, and not emptied
        received = self.as_ordinary("receive")
        self.assertEqual(received.returncode, 3, received.stderr)
        self.assertIn(name, received.stderr)
        self.assertEqual(house.states(other), ["verified"])
        third = house.drop(house.name("00010", "000102"), house.good(), signer="good-rsa")
        received = self.as_ordinary("receive")
        self.assertEqual(received.returncode, 3, received.stderr)
        self.assertIn("planted", received.stderr)
        self.assertEqual(house.states(third), ["verified"])
        (claims,) = (house.home / "spool/work/claims").glob("*planted")
        for path in claims.rglob("*"):
            path.chmod(0o755)
        landing.chmod(0o755)
        received = self.as_ordinary("receive")
        self.assertEqual(received.returncode, 0, received.stderr)
        self.assertEqual(house.states(name), ["verified"])

    # ---- room ----

    def test_what_is_too_large_for_the_disk_stops_nobody_else(self):
        house = self.house
        self.configure(f"disk-reserve-bytes = {1 << 60}\n")
        large = house.drop(house.name("00001", environment="T"),
                           house.good() + b" " * (70 << 20), signer=None)
        small = house.drop(house.name("00002"), house.good())
        for _ in range(2):
            received = house.sluice("receive")
            self.assertEqual(received.returncode, 3, received.stderr)
            self.assertIn("disk-reserve-bytes", received.stderr)
            self.assertEqual(house.states(small), ["verified"])
        copies = list((house.home / "spool/archive/in").rglob("*.zst"))
        self.assertEqual([large in path.name for path in copies], [False])
        self.configure("disk-reserve-bytes = 0\n")
        house.must("receive")
        self.assertEqual(house.states(large), ["verified"])

    # ---- beside a long reception ----

    def test_a_run_works_beside_a_long_reception_and_ends_behind_it(self):
        house = self.house
        first = house.drop(house.name("00001"), house.good())
        house.must("receive")
        second = house.drop(house.name("00002"), house.good())
        with open(house.home / "spool/work/receive.lock", "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            run = subprocess.Popen([SLUICE, "run", "--home", house.home], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            receive = subprocess.Popen([SLUICE, "receive", "--home", house.home], text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            end = time.monotonic() + 120
            while house.states(first) != ["closed"] and time.monotonic() < end:
                time.sleep(0.2)
            self.assertEqual(house.states(first), ["closed"])
            self.assertIsNone(run.poll())
            time.sleep(2)
            fcntl.flock(lock, fcntl.LOCK_UN)
        _, words = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 0, words)
        _, words = receive.communicate(timeout=60)
        self.assertEqual(receive.returncode, 0, words)
        self.assertIn("to receive, wait for process", words)
        self.assertEqual(house.states(second), ["closed"])

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_a_long_copy_is_no_silence(self):
        house = self.house
        self.configure("threads = 2\nheartbeat-minutes-max = 1\n")
        name = house.drop(house.name("00001", environment="T"), os.urandom(40 << 20),
                          signer=None)
        alive = house.home / "spool/metrics"
        receive = subprocess.Popen(
            ["strace", "-f", "-o", "/dev/null", "-e", "trace=pread64", "-e",
             "inject=pread64:delay_enter=60000", SLUICE, "receive", "--home", house.home])
        self.addCleanup(receive.wait)
        while not (alive.is_dir() and list(alive.glob("alive.*"))) and receive.poll() is None:
            time.sleep(0.1)
        self.assertEqual(house.states(name), ["waiting"])  # it is still being copied

    def test_a_run_waits_for_a_reception_until_its_time(self):
        house = self.house
        house.must("receive")
        with open(house.home / "spool/work/receive.lock", "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 8))
            self.assertIn("stopped by --until", house.must("run", "--until", soon))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-q", *sys.argv[1:]])
