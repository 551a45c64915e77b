#!/bin/sh
# Makes a CA, host certificates and the configurations a.yml and b.yml in the current folder: the same for Nebula
# and for Asterism, so that none of them has a setting that the other lacks.
# usage: prepare.sh CERT UNDER_A UNDER_B IP_A IP_B [SECTION.KEY=VALUE ...] [-- UNDER_RA UNDER_RB IP_R [SECTION.KEY=VALUE ...]]
# CERT is nebula-cert or asterism-cert; the rest are underlay and overlay addresses, then settings to add. What follows --
# describes a third host, r.yml: the lighthouse of both, and the relay through which they must go, as they know no other way.
set -eu
cert=$1 ua=$2 ub=$3 ia=$4 ib=$5
shift 5
# Version 1, which all of them read, as those of several programs meet at a relay; old programs know no other.
v1=
help=$("$cert" ca -h 2>&1) || true
case $help in *-version*) v1='-version 1' ;; esac
# shellcheck disable=SC2086 # none or two words
"$cert" ca $v1 -name bench -duration 24h
"$cert" sign -name a -ip "$ia/24" -duration 12h
"$cert" sign -name b -ip "$ib/24" -duration 12h

# set_key FILE SECTION KEY VALUE: into the section's braces, or as a section of its own.
set_key() {
    if grep -q "^$2: {" "$1"; then
        sed -i "s/^$2: {/$2: {$3: $4, /" "$1"
    else
        printf '%s: {%s: %s}\n' "$2" "$3" "$4" >>"$1"
    fi
}

set -f # settings may have brackets
settings=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    settings="$settings $1"
    shift
done
lighthouse=$ia ends="a b" settings_of_relay=
map_a="\"$ia\": [\"$ua:4242\"], \"$ib\": [\"$ub:4242\"]" map_b="$map_a"
if [ $# -gt 0 ]; then
    map_a="\"$4\": [\"$2:4242\"]" map_b="\"$4\": [\"$3:4242\"]"
    lighthouse=$4 ends="a b r"
    "$cert" sign -name r -ip "$4/24" -duration 12h
    shift 4
    settings_of_relay="relay.am_relay=true relay.use_relays=false $*"
    settings="relay.relays=[\"$lighthouse\"] $settings"
fi

for e in $ends; do
    am=false hosts="[\"$lighthouse\"]" known=$map_b add=$settings
    case $e in
        a) known=$map_a ;;
        r) known='' add=$settings_of_relay ;;
    esac
    if [ "$e" = r ] || [ "$e $lighthouse" = "a $ia" ]; then am=true hosts="[]"; fi
    cat >"$e.yml" <<Y
pki: {ca: "$PWD/ca.crt", cert: "$PWD/$e.crt", key: "$PWD/$e.key"}
static_host_map: {$known}
lighthouse: {am_lighthouse: $am, interval: 60, hosts: $hosts}
listen: {host: 0.0.0.0, port: 4242, read_buffer: 4194304, write_buffer: 4194304, batch: 64}
punchy: {punch: true}
cipher: aes
routines: 1
tun: {dev: ov0, mtu: 1300, tx_queue: 500, drop_local_broadcast: false, drop_multicast: false}
logging: {level: warning, format: text}
firewall:
  conntrack: {tcp_timeout: 12m, udp_timeout: 3m, default_timeout: 10m}
  outbound: [{port: any, proto: any, host: any}]
  inbound: [{port: any, proto: any, host: any}]
Y
    for setting in $add; do
        key=${setting%%=*}
        set_key "$e.yml" "${key%%.*}" "${key#*.}" "${setting#*=}"
    done
done
