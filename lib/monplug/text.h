/*
 * Text that came from elsewhere, made harmless for a plugin's output: engines
 * split at "|", end the first line at a line break, drop all that follows a
 * NUL, and take ";" in the first line for the start of a comment.
 */
#ifndef MONPLUG_TEXT_H
#define MONPLUG_TEXT_H

#include <stddef.h>

#include "base/strbuf.h"

enum mp_text_place {
	MP_TEXT_FIRST_LINE, /* "|" becomes "/", ";" becomes "," */
	MP_TEXT_LONG_LINE   /* "|" becomes "/" */
};

/*
 * Adds text with every run of line breaks, tabs, controls (C0, DEL, C1, U+2028, U+2029,
 * bidirectional overrides and zero-width marks that could hide something) as one blank
 * together with the blanks beside it, invalid UTF-8 as U+FFFD, blanks at either end
 * dropped, and at most max_chars characters (0: no limit), the last then being "…".
 * Several plain blanks inside the text stay: a file's name may hold them.
 */
void mp_text_add(struct strbuf *sb, const char *text, size_t len,
                 enum mp_text_place place, size_t max_chars);

#endif
