#!/usr/bin/env python3
"""Makes the files of this folder from a clone of hpack-test-case: make.py CLONE"""

import gzip
import json
import pathlib
import sys

# These five are two thirds of all bytes, and longer, not different.
LEFT_OUT = {21, 22, 23, 29, 30}
STORIES = [n for n in range(32) if n not in LEFT_OUT]


def write(name, lines):
    with open(pathlib.Path(__file__).parent / f"{name}.txt.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as out:
        out.write("".join(f"{line}\n" for line in lines).encode())


def cases(folder, story):
    path = folder / f"story_{story:02}.json"
    return json.loads(path.read_text(encoding="utf-8"))["cases"] if path.exists() else None


def main(clone):
    fields = []
    for story in STORIES:
        fields.append(f"story {story}")
        for case in cases(clone / "raw-data", story):
            fields.append("case")
            fields += [f"{name}: {value}" for field in case["headers"] for name, value in field.items()]
    write("fields", fields)
    for folder in sorted(p for p in clone.iterdir() if (p / "story_00.json").exists() and p.name != "raw-data"):
        blocks = []
        for story in STORIES:
            found = cases(folder, story)
            if found is None:
                continue
            if [c["headers"] for c in found] != [c["headers"] for c in cases(clone / "raw-data", story)]:
                raise SystemExit(f"{folder.name} {story}: other fields than in raw-data")
            blocks.append(f"story {story}")
            blocks += [case["wire"] for case in found]
        write(folder.name, blocks)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
