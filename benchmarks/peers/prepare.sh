#!/bin/sh
# Makes a CA, two host certificates and the configurations a.yml and b.yml in the current folder: the same for Nebula
# and for Asterism, so that none of them has a setting that the other lacks.
# usage: prepare.sh CERT UNDER_A UNDER_B IP_A IP_B [SECTION.KEY=VALUE ...]
# CERT is nebula-cert or asterism-cert; the rest are underlay and overlay addresses, then settings to add.
set -eu
cert=$1 ua=$2 ub=$3 ia=$4 ib=$5
shift 5
"$cert" ca -name bench -duration 24h
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

for e in a b; do
    if [ $e = a ]; then lh=true hosts="[]"; else lh=false hosts="[\"$ia\"]"; fi
    cat >$e.yml <<Y
pki: {ca: "$PWD/ca.crt", cert: "$PWD/$e.crt", key: "$PWD/$e.key"}
static_host_map: {"$ia": ["$ua:4242"], "$ib": ["$ub:4242"]}
lighthouse: {am_lighthouse: $lh, interval: 60, hosts: $hosts}
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
    for setting in "$@"; do
        key=${setting%%=*}
        set_key $e.yml "${key%%.*}" "${key#*.}" "${setting#*=}"
    done
done
