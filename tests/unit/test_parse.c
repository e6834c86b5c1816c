#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "check/help.h"
#include "check/parse.h"
#include "provider_stub.h"
#include "scratch.h"
#include "suites.h"

enum { WORDS = 16 };

static bool set_colour(struct settings *settings, void *own, const char *value,
                       struct error *err)
{
	(void)settings;
	return option_text(value, (const char **)own, err);
}

static const char *colour;
static const struct option_row rows[] = {
    {"colour", 0, "WORD", false, false, SECTION_TASKS, "a colour", set_colour}};
static const struct plugin plugin = {.provider = &stub_provider,
                                     .own = &colour,
                                     .options = rows,
                                     .n_options = ARRAY_LEN(rows),
                                     .notes = "Notes.",
                                     .example = "-T 1"};

static struct settings settings;
static struct error err;

static void setup(void)
{
	scratch_make();
	settings_init(&settings);
	error_clear(&err);
	colour = NULL;
}

static void teardown(void)
{
	settings_clear(&settings);
	scratch_remove();
}

/* Parses what getopt may put into another order. */
static bool parse(const char *const *words)
{
	static char plugin_name[] = "check_stub";
	char *argv[WORDS + 2] = {plugin_name};
	int argc = 1;
	/* getopt takes char *, changes none of them, and remembers where it was. */
	for (; argc <= WORDS && words[argc - 1]; argc++)
		memcpy(&argv[argc], &words[argc - 1], sizeof argv[argc]);
	return parse_options(&plugin, argc, argv, &settings, &err);
}

/* ----------------------------------------------------------------- the table of rows */

START_TEST(each_row_is_whole)
{
	const struct option_row *row = &option_common[_i];
	ck_assert_ptr_nonnull(row->name);
	ck_assert(row->set != NULL);
	ck_assert_uint_gt(strlen(row->help), 8);
	ck_assert_uint_lt(row->section, OPTION_N_SECTIONS);
	ck_assert(!row->arg_is_optional || row->arg);
	ck_assert_uint_eq(strspn(row->name, "abcdefghijklmnopqrstuvwxyz-46"),
	                  strlen(row->name));
	for (size_t i = 0; i < option_n_common; i++) {
		const struct option_row *other = &option_common[i];
		if (other == row)
			continue;
		ck_assert_str_ne(other->name, row->name);
		ck_assert(!row->letter || other->letter != row->letter);
	}
}
END_TEST

/* The options of the design are there, under their letters. */
START_TEST(the_designs_options)
{
	static const struct {
		const char *name;
		char letter;
	} due[] = {
	    {"task", 'T'},    {"tasks-file", 0}, {"url", 'u'},       {"token-file", 0},
	    {"warning", 'w'}, {"critical", 'c'}, {"map", 0},         {"timeout", 't'},
	    {"retries", 0},   {"parallel", 'j'}, {"rate", 0},        {"remember", 0},
	    {"state-dir", 0}, {"output", 'o'},   {"proxy", 0},       {"no-proxy", 0},
	    {"ca-file", 0},   {"ca-path", 0},    {"client-cert", 0}, {"client-key", 0},
	    {"tls-min", 0},   {"ipv4", '4'},     {"ipv6", '6'},      {"extra-opts", 0},
	    {"verbose", 'v'}, {"version", 'V'},  {"help", 'h'},      {"allow-http", 0},
	    {"since", 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(due); i++) {
		bool found = false;
		for (size_t j = 0; j < option_n_common; j++)
			found |= strcmp(option_common[j].name, due[i].name) == 0 &&
			         option_common[j].letter == due[i].letter;
		ck_assert_msg(found, "%s", due[i].name);
	}
}
END_TEST

START_TEST(help_tells_every_option)
{
	struct strbuf out;
	strbuf_init(&out, 100000);
	help_write(&plugin, &out);
	ck_assert(strbuf_ok(&out));
	for (size_t i = 0; i < option_n_common; i++) {
		char name[80];
		snprintf(name, sizeof name, "--%s", option_common[i].name);
		ck_assert_msg(strstr(strbuf_text(&out), name) != NULL, "%s", name);
	}
	ck_assert_ptr_nonnull(strstr(strbuf_text(&out), "--colour=WORD"));
	for (const char *line = strbuf_text(&out); *line;) {
		size_t n = strcspn(line, "\n");
		ck_assert_msg(n <= 110, "%.*s", (int)n, line);
		line += n + (line[n] == '\n');
	}
	strbuf_clear(&out);
}
END_TEST

/* --------------------------------------------------------------------- what is fine */

START_TEST(defaults)
{
	static const char *const words[] = {NULL};
	ck_assert(parse(words));
	ck_assert_double_eq(settings.timeout, 10);
	ck_assert_uint_eq(settings.net.retries, 2);
	ck_assert_uint_eq(settings.net.parallel, 8);
	ck_assert_double_eq(settings.net.rate, 0);
	ck_assert_int_eq(settings.net.tls_min, NET_TLS_1_2);
	ck_assert_str_eq(settings.writer->name, "nagios");
	ck_assert_int_eq(settings.action, ACTION_RUN);
	ck_assert(!settings.allow_http && !settings.remember && !settings.has_since);
	ck_assert_ptr_null(settings.token_file);
	ck_assert_uint_eq(settings.tasks.n, 0);
}
END_TEST

START_TEST(all_at_once)
{
	static const char *const words[] = {"-T1=a",
	                                    "--task=2",
	                                    "-u",
	                                    "https://h/",
	                                    "-w6h",
	                                    "-c",
	                                    "age=1d",
	                                    "--map",
	                                    "failed=warning,empty=ok",
	                                    "-t30:critical",
	                                    "-j100",
	                                    "-vv",
	                                    "-4",
	                                    "--colour=red",
	                                    "-ojson",
	                                    NULL};
	ck_assert_msg(parse(words), "%s", err.text);
	ck_assert_uint_eq(settings.tasks.n, 2);
	ck_assert_str_eq(task_name(&settings.tasks.items[0]), "a");
	ck_assert_str_eq(settings.url, "https://h/");
	ck_assert_double_eq(settings.thresholds.of[TASK_METRIC_AGE].warning.end, 21600);
	ck_assert_double_eq(settings.thresholds.of[TASK_METRIC_AGE].critical.end, 86400);
	ck_assert_int_eq(settings.map.state[TASK_FAILED], MP_WARNING);
	ck_assert_int_eq(settings.map.state[TASK_TIMEOUT], MP_CRITICAL);
	ck_assert_double_eq(settings.timeout, 30);
	ck_assert_uint_eq(settings.net.parallel, 100);
	ck_assert_uint_eq(settings.verbose, 2);
	ck_assert_int_eq(settings.net.family, NET_IPV4);
	ck_assert_str_eq(colour, "red");
	ck_assert_str_eq(settings.writer->name, "json");
}
END_TEST

START_TEST(and_the_rest)
{
	const char *const words[] = {"--retries=0",
	                             "--rate=0.5",
	                             "--since=@1700000000",
	                             "--remember",
	                             "--state-dir=/s",
	                             "--proxy=http://p",
	                             "--no-proxy=",
	                             "--tls-min=1.3",
	                             "--ca-file=f",
	                             "--client-cert=c",
	                             "--client-key=k",
	                             "--allow-http",
	                             "-t1m",
	                             "-6",
	                             "--token-file=t",
	                             NULL};
	ck_assert_msg(parse(words), "%s", err.text);
	ck_assert_uint_eq(settings.net.retries, 0);
	ck_assert_double_eq(settings.net.rate, 0.5);
	ck_assert(settings.has_since && settings.since == 1700000000);
	ck_assert(settings.remember && settings.allow_http);
	ck_assert_str_eq(settings.state_dir, "/s");
	ck_assert_str_eq(settings.net.no_proxy, "");
	ck_assert_int_eq(settings.net.tls_min, NET_TLS_1_3);
	ck_assert_double_eq(settings.timeout, 60);
	ck_assert_int_eq(settings.net.family, NET_IPV6);
	ck_assert_str_eq(settings.token_file, "t");
}
END_TEST

START_TEST(help_and_version)
{
	static const char *const help[] = {"-h", NULL};
	static const char *const version[] = {"--version", NULL};
	ck_assert(parse(help));
	ck_assert_int_eq(settings.action, ACTION_HELP);
	ck_assert(parse(version));
	ck_assert_int_eq(settings.action, ACTION_VERSION);
}
END_TEST

/* -------------------------------------------------------------------- what is not */

static const struct {
	const char *words[4];
	const char *option; /* which is named */
	const char *says;
} bad[] = {
    {{"--nonsense"}, "'--nonsense'", "no option"},
    {{"--nonsense=hush"}, "'--nonsense'", "no option"},
    {{"-Z"}, "'-Z'", "no option"},
    {{"--verbose", "-Zv"}, "'-Z'", "no option"},
    {{"-vZ"}, "'-Z'", "no option"},
    {{"word"}, "'word'", "nothing else"},
    {{"--", "-v"}, "'-v'", "nothing else"},
    {{""}, "''", "nothing else"},
    {{"--task"}, "--task", "wants a value"},
    {{"-T"}, "--task", "wants a value"},
    {{"--task="}, "--task", "empty"},
    {{"-T", "$ARG1$"}, "--task", "macro"},
    {{"-T", "a/b"}, "--task", "a/b"},
    {{"--extra=@f"}, "--extra-opts", "in full"},
    {{"--extra-opts"}, "--extra-opts", "in full"},
    {{"-\xC3\xA9", "-v"}, "'-'", "not ASCII"},
    {{"--to=f"}, "'--to'", "never arguments"},
    {{"--verbose=2"}, "--verbose", "no value"},
    {{"--remember=yes"}, "--remember", "no value"},
    {{"--re=1"}, "--re", "short for more than one"},
    {{"-t0"}, "--timeout", "'0'"},
    {{"-t", "-1"}, "--timeout", "'-1'"},
    {{"-t3601"}, "--timeout", "3600"},
    {{"-tx"}, "--timeout", "'x'"},
    {{"-t", "10:"}, "--timeout", "''"},
    {{"-t10:fine"}, "--timeout", "'fine'"},
    {{"-t:ok"}, "--timeout", "':ok'"},
    {{"-t", "99999999999999999999999999999999999999"}, "--timeout", "3600"},
    {{"-j0"}, "--parallel", "from 1 to 256"},
    {{"-j257"}, "--parallel", "from 1 to 256"},
    {{"-j8.5"}, "--parallel", "'8.5'"},
    {{"-j8x"}, "--parallel", "'8x'"},
    {{"--retries=-1"}, "--retries", "from 0 to 20"},
    {{"--retries=21"}, "--retries", "from 0 to 20"},
    {{"--retries="}, "--retries", "''"},
    {{"--rate=0"}, "--rate", "'0'"},
    {{"--rate=1e3"}, "--rate", "'1e3'"},
    {{"--rate=10001"}, "--rate", "10000"},
    {{"--map=failed"}, "--map", "'failed'"},
    {{"--map=failed=fine"}, "--map", "'fine'"},
    {{"-w", "20:10"}, "--warning", "20:10"},
    {{"-c", "size=5"}, "--critical", "'size'"},
    {{"-w", ""}, "--warning", ""},
    {{"-o", "xml"}, "--output", "'xml'"},
    {{"-o", ""}, "--output", "nagios|json"},
    {{"--tls-min=1.1"}, "--tls-min", "1.2|1.3"},
    {{"--since=yesterday"}, "--since", "'yesterday'"},
    {{"--since=@"}, "--since", "'@'"},
    {{"--since="}, "--since", "''"},
    {{"--since=@99999999999"}, "--since", "future"},
    {{"--url="}, "--url", "empty"},
    {{"--url=$_HOSTURL$"}, "--url", "macro"},
    {{"--token-file={$TOKEN.FILE}"}, "--token-file", "macro"},
    {{"--state-dir="}, "--state-dir", "empty"},
    {{"--tasks-file=/no/such/file"}, "--tasks-file", "No such file"},
    {{"--colour="}, "--colour", "empty"},
};

START_TEST(errors_name_the_option)
{
	ck_assert_msg(!parse(bad[_i].words), "%s", bad[_i].words[0]);
	ck_assert_msg(strstr(err.text, bad[_i].option) != NULL, "%s", err.text);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
	ck_assert_ptr_null(strchr(err.text, '\n'));
	ck_assert_ptr_null(strstr(err.text, "hush"));
}
END_TEST

START_TEST(the_first_error_is_told)
{
	static const char *const words[] = {"-j0", "--nonsense", "-t0", NULL};
	ck_assert(!parse(words));
	ck_assert_ptr_nonnull(strstr(err.text, "--parallel"));
}
END_TEST

/* So that Zabbix gets JSON for a bad option, too, wherever it stands. */
static const char *const json_anywhere[][6] = {
    {"-ojson", "--nonsense"},
    {"--nonsense", "-ojson"},
    {"-j0", "--output=json"},
    {"word", "-o", "json"},
    {"--task", "$ARG1$", "-o", "json"},
    {"--token=hush", "-ojson"},
    {"-vZojson"},
};

START_TEST(the_output_counts_after_an_error)
{
	ck_assert(!parse(json_anywhere[_i]));
	ck_assert_str_eq(settings.writer->name, "json");
	ck_assert_ptr_null(strstr(err.text, "hush"));
}
END_TEST

/* No secret is ever an argument; nor is it repeated. */
static const char *const secrets[][3] = {
    {"--token=hush"},        {"--token", "hush"},      {"--client-secret=hush"},
    {"--app-secret=hush"},   {"--oauth-key=hush"},     {"--password=hush"},
    {"--access-token=hush"}, {"--authorization=hush"}, {"--secret=hush"},
    {"-v", "--token=hush"},  {"-token=hush"},          {"-secret=hush"},
    {"--toke=hush"},         {"--token-=hush"},        {"--toke", "hush"},
    {"--", "--token=hush"},
};

START_TEST(secrets_are_no_arguments)
{
	ck_assert(!parse(secrets[_i]));
	ck_assert_msg(strstr(err.text, "never") != NULL, "%s", err.text);
	ck_assert_ptr_null(strstr(err.text, "hush"));
}
END_TEST

/* -------------------------------------------------------------------- tasks files */

static const struct {
	const char *text;
	size_t n;          /* 0: a string */
	const char *names; /* of the tasks, each with a blank behind it; NULL: refused */
	const char *says;
} files[] = {
    {"1\n2 two\n", 0, "1 two ", NULL},
    {"1", 0, "1 ", NULL},
    {"1 \xE2\x80\x8B\n2\t \xC2\xAD \n", 0, "1 2 ", NULL}, /* nothing to be seen */
    {"1 # off\n", 0, "# off ", NULL}, /* a label: no task is left out by it */
    {"# comment\n\n  \t\n 1\t label \r\n#2\n3\r\n", 0, "label 3 ", NULL},
    {"\xEF\xBB\xBF"
     "1 one\n2\n",
     0, "one 2 ", NULL},
    {"", 0, "", NULL},
    {"# nothing\n", 0, "", NULL},
    {"1 # not a comment\n", 0, "# not a comment ", NULL},
    {"1 源文件\n", 0, "源文件 ", NULL},
    {"1\na/b\n", 0, NULL, "line 2"},
    {"1\n\n$X$\n", 0, NULL, "line 3"},
    {"1\n2\0x\n", 6, NULL, "line 2"},
    {"1\n2\0x", 5, NULL, "line 2"},
    {"1\0\n", 3, NULL, "line 1"},
    {"1 \xFF\n", 0, NULL, "UTF-8"},
    {"1=x\n", 0, NULL, "line 1"},
};

START_TEST(tasks_of_a_file)
{
	char word[600];
	size_t n = files[_i].n ? files[_i].n : strlen(files[_i].text);
	const char *path = scratch_write_bytes("tasks", files[_i].text, n, 0644);
	snprintf(word, sizeof word, "--tasks-file=%s", path);
	const char *const words[] = {word, NULL};
	bool good = parse(words);
	ck_assert_msg(good == (files[_i].names != NULL), "%s", err.text);
	if (!good) {
		ck_assert_msg(strstr(err.text, files[_i].says) != NULL, "%s", err.text);
		ck_assert_ptr_nonnull(strstr(err.text, path));
		return;
	}
	char names[200] = "";
	for (size_t i = 0; i < settings.tasks.n; i++) {
		size_t at = strlen(names);
		snprintf(names + at, sizeof names - at, "%s ",
		         task_name(&settings.tasks.items[i]));
	}
	ck_assert_str_eq(names, files[_i].names);
}
END_TEST

START_TEST(files_have_limits)
{
	static char text[200000];
	char word[600];
	memset(text, 'x', sizeof text - 1);
	snprintf(word, sizeof word, "--tasks-file=%s", scratch_write("long", text, 0644));
	const char *const words[] = {word, NULL};
	ck_assert(!parse(words));
	ck_assert_msg(strstr(err.text, "line 1") != NULL, "%s", err.text);
	error_clear(&err);
	size_t at = 0;
	for (int i = 0; i < TASK_MAX + 1; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "t%d\n", i);
	snprintf(word, sizeof word, "--tasks-file=%s", scratch_write("many", text, 0644));
	ck_assert(!parse(words));
	ck_assert_msg(strstr(err.text, "10000") != NULL, "%s", err.text);
}
END_TEST

START_TEST(what_is_no_tasks_file)
{
	char word[600];
	snprintf(word, sizeof word, "--tasks-file=%s", scratch_dir());
	const char *const directory[] = {word, NULL};
	ck_assert(!parse(directory));
	ck_assert(error_is_set(&err));
}
END_TEST

/* The deadline holds wherever it stands; the timeout of the run is as given. */
START_TEST(files_come_before_the_deadline)
{
	char word[600];
	ck_assert_int_eq(mkfifo(scratch_path("fifo"), 0600), 0);
	snprintf(word, sizeof word, "--tasks-file=%s", scratch_path("fifo"));
	const char *const fifo[] = {"-t20", word, "-t0.05", "-T1", NULL};
	ck_assert(!parse(fifo));
	ck_assert_msg(strstr(err.text, "deadline") != NULL, "%s", err.text);
	ck_assert_double_eq(settings.deadline, settings.started + 0.05);
	ck_assert_uint_eq(settings.tasks.n, 1);
}
END_TEST

static TCase *tasks_files(void)
{
	TCase *tc = tcase_create("tasks_file");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, tasks_of_a_file, 0, (int)ARRAY_LEN(files));
	tcase_add_test(tc, files_have_limits);
	tcase_add_test(tc, what_is_no_tasks_file);
	tcase_add_test(tc, files_come_before_the_deadline);
	return tc;
}

Suite *parse_suite(void)
{
	Suite *suite = suite_create("parse");
	TCase *tc = tcase_create("parse");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, each_row_is_whole, 0, (int)option_n_common);
	tcase_add_test(tc, the_designs_options);
	tcase_add_test(tc, help_tells_every_option);
	tcase_add_test(tc, defaults);
	tcase_add_test(tc, all_at_once);
	tcase_add_test(tc, and_the_rest);
	tcase_add_test(tc, help_and_version);
	tcase_add_loop_test(tc, errors_name_the_option, 0, (int)ARRAY_LEN(bad));
	tcase_add_test(tc, the_first_error_is_told);
	tcase_add_loop_test(tc, the_output_counts_after_an_error, 0,
	                    (int)ARRAY_LEN(json_anywhere));
	tcase_add_loop_test(tc, secrets_are_no_arguments, 0, (int)ARRAY_LEN(secrets));
	suite_add_tcase(suite, tc);
	suite_add_tcase(suite, tasks_files());
	return suite;
}
