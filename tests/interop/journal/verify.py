#!/usr/bin/env python3
"""Checks Sluice's journal and receipts without anything of Sluice: written from RFC 6962, C2SP
signed-note, tlog-checkpoint, tlog-tiles and tlog-proof, RFC 5652 and docs/journal.md alone.

    verify.py log DIR --key KEY                 tiles, entries and every checkpoint
    verify.py proof FILE --key KEY [--bytes RECORD]   one tlog-proof, down to the record it opens
    verify.py witness FILE... --log DIR --key KEY   proofs or FS files that somebody kept
    verify.py receipt FO --chain PEM [--key KEY]    an answer: signature, and proof inside it

KEY is a verifier key, a file of them (what `sluice key export --log` prints), or their signed
history (`--history`): then what a retired key signed too late does not hold.
Exit status: 0 it holds, 1 it does not (the first reason is printed), 2 usage."""
import argparse
import base64
import datetime
import hashlib
import json
import sys
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROOF_OID = "2.25.286160358964991906026168384696630266787"


class Broken(Exception):
    """Something does not hold; the message says what."""


def need(condition, text):
    if not condition:
        raise Broken(text)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# ---- RFC 6962, section 2.1 ----

def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\0" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right)


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


class Tree:
    """Grows leaf by leaf; keeps the complete subtrees of its right edge, largest first."""

    def __init__(self):
        self.size = 0
        self.edge = []  # (height, hash)

    def add(self, leaf: bytes):
        height, value = 0, leaf
        while self.edge and self.edge[-1][0] == height:
            value = node_hash(self.edge.pop()[1], value)
            height += 1
        self.edge.append((height, value))
        self.size += 1

    def root(self) -> bytes:
        if not self.edge:
            return sha256(b"")
        value = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]):
            value = node_hash(left, value)
        return value


def root_of(leaves) -> bytes:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def root_from_path(leaf: bytes, index: int, size: int, path: list) -> bytes:
    """MTH from an audit path (section 2.1.1), by the recursion that defines it."""
    need(0 <= index < size, "the index lies outside the tree")
    if size == 1:
        need(not path, "the path is too long")
        return leaf
    need(path, "the path is too short")
    k = split(size)
    if index < k:
        return node_hash(root_from_path(leaf, index, k, path[:-1]), path[-1])
    return node_hash(path[-1], root_from_path(leaf, index - k, size - k, path[:-1]))


# ---- C2SP signed-note and tlog-checkpoint ----

class Keys(dict):
    """(name, id) -> key; `retired`: the same -> the instant until which it counted."""
    retired: dict = {}


HISTORY = "sluice log keys\n"


def read_keys(text: str) -> Keys:
    if not text.startswith(HISTORY):
        return read_verifier_keys(text.split())
    lines = [line.split(" ") for line in text.partition("\n\n")[0].split("\n")[3:]]
    need(lines and lines[0][0] == "active", "a history of keys without an active one")
    keys = read_verifier_keys([fields[1] for fields in lines])
    signed_by(text.encode(), read_verifier_keys([lines[0][1]]))
    keys.retired = {key: instant(fields[3]) for key, fields in zip(keys, lines)
                    if fields[0] == "retired"}
    return keys


def instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def read_verifier_keys(lines: list) -> Keys:
    """Lines "name+hex id+base64(0x01 || key)"."""
    keys = Keys()
    for line in lines:
        name, key_id, data = line.split("+", 2)
        raw = base64.b64decode(data, validate=True)
        need(raw[0] == 1 and len(raw) == 33, f"{name}: not an Ed25519 key")
        number = sha256(name.encode() + b"\n" + raw)[:4]
        need(number.hex() == key_id, f"{name}: the id is not that of the key")
        keys[(name, number)] = Ed25519PublicKey.from_public_bytes(raw[1:])
    need(keys, "no key")
    return keys


def signed_by(note: bytes, keys: dict) -> tuple:
    """(text, those of `keys` that signed it)"""
    text, blank, signatures = note.rpartition(b"\n\n")
    need(blank and note.endswith(b"\n"), "a note without signatures")
    text += b"\n"
    signers = []
    for line in signatures.decode().splitlines():
        need(line.startswith("\u2014 "), "a note with a line that is no signature")
        _, name, value = line.split(" ")
        value = base64.b64decode(value, validate=True)
        key = keys.get((name, value[:4]))
        if key is None:
            continue
        try:
            key.verify(value[4:], text)
        except InvalidSignature:
            raise Broken("the signature of the checkpoint does not hold") from None
        signers.append((name, value[:4]))
    need(signers, "no known key signed the checkpoint")
    return text, signers


class Checkpoint:
    def __init__(self, note: bytes, keys: Keys):
        text, signers = signed_by(note, keys)
        ends = [keys.retired.get(key) for key in signers]
        self.retired = None if None in ends else max(ends)
        lines = text.decode().split("\n")
        need(len(lines) >= 4 and all(lines[:-1]), "not a checkpoint")
        self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2])
        need(str(self.size) == lines[1] and len(self.root) == 32, "not a checkpoint")
        self.note = note


# ---- C2SP tlog-tiles ----

def tile_name(level, index: int, width: int) -> str:
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(parts)}" + ("" if width == 256 else f".p/{width}")


def width_at(size: int, level: int, index: int) -> int:
    return max(0, min(256, size // 256 ** level - 256 * index))


def read(folder: Path, name: str) -> bytes:
    path = folder / name
    need(path.is_file(), f"{name} is missing")
    return path.read_bytes()


def entries_of(folder: Path, size: int):
    for index in range((size + 255) // 256):
        width = width_at(size, 0, index)
        name = tile_name("entries", index, width)
        data = read(folder, name)
        for _ in range(width):
            need(len(data) >= 2, f"{name} ends too early")
            length = int.from_bytes(data[:2], "big")
            need(len(data) >= 2 + length, f"{name} ends too early")
            yield data[2:2 + length]
            data = data[2 + length:]
        need(not data, f"{name} has more than its entries")


def check_tiles(folder: Path, size: int, leaves: list):
    level, values = 0, leaves
    while values:
        for index in range((len(values) + 255) // 256):
            width = width_at(size, level, index)
            name = tile_name(level, index, width)
            need(read(folder, name) == b"".join(values[256 * index:256 * index + width]),
                 f"{name} does not hold the hashes of what is below it")
        values = [root_of(values[i:i + 256]) for i in range(0, len(values) // 256 * 256, 256)]
        level += 1


def check_log(folder: Path, keys: dict) -> Checkpoint:
    newest = Checkpoint(read(folder, "checkpoint"), keys)
    notes = [note + b"\n" for note in split_history(read(folder, "history"))]
    kept = {}
    before = 0
    for number, note in enumerate(notes, 1):
        try:
            one = Checkpoint(note, keys)
        except Broken as wrong:
            raise Broken(f"checkpoint {number} of the history: {wrong}") from None
        need(one.size > before, f"checkpoint {number} of the history is not larger")
        need(one.origin == newest.origin, f"checkpoint {number} of the history is another log's")
        kept[one.size] = before = one.size
        kept[one.size] = one
    need(newest.size in kept, "the history lacks the newest checkpoint")
    need(sum(size > newest.size for size in kept) <= 1, "the checkpoint is an old one")
    tree, leaves = Tree(), []
    for index, entry in enumerate(entries_of(folder, newest.size)):
        body = json.loads(entry)
        need(isinstance(body, dict) and body.get("index") == index,
             f"entry {index} says another place")
        leaf = leaf_hash(entry)
        leaves.append(leaf)
        tree.add(leaf)
        if tree.size in kept:
            need(kept[tree.size].root == tree.root(),
                 f"the first {tree.size} entries are not those of their checkpoint")
    need(tree.root() == newest.root, "the entries are not those of the checkpoint")
    check_tiles(folder, newest.size, leaves)
    return newest


def split_history(data: bytes) -> list:
    """Notes, each followed by an empty line; a torn end does not count."""
    notes = []
    while True:
        inner = data.find(b"\n\n")
        outer = data.find(b"\n\n", inner + 2) if inner >= 0 else -1
        if outer < 0:
            return notes
        notes.append(data[:outer])
        data = data[outer + 2:]


# ---- C2SP tlog-proof, and what Sluice puts into its extra line ----

class Proof:
    def __init__(self, data: bytes):
        head, blank, self.note = data.partition(b"\n\n")
        lines = head.decode().split("\n")
        need(blank and lines.pop(0) == "c2sp.org/tlog-proof@v1", "not a tlog-proof")
        self.extra = b""
        if lines and lines[0].startswith("extra "):
            self.extra = base64.b64decode(lines.pop(0)[6:], validate=True)
        need(lines and lines[0].startswith("index "), "a tlog-proof without index")
        self.index = int(lines.pop(0)[6:])
        self.path = [base64.b64decode(line, validate=True) for line in lines]
        need(all(len(value) == 32 for value in self.path), "a hash of another length")


def check_proof(proof: Proof, keys: dict) -> tuple:
    """(checkpoint, leaf as JSON, record as JSON or None); raises Broken."""
    checkpoint = Checkpoint(proof.note, keys)
    lines = proof.extra.decode().split("\n")
    leaf_text = lines.pop(0)
    root = root_from_path(leaf_hash(leaf_text.encode()), proof.index, checkpoint.size, proof.path)
    need(root == checkpoint.root, "the entry is not in the tree of the checkpoint")
    leaf = json.loads(leaf_text)
    need(leaf["index"] == proof.index, "the entry says another place than its own")
    body, record, opening, route, nodes = leaf.get("body"), None, None, None, []
    for line in filter(None, lines):
        word, _, rest = line.partition(" ")
        if word == "body":
            need(hashlib.sha256(rest.encode()).hexdigest() == leaf["body_sha256"],
                 "the body is not that of the entry")
            body = json.loads(rest)
        elif word == "record":
            record = [int(value) for value in rest.split()]
        elif word == "opening":
            opening = rest
        elif word == "route":
            route = rest
        elif word == "node":
            nodes.append(base64.b64decode(rest, validate=True))
        else:
            raise Broken(f"the proof says {word}, which is not known")
    if record is None:
        return checkpoint, leaf, None
    number, index, size = record
    roots = [one["root"] for one in body["roots"] if one["slice"] == number]
    need(len(roots) == 1, "the entry holds no root for the slice of the record")
    need(root_from_path(leaf_hash(opening.encode()), index, size, nodes).hex() == roots[0],
         "the record is not the one that was committed to")
    opened = json.loads(opening)
    if route is not None:
        need(hashlib.sha256(route.encode()).hexdigest() == opened["route_sha256"],
             "the recipients are not those that were committed to")
        opened.update(json.loads("{" + route + "}"))
    return checkpoint, leaf, opened


def check_bytes(record: dict, data: bytes):
    """The bytes of a record are those that its opening commits to."""
    need("bytes_sha256" in record, "the opening does not tell of the record's bytes")
    need(sha256(record["salt"].encode() + data).hex() == record["bytes_sha256"],
         "these are not the bytes of the record that were judged")


def siblings(index: int, begin: int, end: int, path: list):
    """(begin, end, hash) of each subtree of an audit path (section 2.1.1)."""
    if end - begin < 2:
        return
    middle = begin + split(end - begin)
    if index < middle:
        yield middle, end, path[-1]
        yield from siblings(index, begin, middle, path[:-1])
    else:
        yield begin, middle, path[-1]
        yield from siblings(index, middle, end, path[:-1])


def lost_with(proof: Proof, old: Checkpoint, entries: list, leaves: list,
              signed_at: datetime.datetime) -> str | None:
    """When the restore was that lost this checkpoint; None where none did. What the proof still
    shows of the entries before `restored` must be ours."""
    for entry in map(json.loads, entries):
        if entry["kind"] == "restored" and signed_at <= instant(entry["at"]):
            break
    else:
        return None
    common = entry["index"]
    if old.size <= common:
        return None
    check_proof_alone(proof, old)
    parts = list(siblings(proof.index, 0, old.size, proof.path))
    parts.append((proof.index, proof.index + 1, leaf_hash(proof.extra.split(b"\n")[0])))
    for begin, end, value in parts:
        need(end > common or root_of(leaves[begin:end]) == value,
             f"the log was rewritten: of its first {common} entries not all are those that were "
             "seen")
    body = entry["body"]
    need(body["lost_size"] != old.size or body["lost_root"] == old.root.hex(),
         "the log was forked: the restore saw other entries under a checkpoint of this size")
    return entry["at"]


def check_proof_alone(proof: Proof, checkpoint: Checkpoint):
    leaf = leaf_hash(proof.extra.split(b"\n")[0])
    need(root_from_path(leaf, proof.index, checkpoint.size, proof.path) == checkpoint.root,
         "the entry is not in the tree of the checkpoint")


def check_retired(checkpoint: Checkpoint, leaf: dict, signed_at: datetime.datetime):
    end = checkpoint.retired
    need(end is None or (signed_at <= end and instant(leaf["at"]) <= end),
         f"it is later than the retirement of the key that signed its checkpoint, {end}")


def check_grown(proof: Proof, old: Checkpoint, new: Checkpoint, entries: list, leaves: list):
    """The log has grown out of the tree that the proof was made under."""
    need(old.size <= new.size, f"the log was truncated: it was seen with {old.size} entries and "
                               f"has {new.size}")
    need(root_of(leaves[:old.size]) == old.root,
         f"the log was rewritten: its first {old.size} entries are not those that were seen")
    need(entries[proof.index] == proof.extra.split(b"\n")[0],
         f"entry {proof.index} is not the one that was proven")


def check_witness(proof: Proof, folder: Path, keys: Keys,
                  signed_at: datetime.datetime | None = None) -> str:
    """That the log in `folder` saw it, or that a restore lost it; raises Broken otherwise."""
    old, new = Checkpoint(proof.note, keys), Checkpoint(read(folder, "checkpoint"), keys)
    entries = list(entries_of(folder, new.size))
    leaves = [leaf_hash(entry) for entry in entries]
    need(root_of(leaves) == new.root, "the entries are not those of the checkpoint")
    try:
        check_grown(proof, old, new, entries, leaves)
    except Broken:
        lost = signed_at and lost_with(proof, old, entries, leaves, signed_at)
        if not lost:
            raise
        return f"lost with the restore of {lost}"
    return f"saw {old.size} entries"


# ---- CMS (RFC 5652): a small reader of DER ----

class Der:
    def __init__(self, data: bytes, at=0):
        self.tag = data[at]
        length, begin = data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, begin = int.from_bytes(data[begin:begin + count], "big"), begin + count
        self.value = data[begin:begin + length]
        need(len(self.value) == length, "the signature ends too early")
        self.end = begin + length
        self.raw = data[at:self.end]

    def parts(self) -> list:
        found, at = [], 0
        while at < len(self.value):
            found.append(Der(self.value, at))
            at = found[-1].end
        return found

    def oid(self) -> str:
        numbers, value = [], 0
        for byte in self.value:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        first = min(2, numbers[0] // 40)
        return ".".join(map(str, [first, numbers[0] - 40 * first] + numbers[1:]))


def attributes(der: Der) -> dict:
    found = {}
    for one in der.parts():
        kind, values = one.parts()
        found[kind.oid()] = values.parts()
    return found


class Signature:
    """One signer over detached content, as an FS or VS file holds it."""

    def __init__(self, text: bytes):
        data = text if text[:1] == b"\x30" else base64.b64decode(b"".join(text.split()))
        kind, content = Der(data).parts()
        need(kind.oid() == "1.2.840.113549.1.7.2", "not SignedData")
        parts = content.parts()[0].parts()
        certificates = [p for p in parts if p.tag == 0xA0]
        self.certificates = [x509.load_der_x509_certificate(c.raw)
                             for c in (certificates[0].parts() if certificates else [])]
        signers = parts[-1].parts()
        need(len(signers) == 1, "not one signer")
        fields = signers[0].parts()
        self.issuer_and_serial = fields[1]
        signed = [p for p in fields if p.tag == 0xA0]
        need(signed, "nothing is signed but the content")
        self.signed_raw = b"\x31" + signed[0].raw[1:]
        self.signed = attributes(signed[0])
        unsigned = [p for p in fields if p.tag == 0xA1]
        self.unsigned = attributes(unsigned[0]) if unsigned else {}
        self.value = next(p.value for p in fields[3:] if p.tag == 0x04)

    def signed_at(self) -> datetime.datetime:
        time = self.signed["1.2.840.113549.1.9.5"][0]
        text = time.value.decode()
        text = text if time.tag == 0x18 else ("20" if text < "5" else "19") + text
        return datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=datetime.UTC)

    def proof(self) -> Proof | None:
        values = self.unsigned.get(PROOF_OID)
        return Proof(values[0].value) if values else None

    def check(self, content: bytes, chain: list):
        """The signer is one of `chain` and issued by another one of it."""
        digest = self.signed["1.2.840.113549.1.9.4"][0].value
        need(digest == sha256(content), "the signature is over other content")
        serial = int.from_bytes(self.issuer_and_serial.parts()[1].value, "big")
        signers = [c for c in chain if c.serial_number == serial]
        need(signers, "the signer is not in the chain")
        signer = signers[0]
        verify_by(signer.public_key(), self.value, self.signed_raw, hashes.SHA256())
        issuers = [c for c in chain if c.subject == signer.issuer]
        need(issuers, "the signer's authority is not in the chain")
        verify_by(issuers[0].public_key(), signer.signature, signer.tbs_certificate_bytes,
                  signer.signature_hash_algorithm)


def verify_by(key, signature: bytes, data: bytes, algorithm):
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        else:
            raise Broken("a kind of key that is not known")
    except InvalidSignature:
        raise Broken("the signature does not hold") from None


def read_chain(path: Path) -> list:
    end = b"-----END CERTIFICATE-----"  # one by one: Debian 12 has no call for all of them
    parts = path.read_bytes().split(end)[:-1]
    return [x509.load_pem_x509_certificate(part.lstrip() + end) for part in parts]


def signature_beside(path: Path) -> Path:
    prefix = "VS." if path.name.startswith("VO.") else "FS."
    return path.parent / (prefix + path.name[3:].removesuffix(".zst"))


def check_receipt(path: Path, chain: list, keys: dict | None) -> tuple:
    signature = Signature(signature_beside(path).read_bytes())
    content = path.read_bytes()
    signature.check(content, chain)
    if keys is None:
        return None, None
    proof = signature.proof()
    need(proof is not None, "it carries no proof of the journal")
    checkpoint, leaf, _ = check_proof(proof, keys)
    check_retired(checkpoint, leaf, signature.signed_at())
    if path.name[3:7] in ("ACRF", "NOTI") and path.name.startswith("FO."):
        named = leaf["file"] or leaf["body"].get("name", "")
        need(named.encode() in content, "the proof is about another file, " + leaf["file"])
    return checkpoint, leaf


# ---- the command line ----

def time_in(path: Path) -> datetime.datetime | None:
    """When the answer that carries a proof says to be signed."""
    return Signature(path.read_bytes()).signed_at() if path.name[:3] in ("FS.", "VS.") else None


def proof_in(path: Path) -> Proof:
    if path.name[:3] in ("FS.", "VS."):
        proof = Signature(path.read_bytes()).proof()
        need(proof is not None, f"{path.name} carries no proof")
        return proof
    return Proof(path.read_bytes())


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=("log", "proof", "witness", "receipt"))
    arguments.add_argument("paths", nargs="+", type=Path)
    arguments.add_argument("--key")
    arguments.add_argument("--chain", type=Path)
    arguments.add_argument("--log", type=Path)
    arguments.add_argument("--bytes", type=Path)
    options = arguments.parse_args()
    keys = None
    if options.key:
        keys = read_keys(Path(options.key).read_text() if Path(options.key).is_file()
                         else options.key)
    try:
        for path in options.paths:
            if options.what == "log":
                checkpoint = check_log(path, keys)
                print(f"good: {checkpoint.size} entries of {checkpoint.origin}")
            elif options.what == "proof":
                checkpoint, leaf, record = check_proof(Proof(path.read_bytes()), keys)
                print(f"good: entry {leaf['index']} of {checkpoint.size}")
                print(json.dumps(leaf))
                if record:
                    print(json.dumps(record))
                if options.bytes:
                    check_bytes(record or {}, options.bytes.read_bytes())
            elif options.what == "witness":
                said = check_witness(proof_in(path), options.log, keys, time_in(path))
                print(f"{said.split()[0].replace('saw', 'good')}: {path.name} {said}")
            else:
                _, leaf = check_receipt(path, read_chain(options.chain), keys)
                print(f"good: {path.name}" + (f", {leaf['file']} was {leaf['kind']} at "
                                              f"{leaf['at']}" if leaf else ""))
    except Broken as wrong:
        print(f"broken: {wrong}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
