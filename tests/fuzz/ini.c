/* --extra-opts files: words that getopt can take, or an error. */
#include <math.h>

#include "fuzz.h"
#include "monplug/ini_section.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf words;
	struct error err = ERROR_INIT;
	struct input stream;
	MUST(input_open(&stream, fuzz_file(data, size), HUGE_VAL));
	strbuf_init(&words, 1 << 20);
	if (mp_ini_section_read(&stream, "file", "a", &words, &err)) {
		for (size_t at = 0; at < words.len; at += strlen(words.data + at) + 1) {
			MUST(words.data[at] == '-');
			MUST(strpbrk(words.data + at, "\n\r") == NULL);
		}
	} else {
		MUST(error_is_set(&err));
	}
	strbuf_clear(&words);
	input_close(&stream);
	return 0;
}
