/* Answers to check_123pan_copy. */
int plugin_entry(int argc, char **argv);
#define main plugin_entry
#include "../../plugins/check_123pan_copy.c" /* its provider is its own */
#undef main
#include "provider.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pan_settings own = {.files = 10};
	return feed(&provider, &own, data, size);
}
