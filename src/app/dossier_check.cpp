// What a dossier has beside its proof: a script that checks it without anything of ours.
#include "app/dossier.hpp"

namespace app {

const char* const proof_script =
    R"sh(#!/usr/bin/env bash
# check.sh PROOF KEYS [RECORD]: is the entry in the log that one of KEYS signed, and is RECORD the
# one that it commits to? C2SP tlog-proof and signed-note, RFC 6962; bash, OpenSSL and sha256sum.
set -euo pipefail
proof=$1 keys=$2 record=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
broken() { echo "$proof: $1" >&2; exit 1; }
hash() { sha256sum | cut -c1-64; }
hex() { base64 -d <<< "$1" | od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf "$(sed 's/../\\x&/g' <<< "$1")"; }
leaf_hash() { { printf '\0'; printf %s "$1"; } | hash; }
node_hash() { { printf '\1'; bytes "$1$2"; } | hash; }
member() { sed -n 's/.*"'"$2"'":"\{0,1\}\([0-9a-f]*\).*/\1/p' <<< "$1"; }
root() {  # LEAF INDEX SIZE [HASH]...: RFC 9162, 2.1.3.2
    local r=$1 fn=$2 sn=$(($3 - 1)) p
    for p in "${@:4}"; do
        ((sn > 0)) || return 0
        if ((fn & 1 || fn == sn)); then
            r=$(node_hash "$p" "$r")
            while ((fn && !(fn & 1))); do fn=$((fn >> 1)) sn=$((sn >> 1)); done
        else
            r=$(node_hash "$r" "$p")
        fi
        fn=$((fn >> 1)) sn=$((sn >> 1))
    done
    ((sn)) || echo "$r"
}
index='' path=() node=() body='' opening='' route='' place=()
{
    IFS= read -r line
    [[ $line == c2sp.org/tlog-proof@v1 ]] || broken 'not a tlog-proof'
    while IFS= read -r line && [[ -n $line ]]; do
        case $line in
            extra\ *) base64 -d <<< "${line#extra }" > "$work/extra" ;;
            index\ *) index=${line#index } ;;
            *) path+=("$(hex "$line")") ;;
        esac
    done
    cat > "$work/note"
} < "$proof"
sed '/^$/,$d' "$work/note" > "$work/text"
{ read -r origin; read -r size; read -r top; } < "$work/text"
signed=no
while IFS= read -r line; do
    # Not split by read: it would take away a + at the end of the key.
    name=${line%%+*} id=${line#*+}
    key=${id#*+} id=${id%%+*}
    value=$(sed -n "s|^— $name ||p" "$work/note")
    [[ $name == "$origin" && -n $value ]] || continue
    value=$(hex "$value")
    [[ ${value:0:8} == "$id" ]] || continue
    bytes "302a300506032b6570032100$(hex "$key" | cut -c3-)" > "$work/key"
    bytes "${value:8}" > "$work/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/text" \
        -sigfile "$work/signature" > "$work/said" 2>&1 || broken 'the signature does not hold'
    signed=yes
done < "$keys"
[[ $signed == yes ]] || broken 'no known key signed the checkpoint'
{
    IFS= read -r leaf
    while IFS= read -r line; do
        case $line in
            body\ *) body=${line#body } ;;
            record\ *) read -ra place <<< "${line#record }" ;;
            opening\ *) opening=${line#opening } ;;
            route\ *) route=${line#route } ;;
            node\ *) node+=("$(hex "${line#node }")") ;;
            *) broken 'it says what is not known' ;;
        esac
    done
} < "$work/extra"
[[ $(root "$(leaf_hash "$leaf")" "$index" "$size" "${path[@]}") == "$(hex "$top")" ]] ||
    broken 'the entry is not in the tree of the checkpoint'
[[ $leaf == "{\"index\":$index,"* ]] || broken 'the entry says another place than its own'
[[ -z $body || $(printf %s "$body" | hash) == "$(member "$leaf" body_sha256)" ]] ||
    broken 'the body is not that of the entry'
echo "entry $index of $size in the log of $origin"
[[ -n $opening ]] || exit 0
slice=$(grep -o "{\"slice\":${place[0]},[^}]*}" <<< "${body:-$leaf}") || broken 'no such slice'
[[ $(root "$(leaf_hash "$opening")" "${place[1]}" "${place[2]}" "${node[@]}") == \
    "$(member "$slice" root)" ]] || broken 'the record is not the one that was committed to'
[[ -z $route || $(printf %s "$route" | hash) == "$(member "$opening" route_sha256)" ]] ||
    broken 'the recipients are not those that were committed to'
echo "its record $(member "$opening" record)"
digest=$(member "$opening" bytes_sha256)
[[ -n $record && -n $digest ]] || exit 0
[[ $({ printf %s "$(member "$opening" salt)"; cat "$record"; } | hash) == "$digest" ]] ||
    broken 'these are not the bytes of the record that were judged'
echo 'with these bytes'
)sh";

}  // namespace app
