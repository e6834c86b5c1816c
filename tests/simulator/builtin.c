#include "builtin.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "fault.h"

enum { LOTS_MAX = 1000000, OFFLINE_BULK = 2000000, OFFLINE_BULK_END = 3000000 };
enum { DEMO_RUNS = 30, DEMO_FAILS = 120 }; /* seconds from the start */

#define NO_SOURCE "\"message\":\"源文件不存在\""
#define REASONS                                                                          \
	"\"reasons\":[{\"entity_id\":\"7530938808750080001\",\"entity_name\":"           \
	"\"单词学习助手\","                                                        \
	"\"entity_type\":\"bot\",\"failed_reason\":\"资源配额不足，无法完成复制\"}]"

/* A task that is not described is finished and good. */
#define COPY_RUNS      "{\"status\":1}"
#define COPY_WAITS     "{\"status\":4}"
#define KOODRIVE_FAILS "{\"status\":3,\"result_code\":\"18000205\"}"
#define COZE_RUNS      "{\"status\":\"in_progress\"}"
#define COZE_FAILS     "{\"status\":\"failed\"," REASONS "}"
#define OFFLINE_RUNS   "{\"status\":0,\"process\":42}"
#define OFFLINE_FAILS  "{\"status\":1,\"process\":0}"
#define OFFLINE_AGAIN  "{\"status\":3,\"process\":17}"

static const struct {
	enum system system;
	const char *id;
	const char *task;
} table[] = {
    {SYSTEM_COPY, "waiting", COPY_WAITS},
    {SYSTEM_COPY, "running", COPY_RUNS},
    {SYSTEM_COPY, "ended", "{}"},
    {SYSTEM_COPY, "succeeded", "{}"},
    {SYSTEM_COPY, "failed", "{\"status\":3,\"failed\":1," NO_SOURCE "}"},
    {SYSTEM_COPY, "partial", "{\"failed\":3}"},
    {SYSTEM_OFFLINE, "running", OFFLINE_RUNS},
    {SYSTEM_OFFLINE, "failed", OFFLINE_FAILS},
    {SYSTEM_OFFLINE, "succeeded", "{}"},
    {SYSTEM_OFFLINE, "ended", "{}"},
    {SYSTEM_OFFLINE, "retrying", OFFLINE_AGAIN},
    {SYSTEM_OFFLINE, "1000", OFFLINE_RUNS},
    {SYSTEM_OFFLINE, "1001", OFFLINE_FAILS},
    {SYSTEM_OFFLINE, "1002", "{}"},
    {SYSTEM_OFFLINE, "1003", OFFLINE_AGAIN},
    {SYSTEM_KOODRIVE, "waiting", "{\"status\":0}"},
    {SYSTEM_KOODRIVE, "running", "{\"status\":1}"},
    {SYSTEM_KOODRIVE, "succeeded", "{}"},
    {SYSTEM_KOODRIVE, "ended", "{}"},
    {SYSTEM_KOODRIVE, "failed", KOODRIVE_FAILS},
    {SYSTEM_COZE, "running", COZE_RUNS},
    {SYSTEM_COZE, "succeeded", "{}"},
    {SYSTEM_COZE, "ended", "{}"},
    {SYSTEM_COZE, "failed", COZE_FAILS},
    {SYSTEM_COZE, "partial", "{" REASONS "}"},
};

static json_t *parse(const char *text)
{
	return memory_need(json_loads(text, 0, NULL));
}

/* The number in "lots-12" or "2000000"; -1 if there is none, or anything behind it. */
static long number_behind(const char *id, const char *prefix)
{
	size_t len = strlen(prefix);
	if (strncmp(id, prefix, len) != 0 || id[len] < '0' || id[len] > '9')
		return -1;
	char *end;
	long n = strtol(id + len, &end, 10);
	return *end ? -1 : n;
}

static json_t *find_fault(enum system system, const char *id)
{
	const char *member = "fault";
	const char *name = NULL;
	long number = number_behind(id, "");
	if (strncmp(id, "fault-", 6) == 0) {
		name = id + 6;
	} else if (strncmp(id, "listfault-", 10) == 0 && system == SYSTEM_COPY) {
		name = id + 10;
		member = "list_fault";
	} else if (system == SYSTEM_OFFLINE && number >= FAULT_FIRST_ID) {
		name = fault_name((size_t)(number - FAULT_FIRST_ID));
	}
	return name && fault_known(name) ? json_pack("{s:s}", member, name) : NULL;
}

static json_t *find_numbered(enum system system, const char *id)
{
	if (number_behind(id, "bulk-") >= 0)
		return json_object();
	long lots = number_behind(id, "lots-");
	if (system == SYSTEM_COPY && lots >= 0 && lots <= LOTS_MAX)
		return json_pack("{s:I}", "failed", (json_int_t)lots);
	long number = number_behind(id, "");
	if (system == SYSTEM_OFFLINE && number >= OFFLINE_BULK &&
	    number < OFFLINE_BULK_END)
		return json_object();
	return NULL;
}

static double demo_started = -1;

void builtin_start_demo(void)
{
	demo_started = clock_steady();
}

/* Waiting, running, failed. */
static const char *const demo[SYSTEM_COUNT][3] = {
    [SYSTEM_COPY] = {COPY_WAITS, COPY_RUNS, "{\"status\":3,\"failed\":3," NO_SOURCE "}"},
    [SYSTEM_OFFLINE] = {"{\"status\":0,\"process\":0}", OFFLINE_RUNS, OFFLINE_FAILS},
    [SYSTEM_KOODRIVE] = {"{\"status\":0}", "{\"status\":1}", KOODRIVE_FAILS},
    [SYSTEM_COZE] = {COZE_RUNS, COZE_RUNS, COZE_FAILS},
};

static json_t *find_demo(enum system system, const char *id)
{
	if (demo_started < 0 ||
	    strcmp(id, system == SYSTEM_OFFLINE ? "9000" : "demo") != 0)
		return NULL;
	double age = clock_steady() - demo_started;
	json_t *task = parse(demo[system][(age >= DEMO_RUNS) + (age >= DEMO_FAILS)]);
	if (system == SYSTEM_OFFLINE && age < DEMO_FAILS)
		json_object_set_new(task, "process",
		                    json_integer((int)(age * 100 / DEMO_FAILS)));
	return task;
}

json_t *builtin_take(enum system system, const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].system == system && strcmp(table[i].id, id) == 0)
			return parse(table[i].task);
	json_t *task = find_demo(system, id);
	if (!task)
		task = find_numbered(system, id);
	return task ? task : find_fault(system, id);
}
