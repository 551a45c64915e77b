#!/bin/sh
# Makes a CA, two host certificates and two configurations in the current folder.
# usage: asterism-prepare.sh CLONE UNDER_A UNDER_B IP_A IP_B TUN_MTU
set -eu
cert="$1/bin/asterism-cert" ua=$2 ub=$3 ia=$4 ib=$5 mtu=$6
"$cert" ca -name bench -duration 24h
"$cert" sign -name a -networks "$ia/24" -duration 12h
"$cert" sign -name b -networks "$ib/24" -duration 12h
for e in a b; do
  if [ $e = a ]; then lh=true hosts="[]"; else lh=false hosts="[\"$ia\"]"; fi
  cat >$e.yml <<Y
pki: {ca: $PWD/ca.crt, cert: $PWD/$e.crt, key: $PWD/$e.key}
static_host_map: {"$ia": ["$ua:4242"], "$ib": ["$ub:4242"]}
lighthouse: {am_lighthouse: $lh, interval: 60, hosts: $hosts}
listen: {host: 0.0.0.0, port: 4242, read_buffer: 4194304, write_buffer: 4194304, batch: 64}
punchy: {punch: true}
cipher: aes
tun: {dev: ov0, mtu: $mtu, tx_queue: 500, drop_local_broadcast: false, drop_multicast: false}
logging: {level: warning, format: text}
firewall:
  conntrack: {tcp_timeout: 12m, udp_timeout: 3m, default_timeout: 10m}
  outbound: [{port: any, proto: any, host: any}]
  inbound: [{port: any, proto: any, host: any}]
Y
done
