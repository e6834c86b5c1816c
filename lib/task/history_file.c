#include "task/history_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "net/json_text.h"
#include "task/history_entry.h"

#define FORMAT "cloud-task-plugins history"
enum { FORMAT_VERSION = 1 };

#define HEAD_FORMAT "{\"format\":\"" FORMAT "\",\"version\":%d,\"tasks\":%10zu}\n"

struct reader {
	FILE *file;
	char *text; /* the line */
	size_t room;
	bool failed; /* not by the file's fault */
};

/* The next line as JSON; NULL where it is none, or there is none. */
static json_t *next_line(struct reader *reader, size_t *ret_len)
{
	ssize_t len = getline(&reader->text, &reader->room, reader->file);
	bool no_memory;
	*ret_len = len > 0 ? (size_t)len : 0;
	if (len <= 0) {
		reader->failed = !feof(reader->file);
		return NULL;
	}
	if (*ret_len > HISTORY_LINE_MAX || reader->text[*ret_len - 1] != '\n')
		return NULL;
	json_t *line = json_text_parse(reader->text, *ret_len, 0, NULL, &no_memory);
	if (no_memory) {
		errno = ENOMEM;
		reader->failed = true;
	}
	return line;
}

static const char *read_head(struct reader *reader, size_t *ret_n)
{
	size_t len;
	json_t *head = next_line(reader, &len);
	const char *format = json_string_value(json_object_get(head, "format"));
	json_int_t version = json_integer_value(json_object_get(head, "version"));
	const json_t *n = json_object_get(head, "tasks");
	bool good = format && strcmp(format, FORMAT) == 0 && version == FORMAT_VERSION &&
	            json_is_integer(n) && json_integer_value(n) >= 0;
	if (good)
		*ret_n = (size_t)json_integer_value(n);
	json_decref(head);
	return good ? NULL : N_("its head is not that of a history");
}

static const char *read_line(struct reader *reader, history_line_fn *each, void *ctx)
{
	size_t len;
	json_t *line = next_line(reader, &len);
	bool whole = len > 0 && reader->text[len - 1] == '\n';
	bool good = json_is_object(line) && each(ctx, line, reader->text, len);
	json_decref(line);
	if (good)
		return NULL;
	return whole ? N_("a line is no entry") : N_("it is cut short");
}

bool history_file_count(FILE *file, size_t *ret_n)
{
	struct reader reader = {.file = file};
	*ret_n = 0;
	(void)read_head(&reader, ret_n);
	free(reader.text);
	return !reader.failed && fseek(file, 0, SEEK_SET) == 0;
}

bool history_file_read(FILE *file, history_line_fn *each, void *ctx,
                       const char **ret_wrong)
{
	struct reader reader = {.file = file};
	size_t n = 0;
	const char *wrong = read_head(&reader, &n);
	for (size_t i = 0; !wrong && i < n; i++)
		wrong = read_line(&reader, each, ctx);
	if (!wrong && getc(file) != EOF)
		wrong = N_("it is longer than its head says");
	reader.failed = reader.failed || ferror(file);
	free(reader.text);
	*ret_wrong = wrong;
	return !reader.failed;
}

bool history_file_head(FILE *file, size_t n)
{
	return fprintf(file, HEAD_FORMAT, FORMAT_VERSION, n) > 0;
}
