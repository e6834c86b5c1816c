"""The scratch directory of one case, its placeholders and its secrets."""

import glob
import os
import re
import shutil
import tempfile

TOKEN = 's3cr3t-T0ken.abc_DEF-123'
SHORTEST_SECRET = 6
_ESCAPE = re.compile(r'\\(x[0-9A-Fa-f]{2}|[nrt0\\])')
_REPEATED = re.compile(r'@([0-9]+)\*([^@]+)@')
_ESCAPED = {'n': b'\n', 'r': b'\r', 't': b'\t', '0': b'\0', '\\': b'\\'}


def unescape(text):
    r"""The bytes of a text in which \n \r \t \0 \\ and \xNN stand for what is hard to write."""
    parts = []
    end = 0
    for found in _ESCAPE.finditer(text):
        parts.append(text[end:found.start()].encode())
        name = found[1]
        parts.append(bytes([int(name[1:], 16)]) if name.startswith('x') else _ESCAPED[name])
        end = found.end()
    parts.append(text[end:].encode())
    return b''.join(parts)


class Sandbox:
    """Made for one case, removed with it."""

    def __init__(self, places):
        self.directory = tempfile.mkdtemp(prefix='case-')
        os.mkdir(self.path('home'))
        self.secrets = {TOKEN}
        self.places = dict(places)
        self.places['@DIR@'] = self.directory
        self.places['@SECRET@'] = TOKEN
        self.write('token', (TOKEN + '\n').encode(), 0o600)
        self.places['@TOKEN@'] = self.path('token')

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def path(self, name):
        path = os.path.normpath(os.path.join(self.directory, name))
        if not path.startswith(self.directory + os.sep):
            raise ValueError('outside of the scratch directory: ' + name)
        return path

    def find(self, name):
        """The paths that a name with a * stands for; of one without, its own."""
        path = self.path(name)
        return sorted(glob.glob(path)) if '*' in name else [path]

    def write(self, name, content, mode):
        with open(self.path(name), 'wb') as file:
            file.write(content)
        os.chmod(self.path(name), mode)

    def expand(self, text):
        for name, value in self.places.items():
            text = text.replace(name, value)
        return _REPEATED.sub(lambda found: int(found[1]) * found[2], text)

    def contract(self, text):
        """The other way round, the longest values first: what varies becomes its placeholder again."""
        for name, value in sorted(self.places.items(), key=lambda item: -len(item[1])):
            if value:
                text = text.replace(value, name)
        return text

    def content(self, section):
        """What a [file], [stdin] or [reply] section holds, as bytes."""
        text = self.expand(section.text())
        if 'escaped' in section.words:
            return unescape(text)
        return (text + '\n').encode() if text else b''

    def make_file(self, section):
        """[file NAME [MODE] [secret] [escaped] [lines=FIRST..LAST]]"""
        name, mode, content = section.words[0], 0o644, self.content(section)
        for word in section.words[1:]:
            if word.isdigit():
                mode = int(word, 8)
            elif word.startswith('lines='):
                first, last = map(int, word[len('lines='):].split('..'))
                content += b''.join(b'%d\n' % number for number in range(first, last + 1))
        for path in self.find(name):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            self.write(path, content, mode)
        if 'secret' in section.words:
            self.add_secrets(content.decode('utf-8', 'replace').split('\n'))

    def make_directory(self, section):
        """[directory NAME [MODE]]"""
        name, *mode = section.words
        os.makedirs(self.path(name), exist_ok=True)
        os.chmod(self.path(name), int(mode[0], 8) if mode else 0o755)

    def add_secrets(self, texts):
        self.secrets.update(text.strip() for text in texts if len(text.strip()) >= SHORTEST_SECRET)

    def environment(self, section, language=None):
        """A clean environment, with what the case's [environment] adds or, with an empty NAME, takes away."""
        environment = {'PATH': '/usr/bin:/bin', 'HOME': self.path('home'), 'LC_ALL': 'C', **(language or {})}
        for line in section.data_lines() if section else []:
            name, given, value = self.expand(line).partition('=')
            if given:
                environment[name] = unescape(value) if 'escaped' in section.words else value
            else:
                environment.pop(name, None)
            if re.fullmatch('CLOUD_TASKS_.*(TOKEN|SECRET)', name):
                self.add_secrets(re.split(r'\\r|\\n', value))
        return environment
