"""A daemon under attack: keys and configuration, start, and what the kernel says of its CPU, memory and log."""

import collections
import os
import shlex
import socket
import subprocess
import time

OVERLAY = "10.77.0."
TICKS = os.sysconf("SC_CLK_TCK")

Usage = collections.namedtuple("Usage", "user system rss_mib peak_mib log_bytes")

CONFIG = """\
pki: {{ca: "{folder}/{ca}.crt", cert: "{folder}/{name}.crt", key: "{folder}/{name}.key"}}
static_host_map: {{{hosts}}}
lighthouse: {{am_lighthouse: {lighthouse}, interval: 60, hosts: [{asked}]}}
listen: {{host: 127.0.0.1, port: {port}}}
cipher: aes
tun: {{disabled: true}}
logging: {{level: info, format: text}}
firewall:
  outbound: [{{port: any, proto: any, host: any}}]
  inbound: [{{port: any, proto: any, host: any}}]
"""


class Failed(Exception):
    """Said in one line, with what the daemon wrote."""


class Mesh:
    """Two authorities and their hosts: `target` and `member` of one, `stranger` of another."""

    def __init__(self, folder, cert):
        self.folder = folder
        self.cert = cert
        for ca, names in (("ca", ("target", "member")), ("foreign", ("stranger",))):
            self.tool("ca", "-name", ca, "-duration", "24h", out=ca)
            for number, name in enumerate(names, 1):
                address = ("-ip", f"{OVERLAY}{number if ca == 'ca' else 3}/24")
                signer = ("-ca-crt", self.path(ca, "crt"), "-ca-key", self.path(ca, "key"))
                self.tool("sign", *signer, "-name", name, *address, "-duration", "12h", out=name)

    def path(self, name, ending):
        return os.path.join(self.folder, f"{name}.{ending}")

    def tool(self, *arguments, out):
        command = [*shlex.split(self.cert), *arguments]
        if arguments[0] == "ca" and "-version" in help_of(command[:-len(arguments)]):
            command += ["-version", "1"]  # what nebula 1.6 reads
        command += ["-out-crt", self.path(out, "crt"), "-out-key", self.path(out, "key")]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"{shlex.join(command)}: {done.stderr.strip() or done.stdout.strip()}")

    def config(self, name, port, lighthouse_port=None):
        """Writes a configuration; with a lighthouse the daemon begins a handshake at once."""
        asked = f'"{OVERLAY}1"' if lighthouse_port else ""
        text = CONFIG.format(
            folder=self.folder,
            ca="foreign" if name == "stranger" else "ca",
            name=name,
            port=port,
            lighthouse="false" if lighthouse_port else "true",
            asked=asked,
            hosts=f'{asked}: ["127.0.0.1:{lighthouse_port}"]' if lighthouse_port else "",
        )
        path = self.path(name, "yml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def first_message(self, name, start):
        """The first handshake message of that host, as its daemon sends it; recorded on a socket of our own."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as recorder:
            recorder.bind(("127.0.0.1", 0))
            recorder.settimeout(30)
            config = self.config(name, free_port(), recorder.getsockname()[1])
            with Daemon(start, config, self.path(name, "log")):
                try:
                    while True:
                        data = recorder.recv(65535)
                        if len(data) > 80 and data[0] == 0x10:
                            return data
                except socket.timeout:
                    raise Failed(f"{name} began no handshake: " + tail(self.path(name, "log")))


class Daemon:
    """One process of a product, in the foreground; `start` has {CONFIG} for the path of its configuration."""

    def __init__(self, start, config, log):
        self.log = log
        with open(log, "wb") as file:
            command = [word.replace("{CONFIG}", config) for word in shlex.split(start)]
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_bound(self, port, seconds=30):
        end = time.monotonic() + seconds
        while not is_bound(port):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failed("the target does not listen: " + tail(self.log))
            time.sleep(0.05)

    def usage(self):
        if self.process.poll() is not None:
            raise Failed(f"the target ended with {self.process.returncode}: " + tail(self.log))
        pid = self.process.pid
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            user, system = cpu_of(stat.read())
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            rss, peak = memory_of(status.read())
        return Usage(user, system, rss, peak, os.path.getsize(self.log))


def cpu_of(stat):
    """Seconds of user and system time in the text of /proc/PID/stat; the name in brackets may hold anything."""
    words = stat.rpartition(")")[2].split()
    return int(words[11]) / TICKS, int(words[12]) / TICKS


def memory_of(status):
    """MiB resident, now and at the most, in the text of /proc/PID/status."""
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(lines["VmRSS"].split()[0]) / 1024, int(lines["VmHWM"].split()[0]) / 1024


def is_bound(port):
    for path in ("/proc/net/udp", "/proc/net/udp6"):
        with open(path, encoding="utf-8") as table:
            if any(line.split()[1].endswith(f":{port:04X}") for line in list(table)[1:]):
                return True
    return False


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def help_of(tool):
    done = subprocess.run([*tool, "ca", "-h"], capture_output=True, text=True)
    return done.stdout + done.stderr


def tail(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return " | ".join(line.strip() for line in file.readlines()[-3:]) or "it wrote nothing"
