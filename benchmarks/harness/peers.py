"""Which overlays there are: ../peers/*.json, with the variants inside, and those of --variant."""

import glob
import json
import os
import shutil

from overlay import UNDER_R

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(os.path.dirname(HERE), "peers")
# Neighbours in a round are closest in time, so ours stands beside those it is held against.
ORDER = ["raw", "nebula", "nebula-offloads", "asterism"]
# Through a relay: what is measured unless --what or --only say otherwise, and the relay's overlay address.
RELAYED_STEPS = ["tcp", "pps", "rtt"]
RELAYED = ["nebula-offloads", "asterism"]
IP_R = "10.88.0.3"


def read_all(folder=FOLDER):
    """Name -> specification, variants spread out, in the order of a round."""
    specs = []
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path) as f:
            spec = json.load(f)
        spec["_dir"] = folder
        variants = spec.pop("variants", {})
        specs.append(spec)
        specs += [{**spec, "default": True, "name": name, **variant} for name, variant in variants.items()]
    place = {name: i for i, name in enumerate(ORDER)}
    specs.sort(key=lambda s: place.get(s["name"], len(ORDER) if s.get("ours") else len(ORDER) + 1))
    return {spec["name"]: spec for spec in specs}


def add_variant(specs, option):
    """--variant NAME=SECTION.KEY=VALUE[,...]: Asterism with other settings."""
    name, _, settings = option.partition("=")
    if not name or any("." not in s or "=" not in s for s in settings.split(",")):
        raise ValueError(f"--variant wants NAME=SECTION.KEY=VALUE[,SECTION.KEY=VALUE...], not {option}")
    if name in specs:
        raise ValueError(f"--variant: there is an overlay {name} already")
    ours = specs["asterism"]
    specs[name] = {**ours, "name": name, "title": f"Asterism, {settings}", "settings": settings.split(","), "default": True}


def why_not(spec):
    """Why the overlay cannot be had here, or None; notes the folder of its programs."""
    program = spec.get("needs_program")
    if program and not shutil.which(program):
        return f"{program} is not installed"
    variables = spec.get("needs_folder")
    if variables:
        folder = next((os.environ[v] for v in variables if os.environ.get(v)), None)
        if folder is None:
            return f"{variables[0]} does not name a folder with its programs"
        if not os.path.isdir(folder):
            return f"{variables[0]}: there is no folder {folder}"
        spec["_folder"] = os.path.abspath(folder)
    return None


def choose(specs, only):
    """(chosen specifications, notes on those that are left out). ValueError for a name that is wanted and not to be had."""
    notes = []
    if only:
        unknown = [n for n in only if n not in specs]
        if unknown:
            raise ValueError(f"no overlay {', '.join(unknown)}; there are {', '.join(specs)}")
        missing = {n: why_not(specs[n]) for n in only}
        if any(missing.values()):
            raise ValueError("; ".join(f"{n}: {why}" for n, why in missing.items() if why))
        return [s for s in specs.values() if s["name"] in only], notes
    chosen = []
    for spec in specs.values():
        if spec.get("default", True):
            why = why_not(spec)
            if why:
                notes.append(f"without {spec['name']}: {why}")
            else:
                chosen.append(spec)
    return chosen, notes


def relayed(chosen):
    """Every one of these as both ends, through every one of them as the relay; those that cannot relay are left out."""
    able = [spec for spec in chosen if "start_r" in spec]
    return [through(ends, relay) for relay in able for ends in able]


def name_through(ends, relay):
    return f"{ends} via {relay}"


def through(ends, relay):
    """The specification of these ends whose daemon of namespace r is the relay's."""
    names = [ends["name"], relay["name"]]
    of_relay = lambda template: template.replace("{FOLDER}", relay.get("_folder", ""))
    return {
        **ends, "name": name_through(*names), "what": RELAYED_STEPS, "start_r": of_relay(relay["start_r"]),
        "version": " && echo through && ".join([ends["version"], of_relay(relay["version"])]),
        "relay": ["--", UNDER_R["a"], UNDER_R["b"], IP_R, *relay.get("settings", [])]}
