#include "check.h"

#include <string.h>

#include "fault.h"

static bool is_type(const json_t *value, enum member_type type)
{
	switch (type) {
	case IS_ANY:
		return true;
	case IS_TEXT:
		return json_is_string(value);
	case IS_NUMBER:
		return json_is_number(value);
	case IS_BOOL:
		return json_is_boolean(value);
	case IS_OBJECT:
		return json_is_object(value);
	case IS_ARRAY:
		return json_is_array(value);
	case IS_FAULT:
		return json_is_string(value) && fault_known(json_string_value(value));
	}
	return false;
}

static const struct member *find(const struct member *table, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

bool check_members(json_t *object, const struct member *table, size_t n,
                   struct error *err)
{
	if (!json_is_object(object))
		return error_set(err, "an object is wanted");
	for (void *at = json_object_iter(object); at;
	     at = json_object_iter_next(object, at)) {
		const char *name = json_object_iter_key(at);
		const json_t *value = json_object_iter_value(at);
		const struct member *member = find(table, n, name);
		if (!member)
			return error_set(err, "%s: no such member", name);
		if (!json_is_null(value) && !is_type(value, member->type))
			return error_set(err, "%s: %s", name,
			                 member->type == IS_FAULT ? "no such fault"
			                                          : "wrong type");
	}
	return true;
}

long check_integer(const json_t *object, const char *name, long otherwise)
{
	const json_t *value = json_object_get(object, name);
	return json_is_number(value) ? (long)json_number_value(value) : otherwise;
}

double check_seconds(const json_t *object, const char *name, double otherwise)
{
	const json_t *value = json_object_get(object, name);
	return json_is_number(value) ? json_number_value(value) : otherwise;
}
