#include "check/tasks_file.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/input.h"

enum { LINE_BYTES = 1024 };
static const char BOM[] = "\xEF\xBB\xBF";

/* Drops blanks and the line's end behind the text; returns its first visible one. */
static char *trim(char *line)
{
	size_t n = strlen(line);
	while (n > 0 && strchr(" \t\r\n", line[n - 1]))
		line[--n] = '\0';
	return line + strspn(line, " \t");
}

static bool read_line(struct task_list *tasks, char *line, const char *path,
                      unsigned number, struct error *err)
{
	struct error why = ERROR_INIT;
	if (number == 1 && strncmp(line, BOM, sizeof BOM - 1) == 0)
		line += sizeof BOM - 1;
	char *text = trim(line);
	if (!*text || *text == '#')
		return true;
	if (task_list_add(tasks, text, ' ', &why))
		return true;
	return error_set(err, "'%s', line %u: %s", path, number, why.text);
}

enum line_end { LINE_GOOD, LINE_LAST, LINE_TOO_LONG, LINE_HAS_NUL };

/* The next line into a buffer of LINE_BYTES + 1, whatever bytes it holds. */
static enum line_end next_line(struct input *file, char *line)
{
	enum line_end end = LINE_GOOD;
	size_t n = 0;
	int c;
	while ((c = input_byte(file)) != EOF && c != '\n') {
		if (c == '\0')
			end = LINE_HAS_NUL;
		if (n == LINE_BYTES)
			return LINE_TOO_LONG;
		line[n++] = (char)c;
	}
	line[n] = '\0';
	return end == LINE_GOOD && c == EOF ? LINE_LAST : end;
}

static bool read_lines(struct task_list *tasks, struct input *file, const char *path,
                       struct error *err)
{
	char line[LINE_BYTES + 1];
	enum line_end end;
	unsigned number = 1;
	do {
		end = next_line(file, line);
		if (end == LINE_TOO_LONG)
			return error_set(err, "'%s', line %u is longer than %d bytes",
			                 path, number, LINE_BYTES);
		/* A NUL would hide the rest of its line: a task that goes unasked. */
		if (end == LINE_HAS_NUL)
			return error_set(err, "'%s', line %u holds a NUL byte", path,
			                 number);
		if (input_failed(file))
			return error_set(err, "cannot read '%s': %s", path,
			                 input_why(file));
		if (!read_line(tasks, line, path, number++, err))
			return false;
	} while (end != LINE_LAST);
	return true;
}

bool tasks_file_read(struct task_list *tasks, const char *path, double deadline,
                     struct error *err)
{
	struct input file;
	const char *name = strcmp(path, "-") == 0 ? _("standard input") : path;
	if (!input_open(&file, path, deadline))
		return error_set(err, "cannot open '%s': %s", name, input_why(&file));
	bool good = read_lines(tasks, &file, name, err);
	input_close(&file);
	return good;
}
