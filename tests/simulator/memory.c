#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *memory_need(void *given)
{
	if (given)
		return given;
	fputs("cloudsim: out of memory\n", stderr);
	abort();
}

void *memory_new(size_t size)
{
	return memory_need(calloc(1, size));
}

char *memory_slice(const char *text, size_t len)
{
	char *copy = memory_new(len + 1);
	if (len > 0)
		memcpy(copy, text, len);
	return copy;
}

char *memory_text(const char *text)
{
	return memory_slice(text, strlen(text));
}

void bytes_set(struct bytes *to, const char *data, size_t len)
{
	char *copy = memory_slice(data, len); /* first: data may be of `to` */
	free(to->data);
	to->data = copy;
	to->len = len;
}

void bytes_clear(struct bytes *of)
{
	free(of->data);
	*of = (struct bytes){0};
}
