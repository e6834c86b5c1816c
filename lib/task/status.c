#include "task/status.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

bool status_got(enum net_member got, const char *where, const char *name,
                const struct error *err, struct task *task)
{
	if (got == NET_MEMBER_ABSENT)
		task_set(task, TASK_INVALID, "'%s%s' is missing", where, name);
	else if (got == NET_MEMBER_WRONG)
		task_set(task, TASK_INVALID, "%s", err->text);
	return got == NET_MEMBER_OK;
}

json_t *status_object(const json_t *root, const char *name, struct task *task)
{
	json_t *object = NULL;
	struct error err = ERROR_INIT;
	enum net_member got = net_json_object(root, name, &object, &err);
	return status_got(got, "", name, &err, task) ? object : NULL;
}

/* The value as text. Numbers only where the table is one of numbers, words only else. */
static enum net_member read_value(const json_t *object, const char *name, bool numbers,
                                  char buffer[32], const char **ret, struct error *err)
{
	json_int_t number = 0;
	if (!numbers)
		return net_json_text(object, name, false, buffer, ret, err);
	enum net_member got = net_json_integer(object, name, &number, err);
	snprintf(buffer, 32, "%" JSON_INTEGER_FORMAT, number);
	*ret = buffer;
	return got;
}

bool status_read(const json_t *object, const char *name, const char *where,
                 const struct status_row *rows, size_t n, struct task *task)
{
	char buffer[32];
	const char *value = "";
	struct error err = ERROR_INIT;
	bool numbers = rows[0].value[0] >= '0' && rows[0].value[0] <= '9';
	enum net_member got = read_value(object, name, numbers, buffer, &value, &err);
	if (!status_got(got, where, name, &err, task))
		return false;
	task_text(&task->status, value);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].value, value) == 0) {
			task_set(task, rows[i].condition, NULL);
			return true;
		}
	}
	task_set(task, TASK_INVALID, "'%s%s' is %.*s, which is no status of this API",
	         where, name, utf8_prefix(value, 60), value);
	return false;
}
