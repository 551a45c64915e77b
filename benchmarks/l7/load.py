"""The load of the filter's benchmarks, and nginx as the application: oha sends requests at a fixed rate, whether or not
they are answered; wrk and h2load send them as fast as answers come."""

import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))

from overlay import LeftOut  # noqa: E402

RATE, CONNECTIONS = 1000, 16

NGINX = """daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events { worker_connections 16384; }
http {
    access_log off;
    keepalive_requests 1000000000;
%s
}
"""


def nginx(folder, *listens, answer="an answer of some bytes\\n"):
    """Writes a configuration with a server for each of these values of `listen`, several of which may stand in one with
    "; listen " between them; returns the arguments of nginx."""
    servers = ['    server { listen %s; location / { return 200 "%s"; } }' % (listen, answer) for listen in listens]
    with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as file:
        file.write(NGINX % "\n".join(servers))
    return ["-p", folder, "-c", "nginx.conf"]


def oha(program, url, secs, http2=False):
    """The command; it counts latency from when a request was due."""
    command = [program, "--no-tui", "--output-format", "json", "-z", f"{secs}s", "-q", str(RATE), "-c", str(CONNECTIONS)]
    return [*command, "--latency-correction", *(["--http2"] if http2 else []), url]


def said(printed):
    """What oha printed. LeftOut: that was an error."""
    try:
        return json.loads(printed)
    except ValueError as e:
        raise LeftOut(f"oha said: {printed[:500]}") from e


def answers(printed):
    """Number of answers, seconds by percentile, and of the slowest. LeftOut: some answer was not 200, or none came."""
    seen = said(printed)
    answered, errors = seen["statusCodeDistribution"], seen.get("errorDistribution", {})
    if set(answered) != {"200"} or errors.keys() - {"aborted due to deadline"}:
        raise LeftOut(f"not all was answered: {answered} {errors}")
    return answered["200"], seen["latencyPercentiles"], seen["summary"]["slowest"]


def closed_loop(command, secs, affinity=None):
    """What wrk or h2load printed."""
    bound = None if affinity is None else lambda: os.sched_setaffinity(0, affinity)
    done = subprocess.run(command, capture_output=True, text=True, timeout=secs + 60, preexec_fn=bound)
    return done.stdout + done.stderr


def wrk(program, url, secs, connections=CONNECTIONS, headers=(), script=None):
    command = [program, "-t1", f"-c{connections}", f"-d{secs}s", *(["-s", script] if script else [])]
    for header in headers:
        command += ["-H", header]
    return [*command, url]


def wrk_said(printed):
    """Number of answers, and answers/s. LeftOut: some was not 2xx, or a connection failed."""
    count, rate = re.search(r"(\d+) requests in", printed), re.search(r"Requests/sec:\s+([\d.]+)", printed)
    if not count or not rate or not int(count[1]) or "Non-2xx" in printed or "Socket errors" in printed:
        raise LeftOut(f"wrk said: {printed[-500:]}")
    return int(count[1]), float(rate[1])


def h2load(program, url, secs, connections, streams):
    return [program, "-t1", f"-c{connections}", f"-m{streams}", f"-D{secs}", url]


def h2load_said(printed):
    """Number of answers, and answers/s. LeftOut: some was not 2xx, or a stream failed."""
    rate, good = re.search(r"finished in [\d.]+m?s, ([\d.]+) req/s", printed), re.search(r"status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx", printed)
    if not rate or not good or not int(good[1]) or not re.search(r" 0 failed, 0 errored, 0 timeout", printed):
        raise LeftOut(f"h2load said: {printed[-500:]}")
    return int(good[1]), float(rate[1])
