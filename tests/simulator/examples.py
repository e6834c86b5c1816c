#!/usr/bin/env python3
"""Writes examples.c from the documents' example answers; --check compares instead.

examples.py [--check] DATA_DIR OUTPUT
"""
import pathlib
import sys

EXAMPLES = [
    ("ENDPOINT_COPY", "1ketmmu1000d86isuyq33su100w1bnp6", "123pan_copy_process"),
    ("ENDPOINT_COPY_LIST", "1ketmmu1000d86isuyq33su100w1bnp6", "123pan_copy_fail"),
    ("ENDPOINT_OFFLINE", "403316", "123pan_offline_process"),
    ("ENDPOINT_KOODRIVE", "1534087020903704704", "koodrive_task"),
    ("ENDPOINT_COZE", "567456700***", "coze_copy_task"),
    ("ENDPOINT_COZE", "123e456700***", "coze_copy_task"),
]

HEAD = """/* Made by examples.py from tests/data/examples: do not edit. */
/* clang-format off */
#include "examples.h"

#include <stddef.h>
#include <string.h>

#include "base/compiler.h"

"""

TAIL = """
const char *example_find(enum endpoint endpoint, const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		if (examples[i].endpoint == endpoint && strcmp(examples[i].id, id) == 0)
			return examples[i].body;
	return NULL;
}
"""


def literal(line):
    text = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'    "{text}"'


def made(data):
    out = HEAD
    for name in sorted({name for _, _, name in EXAMPLES}):
        text = (data / f"{name}.json").read_bytes().decode("ascii")
        lines = "\n".join(literal(line) for line in text.splitlines(keepends=True))
        out += f"static const char text_{name}[] =\n{lines};\n\n"
    out += "static const struct {\n\tenum endpoint endpoint;\n\tconst char *id;\n"
    out += "\tconst char *body;\n} examples[] = {\n"
    for endpoint, task, name in EXAMPLES:
        out += f'    {{{endpoint}, "{task}", text_{name}}},\n'
    return out + "};\n" + TAIL


def main():
    arguments = sys.argv[1:]
    check = arguments[:1] == ["--check"]
    data, output = map(pathlib.Path, arguments[check:])
    text = made(data)
    if not check:
        output.write_text(text)
    elif output.read_text() != text:
        sys.exit(f"{output} is not what examples.py makes of {data}")


if __name__ == "__main__":
    main()
