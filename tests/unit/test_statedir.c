#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "scratch.h"
#include "suites.h"
#include "task/statedir.h"

static const double PLENTY = 60;

/* Writes a file as the plugins do. */
static bool replace(const char *path, const char *text, struct error *err)
{
	struct statedir_write write;
	if (!statedir_begin(path, 0, &write, err))
		return false;
	fputs(text, write.file);
	return statedir_commit(&write, err);
}

static void check_content(const char *path, const char *expected)
{
	char *text = scratch_read(path);
	if (expected)
		ck_assert_str_eq(text, expected);
	else
		ck_assert_ptr_null(text);
	free(text);
}

/* ----------------------------------------------------------------------- names */

START_TEST(names_are_of_letters_alone)
{
	static const char *const parts[] = {"../../etc/passwd", "https://h/?a=b",
	                                    "a\nb\xFF", NULL};
	char *path;
	struct error err = ERROR_INIT;
	ck_assert(statedir_path("/state", "history", parts, &path, &err));
	ck_assert_int_eq(strncmp(path, "/state/history-", 15), 0);
	ck_assert_uint_eq(strspn(path + 15, "0123456789abcdef"), 16);
	ck_assert_str_eq(path + 31, ".json");
	free(path);
}
END_TEST

/* "ab" "c" is not "a" "bc". */
START_TEST(parts_are_kept_apart)
{
	static const char *const all[][4] = {{"ab", "c", NULL},
	                                     {"a", "bc", NULL},
	                                     {"abc", NULL},
	                                     {"ab", "c", "", NULL},
	                                     {"", "ab", "c", NULL}};
	char *paths[ARRAY_LEN(all)];
	struct error err = ERROR_INIT;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		ck_assert(statedir_path("d", "k", all[i], &paths[i], &err));
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(paths[i], paths[j]);
	}
	char *again;
	ck_assert(statedir_path("d", "k", all[0], &again, &err));
	ck_assert_str_eq(again, paths[0]);
	free(again);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		free(paths[i]);
}
END_TEST

START_TEST(a_long_directory_is_refused)
{
	static const char *const parts[] = {"a", NULL};
	static char dir[8000];
	char *path;
	struct error err = ERROR_INIT;
	memset(dir, 'd', sizeof dir - 1);
	ck_assert(!statedir_path(dir, "k", parts, &path, &err));
	ck_assert(error_is_set(&err));
}
END_TEST

/* ------------------------------------------------------------------ the directory */

static const struct {
	mode_t mode;
	bool good;
} modes[] = {{0700, true},  {0750, true},  {0755, true},  {0770, true},
             {0777, false}, {0702, false}, {01777, false}};

START_TEST(who_may_write_to_it)
{
	struct error err = ERROR_INIT;
	const char *dir = scratch_path("state");
	ck_assert_int_eq(mkdir(dir, 0700), 0);
	ck_assert_int_eq(chmod(dir, modes[_i].mode), 0);
	ck_assert_msg(statedir_check(dir, &err) == modes[_i].good, "%04o: %s",
	              (unsigned)modes[_i].mode, err.text);
	ck_assert(error_is_set(&err) == !modes[_i].good);
}
END_TEST

START_TEST(what_is_no_directory)
{
	struct error err = ERROR_INIT;
	ck_assert(!statedir_check(scratch_path("none"), &err));
	ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
	error_clear(&err);
	ck_assert(!statedir_check(scratch_write("file", "", 0600), &err));
	ck_assert_ptr_nonnull(strstr(err.text, "not a directory"));
}
END_TEST

/* ------------------------------------------------------------------------ reading */

START_TEST(no_file_is_no_error)
{
	FILE *file = stdin;
	const char *wrong = "x";
	struct error err = ERROR_INIT;
	ck_assert(statedir_read(scratch_path("none"), &file, &wrong, &err));
	ck_assert_ptr_null(file);
	ck_assert_ptr_null(wrong);
}
END_TEST

START_TEST(modes_of_others_are_refused)
{
	static const mode_t refused[] = {0644, 0604, 0620, 0602, 0660, 0666};
	static const mode_t fine[] = {0600, 0400, 0640};
	FILE *file;
	const char *wrong;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct error err = ERROR_INIT;
		const char *path = scratch_write("file", "x", refused[i]);
		ck_assert_msg(!statedir_read(path, &file, &wrong, &err), "%04o",
		              (unsigned)refused[i]);
		ck_assert_ptr_null(file);
		ck_assert_ptr_nonnull(strstr(err.text, "other users"));
	}
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		struct error err = ERROR_INIT;
		const char *path = scratch_write("file", "x", fine[i]);
		ck_assert_msg(statedir_read(path, &file, &wrong, &err), "%s", err.text);
		ck_assert_ptr_nonnull(file);
		fclose(file);
	}
}
END_TEST

START_TEST(links_and_fifos_are_refused)
{
	FILE *file;
	const char *wrong;
	struct error err = ERROR_INIT;
	const char *link = scratch_path("link");
	const char *fifo = scratch_path("fifo");
	ck_assert_int_eq(symlink(scratch_write("file", "x", 0600), link), 0);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert(!statedir_read(link, &file, &wrong, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "symbolic link"));
	error_clear(&err);
	ck_assert(!statedir_read(fifo, &file, &wrong, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "not a regular file"));
	error_clear(&err);
	ck_assert(!statedir_read(scratch_dir(), &file, &wrong, &err));
}
END_TEST

START_TEST(a_huge_file_is_of_no_use)
{
	FILE *file;
	const char *wrong;
	struct error err = ERROR_INIT;
	const char *path = scratch_write("huge", "", 0600);
	ck_assert_int_eq(truncate(path, STATEDIR_FILE_MAX), 0); /* a hole, no bytes */
	ck_assert(statedir_read(path, &file, &wrong, &err));
	ck_assert_ptr_nonnull(file);
	fclose(file);
	ck_assert_int_eq(truncate(path, STATEDIR_FILE_MAX + 1), 0);
	ck_assert(statedir_read(path, &file, &wrong, &err));
	ck_assert_ptr_null(file);
	ck_assert_ptr_nonnull(wrong);
}
END_TEST

/* Only root can make a file that belongs to another. */
START_TEST(anothers_file_is_refused)
{
	if (geteuid() != 0)
		return; /* cannot be shown without root */
	const char *path = scratch_write("file", "x", 0600);
	int status;
	ck_assert_int_eq(chmod(scratch_dir(), 0755), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		FILE *file;
		const char *wrong;
		struct error err = ERROR_INIT;
		if (chmod(path, 0640) != 0 || chown(path, 1, 12345) != 0 ||
		    setgid(12345) != 0 || setuid(12345) != 0)
			_exit(2);
		bool refused = !statedir_read(path, &file, &wrong, &err) &&
		               strstr(err.text, "another user");
		_exit(refused ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* ------------------------------------------------------------------------ writing */

START_TEST(a_file_is_replaced_whole)
{
	struct error err = ERROR_INIT;
	struct statedir_write write;
	struct stat st;
	const char *path = scratch_path("file");
	ck_assert_msg(replace(path, "one\n", &err), "%s", err.text);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	FILE *reader = fopen(path, "r");
	ck_assert(statedir_begin(path, 0, &write, &err));
	fputs("two", write.file);
	fflush(write.file);
	check_content(path, "one\n"); /* until it is committed */
	ck_assert(statedir_commit(&write, &err));
	check_content(path, "two");
	char line[16] = "";
	ck_assert_ptr_nonnull(fgets(line, sizeof line, reader)); /* who reads, reads on */
	ck_assert_str_eq(line, "one\n");
	fclose(reader);
	ck_assert_uint_eq(scratch_count("file"), 1);
}
END_TEST

START_TEST(what_is_abandoned_leaves_nothing)
{
	struct error err = ERROR_INIT;
	struct statedir_write write;
	const char *path = scratch_path("file");
	ck_assert(replace(path, "old", &err));
	ck_assert(statedir_begin(path, 8192, &write, &err));
	fputs("new", write.file);
	statedir_abandon(&write);
	statedir_abandon(&write); /* twice does no harm */
	check_content(path, "old");
	ck_assert_uint_eq(scratch_count("file"), 1);
}
END_TEST

/* What was reserved and is not needed is given back. */
START_TEST(a_reserve_is_no_content)
{
	struct error err = ERROR_INIT;
	struct statedir_write write;
	struct stat st;
	const char *path = scratch_path("file");
	ck_assert(statedir_begin(path, 8192, &write, &err));
	fputs("short", write.file);
	ck_assert(statedir_commit(&write, &err));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, 5);
	check_content(path, "short");
}
END_TEST

/* What a killed check left, a link among it, is not written through. */
START_TEST(leftovers_are_no_trap)
{
	struct error err = ERROR_INIT;
	const char *path = scratch_path("file");
	const char *victim = scratch_write("victim", "precious", 0600);
	scratch_write("file.new", "half of", 0644);
	ck_assert(replace(path, "one", &err));
	check_content(path, "one");
	ck_assert_int_eq(symlink(victim, scratch_path("file.new")), 0);
	ck_assert(replace(path, "two", &err));
	check_content(path, "two");
	check_content(victim, "precious");
}
END_TEST

START_TEST(a_directory_that_is_gone)
{
	struct error err = ERROR_INIT;
	struct statedir_write write;
	struct statedir_lock lock;
	ck_assert(!statedir_begin(scratch_path("no/file"), 0, &write, &err));
	ck_assert(error_is_set(&err));
	error_clear(&err);
	ck_assert(!statedir_lock(scratch_path("no/file"), clock_steady() + PLENTY, &lock,
	                         &err));
	ck_assert_ptr_nonnull(strstr(err.text, "no/file.lock"));
}
END_TEST

START_TEST(a_full_disk_keeps_the_old_version)
{
	if (access("/dev/full", W_OK) != 0)
		return; /* cannot be shown on this system */
	struct error err = ERROR_INIT;
	struct statedir_write write;
	const char *path = scratch_path("file");
	ck_assert(replace(path, "old", &err));
	ck_assert(statedir_begin(path, 0, &write, &err));
	/* Whatever is written to it from here on, there is no room. */
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ck_assert_int_ge(dup2(full, fileno(write.file)), 0);
	close(full);
	fputs("new", write.file);
	ck_assert(!statedir_commit(&write, &err));
	ck_assert(error_is_set(&err));
	check_content(path, "old");
	ck_assert_uint_eq(scratch_count("file"), 1);
}
END_TEST

/* ----------------------------------------------------------------------- set aside */

START_TEST(a_bad_file_is_set_aside)
{
	struct error notice = ERROR_INIT;
	const char *path = scratch_write("file", "second", 0600);
	scratch_write("file.bad", "first", 0600);
	statedir_set_aside(path, "it is odd", &notice);
	check_content(path, NULL);
	check_content(scratch_path("file.bad"), "second");
	ck_assert_ptr_nonnull(strstr(notice.text, "it is odd"));
	ck_assert_ptr_nonnull(strstr(notice.text, "file.bad"));
	error_clear(&notice);
	statedir_set_aside(path, "it is gone", &notice);
	ck_assert_ptr_nonnull(strstr(notice.text, "cannot be set aside"));
}
END_TEST

/* ------------------------------------------------------------------------- the lock */

/* A process that holds the lock until its standard input ends. */
static pid_t hold(const char *path, int *ret_until)
{
	int ready[2];
	int until[2];
	char byte = 0;
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(until), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct statedir_lock lock;
		struct error err = ERROR_INIT;
		close(until[1]);
		bool good = statedir_lock(path, clock_steady() + PLENTY, &lock, &err);
		byte = good ? 'y' : 'n';
		if (write(ready[1], &byte, 1) == 1)
			(void)!read(until[0], &byte, 1);
		_exit(good ? 0 : 1);
	}
	close(until[0]);
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 'y');
	close(ready[0]);
	*ret_until = until[1];
	return child;
}

static void let_go(pid_t child, int until)
{
	int status;
	close(until);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

START_TEST(a_lock_is_waited_for_until_the_deadline)
{
	int until;
	struct statedir_lock lock;
	struct error err = ERROR_INIT;
	const char *path = scratch_path("file");
	pid_t child = hold(path, &until);
	double started = clock_steady();
	ck_assert(!statedir_lock(path, started + 0.3, &lock, &err));
	ck_assert(clock_steady() >= started + 0.3);
	ck_assert_ptr_nonnull(strstr(err.text, "held by another check"));
	error_clear(&err);
	ck_assert(!statedir_lock(path, started - 1, &lock, &err)); /* passed already */
	let_go(child, until);
	error_clear(&err);
	ck_assert_msg(statedir_lock(path, started - 1, &lock, &err), "%s", err.text);
	statedir_unlock(&lock);
	statedir_unlock(&lock); /* twice does no harm */
}
END_TEST

/* A check that is killed lets go. */
START_TEST(a_dead_holder_holds_nothing)
{
	int until;
	struct statedir_lock lock;
	struct error err = ERROR_INIT;
	const char *path = scratch_path("file");
	pid_t child = hold(path, &until);
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	close(until);
	ck_assert(statedir_lock(path, clock_steady() + PLENTY, &lock, &err));
	statedir_unlock(&lock);
}
END_TEST

enum { WRITERS = 8, ROUNDS = 25 };

static bool count_up(const char *path)
{
	struct statedir_lock lock;
	struct error err = ERROR_INIT;
	if (!statedir_lock(path, clock_steady() + PLENTY, &lock, &err))
		return false;
	char *text = scratch_read(path);
	char next[32];
	snprintf(next, sizeof next, "%ld", text ? strtol(text, NULL, 10) + 1 : 1);
	free(text);
	bool good = replace(path, next, &err);
	statedir_unlock(&lock);
	return good;
}

/* Eight processes add to one number, and none of it is lost. */
START_TEST(many_at_once_lose_nothing)
{
	const char *path = scratch_path("number");
	pid_t children[WRITERS];
	for (int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		ck_assert_int_ge(children[i], 0);
		if (children[i] != 0)
			continue;
		bool good = true;
		for (int round = 0; good && round < ROUNDS; round++)
			good = count_up(path);
		_exit(good ? 0 : 1);
	}
	for (int i = 0; i < WRITERS; i++) {
		int status;
		ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
		ck_assert_int_eq(status, 0);
	}
	char expected[32];
	snprintf(expected, sizeof expected, "%d", WRITERS * ROUNDS);
	check_content(path, expected);
}
END_TEST

START_TEST(odd_locks_are_refused)
{
	struct statedir_lock lock;
	struct error err = ERROR_INIT;
	const char *path = scratch_path("file");
	const char *victim = scratch_write("victim", "precious", 0600);
	const char *name = scratch_path("file.lock");
	double deadline = clock_steady() + PLENTY;
	ck_assert_int_eq(symlink(victim, name), 0);
	ck_assert(!statedir_lock(path, deadline, &lock, &err));
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(link(victim, name), 0); /* whose owner might be another */
	ck_assert(!statedir_lock(path, deadline, &lock, &err));
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	ck_assert(!statedir_lock(path, deadline, &lock, &err));
	ck_assert_int_eq(unlink(name), 0);
	error_clear(&err);
	ck_assert_msg(statedir_lock(path, deadline, &lock, &err), "%s", err.text);
	statedir_unlock(&lock);
}
END_TEST

/* Files that root's run makes belong to the directory's owner. */
START_TEST(root_leaves_files_for_the_owner)
{
	if (geteuid() != 0)
		return; /* cannot be shown without root */
	struct error err = ERROR_INIT;
	struct statedir_lock lock;
	struct stat st;
	const char *path = scratch_path("file");
	ck_assert_int_eq(chown(scratch_dir(), 12345, 12346), 0);
	ck_assert(statedir_lock(path, clock_steady() + PLENTY, &lock, &err));
	ck_assert(replace(path, "x", &err));
	statedir_unlock(&lock);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, 12345);
	ck_assert_uint_eq(st.st_gid, 12346);
	ck_assert_int_eq(stat(scratch_path("file.lock"), &st), 0);
	ck_assert_uint_eq(st.st_uid, 12345);
	/* But what was there before keeps its owner. */
	const char *other = scratch_write("other.lock", "", 0600);
	ck_assert(
	    statedir_lock(scratch_path("other"), clock_steady() + PLENTY, &lock, &err));
	statedir_unlock(&lock);
	ck_assert_int_eq(stat(other, &st), 0);
	ck_assert_uint_eq(st.st_uid, 0);
}
END_TEST

static TCase *files(void)
{
	TCase *tc = tcase_create("files");
	tcase_add_checked_fixture(tc, scratch_make, scratch_remove);
	tcase_add_test(tc, no_file_is_no_error);
	tcase_add_test(tc, modes_of_others_are_refused);
	tcase_add_test(tc, links_and_fifos_are_refused);
	tcase_add_test(tc, a_huge_file_is_of_no_use);
	tcase_add_test(tc, anothers_file_is_refused);
	tcase_add_test(tc, a_file_is_replaced_whole);
	tcase_add_test(tc, what_is_abandoned_leaves_nothing);
	tcase_add_test(tc, a_reserve_is_no_content);
	tcase_add_test(tc, leftovers_are_no_trap);
	tcase_add_test(tc, a_directory_that_is_gone);
	tcase_add_test(tc, a_full_disk_keeps_the_old_version);
	tcase_add_test(tc, a_bad_file_is_set_aside);
	return tc;
}

static TCase *locks(void)
{
	TCase *tc = tcase_create("lock");
	tcase_set_timeout(tc, 2 * PLENTY);
	tcase_add_checked_fixture(tc, scratch_make, scratch_remove);
	tcase_add_test(tc, a_lock_is_waited_for_until_the_deadline);
	tcase_add_test(tc, a_dead_holder_holds_nothing);
	tcase_add_test(tc, many_at_once_lose_nothing);
	tcase_add_test(tc, odd_locks_are_refused);
	tcase_add_test(tc, root_leaves_files_for_the_owner);
	return tc;
}

Suite *statedir_suite(void)
{
	Suite *suite = suite_create("statedir");
	TCase *tc = tcase_create("directory");
	tcase_add_checked_fixture(tc, scratch_make, scratch_remove);
	tcase_add_test(tc, names_are_of_letters_alone);
	tcase_add_test(tc, parts_are_kept_apart);
	tcase_add_test(tc, a_long_directory_is_refused);
	tcase_add_loop_test(tc, who_may_write_to_it, 0, (int)ARRAY_LEN(modes));
	tcase_add_test(tc, what_is_no_directory);
	suite_add_tcase(suite, tc);
	suite_add_tcase(suite, files());
	suite_add_tcase(suite, locks());
	return suite;
}
