"""The data behind a sound seal: of a foreign schema, or not exactly one value of its shape."""

from . import kit
from .base import Cases, plaintext, schema, value
from .kit import text

MAX = b"\xff" * 9 + b"\x01"
HUGE = {"2-to-64-less-1": MAX, "2-to-63": b"\x80" * 9 + b"\x01", "2-to-32": b"\x80\x80\x80\x80\x10"}


def add(cases: Cases) -> None:
    schemas(cases)
    for slug, (what, payload) in wrong().items():
        cases.inside(f"payload-{slug}", what, "malformed", with_payload(payload))


def with_payload(payload: bytes) -> str:
    return value(plaintext(data=schema() + payload))


def schemas(cases: Cases) -> None:
    others = {
        "other-label": schema("another"),
        "zero": bytes(4),
        "ff": b"\xff" * 4,
        "bit-flipped": bytes([schema()[0] ^ 1]) + schema()[1:],
        "reversed": schema()[::-1],
    }
    for name, other in others.items():
        what = f"A sound payload under a schema that the reader does not know ({name})."
        cases.inside(
            f"foreign-schema-{name}",
            what,
            "foreign_schema",
            value(plaintext(data=other + kit.payload())),
        )
    bad = value(plaintext(data=bytes(4) + b"\xff" * 30))
    cases.inside(
        "foreign-schema-and-garbage", "The schema goes before the payload.", "foreign_schema", bad
    )


def wrong() -> dict[str, tuple[str, bytes]]:
    """Payloads that are not exactly one value."""
    sound = kit.payload()
    cases = {
        "empty": ("No payload.", b""),
        "trailing-zero": ("A zero behind it.", sound + b"\x00"),
        "trailing-copy": ("The payload, and once more.", sound + sound),
        "last-byte-lost": ("Its last byte is lost.", sound[:-1]),
        "half": ("Its second half is lost.", sound[: len(sound) // 2]),
        "first-byte-lost": ("Its first byte is lost.", sound[1:]),
        "all-zero": ("Zeros, more than the shape has.", bytes(64)),
        "all-ff": ("Bytes of ff.", b"\xff" * 64),
        "all-80": ("A number without an end.", b"\x01" + b"\x80" * 64),
    }
    return cases | tags() | strings() | lengths() | numbers() | nesting()


def tags() -> dict[str, tuple[str, bytes]]:
    return {
        "bool-2": ("A bool of 2.", kit.payload(admin=b"\x02")),
        "bool-ff": ("A bool of ff.", kit.payload(admin=b"\xff")),
        "option-2": ("An option's tag of 2.", kit.payload(user=b"\x02" + text("ann"))),
        "option-ff": ("An option's tag of ff.", kit.payload(user=b"\xff" + text("ann"))),
        "option-in-the-tree-2": ("An option's tag of 2, inside.", kit.payload(tree=b"\x01\x02")),
        "variant-3": ("An enum's variant one past the last.", kit.payload(role=b"\x03")),
        "variant-128": ("Variant 128.", kit.payload(role=b"\x80\x01")),
        "variant-at-the-maximum": ("Variant 2^32 - 1.", kit.payload(role=b"\xff\xff\xff\xff\x0f")),
        "variant-beyond-32-bits": (
            "Variant 2^32: its low bits are a variant's.",
            kit.payload(role=b"\x80\x80\x80\x80\x10"),
        ),
    }


def strings() -> dict[str, tuple[str, bytes]]:
    bad = {
        "a-lone-ff": b"\xff",
        "a-lone-continuation": b"\x80",
        "an-overlong-slash": b"\xc0\xaf",
        "a-surrogate": b"\xed\xa0\x80",
        "a-cut-letter": b"\xc3",
        "beyond-unicode": b"\xf4\x90\x80\x80",
    }
    cases = {}
    for name, raw in bad.items():
        what = f"Not UTF-8: {name.replace('-', ' ')}."
        field = bytes([len(raw)]) + raw
        cases[f"string-{name}"] = (what, kit.payload(user=b"\x01" + field))
        cases[f"char-{name}"] = (f"A char. {what}", kit.payload(initial=field))
    cases["key-not-utf-8"] = ("A map's key is not UTF-8.", kit.payload(notes=b"\x01\x01\xff\x00"))
    cases["tag-not-utf-8"] = ("A list's string is not UTF-8.", kit.payload(tags=b"\x01\x01\xff"))
    cases["char-empty"] = ("A char of no bytes.", kit.payload(initial=b"\x00"))
    cases["char-of-5-bytes"] = ("A char of five bytes.", kit.payload(initial=text("abcde")))
    return cases


def lengths() -> dict[str, tuple[str, bytes]]:
    fields = {
        "string": "user", "list": "tags", "list-of-units": "marks", "map": "notes", "bytes": "blob", "char": "initial",
    }  # fmt: skip
    cases = {}
    for kind, field in fields.items():
        for name, number in HUGE.items():
            lead = b"\x01" if field == "user" else b""
            what = f"A {kind.replace('-', ' ')} of {name.replace('-', ' ')} elements."
            cases[f"{kind}-of-{name}"] = (what, kit.payload(**{field: lead + number}))
    cases["list-of-one-more"] = (
        "A list that has one element fewer.",
        kit.payload(tags=b"\x03" + text("new") * 2, marks=b""),
    )
    cases["units-65537"] = ("65,537 elements without bytes.", kit.payload(marks=b"\x81\x80\x04"))
    cases["length-of-65-bits"] = ("A length of 65 bits.", kit.payload(blob=b"\x80" * 9 + b"\x02"))
    cases["length-of-11-bytes"] = (
        "A length of eleven bytes.",
        kit.payload(blob=b"\x80" * 10 + b"\x00"),
    )
    cases["bytes-past-the-end"] = (
        "A length one past the end.",
        kit.payload(blob=b"\x06\xde\xad\xbe\xef", tree=b"\x00"),
    )
    return cases


def numbers() -> dict[str, tuple[str, bytes]]:
    return {
        "u32-of-33-bits": ("A u32 of 33 bits.", kit.payload(role=b"\x01\x80\x80\x80\x80\x10")),
        "u32-of-6-bytes": (
            "A u32 of six bytes.",
            kit.payload(role=b"\x01\x80\x80\x80\x80\x80\x00"),
        ),
        "i16-of-17-bits": ("An i16 of 17 bits.", kit.payload(level=b"\x80\x80\x04")),
        "i16-of-4-bytes": ("An i16 of four bytes.", kit.payload(level=b"\x80\x80\x80\x00")),
        "u64-of-65-bits": ("A u64 of 65 bits.", kit.payload(role=b"\x02" + b"\x80" * 9 + b"\x02")),
    }


def nesting() -> dict[str, tuple[str, bytes]]:
    return {
        f"nested-{nodes}-deep": (
            f"{nodes} nodes, one inside the other.",
            kit.payload(tree=b"\x01" * nodes + b"\x00"),
        )
        for nodes in (32, 33, 100, 2500)
    } | {"nested-without-end": ("2,500 nodes, and no end.", kit.payload(tree=b"\x01" * 2500))}
