"""The load of `tunnel` and `start10`: oha sends requests to nginx at a fixed rate, whether or not they are answered."""

import json
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))

from overlay import LeftOut  # noqa: E402

RATE, CONNECTIONS = 1000, 16

NGINX = """daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
    access_log off;
    keepalive_requests 1000000;
%s
}
"""


def nginx(folder, *listens):
    """Writes a configuration with a server for each of these values of `listen`; returns the arguments of nginx."""
    servers = ['    server { listen %s; location / { return 200 "an answer of some bytes\\n"; } }' % listen for listen in listens]
    with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as file:
        file.write(NGINX % "\n".join(servers))
    return ["-p", folder, "-c", "nginx.conf"]


def oha(program, url, secs, http2=False):
    """The command; it counts latency from when a request was due."""
    command = [program, "--no-tui", "--output-format", "json", "-z", f"{secs}s", "-q", str(RATE), "-c", str(CONNECTIONS)]
    return [*command, "--latency-correction", *(["--http2"] if http2 else []), url]


def answers(printed):
    """Number of answers, seconds by percentile, and of the slowest. LeftOut: some answer was not 200, or none came."""
    try:
        seen = json.loads(printed)
    except ValueError as e:
        raise LeftOut(f"oha said: {printed[:500]}") from e
    answered, errors = seen["statusCodeDistribution"], seen.get("errorDistribution", {})
    if set(answered) != {"200"} or errors.keys() - {"aborted due to deadline"}:
        raise LeftOut(f"not all was answered: {answered} {errors}")
    return answered["200"], seen["latencyPercentiles"], seen["summary"]["slowest"]
