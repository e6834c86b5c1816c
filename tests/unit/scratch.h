/* A directory of a test's own, made before it and gone after it. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stddef.h>
#include <sys/types.h>

/* Fixtures: for tcase_add_checked_fixture(tc, scratch_make, scratch_remove). */
void scratch_make(void);
void scratch_remove(void);

/* The directory. */
const char *scratch_dir(void);

/* The path of a name in it; good until scratch_remove(). */
const char *scratch_path(const char *name);

/* Makes a file of that text and mode, whatever the umask; returns its path. */
const char *scratch_write(const char *name, const char *text, mode_t mode);
const char *scratch_write_bytes(const char *name, const char *bytes, size_t n,
                                mode_t mode);

/* The whole file with a NUL behind it, to be freed; NULL where there is none. */
char *scratch_read(const char *path);

/* How many files of the directory begin so. */
unsigned scratch_count(const char *prefix);

#endif
