"""What holds for every output, whatever the case is about."""

import json
import re

STATES = ('OK', 'WARNING', 'CRITICAL', 'UNKNOWN')
NAGIOS_MAX = 4096
PERFDATA = re.compile(
    r'[A-Za-z0-9_.-]+=-?[0-9]+(\.[0-9]+)?(s|%|B)?'
    r'(;(@?(~|-?[0-9.]+)?:?(-?[0-9.]+)?)(;(@?(~|-?[0-9.]+)?:?(-?[0-9.]+)?)(;(-?[0-9.]+)?(;(-?[0-9.]+)?)?)?)?)?')
JSON_NAME = re.compile(r'[a-z0-9_]+')
CONTROL = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]')


def broken(kind, stdout, stderr, exit_code, secrets):
    """The broken rules, each in words."""
    try:
        text = stdout.decode('utf-8')
    except UnicodeDecodeError as error:
        return ['stdout is not UTF-8: %s' % error]
    said = text + stderr.decode('utf-8', 'replace')
    found = ['a secret is shown: %s' % secret for secret in sorted(secrets) if secret in said]
    if text:
        found += RULES[kind](text, exit_code)
    return found


def _nagios(text, exit_code):
    lines = text.rstrip('\n').split('\n')
    found = []
    if len(text.encode()) > NAGIOS_MAX:
        found.append('stdout has %d bytes, more than %d' % (len(text.encode()), NAGIOS_MAX))
    if not text.endswith('\n'):
        found.append('the last line has no end')
    if CONTROL.search(text):
        found.append('a control character: %r' % CONTROL.search(text)[0])
    if any('|' in line for line in lines[1:]):
        found.append('a | after the first line')
    if lines[0].count('|') > 1:
        found.append('more than one | in the first line')
    said, _, perfdata = lines[0].partition('|')
    if ';' in said:
        found.append('a ; in the text of the first line')
    word = next((word for word in said.split() if word.rstrip(':') in STATES), None)
    if word is None:
        found.append('the first line names no state')
    elif STATES.index(word.rstrip(':')) != exit_code:
        found.append('the first line says %s, the exit code is %d' % (word, exit_code))
    items = perfdata.split()
    found += ['perfdata cannot be read: %s' % item for item in items if not PERFDATA.fullmatch(item)]
    labels = [item.partition('=')[0] for item in items]
    found += ['a perfdata label twice: %s' % label for label in sorted(set(labels)) if labels.count(label) > 1]
    return found


def _json(text, exit_code):
    if not text.startswith('{') or not text.endswith('}\n') or text.count('\n') != 1:
        return ['the JSON is not one line from { to } and a line end']
    twice = []

    def pairs(items):
        names = [name for name, _ in items]
        twice.extend(name for name in names if names.count(name) > 1)
        return dict(items)

    try:
        document = json.loads(text, object_pairs_hook=pairs)
    except ValueError as error:
        return ['the JSON cannot be read: %s' % error]
    found = ['a JSON member twice: %s' % name for name in sorted(set(twice))]
    found += list(_json_values('', document))
    if document.get('state') != exit_code:
        found.append('JSON says state %r, the exit code is %d' % (document.get('state'), exit_code))
    elif document.get('state_name') not in (STATES[exit_code], STATES[exit_code].lower()):
        found.append('JSON says state_name %r' % document.get('state_name'))
    if ('tasks' in document) == ('error' in document):
        found.append('JSON must have either tasks or error')
    for name in ('version', 'plugin', 'summary', 'checked_at'):
        if name not in document:
            found.append('JSON has no ' + name)
    return found


def _json_values(where, value):
    if isinstance(value, dict):
        for name, member in value.items():
            if not JSON_NAME.fullmatch(name) and not where.endswith('.details'):
                yield 'JSON name %s.%s is not lower-case ASCII' % (where, name)
            yield from _json_values('%s.%s' % (where, name), member)
    elif isinstance(value, list):
        for member in value:
            yield from _json_values(where + '[]', member)
    elif value is None or isinstance(value, bool):
        yield 'JSON value %s is %s' % (where, json.dumps(value))
    elif isinstance(value, int) and abs(value) > 2 ** 53:
        yield 'JSON integer %s is above 2^53' % where


def _text(text, exit_code):
    return []


RULES = {'nagios': _nagios, 'json': _json, 'text': _text}
