/* The form of a history file: JSON lines behind a head that names and counts them. */
#ifndef TASK_HISTORY_FILE_H
#define TASK_HISTORY_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/compiler.h"

/* What to do with a line, of which raw are the len bytes. False: the line is no entry. */
typedef bool history_line_fn(void *ctx, json_t *line, const char *raw, size_t len);

/*
 * Hands over line by line. *ret_wrong says what is wrong with the file, NULL where all
 * went well. False (with errno) where it could not be read to its end, for want of memory
 * or by an error of the disk: no reason to give the file up.
 */
bool history_file_read(FILE *file, history_line_fn *each, void *ctx,
                       const char **ret_wrong) MUST_CHECK;

/*
 * How many lines the head tells, 0 for a file that is no history. The file stands at its
 * beginning before and after. False (with errno) where it could not be read.
 */
bool history_file_count(FILE *file, size_t *ret_n) MUST_CHECK;

/* Writes the head where the file stands. It has one length whatever n is, so that it can
   be written again when the number of lines is known. */
bool history_file_head(FILE *file, size_t n) MUST_CHECK;

#endif
