/* Bytes of a file or of standard input, read until a deadline. */
#ifndef BASE_INPUT_H
#define BASE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/*
 * A pipe, FIFO or terminal whose writer sends nothing must not hold a check for longer
 * than its deadline. A file on disk is read whatever the time.
 */
struct input {
	int fd;
	bool waits; /* it is no file on disk */
	double deadline;
	int failure; /* errno of what went wrong, ETIMEDOUT for the deadline; or 0 */
	size_t at;
	size_t n;
	unsigned char bytes[4096];
};

/*
 * Opens a file, "-" being standard input; deadline is a time of clock_steady(). False
 * if that failed; input_why() says why.
 */
bool input_open(struct input *input, const char *path, double deadline) MUST_CHECK;
/* The next byte, EOF (stdio.h) at the end or where reading failed. */
int input_byte(struct input *input);
/* Whether something went wrong, so that EOF is not the end. */
bool input_failed(const struct input *input);
/* In words; lent, good until the next call. */
const char *input_why(const struct input *input);
void input_close(struct input *input);

#endif
