/* Text for a plugin's output: valid, harmless, no longer than told. */
#include "monplug/text.h"
#include "base/utf8.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t most = size ? data[0] % 16 : 0;
	for (int place = MP_TEXT_FIRST_LINE; place <= MP_TEXT_LONG_LINE; place++) {
		struct strbuf out;
		strbuf_init(&out, 4 * size + 16);
		mp_text_add(&out, (const char *)data, size, (enum mp_text_place)place,
		            most);
		const char *text = strbuf_text(&out);
		MUST(strbuf_ok(&out));
		MUST(utf8_valid(text, out.len) && strlen(text) == out.len);
		MUST(!strchr(text, '|') && !strpbrk(text, "\n\r\t\x1B\x7F"));
		MUST(place != MP_TEXT_FIRST_LINE || !strchr(text, ';'));
		size_t characters = 0;
		for (size_t i = 0; i < out.len; i++)
			characters += ((unsigned char)text[i] & 0xC0) != 0x80;
		MUST(most == 0 || characters <= most);
		strbuf_clear(&out);
	}
	return 0;
}
