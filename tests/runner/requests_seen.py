"""The requests that a case expects against those that the simulator saw."""

import difflib
import re

import compare

_REQUEST = re.compile(r'(?:GET|POST|PUT|HEAD|DELETE|PATCH) ')


class Expected:
    def __init__(self, line):
        self.line = line
        self.asserted = []


def differ(section, seen, sandbox):
    """'' or what is different. Without the section, or with `any`, every request will do."""
    if seen.get('unmatched'):
        return '%d requests matched no reply:\n%s' % (seen['unmatched'], '\n'.join(map(_line, seen['requests'])))
    lines = section.data_lines() if section else ['any']
    if lines == ['any']:
        return ''
    expected = [] if lines == ['none'] else _expected(sandbox.expand('\n'.join(lines)).split('\n'))
    found = list(seen['requests'])
    if 'any-order' in section.words:
        expected.sort(key=lambda request: request.line)
        found.sort(key=_line)
    want, got = [request.line for request in expected], [_line(request) for request in found]
    if len(want) != len(got) or not all(map(compare.matches, want, got)):
        return '\n'.join(difflib.unified_diff(want, got, 'expected', 'got', lineterm='', n=1))
    return '\n'.join(wrong for pair in zip(expected, found) for wrong in _wrong(*pair))


def _line(request):
    return '%s %s' % (request['method'], request['target'])


def _expected(lines):
    requests = []
    for line in lines:
        if _REQUEST.match(line):
            requests.append(Expected(line))
        elif requests:
            requests[-1].asserted.append(line)
        else:
            raise ValueError('[requests] must begin with a request line, not with ' + line)
    return requests


def _wrong(expected, request):
    """Under a request line: `Name: value`, `Name: ~regex`, `!Name` (absent), `= body`."""
    for line in expected.asserted:
        if line.startswith('= '):
            if not compare.matches(line[2:], request.get('body', '')):
                yield '%s: the body is %s, expected %s' % (expected.line, request.get('body', ''), line[2:])
            continue
        name, _, value = line.partition(':')
        got = request['headers'].get(name.lstrip('!').strip().lower())
        value = value.strip()
        if name.startswith('!'):
            good = got is None
        elif value.startswith('~'):
            good = got is not None and re.fullmatch(value[1:], got) is not None
        else:
            good = got is not None and compare.matches(value, got)
        if not good:
            yield '%s: %s came as %r' % (expected.line, line, got)
