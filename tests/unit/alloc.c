#include "alloc.h"

#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static bool limited;
static unsigned long left;
static unsigned long refused;

void alloc_fail_after(unsigned long count)
{
	limited = true;
	left = count;
	refused = 0;
}

unsigned long alloc_restore(void)
{
	limited = false;
	return refused;
}

static bool granted(void)
{
	if (!limited)
		return true;
	if (left == 0) {
		refused++;
		return false;
	}
	left--;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return granted() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return granted() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *memory, size_t size)
{
	return granted() ? __real_realloc(memory, size) : NULL;
}
