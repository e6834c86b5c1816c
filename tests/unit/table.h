/* Tables of test data: tab-separated files of the tests' data directory. */
#ifndef TESTS_TABLE_H
#define TESTS_TABLE_H

#include <stddef.h>

enum { TABLE_COLUMNS = 16 };

struct table_row {
	char *cell[TABLE_COLUMNS]; /* "" where the row has no such column */
	size_t cells;
};

struct table {
	struct table_row *rows;
	size_t count;
	char *text; /* what the cells point into */
};

/*
 * Reads FILE of the directory in TEST_DATA, or of tests/data. Empty lines and
 * those that begin with "# " are left out. Ends the program, with a message,
 * if the file cannot be read or has no row: a loop over nothing tests nothing.
 */
void table_load(struct table *table, const char *file);

/* Whole files, for data that is no table; the text goes to free(). */
char *table_slurp(const char *file, size_t *ret_len);

/* Turns \\ \t \r \n into what they stand for, in place. */
void table_unescape(char *text);

#endif
