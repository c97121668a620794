"""Writes the files of the testkit, the same bytes each time.

    python tests/testkit/make.py             write them
    python tests/testkit/make.py --check     fail if a file is not what it would write

It shares no code with the crate: the primitives are those of tests/reader/format_1.py. Needs
tests/reader/requirements.txt. What the files hold is told in tests/testkit/README.md.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "reader")]
sys.dont_write_bytecode = True

from maker import (  # noqa: E402
    binding,
    controls,
    fields,
    numbers,
    payloads,
    records,
    several,
    spelling,
    tokens,  # noqa: E402
)
from maker.base import Cases  # noqa: E402

CHAPTERS = (controls, spelling, tokens, binding, fields, numbers, payloads, several, records)


def files() -> dict[str, str]:
    """Every file by its name."""
    cases = Cases()
    for chapter in CHAPTERS:
        chapter.add(cases)
    texts = {}
    for number, case in enumerate(cases.all, start=1):
        document = case.document(number)
        texts[f"{number:03}-{case.slug}.json"] = json.dumps(document, indent=2) + "\n"
    return texts


def check(texts: dict[str, str]) -> list[str]:
    """What is wrong with the files that there are."""
    found = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.json")}
    wrong = [f"{name}: missing" for name in sorted(texts.keys() - found.keys())]
    wrong += [f"{name}: not one of ours" for name in sorted(found.keys() - texts.keys())]
    both = sorted(texts.keys() & found.keys())
    return wrong + [f"{name}: differs" for name in both if texts[name] != found[name]]


def main(arguments: list[str]) -> int:
    """Writes, or checks."""
    texts = files()
    if arguments == ["--check"]:
        wrong = check(texts)
        print("\n".join(wrong) or f"testkit: {len(texts)} files are as they are made")
        return 1 if wrong else 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for path in HERE.glob("*.json"):
        path.unlink()
    for name, text in texts.items():
        (HERE / name).write_text(text, encoding="utf-8")
    print(f"testkit: {len(texts)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
