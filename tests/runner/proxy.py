"""A forward proxy on the loopback: what is sent through it arrives at the same port of 127.0.0.1.

The path of a plain request gets a marker header, so that a case can see which way it came.
"""

import select
import socket
import threading
import urllib.parse

MARKER = b'Via: 1.1 cases\r\n'
HEAD_MAX = 65536


class Proxy:
    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def end(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=_serve, args=(client,), daemon=True).start()


def _serve(client):
    with client:
        try:
            head, rest = _read_head(client)
            method, target, _ = head.split(b'\r\n', 1)[0].split(b' ', 2)
            if method == b'CONNECT':
                port = int(target.rpartition(b':')[2])
                first, answer = rest, b'HTTP/1.1 200 Connection established\r\n\r\n'
            else:
                url = urllib.parse.urlsplit(target.decode('ascii'))
                port = url.port or 80
                path = urllib.parse.urlunsplit(('', '', url.path or '/', url.query, ''))
                line, headers = head.split(b'\r\n', 1)
                line = line.replace(target, path.encode(), 1)
                first, answer = line + b'\r\n' + MARKER + headers + rest, b''
            with socket.create_connection(('127.0.0.1', port)) as server:
                client.sendall(answer)
                server.sendall(first)
                _pump(client, server)
        except (OSError, ValueError):
            return


def _read_head(client):
    data = b''
    while b'\r\n\r\n' not in data:
        more = client.recv(4096)
        if not more or len(data) > HEAD_MAX:
            raise ValueError('no request')
        data += more
    head, _, rest = data.partition(b'\r\n\r\n')
    return head + b'\r\n\r\n', rest


def _pump(one, other):
    while True:
        ready, _, _ = select.select([one, other], [], [], 60)
        if not ready:
            return
        for source in ready:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)
