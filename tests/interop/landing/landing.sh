#!/usr/bin/env bash
# The landing zone with a real sshd and the real sftp: an upload, an upload that is cut in the
# middle and goes on later, what a sender may not do, and answers fetched as their owner.
set -euo pipefail
source=$(cd "$(dirname "$0")/../../.." && pwd)
for tool in sshd sftp ssh-keygen openssl python3; do
    command -v $tool >/dev/null || [ -x /usr/sbin/$tool ] ||
        { echo "skipped: $tool is not here"; exit 77; }
done
work=$(mktemp -d)
home=$work/home
cleanup() {
    "$source/scripts/private-sshd" stop "$work/ssh" || true
    if [ -n "${SLUICE_KEEP:-}" ]; then echo "kept: $work"; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'echo "line $LINENO: failed" >&2' ERR
fail() { echo "$*" >&2; exit 1; }

mkdir "$home"
cp -r "$source/jobs" "$source/xsd" "$home/"
"$source/scripts/make-test-ca" "$work/ca" 100101
cp -r "$work/ca/trust" "$home/jobs/"
mkdir -p "$home/jobs/trust/partners"
cp "$work/ca/certs/100101.pem" "$home/jobs/trust/partners/"
sed -i '/number="100101"/,/<channel/s|<channel|<certificate file="partners/100101.pem"/><channel|' \
    "$home/jobs/partners.xml"
export SLUICE_HOME=$home
"$SLUICE" init "$home" >/dev/null
"$source/scripts/private-sshd" start "$home" "$work/ssh" 100101 100202
as() { sftp -q -F "$work/ssh/client" -b - "s$1" >"$work/sftp.out" 2>"$work/sftp.err"; }
state() {
    "$SLUICE" status --json "$1" | python3 -c 'import json, sys
for line in sys.stdin:
    print(json.loads(line)["state"])'
}

name=DIMN.100101.$(TZ=Europe/Brussels date +%Y%m%d).00001.R
mkdir "$work/outgoing"
cp "$source/samples/dimona/good.xml" "$work/outgoing/FI.$name.1.1"
"$source/scripts/sign-file" "$work/ca/certs/100101.key" "$work/ca/certs/100101.pem" \
    "$work/outgoing/FI.$name.1.1"
: >"$work/outgoing/GO.$name.1"

# 1. The line breaks when half of FI is there.
head -c 1000 "$work/outgoing/FI.$name.1.1" >"$work/half"
as 100101 <<<"put $work/half IN/FI.$name.1.1"
"$SLUICE" receive
[ "$(state "$name")" = waiting ] || fail "half an upload is $(state "$name"), not waiting"
"$SLUICE" run >/dev/null
[ -f "$home/spool/partners/100101/IN/FI.$name.1.1" ] || fail "half an upload was taken"

# 2. It goes on where it was cut, as sftp does it; then FS and GO.
as 100101 <<BATCH
reput $work/outgoing/FI.$name.1.1 IN/FI.$name.1.1
put $work/outgoing/FS.$name.1.1 IN/FS.$name.1.1
put $work/outgoing/GO.$name.1 IN/GO.$name.1
BATCH
[ "$(state "$name")" = waiting ] || fail "before the reception it is $(state "$name")"
"$SLUICE" receive >/dev/null
[ "$(state "$name")" = verified ] || fail "after the reception it is $(state "$name")"
"$SLUICE" run >/dev/null
[ "$(state "$name")" = closed ] || fail "after the night it is $(state "$name")"

# 3. The sender fetches the answers and takes them away; they verify with openssl.
mkdir "$work/answers"
as 100101 <<BATCH
get OUT/* $work/answers/
rm OUT/*
BATCH
"$SLUICE" key export >"$work/chain.pem"
count=0
for answer in "$work"/answers/FO.*; do
    base64 -d "$work/answers/FS.${answer##*/FO.}" >"$work/fs.der"
    openssl cms -verify -binary -purpose any -inform DER -in "$work/fs.der" -content "$answer" \
        -CAfile "$work/chain.pem" -out /dev/null 2>"$work/openssl.err" || {
        cat "$work/openssl.err"
        fail "the signature of $answer does not hold"
    }
    count=$((count + 1))
done
[ $count -ge 2 ] || fail "$count answers, expected a receipt and a notification"
[ -z "$(ls "$home/spool/partners/100101/OUT")" ] || fail "OUT is not empty"
"$SLUICE" run >/dev/null
[ -z "$(ls "$home/spool/partners/100101/OUT")" ] || fail "answers came twice"

# 4. What a sender may not do.
: >"$work/x"
for batch in "chmod 600 IN/FI.X" "symlink /etc/passwd IN/FI.Y" "ln IN/FI.X IN/FI.Z"; do
    as 100101 <<<"put $work/x IN/FI.X"
    if as 100101 <<<"$batch"; then fail "allowed: $batch"; fi
done
if ssh -F "$work/ssh/client" s100101 true &>/dev/null; then fail "a sender has a shell"; fi
if as 100303 <<<"ls" 2>/dev/null; then fail "a partner without a key came in"; fi
