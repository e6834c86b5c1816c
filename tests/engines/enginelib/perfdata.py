"""Performance data read after the plugin guidelines, to compare the engines' own readings with."""

import re

_ITEM = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^\s'=]+))=(\S*)")
_VALUE = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+))([A-Za-z%]*)\Z")


class BadPerfdata(ValueError):
    pass


def split_output(text):
    """(text of the first line, performance data of the first line, the other lines)"""
    first, _, rest = text.partition("\n")
    said, _, data = first.partition("|")
    return said.rstrip(), data.strip(), rest


def looks_failed(output):
    """Does the first line's text say that a task failed? A count of none in brackets does not."""
    said, _, _ = split_output(output)
    return re.search(r"\bfailed\b", re.sub(r"\(.*\)", "", said)) is not None


def items(data):
    """[(label, the item as written)]"""
    found, at = [], 0
    while data[at:].strip():
        match = _ITEM.match(data, at)
        if not match:
            raise BadPerfdata(f"not performance data: {data[at:]!r}")
        label = match[2] if match[1] is None else match[1].replace("''", "'")
        found.append((label, data[at:match.end()].strip()))
        at = match.end()
    return found


def parse(data):
    """{label: (value, unit, warning, critical, min, max)}; thresholds as text, '' where absent"""
    read = {}
    for label, item in items(data):
        if label in read:
            raise BadPerfdata(f"{label} is there twice")
        fields = item[item.rindex("=") + 1:].split(";")
        match = _VALUE.match(fields[0])
        if not match or len(fields) > 5:
            raise BadPerfdata(f"cannot be read: {item}")
        fields += [""] * (5 - len(fields))
        read[label] = (float(match[1]), match[2], *fields[1:])
    return read
