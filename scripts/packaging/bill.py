"""Says what is in the packages: the bill of materials (CycloneDX 1.6, JSON) and the third-party notices with all texts
of licences.

    bill.py --jars FOLDER... --runtime FOLDER --jdk FOLDER --version V --epoch SECONDS --sbom FILE --notices FILE
        [--debian FILE]

Licences come from the table `libraries` beside this file, not from the jars' own data, which many lack. A jar that the
table does not have is an error, so that somebody decides. Equal input gives equal bytes.
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import re
import sys
import urllib.parse
import uuid
import zipfile

from refused import Refused, program

HERE = pathlib.Path(__file__).resolve().parent
OURS = {"overlay", "lighthouse", "tun", "l7-filter", "node-agent", "cert-tool"}
JAR = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*?(?:-alpha)?)(?:-(?P<classifier>native|linux-[a-z0-9_]+))?\.jar")
TEXT = re.compile(r"META-INF/(?:.*/)?[^/]*(?:LICEN[CS]E|NOTICE)[^/]*", re.IGNORECASE)
INSIDE = re.compile(r"META-INF/(?:maven/[^/]+/(?P<maven>[^/]+)/pom\.properties|licenses/[^/]+/(?P<name>[^/]+?)-(?P<version>\d[\d.]*)/.*)")


def libraries(file=HERE / "libraries"):
    """Name of a jar: group, SPDX identifier, where its text is."""
    rows = [line.split() for line in file.read_text().splitlines() if line and not line.startswith("#")]
    for row in rows:
        if len(row) != 4:
            raise Refused(f"{file.name}: a line has four words: {' '.join(row)}")
    return {row[0]: tuple(row[1:]) for row in rows}


def properties(release):
    """Of the file `release` of a JDK, or of a runtime that jlink made of it, whose file has less."""
    return dict(re.findall(r'(?m)^(\w+)="(.*)"$', release.read_text()))


def jars(folders):
    """All jars, each once, by name."""
    found = {}
    for folder in folders:
        for path in pathlib.Path(folder).glob("*.jar"):
            found.setdefault(path.name, path)
    return [found[name] for name in sorted(found)]


def inside(path):
    """Libraries that a jar holds beside its own, with versions: (name, version)."""
    found = {}
    with zipfile.ZipFile(path) as jar:
        for entry in jar.namelist():
            match = INSIDE.fullmatch(entry)
            if not match:
                continue
            if match["maven"]:
                text = jar.read(entry).decode()
                found[match["maven"]] = re.search(r"(?m)^version=(.*?)\s*$", text).group(1)
            else:
                found[match["name"]] = match["version"]
    return found


def texts(path):
    with zipfile.ZipFile(path) as jar:
        return {
            name: jar.read(name).decode("utf-8", "replace").strip("\n") for name in sorted(jar.namelist()) if TEXT.fullmatch(name) and not name.endswith("/")
        }


def component(table, name, version, classifier=None, sha256=None, within=None):
    if name not in table:
        raise Refused(f"the jar of {name} {version} ships, and scripts/packaging/libraries does not name it with its licence")
    group, licence, _ = table[name]
    purl = f"pkg:maven/{group}/{name}@{version}" + (f"?classifier={classifier}" if classifier else "")
    made = {
        "type": "library",
        "bom-ref": purl,
        "group": group,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{"license": {"id": licence}}],
    }
    if sha256:
        made["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    if within:
        made["properties"] = [{"name": "dev.asterism:inside", "value": within}]
    return made


def bill(table, paths, runtime, jdk, version, epoch, debian=()):
    """The document, and for the notices: (name, version, licence, place of the text, jar)."""
    components, notices, aliases = [], [], set()
    for path in paths:
        match = JAR.fullmatch(path.name)
        if not match:
            raise Refused(f"{path.name} has no name and version")
        name, number, sha256 = match["name"], match["version"], hashlib.sha256(path.read_bytes()).hexdigest()
        if name in OURS:
            purl = f"pkg:maven/dev.asterism/{name}@{number}"
            components.append(
                {
                    "type": "library",
                    "bom-ref": purl,
                    "group": "dev.asterism",
                    "name": name,
                    "version": number,
                    "purl": purl,
                    "licenses": [{"license": {"id": "MIT"}}],
                    "hashes": [{"alg": "SHA-256", "content": sha256}],
                }
            )
            continue
        components.append(component(table, name, number, match["classifier"], sha256))
        notices.append((name, number, table.get(name), path))
        for other, its in inside(path).items():
            # The same library built for a newer Java has a name of its own.
            other = re.sub(r"-jdk\d+$", "", other) if other not in table else other
            if other != name and other not in aliases:
                aliases.add(other)
                components.append(component(table, other, its, within=path.name))
                notices.append((other, its, table[other], path))
    release = properties(pathlib.Path(jdk) / "release")
    components.append(
        {
            "type": "platform",
            "bom-ref": "java-runtime",
            "supplier": {"name": release["IMPLEMENTOR"]},
            "name": "openjdk",
            "version": release["JAVA_RUNTIME_VERSION"],
            "licenses": [{"expression": "GPL-2.0-only WITH Classpath-exception-2.0"}],
            "properties": [{"name": "dev.asterism:modules", "value": properties(pathlib.Path(runtime) / "release")["MODULES"]}],
        }
    )
    for package in debian:
        purl = f"pkg:deb/debian/{urllib.parse.quote(package['name'])}@{urllib.parse.quote(package['version'], safe=':')}"
        components.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": package["name"],
                "version": package["version"],
                "purl": purl,
                "hashes": [{"alg": "SHA-256", "content": package["sha256"]}],
                "licenses": [{"license": {"name": f"see /usr/share/doc/{package['name']}/copyright"}}],
            }
        )
    when = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    root = f"pkg:generic/asterism@{version}"
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": when,
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "asterism",
                "version": version,
                "purl": root,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": [part["bom-ref"] for part in components]}],
    }
    content = json.dumps(document, sort_keys=True)
    document["serialNumber"] = "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, content))
    return document, notices


def notices_text(notices, runtime_files="/usr/lib/asterism/runtime/legal", licences=HERE / "licences"):
    """One list, and behind it each text once with those that it is for."""
    lines = [
        "Third-party software in Asterism",
        "",
        "Asterism itself is under the MIT License (LICENSE). It ships with:",
        "",
    ]
    bodies = {}
    for name, version, (_, licence, place), path in notices:
        lines.append(f"  {name} {version}: {licence}")
        if place == "jar":
            found = texts(path)
            if not any("LICEN" in entry.upper() for entry in found):
                raise Refused(f"{path.name} has no text of its licence: put it into scripts/packaging/licences")
        else:
            found = {place: (licences / f"{place}.txt").read_text().strip("\n")}
            found.update({entry: text for entry, text in texts(path).items() if "NOTICE" in entry.upper()})
        for text in found.values():
            bodies.setdefault(text, []).append(f"{name} {version}")
    lines += ["", f"  the Java runtime: GPL-2.0-only WITH Classpath-exception-2.0; its own notices are in {runtime_files}", ""]
    for text, names in bodies.items():
        lines += ["=" * 100, "For " + ", ".join(dict.fromkeys(names)) + ":", "", text, ""]
    return "\n".join(lines)


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--jars", nargs="+", required=True)
    for name in ("runtime", "jdk", "version", "sbom"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--epoch", type=int, required=True)
    parser.add_argument("--notices")
    parser.add_argument("--debian")
    options = parser.parse_args(arguments)
    debian = json.loads(pathlib.Path(options.debian).read_text()) if options.debian else ()
    document, notices = bill(libraries(), jars(options.jars), options.runtime, options.jdk, options.version, options.epoch, debian)
    pathlib.Path(options.sbom).write_text(json.dumps(document, indent=1) + "\n")
    if options.notices:
        pathlib.Path(options.notices).write_text(notices_text(notices))


if __name__ == "__main__":
    program(main, sys.argv[1:])
