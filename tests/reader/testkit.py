"""Judges the files of tests/testkit by docs/format.md and docs/behaviour.md alone.

    python tests/reader/testkit.py tests/testkit

It is what a port would write to check itself: from a file it takes the keys, the clock, the limits, the
store and the cookies, opens them by `format_1.py`, and must come to the reason, the fate and the
user that the file names.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import format_1
from format_1 import App, Bytes, Key, Names, Opened, Refused, RequestFails

MIN_FILES, MIN_OPENED = 120, 8
MAX_COOKIES = 4
MAX_DEPTH, MAX_EMPTY = 64, 65_536  # limits of the crate, SECURITY.md
CLEARED = "expired_idle expired_lifetime tampered malformed too_large revoked_key record_missing"
KEPT = "unknown_key ended_key unknown_format foreign_schema not_yet_valid duplicate no_store"
REASONS = {reason: "cleared" for reason in CLEARED.split()} | {r: "kept" for r in KEPT.split()}
FAILURES = ("rolled_back", "store")  # the request fails, and the cookie is kept

Case = dict[str, Any]


# --- The payload of the testkit's sessions, tests/testkit/README.md ---------------------------------


class Payload(Bytes):
    """Postcard, bounded: docs/format.md, section 7, and the page on postcard that it names."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.empty = 0

    def number(self, bits: int) -> int:
        """An unsigned number. Unlike those of a token it may be longer than it needs to be."""
        number, longest = 0, -(-bits // 7)
        for position in range(longest):
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << 7 * position
            if byte < 0x80:
                if number >= 1 << bits:
                    break
                return number
        raise Refused("malformed")

    def tag(self, count: int) -> int:
        """A bool, or the tag of an option."""
        tag = self.take(1)[0]
        if tag >= count:
            raise Refused("malformed")
        return tag

    def text(self) -> str:
        try:
            return self.take(self.number(64)).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("malformed") from None

    def char(self) -> None:
        length = self.number(64)
        if length > 4:
            raise Refused("malformed")
        try:
            if not self.take(length).decode("utf-8"):
                raise Refused("malformed")
        except UnicodeDecodeError:
            raise Refused("malformed") from None

    def units(self) -> None:
        """Elements without bytes: nothing but this limit bounds their number."""
        if self.number(64) > MAX_EMPTY:
            raise Refused("malformed")

    def role(self) -> None:
        variant = self.number(32)
        if variant > 2:
            raise Refused("malformed")
        if variant > 0:
            self.number(32 if variant == 1 else 64)

    def tree(self, depth: int) -> None:
        """A list of nodes: each takes a level for the option and one for the struct."""
        while self.tag(2):
            depth += 2
            if depth > MAX_DEPTH:
                raise Refused("malformed")


def read_kit(data: bytes) -> str | None:
    """Exactly one session of the testkit: its user."""
    payload = Payload(data)
    user = payload.text() if payload.tag(2) else None
    payload.tag(2)  # admin
    payload.char()  # initial
    payload.role()
    for _ in range(payload.number(64)):  # tags
        payload.text()
    payload.units()  # marks
    for _ in range(payload.number(64)):  # notes
        payload.text()
        payload.take(1)
    payload.number(16)  # level
    payload.take(payload.number(64))  # blob
    payload.tree(depth=1)
    if payload.data:
        raise Refused("malformed")
    return user


# --- docs/format.md, section 6, and docs/behaviour.md, "Refused cookies" ----------------------------


def app_of(case: Case) -> App:
    """What the reader of this file knows."""
    keys = [Key(bytes.fromhex(k["secret"]), k["revoked"], k["open_until"]) for k in case["keys"]]
    names = Names(case["cookie_name"], case["context"])
    schemas = {bytes.fromhex(case["schema"]): read_kit}
    records = None
    if (store := case["store"]) is not None:
        kept = {key: bytes.fromhex(record) for key, record in store["records"].items()}
        records = kept.get
    max_record = store["max_record"] if store else format_1.MAX_RECORD
    limits = case["lifetime"], case["idle"]
    return App(keys, names, *limits, schemas, records, max_record)


def text_of(cookie: dict[str, str]) -> str:
    """The value as text. Bytes that are not ASCII are no base64url, however they are counted."""
    raw = bytes.fromhex(cookie["hex"]) if "hex" in cookie else cookie["text"].encode()
    if len(raw) > format_1.MAX_VALUE:
        raise Refused("too_large")
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        raise Refused("malformed") from None


def open_token(cookie: dict[str, str], app: App, now: int) -> Opened:
    """The first table up to what section 5 refuses."""
    plaintext = format_1.unseal_value(text_of(cookie), app.keys, app.names, now)
    return format_1.read_plaintext(plaintext, format_1.COOKIE)


def look_at(cookie: dict[str, str], app: App, now: int) -> Opened:
    """The first table to its end; the store is not asked."""
    opened = open_token(cookie, app, now)
    format_1.check_times(opened, now, app.lifetime, app.idle)
    if opened.data is None:
        if app.store is None:
            raise Refused("no_store")
    else:
        read(opened.data, app)
    return opened


def read(data: format_1.Data, app: App) -> object:
    """The user in these data."""
    if data.schema not in app.schemas:
        raise Refused("foreign_schema")
    return app.schemas[data.schema](data.payload)


def choose(cookies: list[dict[str, str]], app: App, now: int) -> Opened:
    """Several cookies of our name: docs/behaviour.md."""
    opened, reasons = [], []
    for cookie in cookies[:MAX_COOKIES]:
        try:
            opened.append(look_at(cookie, app, now))
        except Refused as refused:
            reasons.append(refused.reason)
    if not opened:
        kept = [reason for reason in reasons if REASONS[reason] == "kept"]
        raise Refused((kept or reasons)[0])
    if len({session.session_id for session in opened}) > 1:
        raise Refused("duplicate")
    return max(opened, key=lambda session: (session.generation or 0, session.issued))


def judge(case: Case) -> tuple[str, str, dict[str, Any] | None]:
    """Reason, fate, and what the session holds if it opens, for a handler that only reads."""
    app, now = app_of(case), case["now"]
    try:
        session = choose(case["cookies"], app, now)
        data = session.data
        if data is None:
            assert app.store is not None
            data = format_1.open_record(session, app.store, app, now)
        user = read(data, app)
    except RequestFails as failure:
        return failure.reason, "kept", None
    except Refused as refused:
        return refused.reason, REASONS[refused.reason], None
    idle = session.own_limits.idle if session.own_limits else app.idle
    # The request is not a navigation: sealed again from half the idle timeout on.
    fate = "refreshed" if 2 * max(0, now - session.issued) >= idle else "kept"
    return "opened", fate, {"user": user}


def judge_token(cookie: dict[str, str], case: Case) -> str:
    """What opening the token alone comes to."""
    try:
        open_token(cookie, app_of(case), case["now"])
    except Refused as refused:
        return refused.reason
    return "opened"


# --- The files --------------------------------------------------------------------------------------


def check(path: Path) -> tuple[str, list[str]]:
    """The reason of a file, and what the reader came to otherwise."""
    case: Case = json.loads(path.read_text(encoding="utf-8"))
    wrong = []
    if path.name != f"{case['number']:03}-{case['name']}.json":
        wrong.append("its name is not what it says")
    expected, found = (case["reason"], case["fate"], case["opens"]), judge(case)
    if found != expected:
        wrong.append(f"expected {expected}, found {found}")
    for cookie in case["cookies"]:
        if (judged := judge_token(cookie, case)) != cookie["token"]:
            wrong.append(f"its token: expected {cookie['token']}, found {judged}")
    return case["reason"], [f"{path.name}: {problem}" for problem in wrong]


def main(arguments: list[str]) -> int:
    """Checks every file of a folder."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    results = [check(path) for path in sorted(Path(arguments[0]).glob("*.json"))]
    reasons = Counter(reason for reason, _ in results)
    wrong = [problem for _, problems in results for problem in problems]
    if len(results) < MIN_FILES or reasons["opened"] < MIN_OPENED:
        wrong.append(f"only {len(results)} files, {reasons['opened']} of them controls")
    wrong += [f"no file for {reason}" for reason in (*REASONS, *FAILURES) if not reasons[reason]]
    if wrong:
        print("\n".join(wrong[:20]), file=sys.stderr)
        return 1
    print(f"testkit: {len(results)} files, {reasons['opened']} of them open: all as they say")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
