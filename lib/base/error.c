#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"

bool error_set(struct error *err, const char *format, ...)
{
	if (!err || err->text[0])
		return false;
	va_list args;
	va_start(args, format);
	int n = vsnprintf(err->text, sizeof err->text, _(format), args);
	va_end(args);
	if (n < 0 || !err->text[0]) /* an empty text would look like no error */
		memcpy(err->text, "unknown error", sizeof "unknown error");
	else if ((size_t)n >= sizeof err->text)
		err->text[utf8_cut(err->text, strlen(err->text))] = '\0';
	return false;
}

void error_clear(struct error *err)
{
	if (err)
		err->text[0] = '\0';
}

bool error_is_set(const struct error *err)
{
	return err && err->text[0];
}
