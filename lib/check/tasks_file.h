/* --tasks-file: one "ID [LABEL]" a line, "#" comments. */
#ifndef CHECK_TASKS_FILE_H
#define CHECK_TASKS_FILE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "task/task.h"

/* Adds a file's tasks; "-" is standard input. err names file and line. */
bool tasks_file_read(struct task_list *tasks, const char *path,
                     struct error *err) MUST_CHECK;

#endif
