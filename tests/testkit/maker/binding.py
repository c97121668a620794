"""What a token is bound to: purpose, cookie name and context."""

from format_1 import RECORD, Names, base64url_encode

from .base import (
    CONTEXT,
    ENDED,
    GENERATION,
    NAME,
    RECORD_KIND,
    RETIRED,
    UNTIL,
    Cases,
    plaintext,
    record,
    token,
    value,
)


def add(cases: Cases) -> None:
    others = {
        "name-other": ("Made for another cookie name.", Names("__Host-admin", CONTEXT)),
        "name-in-lower-case": ("Made for the name in lower case.", Names(NAME.lower(), CONTEXT)),
        "name-without-prefix": ("Made for the name without its prefix.", Names("session", CONTEXT)),
        "name-longer": ("Made for a name with one letter more.", Names(NAME + "s", CONTEXT)),
        "context-other": ("Made in another context.", Names(NAME, "blog")),
        "context-none": ("Made without a context.", Names(NAME, "")),
        "context-in-capitals": ("Made in the context in capitals.", Names(NAME, CONTEXT.upper())),
        "context-with-a-space": (
            "Made in the context with a space behind.",
            Names(NAME, CONTEXT + " "),
        ),
        "context-shifted": (
            "A letter moved from the context to the name.",
            Names(NAME + "s", "hop"),
        ),
        "context-and-name-exchanged": ("Name and context changed places.", Names(CONTEXT, NAME)),
    }
    for slug, (what, names) in others.items():
        cases.token(slug, what, "tampered", value(names=names))
    composed, decomposed = Names(NAME, "caf\u00e9"), "cafe\u0301"
    cases.token(
        "context-not-normalised",
        "The same context to the eye, in another spelling of its accent.",
        "tampered",
        value(names=composed),
        context=decomposed,
    )
    cases.token(
        "context-asked-for-none",
        "Made in a context, for a reader without.",
        "tampered",
        value(),
        context="",
    )
    kinds = {"record": RECORD_KIND, "retired-record": RETIRED, "word-of-an-end": ENDED}
    for slug, kind in kinds.items():
        sealed = record(plaintext(kind | GENERATION | UNTIL))
        what = f"A {slug.replace('-', ' ')} from the store, sent as a cookie."
        cases.token(f"purpose-{slug}", what, "tampered", base64url_encode(sealed))
    inline = token(plaintext(), purpose=RECORD)
    cases.token(
        "purpose-record-of-an-inline",
        "A cookie's plaintext, sealed as a record.",
        "tampered",
        base64url_encode(inline),
    )
    for name in ("Cookie", "cookie ", ""):
        sealed = token(plaintext(), purpose=name)
        slug = {"Cookie": "in-capitals", "cookie ": "with-a-space", "": "none"}[name]
        what = f"Sealed for the purpose {name!r}."
        cases.token(f"purpose-{slug}", what, "tampered", base64url_encode(sealed))
