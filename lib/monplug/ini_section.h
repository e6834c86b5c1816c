/*
 * The options of one section of an ini file, as words of a command line.
 *
 * Lines are read by inih, behind a reader that keeps its builds from harming
 * them. As distributed it takes 199 bytes of a line (55, in Debian 12, then reads
 * the rest as a line of its own), keeps 49 of a section's name, takes " ;" inside
 * a value for a comment, and an indented line for more of the value above. Debian
 * makes all that variables of the library, others fix it when they build it; so
 * nothing here depends on either.
 */
#ifndef MONPLUG_INI_SECTION_H
#define MONPLUG_INI_SECTION_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/input.h"
#include "base/strbuf.h"

/*
 * Adds "--key=value", "-kvalue" or "--key" for each option of all sections of
 * that name, each word with its NUL; where the section is missing or empty,
 * nothing. The format:
 *
 * - "[SECTION]", blanks beside the name do not count; nothing but a comment follows "]"
 * - "key = value" or "key: value", one a line, blanks at the line's ends and
 *   beside the separator do not count; "key =" has no value
 * - lines that begin with "#" or ";" are comments; nowhere else do these
 *   characters mean anything, and quotes never do: a value is taken as written
 * - UTF-8 byte order mark and CR LF are fine; other control characters are not
 *
 * An option before the first section, a line that is none of these, one of
 * more than 65,536 bytes, a key of more than 90 (counting the blanks behind it)
 * or a file of more than 100,000 lines is an error, in whichever section; file is
 * its name for that. The key "extra-opts" is refused, since a file does not lead
 * to another.
 */
bool mp_ini_section_read(struct input *stream, const char *file, const char *section,
                         struct strbuf *words, struct error *err) MUST_CHECK;

#endif
