"""Says which events a Sigma rule matches, by way of pySigma and SQLite.

Reads one JSON object a line, {"rule": YAML, "events": [...]}, and writes one a line,
{"matches": [true, false, ...]} or {"refused": reason}.
"""

import json
import re
import sqlite3
import sys

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

FIELDS = ("a", "b", "words")


def stored(value):
    """Zircolite stores yes and no as words, because rules compare with words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def words(event):
    return " ".join(str(value) for value in event.values() if value is not None)


def matches(rule, events):
    backend = sqliteBackend(fulltext_field="words")
    query = backend.convert(SigmaCollection.from_yaml(rule))[0]
    database = sqlite3.connect(":memory:")
    database.create_function(
        "REGEXP", 2, lambda pattern, value: value is not None and re.search(pattern, str(value)) is not None
    )
    # NUMERIC: a number written as words equals the number, as in Sigma.
    database.execute("CREATE TABLE logs (id INTEGER PRIMARY KEY, a NUMERIC COLLATE NOCASE, b NUMERIC COLLATE NOCASE, words TEXT COLLATE NOCASE)")
    for at, event in enumerate(events):
        row = (at, stored(event.get("a")), stored(event.get("b")), words(event))
        database.execute("INSERT INTO logs VALUES (?, ?, ?, ?)", row)
    found = {row[0] for row in database.execute(query)}
    return [at in found for at in range(len(events))]


def main():
    for line in sys.stdin:
        case = json.loads(line)
        try:
            answer = {"matches": matches(case["rule"], case["events"])}
        except Exception as error:  # Whatever the reason, it is reported and compared.
            answer = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
