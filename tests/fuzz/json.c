/* Answers: parsing and mending, and each typed reader. */
#include "net/json.h"
#include "base/utf8.h"
#include "fuzz.h"

static void read_members(const json_t *root)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)root, name, value)
	{
		struct error err = ERROR_INIT;
		json_int_t integer;
		double number;
		char buffer[32];
		const char *text = NULL;
		json_t *inner;
		if (net_json_integer(root, name, &integer, &err) == NET_MEMBER_OK)
			MUST(!json_is_boolean(value) && !json_is_null(value));
		if (net_json_number(root, name, &number, &err) == NET_MEMBER_OK)
			MUST(number - number == 0); /* finite */
		if (net_json_text(root, name, true, buffer, &text, &err) == NET_MEMBER_OK)
			MUST(utf8_valid(text, strlen(text)));
		MUST((net_json_object(root, name, &inner, &err) == NET_MEMBER_OK) ==
		     json_is_object(value));
		MUST((net_json_array(root, name, &inner, &err) == NET_MEMBER_OK) ==
		     json_is_array(value));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root;
	struct error err = ERROR_INIT;
	if (net_json_parse((const char *)data, size, &root, &err)) {
		MUST(json_is_object(root) && !error_is_set(&err));
		read_members(root);
	} else {
		MUST(!root && error_is_set(&err));
	}
	json_decref(root);
	return 0;
}
