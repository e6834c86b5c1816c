"""Expected text with placeholders against what came, and a diff a human can read."""

import difflib
import json
import re

PLACEHOLDERS = {
    '{number}': r'-?[0-9]+(?:\.[0-9]+)?',
    '{hex}': r'[0-9a-f]+',
    '{date}': r'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:Z|[+-][0-9:]{5})',
    '{any}': r'.*?',
}
VARYING = {name: '{number}' for name in ('checked_at', 'time', 'age', 'stalled', 'token')}
MANY_LINES = '{lines}'
_SPLIT = re.compile('(%s)' % '|'.join(re.escape(name) for name in PLACEHOLDERS))


def matches(template, text):
    pattern = ''.join(PLACEHOLDERS.get(part) or re.escape(part) for part in _SPLIT.split(template))
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def differ(kind, expected, actual):
    """'' if an output of that kind is what was expected, else a diff."""
    return (_json_differs if kind == 'json' else _text_differs)(expected, actual)


def _text_differs(expected, actual):
    want, got = expected.split('\n'), actual.split('\n')
    if MANY_LINES in want:
        cut = want.index(MANY_LINES)
        tail = want[cut + 1:]
        middle = max(cut, len(got) - len(tail))
        got_shown = got[:cut] + [MANY_LINES] + got[middle:]
        return _lines_differ(want, got_shown)
    return _lines_differ(want, got)


def _lines_differ(want, got):
    if len(want) == len(got):
        want = [line if matches(pattern, line) else pattern for pattern, line in zip(want, got)]
    if want == got:
        return ''
    return '\n'.join(difflib.unified_diff(want, got, 'expected', 'got', lineterm='', n=1))


def pretty(document):
    return json.dumps(document, ensure_ascii=False, indent=1)


def _json_differs(expected, actual):
    """Compares documents; a string in expected may hold placeholders, for a number too."""
    if not expected and not actual:
        return ''
    try:
        want = json.loads(expected)
    except ValueError as error:
        return 'the expected JSON cannot be read: %s' % error
    try:
        got = json.loads(actual)
    except ValueError as error:
        return 'the output is no JSON: %s\n%s' % (error, actual)
    return _lines_differ(pretty(_fill(want, got)).split('\n'), pretty(got).split('\n'))


def _fill(want, got):
    """want in got's order, with what its placeholders stand for put in where they match."""
    if isinstance(want, dict) and isinstance(got, dict):
        there = {name: _fill(want[name], value) for name, value in got.items() if name in want}
        return dict(there, **{name: value for name, value in want.items() if name not in got})
    if isinstance(want, list) and isinstance(got, list):
        return [_fill(w, g) for w, g in zip(want, got)] + want[len(got):]
    if isinstance(want, str) and (isinstance(got, str) or _is_number(got) and want in PLACEHOLDERS):
        return got if matches(want, str(got)) else want
    return want


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# What changes from run to run, or is worded differently by other versions of libcurl and OpenSSL.
_VARYING = [(re.compile(pattern), put) for pattern, put in (
    (r'\b(time|age|stalled|token)=-?[0-9.]+s', r'\1={number}s'),
    (r'\b(age|stalled|token) -?[0-9]+[dhms]( [0-9]+[hms])? is', r'\1 {any} is'),
    (r'\b0{8}[0-9a-f]{50}\b', '{hex}'),
    (r'\btime [0-9.]+s? is', 'time {number}s is'),
    (r'\bfor [0-9]+[dhms]( [0-9]+[hms])?\b', 'for {any}'),
    (r', [0-9]+\.[0-9]+ s, ', ', {number} s, '),
    (r'\bport [0-9]+', 'port {number}'),
    (r'\([0-9]+ bytes had come\)', '({number} bytes had come)'),
    (r'\bthe token is [0-9]+[dhms]( [0-9]+[hms])? old', 'the token is {any} old'),
    (r'\(said [0-9]+ s ago', '(said {number} s ago'),
    (r'(?m)^(cloud_task_(?:run_timestamp|answer|token|age|stalled)_seconds(?:\{.*\})?) -?[0-9.]+$', r'\1 {number}'),
    (r'\b(history|token)-[0-9a-f]{16}\.json', r'\1-{hex}.json'),
    (r'\btime=[0-9.]+', 'time={number}'),
    (r'\b(Failed to connect|Could not resolve|Recv failure|Empty reply|SSL: no alternative certificate)'
     r'[^|()"\n]*?(?= \||[()"\n]|$)', r'\1{any}'),
    (r'(Couldn\'t connect|transfer closed|OpenSSL/[0-9.]+: error:)[^|()"\n]*?(?= \||[()"\n]|$)', '{any}'),
)]


def generalise(kind, text):
    """The text with placeholders for what varies."""
    if kind == 'json':
        try:
            return pretty(_generalise_json(json.loads(text)))
        except ValueError:
            pass
    return _generalise_text(text)


def _generalise_text(text):
    for pattern, put in _VARYING:
        text = pattern.sub(put, text)
    return text


def _generalise_json(value):
    if isinstance(value, str):
        return _generalise_text(value)
    if isinstance(value, list):
        return [_generalise_json(member) for member in value]
    if not isinstance(value, dict):
        return value
    return {name: VARYING.get(name) or _generalise_json(member) for name, member in value.items()}
