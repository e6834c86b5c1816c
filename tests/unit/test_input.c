#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/input.h"
#include "check/output.h"
#include "scratch.h"
#include "suites.h"

static struct input input;

static const char *make_fifo(void)
{
	ck_assert_int_eq(mkfifo(scratch_path("fifo"), 0600), 0);
	return scratch_path("fifo");
}

/* All of the input, which is short. */
static const char *read_all(void)
{
	static char text[64];
	size_t n = 0;
	for (int c; (c = input_byte(&input)) != EOF && n + 1 < sizeof text;)
		text[n++] = (char)c;
	text[n] = '\0';
	return text;
}

/* A file on disk is there whatever the time. */
START_TEST(reads_a_file_after_the_deadline)
{
	ck_assert(input_open(&input, scratch_write("f", "one\ntwo", 0600), 0));
	ck_assert_str_eq(read_all(), "one\ntwo");
	ck_assert(!input_failed(&input));
	ck_assert_int_eq(input_byte(&input), EOF);
	input_close(&input);
}
END_TEST

START_TEST(opens_no_directory)
{
	ck_assert(!input_open(&input, scratch_dir(), HUGE_VAL));
	ck_assert_ptr_nonnull(strstr(input_why(&input), "directory"));
	ck_assert(!input_open(&input, scratch_path("missing"), HUGE_VAL));
	ck_assert_ptr_nonnull(strstr(input_why(&input), "No such"));
}
END_TEST

/* Neither open() nor read() waits for a writer that never comes. */
START_TEST(waits_no_longer_than_the_deadline)
{
	ck_assert(input_open(&input, make_fifo(), clock_steady() + 0.05));
	ck_assert_str_eq(read_all(), "");
	ck_assert(input_failed(&input));
	ck_assert_ptr_nonnull(strstr(input_why(&input), "deadline"));
	input_close(&input);
}
END_TEST

/* What came before counts for nothing, as more may have been to come. */
START_TEST(a_writer_may_stall)
{
	ck_assert(input_open(&input, make_fifo(), clock_steady() + 0.05));
	int writer = open(scratch_path("fifo"), O_WRONLY);
	ck_assert_int_eq(write(writer, "one", 3), 3);
	ck_assert_str_eq(read_all(), "one");
	ck_assert(input_failed(&input));
	input_close(&input);
	close(writer);
}
END_TEST

START_TEST(a_writer_may_end)
{
	ck_assert(input_open(&input, make_fifo(), HUGE_VAL));
	int writer = open(scratch_path("fifo"), O_WRONLY);
	ck_assert_int_eq(write(writer, "one", 3), 3);
	close(writer);
	ck_assert_str_eq(read_all(), "one");
	ck_assert(!input_failed(&input));
	input_close(&input);
}
END_TEST

/* A closed standard input is no empty one: "no tasks" could count as OK. */
START_TEST(closed_standard_input_is_told)
{
	int kept = dup(STDIN_FILENO);
	close(STDIN_FILENO);
	output_prepare();
	ck_assert(input_open(&input, "-", HUGE_VAL));
	ck_assert_int_eq(input_byte(&input), EOF);
	ck_assert(input_failed(&input));
	ck_assert_str_eq(input_why(&input), "it is closed");
	input_close(&input);
	if (kept >= 0)
		dup2(kept, STDIN_FILENO);
}
END_TEST

Suite *input_suite(void)
{
	Suite *suite = suite_create("input");
	TCase *tc = tcase_create("input");
	tcase_add_checked_fixture(tc, scratch_make, scratch_remove);
	tcase_add_test(tc, reads_a_file_after_the_deadline);
	tcase_add_test(tc, opens_no_directory);
	tcase_add_test(tc, waits_no_longer_than_the_deadline);
	tcase_add_test(tc, a_writer_may_stall);
	tcase_add_test(tc, a_writer_may_end);
	tcase_add_test(tc, closed_standard_input_is_told);
	suite_add_tcase(suite, tc);
	return suite;
}
