/*
 * --extra-opts, each test in a directory of its own that holds the ini files of
 * tests/data/vectors/ini_files.tsv.
 */
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "monplug/extra_opts.h"
#include "suites.h"
#include "table.h"

static struct table files;
static struct table sections;
static struct table command_lines;

static char dir[32];
static int old_dir = -1;

static void write_file(const char *name, const char *bytes, size_t len)
{
	FILE *stream = fopen(name, "wb");
	ck_assert_ptr_nonnull(stream);
	ck_assert_uint_eq(fwrite(bytes, 1, len, stream), len);
	ck_assert_int_eq(fclose(stream), 0);
}

static void setup(void)
{
	snprintf(dir, sizeof dir, "/tmp/extra-opts-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	old_dir = open(".", O_RDONLY);
	ck_assert_int_ge(old_dir, 0);
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_int_eq(setenv("NAGIOS_CONFIG_PATH", "", 1), 0);
	for (size_t i = 0; i < files.count; i++) {
		const char *const *cell = (const char *const *)files.rows[i].cell;
		write_file(cell[0], cell[1], strlen(cell[1]));
	}
}

static void teardown(void)
{
	for (size_t i = 0; i < files.count; i++)
		unlink(files.rows[i].cell[0]);
	unlink("t.ini");
	ck_assert_int_eq(fchdir(old_dir), 0);
	close(old_dir);
	ck_assert_msg(rmdir(dir) == 0, "a test left a file behind in %s", dir);
}

/* Splits words at the byte 0x1F; returns how many. */
static int split_words(char *text, char **words, int max)
{
	int count = 0;
	for (char *word = text; word; count++) {
		ck_assert_int_lt(count, max - 1);
		words[count] = word;
		word = strchr(word, 0x1F);
		if (word)
			*word++ = '\0';
	}
	words[count] = NULL;
	return count;
}

/* "-k=value" of the vectors is "-kvalue" with us: getopt reads nothing else. */
static const char *as_we_write(const char *word, char *room, size_t size)
{
	if (word[0] != '-' || word[1] == '-' || word[1] == '\0' || word[2] != '=')
		return word;
	snprintf(room, size, "-%c%s", word[1], word + 3);
	return room;
}

static void check_words(char **argv, int argc, char *const *wanted, int count)
{
	ck_assert_int_eq(argc, count);
	ck_assert_ptr_null(argv[argc]);
	for (int i = 0; i < count; i++) {
		char room[200];
		ck_assert_str_eq(argv[i], as_we_write(wanted[i], room, sizeof room));
	}
}

START_TEST(reads_the_sections_of_other_projects)
{
	struct table_row *row = &sections.rows[_i];
	char option[200];
	const char *argv[] = {"check_x", option, NULL};
	char **words;
	int count;
	struct error err = ERROR_INIT;
	snprintf(option, sizeof option, "--extra-opts=%s", row->cell[0]);
	bool ok = mp_extra_opts_expand(2, (char *const *)argv, row->cell[1], HUGE_VAL,
	                               &count, &words, &err);
	ck_assert_msg(ok == (row->cell[2][0] == '0'), "%s: %s", option, err.text);
	if (!ok) {
		ck_assert_ptr_null(words);
		ck_assert(error_is_set(&err));
		return;
	}
	ck_assert_str_eq(words[0], "check_x");
	check_words(words + 1, count - 1, row->cell + 3, (int)row->cells - 3);
	mp_extra_opts_free(words);
}
END_TEST

START_TEST(expands_as_other_projects_do)
{
	char *const *cell = command_lines.rows[_i].cell;
	char *argv[32];
	char **words;
	int count;
	struct error err = ERROR_INIT;
	ck_assert_int_eq(setenv("NAGIOS_CONFIG_PATH", cell[0], 1), 0);
	int argc = split_words(cell[3], argv, (int)ARRAY_LEN(argv));
	bool ok = mp_extra_opts_expand(argc, (char *const *)argv, cell[1], HUGE_VAL,
	                               &count, &words, &err);
	ck_assert_msg(ok == (cell[2][0] == '0'), "%s", err.text);
	ck_assert(error_is_set(&err) == !ok);
	if (ok && strcmp(cell[4], "-") != 0) {
		char *wanted[32];
		int wanted_count = split_words(cell[4], wanted, (int)ARRAY_LEN(wanted));
		check_words(words, count, wanted, wanted_count);
	}
	mp_extra_opts_free(words);
}
END_TEST

static const struct {
	const char *ini;
	const char *words; /* of section x, separated by "|"; NULL: refused */
	const char *error; /* a part of what is then said */
} formats[] = {
    {"[x]\nkey=value\n", "--key=value", NULL},
    {"[x]\nkey=value", "--key=value", NULL},
    {"[x]\r\nkey=value\r\n", "--key=value", NULL},
    {"\xEF\xBB\xBF[x]\nkey=value\n", "--key=value", NULL},
    {"[ x\t]\n\t key\t = \tvalue \t\n", "--key=value", NULL},
    {"[x] ; ours\nkey=value\n", "--key=value", NULL},
    {"[x]\t# ours\nkey=value\n", "--key=value", NULL},
    {"[x] task=failed\n", NULL, "line 1: something behind"},
    {"[y]task=failed\n[x]\nkey=value\n", NULL, "line 1: something behind"},
    {"  [x]\nkey: value\n", "--key=value", NULL},
    {"[x]\nurl=https://h/p?a=b\n", "--url=https://h/p?a=b", NULL},
    /* options without a value */
    {"[x]\nkey=\n", "--key", NULL},
    {"[x]\nkey =  \n", "--key", NULL},
    {"[x]\nv=\nv=\n", "-v|-v", NULL},
    {"[x]\nt=5\nt = 5\n", "-t5|-t5", NULL},
    /* nothing in a value means anything: a password is taken as it stands */
    {"[x]\np=a;b\nq=a ;b\nr=a ; b\ns=;\n", "-pa;b|-qa ;b|-ra ; b|-s;", NULL},
    {"[x]\np=a#b\nq=a #b\nr=#\n", "-pa#b|-qa #b|-r#", NULL},
    {"[x]\nuser=\"Ton Voon\"\nlead=\" x\"\n", "--user=\"Ton Voon\"|--lead=\" x\"", NULL},
    {"[x]\np='a'\nq=\"\nr=a\\nb\n", "-p'a'|-q\"|-ra\\nb", NULL},
    {"[x]\np=a=b:c\nq==\nr=:\n", "-pa=b:c|-q=|-r:", NULL},
    {"[x]\np=[y]\n", "-p[y]", NULL},
    {"[x]\np=a  b\tc\n", "-pa  b\tc", NULL},
    {"[x]\nkey=源文件\n", "--key=源文件", NULL},
    {"[x]\nkey=\xFF\xFE\n", "--key=\xFF\xFE", NULL},
    /* an indented line is an option, not more of the value above */
    {"[x]\nkey=a\n  other=b\n", "--key=a|--other=b", NULL},
    {"[x]\nkey=a\n  b\n", NULL, "line 3: not an option"},
    /* sections and keys that stand twice; comments; empty lines */
    {"[x]\na=1\n[y]\na=2\n[x]\na=3\n", "-a1|-a3", NULL},
    {"[y]\n\n[x]\n# a\n ; b\n\n \t\n;a=1\naa=2\naa=1\n", "--aa=2|--aa=1", NULL},
    {"[X]\na=1\n[x]\na=2\n", "-a2", NULL},
    {"[xx]\na=1\n[x]\na=2\n[]\na=3\n", "-a2", NULL},
    {"[xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]\na=1\n[x]\na=2\n",
     "-a2", NULL},
    /* nothing there */
    {"", NULL, "no options in a section [x]"},
    {"[x]\n", NULL, "no options in a section [x]"},
    {"[y]\na=1\n", NULL, "no options in a section [x]"},
    /* lines that are none, in whichever section, after good ones too */
    {"a=1\n[x]\nb=1\n", NULL, "t.ini, line 1: an option before the first section"},
    {"[x]\nnonsense\n", NULL, "t.ini, line 2: not an option"},
    {"[x]\na=1\n\n# c\nnonsense\n", NULL, "t.ini, line 5: not an option"},
    {"[x]\na=1\n[y]\nnonsense\n[z]\n", NULL, "line 4: not an option"},
    {"[x]\nnonsense ;=1\nb=1\n", "--nonsense ;=1|-b1", NULL},
    {"[x]\n=1\n", NULL, "line 2: an option without a key"},
    {"[x]\n:1\n", NULL, "line 2: an option without a key"},
    {"[x\na=1\n", NULL, "line 1: a section without its ]"},
    {"[x]\na=\x1B[31m\n", NULL, "line 2: a control character"},
    {"[x]\na=\x01=b\n", NULL, "line 2: a control character"},
    {"[x]\na=1\rb=2\n", NULL, "line 2: a control character"},
    {"[x]\nextra-opts=@t.ini\n", NULL, "line 2: extra-opts"},
};

START_TEST(reads_the_format)
{
	const char *argv[] = {"check", "--extra-opts=x@t.ini", NULL};
	char **words;
	int count;
	char joined[500] = "";
	struct error err = ERROR_INIT;
	write_file("t.ini", formats[_i].ini, strlen(formats[_i].ini));
	bool ok = mp_extra_opts_expand(2, (char *const *)argv, "default", HUGE_VAL,
	                               &count, &words, &err);
	ck_assert_msg(ok == (formats[_i].words != NULL), "%s%s", formats[_i].ini,
	              err.text);
	if (!ok) {
		ck_assert_msg(strstr(err.text, formats[_i].error), "%s", err.text);
		ck_assert_msg(strstr(err.text, "[x]"), "%s", err.text);
		return;
	}
	size_t len = 0;
	for (int i = 1; i < count; i++)
		len += (size_t)snprintf(joined + len, sizeof joined - len, "%s%s",
		                        i > 1 ? "|" : "", words[i]);
	ck_assert_str_eq(joined, formats[_i].words);
	mp_extra_opts_free(words);
}
END_TEST

/* Expands "check --extra-opts=LOCATOR" and gives the words, NULL if it is refused. */
static char **expand(const char *locator, int *ret_count, struct error *err)
{
	char option[6000];
	const char *argv[] = {"check", option, NULL};
	char **words;
	snprintf(option, sizeof option, "--extra-opts=%s", locator);
	if (mp_extra_opts_expand(2, (char *const *)argv, "x", HUGE_VAL, ret_count, &words,
	                         err))
		return words;
	ck_assert_ptr_null(words);
	ck_assert_int_eq(*ret_count, 0);
	return NULL;
}

/* A character of a value: blanks, comment signs and separators all over it. */
static char value_at(size_t i)
{
	return "ab ;c#= :d  ; \te"[(i * 7 + i / 11) % 16];
}

/*
 * The ini library cuts lines at 200 bytes, so values go to it in pieces: every
 * length about there, and some times that, comes through whole.
 */
START_TEST(keeps_values_of_any_length)
{
	enum { LONGEST = 700 };
	char ini[LONGEST + 50];
	char wanted[LONGEST + 50];
	for (size_t len = 1; len <= LONGEST; len++) {
		size_t head = (size_t)snprintf(ini, sizeof ini, "[x]\nsome-key = ");
		size_t start = (size_t)snprintf(wanted, sizeof wanted, "--some-key=");
		for (size_t i = 0; i < len; i++)
			ini[head + i] = wanted[start + i] = value_at(i + len);
		ini[head] = wanted[start] = 'A'; /* blanks at the ends do not count */
		ini[head + len - 1] = wanted[start + len - 1] = 'Z';
		wanted[start + len] = '\0';
		size_t tail = (size_t)snprintf(ini + head + len, 20, "\nnext=1\n");
		write_file("t.ini", ini, head + len + tail);

		int count;
		struct error err = ERROR_INIT;
		char **words = expand("@t.ini", &count, &err);
		ck_assert_msg(words != NULL, "%zu: %s", len, err.text);
		ck_assert_int_eq(count, 3);
		ck_assert_str_eq(words[1], wanted);
		ck_assert_str_eq(words[2], "--next=1");
		mp_extra_opts_free(words);
	}
}
END_TEST

START_TEST(blanks_of_any_length_do_not_count)
{
	for (int blanks = 0; blanks < 700; blanks += 13) {
		char ini[4000];
		int len = snprintf(
		    ini, sizeof ini, "[%*sx]\n%*skey%*s=%*svalue%*s\ne=%*s\n", blanks, "",
		    blanks, "", blanks / 16, "", blanks, "", blanks, "", blanks / 2, "");
		ck_assert_int_lt(len, (int)sizeof ini);
		write_file("t.ini", ini, (size_t)len);
		int count;
		struct error err = ERROR_INIT;
		char **words = expand("@t.ini", &count, &err);
		ck_assert_msg(words != NULL, "%s", err.text);
		ck_assert_int_eq(count, 3);
		ck_assert_str_eq(words[1], "--key=value");
		ck_assert_str_eq(words[2], "-e");
		mp_extra_opts_free(words);
	}
}
END_TEST

/* A line of len bytes, "kkk=vvv...", behind one of the section. */
static void write_line(size_t key_len, size_t len)
{
	FILE *stream = fopen("t.ini", "wb");
	ck_assert_ptr_nonnull(stream);
	fputs("[x]\n", stream);
	for (size_t i = 0; i < len; i++)
		fputc(i < key_len ? 'k' : i == key_len ? '=' : 'v', stream);
	fputc('\n', stream);
	ck_assert_int_eq(fclose(stream), 0);
}

START_TEST(caps_lines_and_keys)
{
	static const struct {
		size_t key_len;
		size_t len;
		const char *error; /* NULL: read */
	} rows[] = {
	    {3, 65536, NULL},       {3, 65537, "line 2: the line is too long"},
	    {90, 100, NULL},        {91, 100, "line 2: a key that is too long"},
	    {199, 300, "line 2: "}, {5000, 6000, "line 2: not an option"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int count;
		struct error err = ERROR_INIT;
		write_line(rows[i].key_len, rows[i].len);
		char **words = expand("@t.ini", &count, &err);
		ck_assert_msg((words != NULL) == !rows[i].error, "%zu: %s", i, err.text);
		if (words)
			ck_assert_uint_eq(strlen(words[1]), 2 + rows[i].len);
		else
			ck_assert_msg(strstr(err.text, rows[i].error), "%s", err.text);
		mp_extra_opts_free(words);
	}
}
END_TEST

/* What has no end is not read to its end: too many lines, then too many words. */
START_TEST(caps_the_file)
{
	static const struct {
		const char *line;
		int times;
		const char *error;
	} rows[] = {
	    {"#\n", 100001, "too many lines"},
	    {"a=bbbbbbbbbbbbbb\n", 90000, "the section is too long"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int count;
		struct error err = ERROR_INIT;
		FILE *stream = fopen("t.ini", "wb");
		ck_assert_ptr_nonnull(stream);
		fputs("[x]\n", stream);
		for (int n = 0; n < rows[i].times; n++)
			fputs(rows[i].line, stream);
		ck_assert_int_eq(fclose(stream), 0);
		ck_assert_ptr_null(expand("@t.ini", &count, &err));
		ck_assert_msg(strstr(err.text, rows[i].error), "%s", err.text);
	}
}
END_TEST

START_TEST(refuses_a_nul)
{
	int count;
	struct error err = ERROR_INIT;
	write_file("t.ini", "[x]\na=b\0c\n", 11);
	ck_assert_ptr_null(expand("@t.ini", &count, &err));
	ck_assert_msg(strstr(err.text, "line 2: a control character"), "%s", err.text);
}
END_TEST

START_TEST(names_what_it_cannot_read)
{
	static const char *const locators[] = {"@missing.ini", "@.",
	                                       "sect@./no/such/file"};
	for (size_t i = 0; i < ARRAY_LEN(locators); i++) {
		int count;
		struct error err = ERROR_INIT;
		ck_assert_ptr_null(expand(locators[i], &count, &err));
		ck_assert_msg(strstr(err.text, strchr(locators[i], '@') + 1), "%s",
		              err.text);
		ck_assert_msg(strstr(err.text, i == 2 ? "[sect]" : "[x]"), "%s",
		              err.text);
		ck_assert_ptr_null(expand(locators[i], &count, NULL));
	}
}
END_TEST

START_TEST(reads_standard_input)
{
	int count;
	write_file("t.ini", "[x]\na=1\n", 8);
	ck_assert_ptr_nonnull(freopen("t.ini", "r", stdin));
	struct error err = ERROR_INIT;
	char **words = expand("@-", &count, &err);
	ck_assert_msg(words != NULL, "%s", err.text);
	ck_assert_int_eq(count, 2);
	ck_assert_str_eq(words[1], "-a1");
	mp_extra_opts_free(words);
	ck_assert_ptr_null(expand("@-", &count, &err)); /* once is all there is */
	ck_assert_msg(strstr(err.text, "standard input"), "%s", err.text);
}
END_TEST

/* plugins.ini goes before monitoring-plugins.ini, an earlier directory before both. */
START_TEST(looks_for_the_file)
{
	int count;
	struct error err = ERROR_INIT;
	ck_assert_int_eq(mkdir("a", 0700), 0);
	ck_assert_int_eq(mkdir("b", 0700), 0);
	ck_assert_int_eq(mkdir("a/plugins.ini", 0700), 0); /* no file: passed over */
	write_file("a/monitoring-plugins.ini", "[x]\nf=a2\n", 9);
	write_file("b/monitoring-plugins.ini", "[x]\nf=b2\n", 9);
	write_file("b/plugins.ini", "[x]\nf=b1\n", 9);
	static const struct {
		const char *path;
		const char *locator;
		const char *word;
	} rows[] = {
	    {"a:b", "", "-fa2"},   {"b:a", "", "-fb1"}, {"::missing::a", "x", "-fa2"},
	    {":b:", "x@", "-fb1"}, {"b", "@", "-fb1"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		setenv("NAGIOS_CONFIG_PATH", rows[i].path, 1);
		char **words = expand(rows[i].locator, &count, &err);
		ck_assert_msg(words != NULL, "%s", err.text);
		ck_assert_str_eq(words[1], rows[i].word);
		mp_extra_opts_free(words);
	}
	unlink("a/monitoring-plugins.ini");
	unlink("b/monitoring-plugins.ini");
	unlink("b/plugins.ini");
	rmdir("a/plugins.ini");
	rmdir("a");
	rmdir("b");
}
END_TEST

START_TEST(refuses_long_names)
{
	char name[5001];
	int count;
	struct error err = ERROR_INIT;
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	setenv("NAGIOS_CONFIG_PATH", name, 1);
	ck_assert_ptr_null(expand("", &count, &err));
	ck_assert_msg(strstr(err.text, "too long"), "%s", err.text);
	error_clear(&err);
	ck_assert_ptr_null(expand(name, &count, &err));
	ck_assert_msg(strstr(err.text, "a section's name is too long"), "%s", err.text);
}
END_TEST

START_TEST(leaves_other_words_alone)
{
	const char *argv[] = {
	    "check", "--extra-opt",  "--extra-optsx=1",      "-T", "a=b", "",
	    "--",    "--extra-opts", "--extra-opts=@no.ini", NULL};
	int argc = (int)ARRAY_LEN(argv) - 1;
	char **words;
	int count;
	struct error err = ERROR_INIT;
	ck_assert_msg(mp_extra_opts_expand(argc, (char *const *)argv, "x", HUGE_VAL,
	                                   &count, &words, &err),
	              "%s", err.text);
	ck_assert_int_eq(count, argc);
	for (int i = 0; i < argc; i++) {
		ck_assert_str_eq(words[i], argv[i]);
		ck_assert_ptr_ne(words[i], argv[i]);
	}
	ck_assert_ptr_null(words[count]);
	mp_extra_opts_free(words);
	ck_assert(mp_extra_opts_expand(0, (char *const *)(argv + argc), "x", HUGE_VAL,
	                               &count, &words, &err));
	ck_assert_int_eq(count, 1); /* a program has a name */
	ck_assert_str_eq(words[0], "");
	mp_extra_opts_free(words);
	mp_extra_opts_free(NULL);
}
END_TEST

/* Memory that runs out at any point is an error, no crash, and leaks nothing. */
START_TEST(survives_without_memory)
{
	const char *argv[] = {
	    "check",        "--extra-opts", "tcp_long_lines@plugins.ini",
	    "--extra-opts", "-v",           NULL};
	unsigned long refused = 1;
	unsigned long n = 0;
	setenv("NAGIOS_CONFIG_PATH", ".", 1);
	for (; refused > 0; n++) {
		char **words;
		int count;
		struct error err = ERROR_INIT;
		alloc_fail_after(n);
		bool ok = mp_extra_opts_expand(5, (char *const *)argv, "check_disk",
		                               HUGE_VAL, &count, &words, &err);
		refused = alloc_restore();
		ck_assert_msg(ok == (refused == 0), "%lu: %s", n, err.text);
		ck_assert(error_is_set(&err) == !ok);
		if (ok)
			ck_assert_int_eq(count, 7);
		else
			ck_assert_ptr_null(words);
		mp_extra_opts_free(words);
	}
	ck_assert_uint_gt(n, 10);
}
END_TEST

Suite *extra_opts_suite(void)
{
	Suite *suite = suite_create("extra_opts");
	TCase *tc = tcase_create("extra_opts");
	table_load(&files, "vectors/ini_files.tsv");
	table_load(&sections, "vectors/ini_sections.tsv");
	table_load(&command_lines, "vectors/extra_opts_argv.tsv");
	for (size_t i = 0; i < files.count; i++)
		table_unescape(files.rows[i].cell[1]);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, reads_the_sections_of_other_projects, 0,
	                    (int)sections.count);
	tcase_add_loop_test(tc, expands_as_other_projects_do, 0,
	                    (int)command_lines.count);
	tcase_add_loop_test(tc, reads_the_format, 0, (int)ARRAY_LEN(formats));
	tcase_add_test(tc, keeps_values_of_any_length);
	tcase_add_test(tc, blanks_of_any_length_do_not_count);
	tcase_add_test(tc, caps_lines_and_keys);
	tcase_add_test(tc, caps_the_file);
	tcase_add_test(tc, refuses_a_nul);
	tcase_add_test(tc, names_what_it_cannot_read);
	tcase_add_test(tc, reads_standard_input);
	tcase_add_test(tc, looks_for_the_file);
	tcase_add_test(tc, refuses_long_names);
	tcase_add_test(tc, leaves_other_words_alone);
	tcase_add_test(tc, survives_without_memory);
	suite_add_tcase(suite, tc);
	return suite;
}
