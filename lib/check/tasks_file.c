#include "check/tasks_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 1024 };
static const char BOM[] = "\xEF\xBB\xBF";

/* Drops blanks and the line's end behind the text, and returns its first visible
 * character. */
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

static bool read_lines(struct task_list *tasks, FILE *file, const char *path,
                       struct error *err)
{
	char *line = NULL;
	size_t room = 0;
	bool good = true;
	ssize_t n;
	for (unsigned number = 1; good && (n = getline(&line, &room, file)) >= 0;
	     number++) {
		if (n > LINE_BYTES)
			good = error_set(err, "'%s', line %u is longer than %d bytes",
			                 path, number, LINE_BYTES);
		else if (strlen(line) != (size_t)n)
			/* It would hide the rest of its line: a task that is never asked
			 * about. */
			good = error_set(err, "'%s', line %u holds a NUL byte", path,
			                 number);
		else
			good = read_line(tasks, line, path, number, err);
	}
	if (good && ferror(file))
		good = error_set(err, "cannot read '%s': %s", path, strerror(errno));
	free(line);
	return good;
}

bool tasks_file_read(struct task_list *tasks, const char *path, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "r");
	if (!file)
		return error_set(err, "cannot open '%s': %s", path, strerror(errno));
	bool good = read_lines(tasks, file, is_stdin ? "standard input" : path, err);
	if (!is_stdin)
		(void)fclose(file);
	return good;
}
