#!/usr/bin/env python3
"""Compiles the library with every two of its features, and no others, and with warnings denied.

    tests/powerset.py               every two
    tests/powerset.py redis tls     these, every two

The dependencies are those of all features, compiled once: with cargo each pair of drivers would compile many of them anew,
because the features of what they share differ. So cargo is only asked how it calls rustc, by a wrapper, and rustc is then
called for each pair: with its features, and without the crates that no feature of the pair brings. What a feature forgets
to turn on in a dependency is not seen here; `cargo hack --each-feature` sees it.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

CRATE = "sealed_session"


def wrapper(target):
    """What cargo calls in place of rustc: keeps the arguments, and fails, so that cargo asks again next time."""
    arguments = sys.argv[1:]
    if CRATE in arguments and "-" not in arguments:
        with open(target, "w") as file:
            json.dump(arguments, file)
        sys.exit(1)
    os.execvp(arguments[0], arguments)


def asked_of_rustc():
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "arguments.json")
        environment = os.environ | {"RUSTC_WORKSPACE_WRAPPER": os.path.abspath(__file__), "POWERSET_ARGUMENTS": target}
        command = ["cargo", "check", "--locked", "--lib", "--all-features"]
        cargo = subprocess.run(command, env=environment, capture_output=True, text=True)
        if not os.path.exists(target):
            sys.exit(f"cargo did not get as far as the library:\n{cargo.stderr}")
        with open(target) as file:
            return json.load(file)


def package():
    command = ["cargo", "metadata", "--locked", "--no-deps", "--format-version=1"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["packages"][0]


def closure(chosen, features):
    """The features that these turn on, and the optional crates that all of them bring."""
    turned_on, crates, waiting = set(), set(), list(chosen)
    while waiting:
        name = waiting.pop()
        if name.startswith("dep:"):
            crates.add(name[4:])
        elif "/" in name:
            if "?" not in name:
                crates.add(name.split("/")[0])
        elif name not in turned_on:
            turned_on.add(name)
            waiting.extend(features[name])
    return frozenset(turned_on), crates


def command_for(asked, turned_on, without, output):
    """What cargo asked, for fewer features and crates."""
    command, rest = [], iter(asked)
    for argument in rest:
        value = next(rest) if argument in ("--cfg", "--extern", "--out-dir", "-C") else None
        dropped = (
            argument.startswith(("--emit", "--error-format", "--json"))
            or argument == "--out-dir"
            or (argument == "--cfg" and value.startswith("feature="))
            or (argument == "--extern" and value.split("=")[0].split(":")[-1] in without)
            or (argument == "-C" and value.startswith(("incremental=", "extra-filename=", "metadata=")))
        )
        if not dropped:
            command += [argument] if value is None else [argument, value]
    for feature in sorted(turned_on):
        command += ["--cfg", f'feature="{feature}"']
    return command + ["-Dwarnings", "--emit=metadata", "-o", output, "--color=always"]


def main():
    asked, crate = asked_of_rustc(), package()
    features = {name: brings for name, brings in crate["features"].items() if name != "default"}
    optional = {dependency["name"] for dependency in crate["dependencies"] if dependency["optional"]}
    combinations = {}
    for size in range(3):
        for chosen in itertools.combinations(sorted(sys.argv[1:] or features), size):
            turned_on, crates = closure(chosen, features)
            combinations.setdefault(turned_on, (chosen, {name.replace("-", "_") for name in optional - crates}))
    with tempfile.TemporaryDirectory() as folder:

        def compiled(numbered):
            number, (turned_on, (chosen, without)) = numbered
            command = command_for(asked, turned_on, without, os.path.join(folder, f"{number}.rmeta"))
            rustc = subprocess.run(command, capture_output=True, text=True)
            if os.path.exists(os.path.join(folder, f"{number}.rmeta")):
                os.remove(os.path.join(folder, f"{number}.rmeta"))
            return chosen, rustc

        failed = 0
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for chosen, rustc in pool.map(compiled, enumerate(combinations.items())):
                if rustc.returncode != 0:
                    failed += 1
                    print(f"\nwith the features {', '.join(chosen) or '(none)'}:\n{rustc.stderr}")
    print(f"{len(combinations)} combinations of features, {failed} failed")
    sys.exit(failed != 0)


if "POWERSET_ARGUMENTS" in os.environ:
    wrapper(os.environ["POWERSET_ARGUMENTS"])
else:
    main()
