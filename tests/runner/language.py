"""Finds what makes a program speak a language on this machine, where anything does."""

import os
import shutil
import subprocess

# A locale of our own, since few machines have one: ASCII, and a comma where the C locale has a point. Neither may show.
CHARMAP = '<code_set_name> ANSI_X3.4-1968\n<escape_char> /\n<mb_cur_max> 1\nCHARMAP\n%s\nEND CHARMAP\n' % '\n'.join(
    '<U%04X> /x%02x' % (number, number) for number in range(128))
DEFINITION = ('LC_CTYPE\nupper <U0041>\nlower <U0061>\ntoupper (<U0061>,<U0041>)\nEND LC_CTYPE\n'
              'LC_NUMERIC\ndecimal_point "<U002C>"\nthousands_sep "<U002E>"\ngrouping 3;3\nEND LC_NUMERIC\n'
              'LC_MESSAGES\nyesexpr "<U005E>"\nnoexpr "<U005E>"\nEND LC_MESSAGES\n')


def _make_locale(language, directory):
    """Makes the locale with glibc's localedef; whether that worked is for _speaks() to see."""
    if not shutil.which('localedef'):
        return
    for name, text in (('charmap', CHARMAP), ('definition', DEFINITION)):
        with open(os.path.join(directory, name), 'w', encoding='ascii') as file:
            file.write(text)
    subprocess.run(['localedef', '-c', '--no-archive', '-f', './charmap', '-i', './definition', './' + language],
                   cwd=directory, capture_output=True, check=False)


def _help(program, environment):
    return subprocess.run([program, '--help'], env=environment, capture_output=True, check=False).stdout


def find(program, language, directory):
    """The environment in which the program speaks the language; None: there is none here. Keeps a locale in directory."""
    if not os.path.exists(program):
        return None
    _make_locale(language, directory)
    english = _help(program, {'LC_ALL': 'C'})
    for environment in ({'LOCPATH': directory, 'LC_ALL': language},
                        {'LC_ALL': 'C.UTF-8', 'LANGUAGE': language},
                        {'LC_ALL': language + '.UTF-8'},
                        {'LC_ALL': 'en_US.UTF-8', 'LANGUAGE': language}):
        if _help(program, environment) != english:
            return environment
    return None
