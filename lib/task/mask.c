#include "task/mask.h"

#include <string.h>

enum { SECRET_MIN = 8, MARK = 3 };

static void mask_text(char *text, const char *secret, size_t n)
{
	for (char *at = text; at && (at = strstr(at, secret)) != NULL; at += MARK) {
		memset(at, '*', MARK);
		memmove(at + MARK, at + n, strlen(at + n) + 1);
	}
}

void mask_secret(struct task *task, const char *secret)
{
	size_t n = secret ? strlen(secret) : 0;
	if (n < SECRET_MIN)
		return;
	char *const texts[] = {task->status, task->message, task->trace, task->details,
	                       task->ended_message};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		mask_text(texts[i], secret, n);
	for (size_t i = 0; i < task->n_reasons; i++)
		mask_text(task->reasons[i], secret, n);
	for (size_t i = 0; i < task->n_files; i++)
		mask_text(task->files[i].name, secret, n);
}
