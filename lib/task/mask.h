/* Keeps secrets that a server sends back out of what is shown and kept. */
#ifndef TASK_MASK_H
#define TASK_MASK_H

#include "task/task.h"

/*
 * Replaces every occurrence of the secrets in the task's texts by "***", also where only
 * the beginning is there, since a text may have been cut in the middle of it. NULLs, and
 * beginnings and secrets of less than eight characters, are left alone: they would tear
 * words apart.
 */
void mask_secrets(struct task *task, const char *const secrets[], size_t n);

#endif
