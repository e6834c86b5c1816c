/* Answers that no provider should give, by name. */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "answer.h"
#include "shape.h"

/* Numeric ids of the faults, for offline tasks, begin here. */
enum { FAULT_FIRST_ID = 3000 };

bool fault_known(const char *name);

/* The fault's name by its number; NULL behind the last. */
const char *fault_name(size_t number);

/*
 * Spoils a good answer (taken over; NULL: the endpoint's own good answer).
 * `again` says that the fault was used here before.
 */
void fault_apply(const char *name, enum endpoint endpoint, json_t *good, bool again,
                 struct answer *a);

#endif
