#include "task/mask.h"

#include <string.h>

enum { SECRET_MIN = 8, MARK = 3 };

/* How much of a secret stands at the start of text. All are asked before any is masked:
   two tokens often begin alike. */
static size_t secret_at(const char *text, const char *const secrets[], size_t n)
{
	size_t longest = 0;
	for (size_t i = 0; i < n; i++) {
		size_t len = 0;
		while (secrets[i] && secrets[i][len] && secrets[i][len] == text[len])
			len++;
		if (len > longest)
			longest = len;
	}
	return longest >= SECRET_MIN ? longest : 0;
}

static void mask_text(char *text, const char *const secrets[], size_t n)
{
	char *out = text;
	while (text && *text) {
		size_t len = secret_at(text, secrets, n);
		memmove(out, len ? "***" : text, len ? MARK : 1);
		out += len ? MARK : 1;
		text += len ? len : 1;
	}
	if (out)
		*out = '\0';
}

void mask_secrets(struct task *task, const char *const secrets[], size_t n)
{
	char *const texts[] = {task->status, task->message, task->trace, task->details,
	                       task->ended_message};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		mask_text(texts[i], secrets, n);
	for (size_t i = 0; i < task->n_reasons; i++)
		mask_text(task->reasons[i], secrets, n);
	for (size_t i = 0; i < task->n_files; i++) {
		mask_text(task->files[i].id, secrets, n);
		mask_text(task->files[i].name, secrets, n);
	}
}
