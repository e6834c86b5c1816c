/* Standard output, and the certainty that what was to be said was said. */
#ifndef CHECK_OUTPUT_H
#define CHECK_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/*
 * Before anything else is opened: fills in for closed standard descriptors, so
 * that no file of ours becomes standard output, and ignores the signals of a write that
 * fails (SIGPIPE, SIGXFSZ).
 */
void output_prepare(void);

/* Writes all of it. False if any byte could not be written. */
bool output_write(const char *bytes, size_t n) MUST_CHECK;

/* Closes standard output. False for an error that shows only now. */
bool output_close(void) MUST_CHECK;

#endif
