/*
 * strdup and strndup of the C library call its own malloc, past alloc.c: with
 * -Wl,--wrap=strdup,--wrap=strndup ours are taken, and memory can run out in them, too.
 */
#include <stdlib.h>
#include <string.h>

char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t n);

char *__wrap_strndup(const char *text, size_t n)
{
	const char *end = memchr(text, '\0', n);
	size_t len = end ? (size_t)(end - text) : n;
	char *copy = malloc(len + 1);
	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *__wrap_strdup(const char *text)
{
	return __wrap_strndup(text, strlen(text));
}
