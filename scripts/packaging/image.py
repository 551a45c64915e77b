"""Writes an OCI image archive without a daemon: layers, configuration, index, and what `docker load` of old versions
reads.

Equal input gives equal bytes: entries are sorted, owners and times are fixed, gzip has no time. The shell program
./package calls it.

    image.py packages                the Debian packages that it takes, a line each; of names with | between them, one
    image.py debian --base FOLDER    what is in the folder of .deb files: name, version, SHA-256 of each, as JSON
    image.py classes --tree TREE     what the start-up cache of the image is made from, a class a line
    image.py image --base FOLDER --tree TREE --version V --epoch SECONDS --machine amd64 --revision COMMIT --out FILE

The last prints the image's digest. The tree has what the image has below /usr/lib/asterism. The Debian packages give the
C library, a shell, and what else image.json names; only the files that match there are taken, with the packages'
copyright files and their control data, by which scanners know them.
"""

import argparse
import datetime
import gzip
import hashlib
import io
import json
import pathlib
import re
import struct
import subprocess
import sys
import tarfile
import zipfile

from refused import Refused, program

CACHED = ("overlay", "lighthouse", "tun", "snakeyaml", "slf4j-api", "re2j")
MERGED = ("bin", "sbin", "lib", "lib64")


class Layer:
    """Files by path; written sorted, with one time."""

    def __init__(self, name, epoch):
        self.name, self.epoch, self.entries = name, epoch, {}

    def _info(self, path, mode, owner):
        info = tarfile.TarInfo(path)
        info.mode, info.mtime = mode, self.epoch
        info.uid, info.gid = owner
        return info

    def folder(self, path, mode=0o755, owner=(0, 0)):
        self._parents(path)
        info = self._info(path, mode, owner)
        info.type = tarfile.DIRTYPE
        self.entries[path] = (info, None)

    def file(self, path, data, mode=0o644, owner=(0, 0)):
        self._parents(path)
        info = self._info(path, mode, owner)
        info.size = len(data)
        self.entries[path] = (info, data)

    def link(self, path, target):
        self._parents(path)
        info = self._info(path, 0o777, (0, 0))
        info.type, info.linkname = tarfile.SYMTYPE, target
        self.entries[path] = (info, None)

    def _parents(self, path):
        for parent in reversed(pathlib.PurePosixPath(path).parents):
            if str(parent) not in self.entries and str(parent) != ".":
                self.folder(str(parent))

    def tree(self, source, target, wanted=lambda path: True):
        """All files below a folder for which wanted(path in the image) holds."""
        for path in sorted(source.rglob("*")):
            place = f"{target}/{path.relative_to(source)}".lstrip("/")
            if path.is_symlink():
                if wanted(place):
                    self.link(place, path.readlink().as_posix())
            elif path.is_file() and wanted(place):
                self.file(place, path.read_bytes(), 0o755 if path.stat().st_mode & 0o100 else 0o644)

    def tar(self):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path in sorted(self.entries):
                info, data = self.entries[path]
                archive.addfile(info, io.BytesIO(data) if data is not None else None)
        return out.getvalue()


def merged(path):
    """Where a path of an older package is since /bin, /sbin and /lib are links."""
    path = path.removeprefix("./").strip("/")
    return "usr/" + path if path.split("/")[0] in MERGED else path


def control(deb):
    text = subprocess.run(["dpkg-deb", "-f", str(deb)], check=True, capture_output=True, text=True).stdout
    return text, dict(re.findall(r"(?m)^([A-Za-z-]+): (.*)$", text))


def debian(debs):
    found = []
    for deb in sorted(debs.glob("*.deb")):
        _, fields = control(deb)
        found.append({"name": fields["Package"], "version": fields["Version"], "sha256": hashlib.sha256(deb.read_bytes()).hexdigest()})
    return found


def base_layer(definition, debs, epoch):
    """The C library, a shell and the ciphers from Debian's packages, the user, and the folders that it may write to."""
    layer = Layer("base", epoch)
    for name in MERGED:
        layer.folder("usr/" + name)
        layer.link(name, "usr/" + name)
    unused = dict.fromkeys(definition["files"])
    for deb in sorted(debs.glob("*.deb")):
        text, fields = control(deb)
        name = fields["Package"]
        layer.file(f"var/lib/dpkg/status.d/{name}", text.encode())
        unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(deb)], check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
            for member in archive:
                path = merged(member.name)
                pattern = next((p for p in definition["files"] if re.fullmatch(p, path)), None)
                if member.isdir() or not (pattern or path == f"usr/share/doc/{name}/copyright"):
                    continue
                if pattern:
                    unused.pop(pattern, None)
                if member.issym():
                    target = member.linkname
                    layer.link(path, "/" + merged(target) if target.startswith("/") else target)
                else:
                    layer.file(path, archive.extractfile(member).read(), 0o755 if member.mode & 0o100 else 0o644)
    if unused:
        raise Refused("no file of the Debian packages matches " + ", ".join(unused))
    user = definition["user"]
    layer.file("etc/passwd", f"root:x:0:0:root:/:/bin/sh\nasterism:x:{user}:{user}:Asterism:/var/lib/asterism:/bin/sh\n".encode())
    layer.file("etc/group", f"root:x:0:\nasterism:x:{user}:\n".encode())
    layer.file("etc/nsswitch.conf", b"passwd: files\ngroup: files\nhosts: files dns\n")
    layer.folder("etc/asterism")
    layer.folder("tmp", 0o1777)
    for path in ("var/lib/asterism", "run/asterism"):
        # Nodes that make a device run as uid 0 without CAP_DAC_OVERRIDE, so the mode holds for them as well.
        layer.folder(path, 0o770, (0, user))
    return layer


def needed_libraries(data):
    """The NEEDED entries of a 64-bit little-endian ELF file; nothing for other files."""
    if data[:6] != b"\x7fELF\x02\x01":
        return []
    offset, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
    headers = [struct.unpack_from("<IIQQQQQQ", data, offset + i * size) for i in range(count)]
    dynamic = next((h for h in headers if h[0] == 2), None)
    if dynamic is None:
        return []
    entries = [struct.unpack_from("<QQ", data, dynamic[2] + i) for i in range(0, dynamic[5], 16)]
    strings = next(value for tag, value in entries if tag == 5)
    start = next(strings - h[3] + h[2] for h in headers if h[0] == 1 and h[3] <= strings < h[3] + h[6])
    return [data[start + v : data.index(b"\0", start + v)].decode() for tag, v in entries if tag == 1]


def check_libraries(layers):
    """Every library that a program names is in the image."""
    names, wants = set(), {}
    for layer in layers:
        for path, (info, data) in layer.entries.items():
            names.add(path.rsplit("/", 1)[-1])
            for name in needed_libraries(data or b""):
                wants.setdefault(name, path)
    missing = [f"{name} (for {path})" for name, path in sorted(wants.items()) if name not in names]
    if missing:
        raise Refused("the image lacks " + ", ".join(missing) + ": name its package in scripts/packaging/image.json")


def classes(tree):
    """Lines of a list of classes: those that the JDK's own list has, all of our jars, and of the libraries that a start
    reads its configuration with. No training run, which never loads quite the same.
    """
    home = tree / "usr/lib/asterism"
    lines = {line.split(" id:")[0] for line in (home / "runtime/lib/classlist").read_text().splitlines() if not line.startswith("#")}
    for pattern in ("*.jar", *(f"lib/{name}-[0-9]*.jar" for name in CACHED)):
        found = sorted(home.glob(pattern))
        if not found:
            raise Refused(f"no jar {pattern} for the start-up cache: mend CACHED in scripts/packaging/image.py")
        for jar in found:
            with zipfile.ZipFile(jar) as archive:
                lines |= {n.removesuffix(".class") for n in archive.namelist() if re.fullmatch(r"(?!META-INF/).*(?<!-info)\.class", n)}
    return sorted(lines - {""})


def package_layers(tree, epoch):
    """From what changes rarely to what changes with every build."""
    runtime, libraries, own = Layer("runtime", epoch), Layer("libraries", epoch), Layer("asterism", epoch)
    home = "usr/lib/asterism/"

    def ours(path):
        return bool(re.fullmatch(home + r"(bin/.*|[^/]+\.jar|lib/(overlay|lighthouse|tun|l7-filter)-[^/]*\.jar|lib/[^/]+\.aot)", path))

    runtime.tree(tree, "", lambda path: path.startswith(home + "runtime/"))
    libraries.tree(tree, "", lambda path: path.startswith(home + "lib/") and not ours(path))
    own.tree(tree, "", lambda path: ours(path) or path.startswith("usr/share/doc/asterism/"))
    # Not the package's link: a launcher that is called by a link asks readlink, which is not there.
    own.file("usr/bin/asterism", b'#!/bin/sh\nexec /usr/lib/asterism/bin/asterism "$@"\n', 0o755)
    return [runtime, libraries, own]


class Blobs:
    def __init__(self):
        self.files = {}

    def add(self, data, kind):
        digest = hashlib.sha256(data).hexdigest()
        self.files["blobs/sha256/" + digest] = data
        return {"mediaType": kind, "digest": "sha256:" + digest, "size": len(data)}


def as_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def image(options, definition, layers, labels):
    """The files of the layout, and the manifest's digest."""
    created = datetime.datetime.fromtimestamp(options.epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    blobs, descriptors, differences, history = Blobs(), [], [], []
    for layer in layers:
        tar = layer.tar()
        differences.append("sha256:" + hashlib.sha256(tar).hexdigest())
        descriptors.append(blobs.add(gzip.compress(tar, 9, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip"))
        history.append({"created": created, "created_by": "./package image", "comment": layer.name})
    labels = dict(labels, **{"org.opencontainers.image.created": created})
    config = {
        "architecture": options.machine,
        "os": "linux",
        "created": created,
        "author": "The Asterism authors",
        "config": {
            "User": f"{definition['user']}:{definition['user']}",
            "Env": definition["env"],
            "Entrypoint": definition["entrypoint"],
            "Cmd": definition["cmd"],
            "WorkingDir": definition["folder"],
            "ExposedPorts": {port: {} for port in definition["ports"]},
            "StopSignal": "SIGTERM",
            "Labels": labels,
        },
        "rootfs": {"type": "layers", "diff_ids": differences},
        "history": history,
    }
    described = blobs.add(as_json(config), "application/vnd.oci.image.config.v1+json")
    manifest = blobs.add(
        as_json(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": described,
                "layers": descriptors,
                "annotations": labels,
            }
        ),
        "application/vnd.oci.image.manifest.v1+json",
    )
    name = f"{definition['name']}:{options.version}"
    entry = dict(
        manifest,
        platform={"architecture": options.machine, "os": "linux"},
        annotations={"org.opencontainers.image.ref.name": options.version, "io.containerd.image.name": name},
    )
    files = dict(blobs.files)
    files["oci-layout"] = b'{"imageLayoutVersion":"1.0.0"}'
    files["index.json"] = as_json({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]})
    # Docker before version 25 reads this file and no index.
    place = "blobs/sha256/%s"
    files["manifest.json"] = as_json(
        [
            {
                "Config": place % described["digest"][7:],
                "RepoTags": [name],
                "Layers": [place % layer["digest"][7:] for layer in descriptors],
            }
        ]
    )
    return files, manifest["digest"]


def write(files, out, epoch):
    archive = Layer("archive", epoch)
    for path, data in files.items():
        archive.file(path, data)
    out.write_bytes(archive.tar())


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("packages", "debian", "classes", "image"))
    for name in ("version", "machine", "revision", "base", "tree", "out"):
        parser.add_argument("--" + name)
    parser.add_argument("--epoch", type=int)
    options = parser.parse_args(arguments)
    definition = json.loads((pathlib.Path(__file__).resolve().parent / "image.json").read_text())
    if options.what == "packages":
        print("\n".join(definition["packages"]))
        return
    if options.what == "classes":
        print("\n".join(classes(pathlib.Path(options.tree))))
        return
    if options.what == "debian":
        print(json.dumps(debian(pathlib.Path(options.base))))
        return
    layers = [base_layer(definition, pathlib.Path(options.base), options.epoch)]
    layers += package_layers(pathlib.Path(options.tree), options.epoch)
    check_libraries(layers)
    labels = dict(definition["labels"])
    labels["org.opencontainers.image.version"] = options.version
    labels["org.opencontainers.image.revision"] = options.revision
    files, digest = image(options, definition, layers, labels)
    write(files, pathlib.Path(options.out), options.epoch)
    print(digest)


if __name__ == "__main__":
    program(main, sys.argv[1:])
