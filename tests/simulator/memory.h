/* Memory for a test program: whoever asks gets it, or the program ends. */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

/* Some bytes with a NUL behind them that len does not count. */
struct bytes {
	char *data; /* NULL while empty */
	size_t len;
};

void *memory_new(size_t size);
char *memory_text(const char *text);
char *memory_slice(const char *text, size_t len);

/* Ends the program, since what was given is NULL for lack of memory. */
void *memory_need(void *given);

void bytes_set(struct bytes *to, const char *data, size_t len);
void bytes_clear(struct bytes *of);

#endif
