/* Answers to check_coze_copy. */
int plugin_entry(int argc, char **argv);
#define main plugin_entry
#include "../../plugins/check_coze_copy.c" /* its provider is its own */
#undef main
#include "provider.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct coze_settings own = {0};
	return feed(&provider, &own, data, size);
}
