/* Checking of JSON that a test gives, so that no typing error passes in silence. */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum member_type { IS_ANY, IS_TEXT, IS_NUMBER, IS_BOOL, IS_OBJECT, IS_ARRAY, IS_FAULT };

struct member {
	const char *name;
	enum member_type type;
};

/* Whether object has only these members, of these types (null is always allowed). */
bool check_members(json_t *object, const struct member *table, size_t n,
                   struct error *err) MUST_CHECK;

/* An integer member, or what stands for it. */
long check_integer(const json_t *object, const char *name, long otherwise);
double check_seconds(const json_t *object, const char *name, double otherwise);

#endif
