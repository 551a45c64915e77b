"""Says which jars of a build ship. The folders of a build also keep those of libraries that were replaced or taken out since it
was last cleaned.

    jars.py class-path JAR    the libraries that a program's manifest names: files, a line each
    jars.py each-once FOLDER  all jars of a folder that no manifest names; an error where it has two of one library
"""

import pathlib
import re
import sys
import zipfile

from bill import JAR
from refused import Refused, program


def class_path(jar):
    with zipfile.ZipFile(jar) as archive:
        # Long lines go on in the next one, behind a space.
        manifest = archive.read("META-INF/MANIFEST.MF").decode().replace("\r\n", "\n").replace("\n ", "")
    found = re.search(r"(?m)^Class-Path: (.*)$", manifest)
    paths = [jar.parent / name for name in found[1].split()] if found else []
    for path in paths:
        if not path.is_file():
            raise Refused(f"{jar.name} names {path.name}, and {path} is not there: rm -r {jar.parent} and build again")
    return paths


def each_once(folder):
    found = {}
    for path in sorted(folder.glob("*.jar")):
        match = JAR.fullmatch(path.name)
        name = (match["name"], match["classifier"]) if match else path.name
        if name in found:
            raise Refused(f"{folder} has {found[name].name} and {path.name}, one of them from an earlier build: rm -r {folder.parent} and build again")
        found[name] = path
    return list(found.values())


def main(arguments):
    what, place = arguments
    paths = {"class-path": class_path, "each-once": each_once}[what](pathlib.Path(place))
    print("\n".join(map(str, paths)))


if __name__ == "__main__":
    program(main, sys.argv[1:])
