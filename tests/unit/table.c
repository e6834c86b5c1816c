#include "table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 24 };

static _Noreturn void die(const char *file, const char *why)
{
	fprintf(stderr, "test data: %s: %s (TEST_DATA names the directory)\n", file, why);
	exit(EXIT_FAILURE);
}

static void *must_have(void *memory)
{
	if (!memory)
		die("memory", strerror(ENOMEM));
	return memory;
}

static FILE *open_data(const char *file)
{
	const char *dir = getenv("TEST_DATA");
	char path[4096];
	int n =
	    snprintf(path, sizeof path, "%s/%s", dir && *dir ? dir : "tests/data", file);
	if (n < 0 || (size_t)n >= sizeof path)
		die(file, "the path is too long");
	FILE *stream = fopen(path, "rb");
	if (!stream)
		die(path, strerror(errno));
	return stream;
}

char *table_slurp(const char *file, size_t *ret_len)
{
	FILE *stream = open_data(file);
	size_t room = 4096;
	size_t len = 0;
	char *text = must_have(malloc(room));
	for (;;) {
		len += fread(text + len, 1, room - 1 - len, stream);
		if (len < room - 1)
			break;
		if (room >= FILE_MAX)
			die(file, "too large");
		room *= 2;
		text = must_have(realloc(text, room));
	}
	if (ferror(stream))
		die(file, "cannot be read");
	fclose(stream);
	text[len] = '\0';
	if (ret_len)
		*ret_len = len;
	return text;
}

static void split(struct table_row *row, char *line, const char *file)
{
	static char none[] = "";
	for (size_t i = 0; i < TABLE_COLUMNS; i++)
		row->cell[i] = none;
	row->cells = 0;
	for (char *cell = line; cell;) {
		char *tab = strchr(cell, '\t');
		if (tab)
			*tab++ = '\0';
		if (row->cells == TABLE_COLUMNS)
			die(file, "too many columns");
		row->cell[row->cells++] = cell;
		cell = tab;
	}
}

void table_load(struct table *table, const char *file)
{
	size_t room = 1;
	*table = (struct table){.text = table_slurp(file, NULL)};
	for (const char *c = table->text; *c; c++)
		room += *c == '\n';
	table->rows = must_have(calloc(room, sizeof *table->rows));
	for (char *line = table->text; line && *line;) {
		char *end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		if (*line && strncmp(line, "# ", 2) != 0)
			split(&table->rows[table->count++], line, file);
		line = end;
	}
	if (table->count == 0)
		die(file, "has no row");
}

void table_unescape(char *text)
{
	static const char codes[] = "\\trn";
	static const char meant[] = "\\\t\r\n";
	char *to = text;
	for (const char *from = text; *from; from++) {
		const char *code =
		    *from == '\\' && from[1] ? strchr(codes, from[1]) : NULL;
		if (code)
			from++;
		*to++ = code ? meant[code - codes] : *from;
	}
	*to = '\0';
}
