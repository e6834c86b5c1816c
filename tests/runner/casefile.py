"""Reads and rewrites case files. The format is told in tests/cases/README.md."""

import re
import shlex

# Each section's name, and whether it may stand more than once in a run.
SECTIONS = {
    'command': False,
    'environment': False,
    'language': False,
    'stdin': False,
    'stdout': False,
    'file': True,
    'directory': True,
    'secrets': False,
    'world': False,
    'reply': True,
    'requests': False,
    'asked': False,
    'output': False,
    'stderr': False,
    'exit': False,
    'seconds': False,
    'left': True,
    'run': True,
}
OUTPUT_KINDS = ('nagios', 'json', 'text')
HEADER = re.compile(r'^\[(%s)(?: ([^\]]*))?\]$' % '|'.join(SECTIONS))


class Malformed(Exception):
    """The case cannot be run as it stands; says why, with the line."""


class Section:
    def __init__(self, name, words, line):
        self.name = name
        self.words = words
        self.line = line
        self.lines = []

    def text(self):
        """The lines as written, blank ones at the end left out; a leading backslash before [ is dropped."""
        lines = list(self.lines)
        while lines and not lines[-1].strip():
            lines.pop()
        return '\n'.join(line[1:] if line.startswith(('\\[', '\\\\[')) else line for line in lines)

    def data_lines(self):
        return [line for line in self.text().split('\n') if line.strip()]


def escape(line):
    """A line that would be taken for a section's header gets the backslash that text() drops."""
    return '\\' + line if HEADER.match(line) or line.startswith('\\[') else line


class Run:
    """One command of a case, with what is scripted and expected around it."""

    def __init__(self):
        self.sections = []

    def get(self, name):
        for section in self.sections:
            if section.name == name:
                return section
        return None

    def all(self, name):
        return [section for section in self.sections if section.name == name]

    def text(self, name):
        section = self.get(name)
        return section.text() if section else ''

    def command(self):
        return shlex.split(self.text('command').replace('\n', ' '))

    def exit_code(self):
        return int(self.text('exit'))

    def output_kind(self):
        words = self.get('output').words
        return words[0] if words else 'nagios'

    def seconds(self):
        """The shortest and the longest time the command may take."""
        low, _, high = self.text('seconds').partition('..')
        return float(low or 0), float(high or 'inf')


class Case:
    def __init__(self, name, path):
        self.name = name
        self.path = path
        self.why = []
        self.runs = []

    def languages(self):
        return {run.text('language') for run in self.runs if run.get('language')}

    def text(self):
        lines = list(self.why)
        for run in self.runs:
            for section in run.sections:
                lines.append('[%s]' % ' '.join([section.name] + section.words))
                lines.extend(section.lines)
        return '\n'.join(lines).rstrip('\n') + '\n'

    def write(self):
        with open(self.path, 'w', encoding='utf-8', newline='\n') as file:
            file.write(self.text())


def load(name, path):
    with open(path, encoding='utf-8', newline='') as file:
        lines = file.read().split('\n')
    case = Case(name, path)
    section = None
    run = Run()
    case.runs.append(run)
    for number, line in enumerate(lines, 1):
        header = HEADER.match(line)
        if header:
            section = Section(header[1], (header[2] or '').split(), number)
            if section.name == 'run':
                run = Run()
                case.runs.append(run)
            run.sections.append(section)
        elif section:
            section.lines.append(line)
        elif line.strip() and not line.startswith('#'):
            raise Malformed('line %d: only comments may stand before the first section' % number)
        else:
            case.why.append(line)
    _inherit_command(case)
    _check(case)
    return case


def _inherit_command(case):
    """[run again] without a [command] repeats the command of the run before it."""
    for before, run in zip(case.runs, case.runs[1:]):
        if not run.get('command'):
            run.command = before.command


def _check(case):
    if not any(line.startswith('#') for line in case.why):
        raise Malformed('no comment says why the case is there')
    for number, run in enumerate(case.runs, 1):
        where = 'run %d: ' % number if len(case.runs) > 1 else ''
        _check_run(run, where)


def _check_run(run, where):
    for name, many in SECTIONS.items():
        found = run.all(name)
        if len(found) > 1 and not many:
            raise Malformed('%sline %d: a second [%s]' % (where, found[1].line, name))
    if not run.command():
        raise Malformed(where + 'no [command]')
    if not run.get('output'):
        raise Malformed(where + 'no [output]')
    if run.output_kind() not in OUTPUT_KINDS:
        raise Malformed('%s[output %s]: only %s are known' % (where, run.output_kind(), ', '.join(OUTPUT_KINDS)))
    if run.text('exit').strip() not in ('0', '1', '2', '3'):
        raise Malformed(where + 'no [exit] with a number from 0 to 3')
    if not run.get('requests') and not run.get('asked'):
        raise Malformed(where + 'no [requests] (none and any are allowed) and no [asked]')
    try:
        run.seconds()
    except ValueError:
        raise Malformed(where + '[seconds] must look like 1..5') from None
