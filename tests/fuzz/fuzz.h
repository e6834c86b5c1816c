/* What the fuzz targets share. A target is a decoder fed with anything at all. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Like assert(), whatever NDEBUG says. */
#define MUST(condition)                                                                  \
	((condition) ? (void)0                                                           \
	             : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition),  \
	                abort()))

/* The input as a string, to be freed; what follows a NUL is lost. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	MUST(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* A file of this process that holds the input; its path, good until the next call. */
static inline const char *fuzz_file(const uint8_t *data, size_t size)
{
	static char dir[128];
	static char path[160];
	if (!dir[0]) {
		const char *parent = getenv("TMPDIR");
		snprintf(dir, sizeof dir, "%.100s/fuzz-XXXXXX", parent ? parent : "/tmp");
		MUST(mkdtemp(dir) != NULL);
	}
	snprintf(path, sizeof path, "%s/file", dir);
	FILE *file = fopen(path, "wb");
	MUST(file != NULL);
	MUST(fwrite(data, 1, size, file) == size);
	MUST(fclose(file) == 0);
	MUST(chmod(path, 0600) == 0); /* or it is not read at all */
	return path;
}

#endif
