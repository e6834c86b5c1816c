"""Runs one case: scripts the simulator, runs each command, judges what came."""

import os
import re
import subprocess
import time

import compare
import invariants
import requests_seen
import script
from casefile import escape
from sandbox import Sandbox

LIMIT = 60
VALGRIND = ['valgrind', '-q', '--error-exitcode=99', '--log-file=%s']
VALGRIND_FACTOR = 10
# A plugin's own deadline under valgrind: what the case gives times this, and this where it gives none.
PATIENCE = 30
_TIMEOUT = re.compile(r'(-t|--timeout=)([0-9.]+)((?::.*)?)')


class Tools:
    """What all the cases share."""

    def __init__(self, stages, plugins, valgrind, update, translated=None, languages=None):
        self.stages = stages
        self.plugins = plugins
        self.translated = translated  # the directory of plugins that find the build's translations
        self.languages = languages or {}  # the environment for each language that there is
        self.valgrind = valgrind
        self.update = update


class Result:
    """What one command gave."""

    def __init__(self, stdout, stderr, exit_code, seconds, valgrind):
        self.stdout = stdout
        self.stderr = stderr
        self.exit_code = exit_code
        self.seconds = seconds
        self.valgrind = valgrind


def run_case(case, tools):
    """The failures in words; none means passed. With update, changes the case in memory."""
    stage = tools.stages.stage(case.name, case.text())
    sandbox = Sandbox(stage.places)
    failures = []
    try:
        for number, run in enumerate(case.runs, 1):
            found = list(_run(run, stage, sandbox, tools))
            if len(case.runs) > 1:
                found = ['run %d: %s' % (number, text) for text in found]
            failures += found
    finally:
        sandbox.remove()
        stage.leave()
    return failures


def _run(run, stage, sandbox, tools):
    _prepare(run, stage, sandbox)
    try:
        result = _execute(run, sandbox, tools)
    except subprocess.TimeoutExpired as error:
        yield 'still running after %d s; stdout so far: %r' % (error.timeout, error.stdout)
        return
    if tools.update:
        _update(run, result, sandbox)
    yield from _judge_result(run, result, sandbox, tools)
    yield from _judge_traces(run, stage, sandbox)


def _prepare(run, stage, sandbox):
    for section in run.all('directory'):
        sandbox.make_directory(section)
    for section in run.all('file'):
        sandbox.make_file(section)
    if run.get('secrets'):
        sandbox.add_secrets(run.get('secrets').data_lines())
    if run.get('world'):
        stage.prepare_world(sandbox.expand(run.text('world')).split('\n'))
    stage.put_script(script.document(run, sandbox))


def _execute(run, sandbox, tools):
    program, *arguments = [sandbox.expand(word) for word in run.command()]
    language = run.text('language')
    command = [os.path.join(tools.translated if language else tools.plugins, program)] + arguments
    limit, log = LIMIT, None
    if tools.valgrind:
        log = sandbox.path('valgrind.log')
        command = [word.replace('%s', log) for word in VALGRIND] + command[:1] + _patient(arguments)
        limit *= VALGRIND_FACTOR
    target = run.text('stdout').strip()
    if target:
        redirection = '>&-' if target == 'closed' else '>' + target
        command = ['/bin/sh', '-c', 'exec "$@" ' + redirection, 'sh'] + command
    stdin = run.get('stdin')
    started = time.monotonic()
    done = subprocess.run(command, input=sandbox.content(stdin) if stdin else b'', capture_output=True,
                          env=sandbox.environment(run.get('environment'), tools.languages.get(language)),
                          cwd=sandbox.directory,
                          timeout=limit, check=False)
    seconds = time.monotonic() - started
    return Result(done.stdout, done.stderr, done.returncode, seconds, _read(log))


def _patient(arguments):
    """The arguments with deadlines that valgrind's slowness does not pass."""
    patient = ['-t%d' % (10 * PATIENCE)]
    for word in arguments:
        if patient[-1] == '-t':
            word = patient.pop() + word
        found = _TIMEOUT.fullmatch(word)
        patient.append('%s%g%s' % (found[1], float(found[2]) * PATIENCE, found[3]) if found else word)
    return patient


def _read(path):
    if not path or not os.path.exists(path):
        return ''
    with open(path, encoding='utf-8', errors='replace') as file:
        return file.read()


def _judge_result(run, result, sandbox, tools):
    expected = run.exit_code()
    if result.exit_code != expected:
        yield 'exit code %d, expected %d' % (result.exit_code, expected)
    kind = run.output_kind()
    yield from _named('output', compare.differ(kind, sandbox.expand(run.text('output')), _text(result.stdout)))
    yield from _named('stderr', compare.differ('text', sandbox.expand(run.text('stderr')), _text(result.stderr)))
    yield from invariants.broken(kind, result.stdout, result.stderr, result.exit_code, sandbox.secrets)
    low, high = run.seconds()
    if result.seconds < low or (result.seconds > high and not tools.valgrind):
        yield 'took %.2f s, expected %s' % (result.seconds, run.text('seconds').strip())
    if result.valgrind:
        yield 'valgrind: ' + result.valgrind


def _judge_traces(run, stage, sandbox):
    """What the run left behind: requests at the simulator, files in the scratch directory."""
    yield from _named('requests', requests_seen.differ(run.get('requests'), stage.seen(), sandbox))
    if run.get('asked'):
        counts = stage.counts()
        for line in run.get('asked').data_lines():
            name, expected = line.split()
            if not compare.matches(expected, str(counts.get(name))):
                yield 'asked: %s is %s, expected %s' % (name, counts.get(name), expected)
    for section in run.all('left'):
        yield from _left(section, sandbox)


def _text(output):
    return output.decode('utf-8', 'replace').rstrip('\n')


def _named(name, difference):
    if difference:
        yield '%s:\n%s' % (name, difference)


def _left(section, sandbox):
    """[left NAME [MODE]]: afterwards the file is there, with that mode and content; [left NAME absent]."""
    name, *words = section.words
    found = [path for path in sandbox.find(name) if os.path.lexists(path)]
    if 'absent' in words:
        if found:
            yield '%s is there' % name
        return
    if len(found) != 1:
        yield '%s stands for %d files, expected one' % (name, len(found))
        return
    mode = os.stat(found[0]).st_mode & 0o7777
    if words and mode != int(words[0], 8):
        yield '%s has mode %o' % (name, mode)
    if section.data_lines():
        content = _read(found[0]).rstrip('\n')
        yield from _named(name, compare.differ('text', sandbox.expand(section.text()), content))


def _update(run, result, sandbox):
    """Puts the output that came into the case, for a human to review."""
    kind, section, text = run.output_kind(), run.get('output'), _text(result.stdout)
    if not compare.differ(kind, sandbox.expand(section.text()), text):
        return
    text = compare.generalise(kind, sandbox.contract(text))
    section.lines = [escape(line) for line in text.split('\n')]
