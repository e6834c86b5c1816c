/* Keeps a secret that a server sends back out of what is shown and kept. */
#ifndef TASK_MASK_H
#define TASK_MASK_H

#include "task/task.h"

/* Replaces every occurrence of the secret in the task's texts by "***". NULL and secrets
   of less than eight characters are left alone: they would tear words apart. */
void mask_secret(struct task *task, const char *secret);

#endif
