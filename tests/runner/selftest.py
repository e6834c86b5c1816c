#!/usr/bin/env python3
"""The runner judged by itself: what it must refuse, and what it must see. Needs no plugin and no simulator."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import casefile  # noqa: E402
import compare  # noqa: E402
import invariants  # noqa: E402
import requests_seen  # noqa: E402
import script  # noqa: E402
from sandbox import Sandbox, unescape  # noqa: E402

WHOLE = '# why\n[command]\ncheck_x --a\n[requests]\nnone\n[output]\nX OK - fine\n[exit]\n0\n'
GOOD_JSON = b'{"version":1,"plugin":"x","state":0,"state_name":"OK","summary":"","checked_at":1,"tasks":[]}\n'


def load(text):
    with tempfile.NamedTemporaryFile('w', suffix='.case', encoding='utf-8') as file:
        file.write(text)
        file.flush()
        return casefile.load('x', file.name)


class CaseFiles(unittest.TestCase):
    def test_whole(self):
        self.assertEqual(load(WHOLE).text(), WHOLE)

    def test_refused(self):
        comment, *sections = WHOLE.split('[')
        for left_out in range(len(sections)):
            text = '['.join([comment] + sections[:left_out] + sections[left_out + 1:])
            with self.subTest(text), self.assertRaises(casefile.Malformed):
                load(text)
        for text in (WHOLE[6:], WHOLE + '[exit]\n0\n', WHOLE.replace('\n0\n', '\n4\n'), 'x\n' + WHOLE):
            with self.subTest(text), self.assertRaises(casefile.Malformed):
                load(text)

    def test_second_run(self):
        case = load(WHOLE + '[run again]\n[requests]\nany\n[output]\nX\n[exit]\n3\n')
        self.assertEqual([run.command() for run in case.runs], [['check_x', '--a']] * 2)
        self.assertEqual([run.exit_code() for run in case.runs], [0, 3])

    def test_headers_in_content(self):
        case = load(WHOLE.replace('X OK', '\\[exit]\n[CRITICAL] X OK'))
        self.assertEqual(case.runs[0].text('output'), '[exit]\n[CRITICAL] X OK - fine')


class Comparing(unittest.TestCase):
    def test_text(self):
        self.assertEqual(compare.differ('text', 'a {number} {any}\nb', 'a 1.5 x y\nb'), '')
        self.assertEqual(compare.differ('text', 'a\n{lines}\nz', 'a\nb\nc\nz'), '')
        for expected, actual in (('a', 'b'), ('a', 'a\nb'), ('a\nb', 'a'), ('{number}', 'x'), ('a\n{lines}\nz', 'a\nb')):
            self.assertNotEqual(compare.differ('text', expected, actual), '', (expected, actual))

    def test_json(self):
        self.assertEqual(compare.differ('json', '{"b":"{number}","a":[1]}', '{"a":[1],"b":2}'), '')
        for expected, actual in (('{"a":1}', '{"a":2}'), ('{"a":1}', '{"a":1,"b":2}'), ('{"a":"{any}"}', '{"a":null}'),
                                 ('{"a":"1"}', '{}'), ('{"a":"1"}', '{"a":1}'), ('{"a":1}', '{"a":"1"}'), ('{"a":[1]}', '{"a":[1,2]}'), ('{}', 'x')):
            self.assertNotEqual(compare.differ('json', expected, actual), '', (expected, actual))

    def test_generalised_text_still_matches(self):
        text = 'X OK - T running for 2h 5m, unreachable: Recv failure: reset (a) | time=0.012s;;;0 token=-5s'
        self.assertEqual(compare.differ('nagios', compare.generalise('nagios', text), text), '')


class Invariants(unittest.TestCase):
    def broken(self, kind, text, exit_code=0):
        return invariants.broken(kind, text if isinstance(text, bytes) else text.encode(), b'', exit_code, {'s3cr3t'})

    def test_nagios(self):
        self.assertEqual(self.broken('nagios', 'X OK - fine | a=1s;2;@3:4;0;5 b=2%\n[OK] x\n'), [])
        for text in ('X OK - fine', 'X WARNING - x\n', 'fine\n', 'X OK - a;b\n', 'X OK - a | b | c=1\n', 'X OK\na | b\n',
                     'X OK | a=\n', 'X OK | a b=1\n', 'X OK | a=1,5\n', 'X OK | a=1 a=2\n', 'X OK | 中=1\n',
                     'X OK \x1b[1m\n', 'X OK s3cr3t\n', 'X OK ' + 'x' * 4096 + '\n', b'X OK \xff\n'):
            self.assertNotEqual(self.broken('nagios', text), [], text)

    def test_json(self):
        self.assertEqual(self.broken('json', GOOD_JSON), [])
        for old, new in ((b'"tasks":[]', b'"tasks":null'), (b'"tasks":[]', b'"tasks":[],"error":"x"'), (b',"tasks":[]', b''),
                         (b'"state":0', b'"state":true'), (b'"state":0', b'"state":1'), (b'"tasks"', b'"A":1,"tasks"'),
                         (b'[]', b'[9007199254740993]'), (b'"version":1', b'"version":1,"version":1'), (b'\n', b'\n\n'),
                         (b'"summary":""', b'"summary":"s3cr3t"'), (b'{"v', b' {"v')):
            self.assertNotEqual(self.broken('json', GOOD_JSON.replace(old, new, 1)), [], new)


class Requests(unittest.TestCase):
    SEEN = {'unmatched': 0, 'requests': [{'method': 'GET', 'target': '/a?b=1', 'headers': {'x': 'y'}, 'body': ''}]}

    def differ(self, text, seen=None):
        section = load(WHOLE.replace('none', text)).runs[0].get('requests')
        sandbox = Sandbox({})
        try:
            return requests_seen.differ(section, seen or self.SEEN, sandbox)
        finally:
            sandbox.remove()

    def test_requests(self):
        for text in ('any', 'GET /a?b=1', 'GET /a?b={number}\nX: y\nX: ~[a-z]\n!Cookie'):
            self.assertEqual(self.differ(text), '', text)
        for text in ('none', 'GET /a', 'POST /a?b=1', 'GET /a?b=1\nGET /a?b=1', 'GET /a?b=1\nX: z', 'GET /a?b=1\n!X',
                     'GET /a?b=1\nZ: 1'):
            self.assertNotEqual(self.differ(text), '', text)
        self.assertNotEqual(self.differ('any', dict(self.SEEN, unmatched=1)), '')


class Replies(unittest.TestCase):
    def test_replies(self):
        text = '[reply 429 match=/a times=2]\nRetry-After: 1\n\n{}\n[reply fault=reset]\n[reply]\n{"a: b":1}\n'
        sandbox = Sandbox({})
        try:
            replies = script.document(load(WHOLE + text).runs[0], sandbox)
        finally:
            sandbox.remove()
        self.assertEqual(replies['replies'], [
            {'status': 429, 'match': '/a', 'times': 2, 'headers': {'Retry-After': '1'}, 'body_base64': 'e30='},
            {'fault': 'reset'}, {'body_base64': 'eyJhOiBiIjoxfQ=='}])

    def test_escapes(self):
        self.assertEqual(unescape('a\\n\\xFF\\\\\\0'), b'a\n\xff\\\0')


def main():
    tests = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    result = unittest.TextTestRunner(stream=sys.stderr).run(tests)
    failed = len(result.failures) + len(result.errors)
    print('%d passed, %d failed' % (result.testsRun - failed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
