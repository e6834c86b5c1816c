/* --tasks-file: one "ID [LABEL]" a line; one that begins with "#" is a comment. */
#ifndef CHECK_TASKS_FILE_H
#define CHECK_TASKS_FILE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "task/task.h"

/*
 * Adds a file's tasks; "-" is standard input. What comes slowly is waited for until the
 * deadline, a time of clock_steady(). err names file and line.
 */
bool tasks_file_read(struct task_list *tasks, const char *path, double deadline,
                     struct error *err) MUST_CHECK;

#endif
