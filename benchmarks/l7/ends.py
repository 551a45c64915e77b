"""The ends of a tunnel in `tunnel`: an application, and in front of it the filters of two agents, two Envoys, or nothing."""

import json
import os
import shlex
import signal
import sys
import time
from collections import namedtuple

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))

import load  # noqa: E402
import peers  # noqa: E402
import processes  # noqa: E402
from overlay import LeftOut, Overlay, sh  # noqa: E402

EXPLICIT = 4140
LISTED, ORIGIN = {1: 8080, 2: 8081}, {1: 9090, 2: 9091}

# tunnel: who carries the packets; proxies: what the requests go through at both ends, "" for nothing.
Kind = namedtuple("Kind", "name title tunnel proxies")

STRAIGHT = Kind("straight", "Asterism's tunnel alone", "asterism", "")
FILTERS = Kind("filters", "Asterism, filters at both ends", "asterism", "filters")
NEBULA = Kind("nebula", "Nebula's tunnel alone", "nebula", "")
ENVOY = Kind("envoy", "Nebula, Envoy at both ends", "nebula", "envoy")
ENVOY_MTLS = Kind("envoy-mtls", "Nebula, Envoy at both ends, TLS between them", "nebula", "envoy-mtls")
KINDS = [STRAIGHT, FILTERS, NEBULA, ENVOY, ENVOY_MTLS]

# The same at each end of both: one route by prefix, one retry, access by who calls, one loop, metrics, no access log.
SERVING = """
l7:
  enabled: true  # switched
  threads: 1
  log: {access: ""}
  serve:
    one: {port: 8080, to: "127.0.0.1:9090", protocol: http1, allow: [{from: "node:a", prefix: /}]}
    two: {port: 8081, to: "127.0.0.1:9091", protocol: http2, allow: [{from: "node:a", prefix: /}]}
"""
CALLING = """
l7:
  enabled: true  # switched
  threads: 1
  log: {access: ""}
  listen: ["127.0.0.1:%d"]
  intercept: {outbound: off}
  services:
    app:
      hosts: [127.0.0.1]
      port: %d
      protocol: http%d
      pool: {static: ["%s"]}
      retry: {on: [connect, refused, reset, 502, 503, 504], times: 1}
      routes: [{match: {prefix: /}}]
"""
TYPES = "type.googleapis.com/envoy.extensions"
ACCEPTS = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 1); print('yes')"


def specification(kind, clone):
    """How the daemons of that tunnel are made and started. LeftOut: this cannot be had here, and why."""
    specs = peers.read_all()
    if kind.tunnel == "asterism":
        return processes.specification(kind.name, clone, specs)
    spec = dict(specs["nebula-offloads"])
    why = peers.why_not(spec)
    if why:
        raise LeftOut(f"{why} (stock nebula with offloads, built from its source)")
    return {**spec, "name": kind.name}


class Ends(Overlay):
    """A tunnel with an application at end b, and what its kind puts in front of it at both ends, for one version of HTTP."""

    def __init__(self, kind, version, chosen, number, work):
        spec = specification(kind, chosen.clone)
        spec["name"] = f"h{version}-{kind.name}"
        super().__init__(spec, f"l7t{os.getpid()}", number, work)
        self.kind, self.version, self.envoy = kind, version, chosen.envoy
        self.proxies = []
        self.nginx = None

    def prepare(self):
        super().prepare()
        if self.kind.proxies == "filters":
            self.append("a", CALLING % (EXPLICIT, LISTED[self.version], self.version, self.ip["b"]))
            self.append("b", SERVING)
        elif self.kind.proxies:
            tls = self.kind.proxies == "envoy-mtls"
            if tls:
                certificates(self.work)
            for end in "ab":
                with open(os.path.join(self.work, f"envoy-{end}.json"), "w", encoding="utf-8") as file:
                    json.dump(envoy(end, self.version, self.ip, self.work if tls else None), file)
        self.nginx = load.nginx(self.work, f"0.0.0.0:{ORIGIN[1]}", f"0.0.0.0:{ORIGIN[2]} http2")

    def append(self, end, text):
        path = os.path.join(self.work, end + ".yml")
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
        program = self.command(end)[2].split()[1]
        sh(f"{program} run --test --config {shlex.quote(path)}")

    def open(self, application):
        """Starts it all and waits until it accepts connections."""
        self.up("gso")
        if application:
            self.pair.start("b", ["nginx", *self.nginx])
            self.wait_for("b", "127.0.0.1", ORIGIN[self.version], "nginx")
        if self.kind.proxies.startswith("envoy"):
            for end in "ba":
                with self.log(f"envoy-{end}.log") as log:
                    command = [self.envoy, "-c", f"{self.work}/envoy-{end}.json", "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]
                    self.proxies.append(self.pair.start(end, command, log, self.work))
            self.wait_for("b", self.ip["b"], LISTED[self.version], "Envoy b")
        if self.kind.proxies:
            self.wait_for("a", "127.0.0.1", EXPLICIT, self.kind.title)

    def wait_for(self, end, host, port, what):
        for _ in range(60):
            if self.accepts(end, host, port):
                return
            self.check_alive()
            time.sleep(0.25)
        raise LeftOut(f"{what} does not accept connections; logs in {self.work}")

    def switch(self, on):
        """A reload at both ends; returns when both have done it."""
        for end, process in self.daemons.items():
            path = os.path.join(self.work, end + ".yml")
            with open(path, encoding="utf-8") as file:
                text = file.read()
            wanted = text.replace(f"enabled: {str(not on).lower()}  # switched", f"enabled: {str(on).lower()}  # switched")
            if wanted != text:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(wanted)
                process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 15
        while self.accepts("a", "127.0.0.1", EXPLICIT) != on:
            if time.monotonic() > deadline:
                raise LeftOut(f"the filter is not {'on' if on else 'off'} after 15 s; logs in {self.work}")
            time.sleep(0.1)
        time.sleep(0.5)  # the other end got its signal a moment later

    def accepts(self, end, host, port):
        """Whether a connection from that end to there is accepted."""
        return bool(self.pair.run(end, [sys.executable, "-c", ACCEPTS, host, str(port)]).strip())

    def url(self):
        return f"http://127.0.0.1:{EXPLICIT}/" if self.kind.proxies else f"http://{self.ip['b']}:{ORIGIN[self.version]}/"

    def pids(self):
        """Whose CPU counts: what carries packets and what carries requests."""
        return [process.pid for process in [*self.daemons.values(), *self.proxies]]

    def check_alive(self):
        super().check_alive()
        for process in self.proxies:
            if process.poll() is not None:
                raise LeftOut(f"Envoy ended with status {process.returncode}; logs in {self.work}")

    def down(self):
        self.proxies = []
        super().down()


# ---- Envoy ------------------------------------------------------------------------------------------------------


def certificates(folder):
    """A CA and a certificate for each end with its name as a URI, as meshes do it."""
    sh(
        f"cd {shlex.quote(folder)} && umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 "
        "-keyout tls-ca.key -out tls-ca.crt -subj /CN=mesh"
    )
    for end in "ab":
        sh(
            f"cd {shlex.quote(folder)} && umask 077 && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
            f"-keyout tls-{end}.key -out tls-{end}.csr -subj /CN={end} && printf 'subjectAltName=URI:spiffe://mesh/{end}\\n' >tls-{end}.ext && "
            f"openssl x509 -req -in tls-{end}.csr -CA tls-ca.crt -CAkey tls-ca.key -CAcreateserial -days 1 -extfile tls-{end}.ext -out tls-{end}.crt"
        )


def address(host, port):
    return {"socket_address": {"address": host, "port_value": port}}


def tls(end, other, folder, downstream):
    file = lambda name: {"filename": os.path.join(folder, name)}
    context = {
        "@type": f"{TYPES}.transport_sockets.tls.v3.{'Downstream' if downstream else 'Upstream'}TlsContext",
        "common_tls_context": {
            "tls_certificates": [{"certificate_chain": file(f"tls-{end}.crt"), "private_key": file(f"tls-{end}.key")}],
            "alpn_protocols": ["h2", "http/1.1"] if downstream else [],
            "validation_context": {
                "trusted_ca": file("tls-ca.crt"),
                "match_typed_subject_alt_names": [{"san_type": "URI", "matcher": {"exact": f"spiffe://mesh/{other}"}}],
            },
        },
    }
    if downstream:
        context["require_client_certificate"] = True
    return {"name": "envoy.transport_sockets.tls", "typed_config": context}


def envoy(end, version, ip, tls_folder):
    """Its configuration: at end a a route with a retry, at end b access by who calls; statistics at both."""
    other = "b" if end == "a" else "a"
    route = {"cluster": "app", "timeout": "15s"}
    filters = []
    if end == "a":
        route["retry_policy"] = {"retry_on": "gateway-error,connect-failure,refused-stream,reset", "num_retries": 1}
    else:
        caller = {"authenticated": {"principal_name": {"exact": "spiffe://mesh/a"}}}
        if not tls_folder:
            caller = {"direct_remote_ip": {"address_prefix": ip["a"], "prefix_len": 32}}
        policy = {"permissions": [{"url_path": {"path": {"prefix": "/"}}}], "principals": [caller]}
        rules = {"action": "ALLOW", "policies": {"a": policy}}
        filters.append({"name": "envoy.filters.http.rbac", "typed_config": {"@type": f"{TYPES}.filters.http.rbac.v3.RBAC", "rules": rules}})
    filters.append({"name": "envoy.filters.http.router", "typed_config": {"@type": f"{TYPES}.filters.http.router.v3.Router"}})
    hosts = {"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": route, "stat_prefix": "all"}]}
    manager = {
        "@type": f"{TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "in",
        "codec_type": "AUTO",
        "http_filters": filters,
        "route_config": {"name": "in", "virtual_hosts": [hosts]},
    }
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
    cluster = {
        "name": "app",
        "type": "STATIC",
        "connect_timeout": "1s",
        "lb_policy": "LEAST_REQUEST",
        "load_assignment": {"cluster_name": "app", "endpoints": [{"lb_endpoints": [{"endpoint": {"address": target(end, version, ip)}}]}]},
    }
    if version == 2:
        options = {"@type": f"{TYPES}.upstreams.http.v3.HttpProtocolOptions", "explicit_http_config": {"http2_protocol_options": {}}}
        cluster["typed_extension_protocol_options"] = {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options}
    if tls_folder and end == "a":
        cluster["transport_socket"] = tls(end, other, tls_folder, False)
    elif tls_folder:
        chain["transport_socket"] = tls(end, other, tls_folder, True)
    at = address("127.0.0.1", EXPLICIT) if end == "a" else address(ip["b"], LISTED[version])
    return {"static_resources": {"listeners": [{"name": "in", "address": at, "filter_chains": [chain]}], "clusters": [cluster]}}


def target(end, version, ip):
    return address(ip["b"], LISTED[version]) if end == "a" else address("127.0.0.1", ORIGIN[version])
