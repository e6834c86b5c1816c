/* A file that says it is a history: it may remember, it may not invent. */
#include "task/history.h"
#include "base/clock.h"
#include "fuzz.h"

static const struct provider provider = {.plugin = "check_stub"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char digest[] = "digest";
	struct history history = {.provider = &provider, .digest = digest};
	struct task_list tasks = {NULL, 0, 0};
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	history.path = strdup(fuzz_file(data, size));
	MUST(history.path && task_list_add(&tasks, "a", '=', &err));
	history_recall(&history, &tasks);
	struct task *task = &tasks.items[0];
	MUST(task->remembered == task_is_finished(task->condition));
	if (!task->remembered)
		task_set(task, TASK_RUNNING, NULL);
	MUST(history_update(&history, &tasks, 1800000000, true, clock_steady() + 60,
	                    &notice, &err));
	MUST(task->remembered || task->age >= 0);
	MUST(task->remembered || (task->stalled >= 0 && task->stalled <= task->age));
	/* What was written is read again, without a word. */
	struct error second = ERROR_INIT;
	MUST(history_update(&history, &tasks, 1800000060, true, clock_steady() + 60,
	                    &second, &err));
	MUST(!error_is_set(&second));
	MUST(task->remembered || task->age >= 60);
	task_list_clear(&tasks);
	history_clear(&history);
	return 0;
}
