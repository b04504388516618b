#!/usr/bin/env python3
"""small.py BUILD [--files N] [--records N] [--recipients N] [--threads N] [--slow-fsync MS]
            [--crowd N] [--rounds N] [--keep FOLDER]

A night of small files: N signed files of 1 to --records records, every record to every one of the
recipients. Tells files a second for reception and run. --slow-fsync makes each flush (fsync, ...,
syncfs) that much longer, by a shim put before libc; --crowd first fills one recipient's OUT with so
many names. Needs the target bench_tools, and openssl.
"""
import argparse
import base64
import multiprocessing
import os
import pathlib
import shutil
import statistics
import subprocess

from bench_home import Home, generate, settle, versions

SHIM = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
#define SLOW(name) int name(int fd) { static int (*next)(int); \\
    if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, #name); usleep(WAIT); return next(fd); }
SLOW(fsync) SLOW(fdatasync) SLOW(syncfs)
"""


def shim(folder, milliseconds):
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(SHIM)
    subprocess.run(["cc", "-shared", "-fPIC", f"-DWAIT={int(1000 * milliseconds)}", source, "-o",
                    library, "-ldl"], check=True)
    return library


def signer(home):
    """Signs within this process where python3-cryptography is installed: four times as fast."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.serialization import pkcs7
    except ImportError:
        return home.sign
    key = serialization.load_pem_private_key(home.key.read_bytes(), None)
    certificate = x509.load_pem_x509_certificate(home.certificate.read_bytes())
    form = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]

    def sign(content, to):
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content.read_bytes())
        signed = builder.add_signer(certificate, key, hashes.SHA256())
        to.write_bytes(base64.b64encode(signed.sign(serialization.Encoding.DER, form)))

    return sign


def make_some(task):
    home, numbers, records = task
    sign = signer(home)
    for number in numbers:
        data, signature = home.folder / f"sets/{number}.xml", home.folder / f"sets/{number}.fs"
        generate(home.build, data, 1, seed=number + 1, records=1 + number % records)
        sign(data, signature)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--records", type=int, default=20)
    parser.add_argument("--recipients", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--slow-fsync", type=float)
    parser.add_argument("--crowd", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--settings", default="", help="lines of sluice.conf, ; between them")
    parser.add_argument("--receipt", default="both", choices=["both", "final", "at-reception"])
    parser.add_argument("--keep", type=pathlib.Path, help="work in this folder and leave it")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    settings = options.settings.replace(";", "\n")
    if options.crowd or options.files > 10_000:  # else all of it waits for room
        settings += f"\npartner-waiting-files-max = {2 * options.crowd + 20 * options.files}"
    home = Home(options.build, options.recipients, options.keep, everybody=True,
                receipt=options.receipt, settings=settings)
    try:
        measure(options, home)
    finally:
        if not options.keep:
            shutil.rmtree(home.folder)


def sequence(number):
    """Five digits of base 36: a sender's day has room for more than 100,000 files."""
    return "".join("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number // 36 ** i % 36]
                   for i in range(4, -1, -1))


def fill(home, crowd):
    """OUT of the first recipient, full of what he has not fetched yet."""
    out = home.home / "spool/partners" / home.recipients[0] / "OUT"
    folder = os.open(out, os.O_RDONLY)
    for number in range(crowd):
        name = f"GO.OLD.999999.20200101.{number}.R"
        if number % 60_000 == 0:  # a file has so many names at most
            first = name
            (out / first).touch()
        else:
            os.link(first, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.close(folder)


def names_out(home):
    return sum(1 for folder in (home.home / "spool/partners").glob("*/OUT*")
               for _ in os.scandir(folder))


def measure(options, home):
    sets = home.folder / "sets"
    if not sets.exists() or len(list(sets.glob("*.fs"))) < options.files:
        sets.mkdir(exist_ok=True)
        with multiprocessing.Pool() as pool:
            pool.map(make_some, [(home, range(n, min(n + 100, options.files)), options.records)
                                 for n in range(0, options.files, 100)], 1)
    preload = shim(home.folder, options.slow_fsync) if options.slow_fsync else None
    print(f"{options.files} files, {options.recipients} recipients, flushes "
          f"{options.slow_fsync or 0:g} ms longer, {options.crowd} names in one OUT; {versions()}")
    home.threads(options.threads)
    rates = []
    for _ in range(options.rounds):
        home.empty()
        if options.crowd:
            fill(home, options.crowd)
        for number in range(options.files):
            home.drop(sequence(number + 1), sets / f"{number}.xml", sets / f"{number}.fs")
        settle()
        received = home.sluice("receive", preload=preload).must(0, 1)
        ran = home.sluice("run", "--json", preload=preload).must(0, 1)
        rates.append(options.files / (received.wall + ran.wall))
        sent = names_out(home) - options.crowd
        print(f"reception {received.wall:.2f} s (cpu {received.cpu:.2f}, kernel "
              f"{received.kernel:.2f}, {received.peak:.0f} MiB), run {ran.wall:.2f} s (cpu "
              f"{ran.cpu:.2f}, kernel {ran.kernel:.2f}, {ran.peak:.0f} MiB): "
              f"{rates[-1]:.0f} files a second, "
              f"{sent} files out")
    if options.rounds > 1:
        print(f"median: {statistics.median(rates):.0f} files a second")


if __name__ == "__main__":
    main()
