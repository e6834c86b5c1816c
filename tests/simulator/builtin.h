/* Tasks that every world has without being told. */
#ifndef SIM_BUILTIN_H
#define SIM_BUILTIN_H

#include "task.h"

/* The task's description; NULL if the id is none of them. The caller decrefs. */
json_t *builtin_take(enum system system, const char *id);

/* Begins the demo task's two minutes. */
void builtin_start_demo(void);

#endif
