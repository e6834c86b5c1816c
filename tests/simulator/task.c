#include "task.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "builtin.h"
#include "check.h"
#include "examples.h"

static const struct member members[] = {
    {"system", IS_TEXT}, {"status", IS_ANY},       {"message", IS_TEXT},
    {"process", IS_ANY}, {"failed", IS_NUMBER},    {"result_code", IS_ANY},
    {"name", IS_TEXT},   {"reasons", IS_ARRAY},    {"delay", IS_NUMBER},
    {"fault", IS_FAULT}, {"list_fault", IS_FAULT},
};

static const char *const systems[SYSTEM_COUNT] = {
    [SYSTEM_COPY] = "copy",
    [SYSTEM_OFFLINE] = "offline",
    [SYSTEM_KOODRIVE] = "koodrive",
    [SYSTEM_COZE] = "coze",
};

enum { TASKS_MAX = 100000 };

static char *key_take(enum system system, const char *id)
{
	struct strbuf key;
	strbuf_init(&key, 4096);
	strbuf_addf(&key, "%s/%s", systems[system], id);
	return memory_need(strbuf_take(&key));
}

json_t *task_find(const struct world *w, enum system system, const char *id)
{
	if (strlen(id) > 1000)
		return NULL;
	char *key = key_take(system, id);
	json_t *task = json_object_get(w->tasks, key);
	free(key);
	if (task)
		return json_is_null(task) ? NULL : json_incref(task);
	return builtin_take(system, id);
}

const char *task_example(const struct call *c, enum system system, const char *id)
{
	const char *body = example_find(c->endpoint, id);
	if (!body)
		return NULL;
	char *key = key_take(system, id);
	bool is_set = json_object_get(c->world->tasks, key) != NULL;
	free(key);
	return is_set ? NULL : body;
}

bool task_set(struct world *w, const char *id, json_t *task, struct error *err)
{
	if (!check_members(task, members, ARRAY_LEN(members), err))
		return false;
	if (strlen(id) == 0 || strlen(id) > 1000 ||
	    json_object_size(w->tasks) >= TASKS_MAX)
		return error_set(err, "an id has 1 to 1000 bytes, a world %d tasks",
		                 TASKS_MAX);
	for (int i = 0; i < SYSTEM_COUNT; i++) {
		if (strcmp(task_text(task, "system", ""), systems[i]) != 0)
			continue;
		char *key = key_take((enum system)i, id);
		bool ok = json_object_set(w->tasks, key, task) == 0;
		free(key);
		return ok || error_set(err, "the id is not UTF-8");
	}
	return error_set(err, "system: copy, offline, koodrive or coze is wanted");
}

void task_remove(struct world *w, const char *id)
{
	for (int i = 0; i < SYSTEM_COUNT && strlen(id) <= 1000; i++) {
		char *key = key_take((enum system)i, id);
		json_object_set_new(w->tasks, key, json_null());
		free(key);
	}
}

json_t *task_status(const json_t *task, json_t *good)
{
	json_t *status = json_object_get(task, "status");
	if (!status)
		return good;
	json_decref(good);
	return json_incref(status);
}

const char *task_text(const json_t *task, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(task, name));
	return text ? text : otherwise;
}
