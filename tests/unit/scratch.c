#include "scratch.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATHS = 64, PATH_BYTES = 512 };

static char dir[PATH_BYTES / 2];
static char paths[PATHS][PATH_BYTES]; /* used in turn */
static unsigned turn;

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void must(bool good, const char *what)
{
	if (!good)
		die(what);
}

void scratch_make(void)
{
	const char *parent = getenv("TMPDIR");
	snprintf(dir, sizeof dir, "%s/unit-XXXXXX", parent && *parent ? parent : "/tmp");
	must(mkdtemp(dir) != NULL, dir);
}

static void empty(const char *path)
{
	char name[2 * PATH_BYTES];
	DIR *stream = opendir(path);
	if (!stream)
		die(path);
	for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream)) {
		struct stat st;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (lstat(name, &st) == 0 && S_ISDIR(st.st_mode)) {
			(void)chmod(name, 0700);
			empty(name);
			must(rmdir(name) == 0, name);
		} else {
			must(unlink(name) == 0, name);
		}
	}
	closedir(stream);
}

void scratch_remove(void)
{
	(void)chmod(dir, 0700);
	empty(dir);
	must(rmdir(dir) == 0, dir);
}

const char *scratch_dir(void)
{
	return dir;
}

const char *scratch_path(const char *name)
{
	char *path = paths[turn++ % PATHS];
	snprintf(path, PATH_BYTES, "%s/%s", dir, name);
	return path;
}

const char *scratch_write_bytes(const char *name, const char *bytes, size_t n,
                                mode_t mode)
{
	const char *path = scratch_path(name);
	FILE *file = fopen(path, "wb");
	if (!file)
		die(path);
	must(fwrite(bytes, 1, n, file) == n, path);
	must(fclose(file) == 0, path);
	must(chmod(path, mode) == 0, path);
	return path;
}

const char *scratch_write(const char *name, const char *text, mode_t mode)
{
	return scratch_write_bytes(name, text, strlen(text), mode);
}

char *scratch_read(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	must(fseek(file, 0, SEEK_END) == 0, path);
	size_t n = (size_t)ftell(file);
	rewind(file);
	char *text = malloc(n + 1);
	if (!text)
		die(path);
	must(fread(text, 1, n, file) == n, path);
	text[n] = '\0';
	fclose(file);
	return text;
}

unsigned scratch_count(const char *prefix)
{
	unsigned n = 0;
	DIR *stream = opendir(dir);
	if (!stream)
		die(dir);
	for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream))
		n += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	closedir(stream);
	return n;
}
