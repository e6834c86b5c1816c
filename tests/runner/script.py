"""Turns a run's [reply] sections into what the simulator is given."""

import base64
import re

_HEADER_LINE = re.compile(r'[A-Za-z0-9-]+:')


def document(run, sandbox):
    return {'replies': [_reply(section, sandbox) for section in run.all('reply')]}


def _reply(section, sandbox):
    """[reply [STATUS] [match=TEXT] [method=NAME] [times=N] [delay=S] [fault=NAME] [chunked] [raw] [escaped]]"""
    reply = {}
    for word in section.words:
        name, _, value = sandbox.expand(word).partition('=')
        if name.isdigit():
            reply['status'] = int(name)
        elif name in ('match', 'method', 'fault'):
            reply[name] = value
        elif name == 'times':
            reply[name] = int(value)
        elif name == 'delay':
            reply[name] = float(value)
        elif name == 'chunked':
            reply[name] = True
        elif name not in ('raw', 'escaped'):
            raise ValueError('line %d: what is %s?' % (section.line, word))
    content = sandbox.content(section)
    if 'escaped' not in section.words:
        content = content[:-1]
    if 'raw' in section.words:
        reply['raw_base64'] = _base64(content)
        return reply
    headers, content = _headers(content)
    if headers:
        reply['headers'] = headers
    if content:
        reply['body_base64'] = _base64(content)
    elif 'fault' not in reply:
        reply['body'] = ''
    return reply


def _base64(content):
    return base64.b64encode(content).decode()


def _headers(content):
    """Header lines and a blank line may stand before the body."""
    head, blank, body = content.partition(b'\n\n')
    lines = head.decode('latin-1').split('\n')
    if not content or not all(_HEADER_LINE.match(line) for line in lines):
        return {}, content
    pairs = [line.split(':', 1) for line in lines]
    return {name: value.strip() for name, value in pairs}, body if blank else b''
