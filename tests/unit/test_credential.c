#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "provider_stub.h"
#include "scratch.h"
#include "suites.h"
#include "task/credential.h"
#include "task/token_file.h"
#include "tiny_server.h"

static const double PLENTY = 60;

/* A server that gives tokens: "given-1", "given-2"... */
static struct {
	struct tiny_server *server;
	unsigned asked;
	const char *status;
	const char *body; /* NULL: a token */
	int64_t lifetime;
	bool cut; /* answers break off */
} world;

static struct stub own;
static struct net_base base;
static struct net_options net;
static struct credential *credential;
static struct task failure;

static void give_token(void *ctx, const char *request, struct tiny_answer *answer)
{
	(void)ctx;
	char body[200];
	world.asked++;
	if (strncmp(request, "POST /token ", 12) != 0)
		snprintf(body, sizeof body, "{\"code\":404}");
	else
		snprintf(body, sizeof body,
		         "{\"code\":0,\"token\":\"given-%u\",\"expires\":%" PRId64 "}",
		         world.asked, clock_wall() + world.lifetime);
	tiny_answer_add(answer, world.status, "", world.body ? world.body : body);
	if (world.cut) {
		strbuf_cut(&answer->bytes, answer->bytes.len - 5);
		answer->close = true;
	}
}

static void setup(void)
{
	char url[64];
	struct error err = ERROR_INIT;
	scratch_make();
	unsetenv("CLOUD_TASKS_TOKEN");
	memset(&world, 0, sizeof world);
	world.status = "200 OK";
	world.lifetime = 86400;
	world.server = tiny_server_start(give_token, NULL);
	snprintf(url, sizeof url, "http://127.0.0.1:%u", tiny_server_port(world.server));
	ck_assert(net_base_parse(url, false, &base, &err));
	own = (struct stub){.obtains = true, .secret = "hush"};
	net = (struct net_options){.parallel = 1,
	                           .deadline = clock_steady() + PLENTY,
	                           .user_agent = "unit",
	                           .no_proxy = "*"};
	memset(&failure, 0, sizeof failure);
}

static void stop(void)
{
	struct tiny_counts counts;
	if (world.server)
		tiny_server_stop(world.server, &counts);
	world.server = NULL;
}

static void teardown(void)
{
	credential_free(credential);
	credential = NULL;
	free(failure.message);
	stop();
	net_base_clear(&base);
	scratch_remove();
}

static void make(const struct provider *provider, const char *token_file)
{
	struct error err = ERROR_INIT;
	struct credential_options options = {.provider = provider,
	                                     .own = &own,
	                                     .token_file = token_file,
	                                     .base = &base,
	                                     .net = &net,
	                                     .state_dir = scratch_dir()};
	credential_free(credential);
	credential = credential_new(&options, &err);
	ck_assert_msg(credential != NULL, "%s", err.text);
}

static void refuse(const struct provider *provider, const char *token_file,
                   const char *says)
{
	struct error err = ERROR_INIT;
	struct credential_options options = {.provider = provider,
	                                     .own = &own,
	                                     .token_file = token_file,
	                                     .base = &base,
	                                     .net = &net,
	                                     .state_dir = scratch_dir()};
	credential = credential_new(&options, &err);
	ck_assert_ptr_null(credential);
	ck_assert_msg(strstr(err.text, says) != NULL, "%s", err.text);
}

/* Opens one as a new process would. */
static bool open_scarce(void)
{
	free(failure.message);
	failure.message = NULL;
	make(&stub_scarce_provider, NULL);
	return credential_open(credential, &failure);
}

/* The name of the file that the token is kept in. */
static char *token_path(void)
{
	const char *parts[] = {"stub", base.text, "client:stub", NULL};
	char *path;
	struct error err = ERROR_INIT;
	ck_assert(statedir_path(scratch_dir(), "token", parts, &path, &err));
	return path;
}

/* Puts a token there, as another check would have. */
static void plant(const char *token, int64_t obtained_ago, int64_t lifetime)
{
	char text[400];
	char *path = token_path();
	snprintf(
	    text, sizeof text,
	    "{\"format\":\"cloud-task-plugins token\",\"version\":1,\"token\":\"%s\","
	    "\"expires_at\":%" PRId64 ",\"obtained_at\":%" PRId64 "}",
	    token, clock_wall() + lifetime, clock_wall() - obtained_ago);
	scratch_write(strrchr(path, '/') + 1, text, 0600);
	free(path);
}

/* ------------------------------------------------------------------ given tokens */

START_TEST(a_token_of_a_file)
{
	own = (struct stub){0};
	make(&stub_provider, scratch_write("t", "given\n", 0600));
	ck_assert(credential_open(credential, &failure));
	ck_assert_str_eq(credential_token(credential), "given");
	ck_assert_uint_eq(strlen(credential_digest(credential)), 16);
	ck_assert_ptr_null(strstr(credential_account(credential), "given"));
	struct strbuf why;
	strbuf_init(&why, 100);
	ck_assert(!credential_replace(credential, credential_use(credential), &why));
	ck_assert_uint_eq(world.asked, 0);
	int64_t end;
	ck_assert(!credential_expiry(credential, &end));
	strbuf_clear(&why);
}
END_TEST

START_TEST(a_token_of_the_environment)
{
	own = (struct stub){0};
	refuse(&stub_provider, NULL, "no access token");
	setenv("CLOUD_TASKS_TOKEN", "", 1);
	refuse(&stub_provider, NULL, "no access token");
	setenv("CLOUD_TASKS_TOKEN", "from env", 1);
	make(&stub_provider, NULL);
	ck_assert_str_eq(credential_token(credential), "from env");
	/* The file is what was asked for, and nothing stands in for it. */
	credential_free(credential);
	refuse(&stub_provider, scratch_path("none"), "No such file");
	unsetenv("CLOUD_TASKS_TOKEN");
}
END_TEST

START_TEST(accounts_differ)
{
	char first[500];
	char digest[17];
	own = (struct stub){0};
	make(&stub_provider, scratch_write("t", "one", 0600));
	snprintf(first, sizeof first, "%s", credential_account(credential));
	snprintf(digest, sizeof digest, "%s", credential_digest(credential));
	make(&stub_provider, scratch_write("t", "two", 0600));
	ck_assert_str_eq(credential_account(credential), first); /* a renewed token */
	ck_assert_str_ne(credential_digest(credential), digest);
	make(&stub_provider, scratch_write("t2", "one", 0600));
	ck_assert_str_ne(credential_account(credential), first);
}
END_TEST

START_TEST(who_signs_needs_no_token)
{
	own = (struct stub){.signs = true, .secret = "hush"};
	make(&stub_provider, NULL);
	ck_assert(credential_open(credential, &failure));
	ck_assert_ptr_null(credential_token(credential));
	ck_assert_str_eq(credential_digest(credential), "");
	ck_assert_uint_eq(world.asked, 0);
	own.secret = NULL;
	credential_free(credential);
	refuse(&stub_provider, NULL, "no secret");
}
END_TEST

/* --------------------------------------------------------------- obtained tokens */

START_TEST(one_token_for_many_checks)
{
	for (int i = 0; i < 5; i++) {
		ck_assert_msg(open_scarce(), "%s", failure.message);
		ck_assert_str_eq(credential_token(credential), "given-1");
		int64_t end;
		ck_assert(credential_expiry(credential, &end));
		ck_assert_int_gt(end, clock_wall() + 86000);
		ck_assert_str_eq(credential_digest(credential), "");
		ck_assert_ptr_null(credential_notice(credential));
	}
	ck_assert_uint_eq(world.asked, 1);
	char *path = token_path();
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	char *text = scratch_read(path);
	ck_assert_ptr_null(strstr(text, "hush"));
	free(text);
	free(path);
}
END_TEST

START_TEST(one_token_for_checks_at_once)
{
	enum { CHECKS = 8 };
	pid_t children[CHECKS];
	for (int i = 0; i < CHECKS; i++) {
		children[i] = fork();
		ck_assert_int_ge(children[i], 0);
		if (children[i] == 0)
			_exit(open_scarce() &&
			              strcmp(credential_token(credential), "given-1") == 0
			          ? 0
			          : 1);
	}
	for (int i = 0; i < CHECKS; i++) {
		int status;
		ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
		ck_assert_int_eq(status, 0);
	}
	stop(); /* its thread counts */
	ck_assert_uint_eq(world.asked, 1);
}
END_TEST

static const struct {
	int64_t obtained_ago;
	int64_t lifetime;
	const char *token;
} planted[] = {
    {100, 86400, "old"},       {100, 400, "old"},      {86400, 299, "given-1"},
    {86400, 0, "given-1"},     {86400, -5, "given-1"}, {-250, 86400, "old"},
    {-9999, 86400, "given-1"}, /* of the future: the clock was set */
};

START_TEST(a_kept_token_is_used_while_it_is_good)
{
	plant("old", planted[_i].obtained_ago, planted[_i].lifetime);
	ck_assert_msg(open_scarce(), "%s", failure.message);
	ck_assert_str_eq(credential_token(credential), planted[_i].token);
}
END_TEST

/* One clock is wrong. Another token would be as old, and would push out a third. */
START_TEST(a_token_that_ended_before_it_came_is_used)
{
	world.lifetime = -400;
	for (int check = 0; check < 3; check++) {
		ck_assert_msg(open_scarce(), "%s", failure.message);
		ck_assert_str_eq(credential_token(credential), "given-1");
		ck_assert_ptr_nonnull(strstr(credential_notice(credential), "clock"));
		int64_t end;
		ck_assert(!credential_expiry(credential, &end));
	}
	ck_assert_uint_eq(world.asked, 1);
}
END_TEST

/* A lost answer is not asked for again in the same run, whatever retries there are. */
START_TEST(a_scarce_token_is_not_lost_twice)
{
	net.retries = 3;
	world.cut = true;
	ck_assert(!open_scarce());
	ck_assert_int_eq(failure.condition, TASK_UNREACHABLE);
	ck_assert_uint_eq(world.asked, 1);
	world.cut = false;
	ck_assert(!open_scarce());
	ck_assert_uint_eq(world.asked, 1);
}
END_TEST

START_TEST(a_broken_token_file_is_told_and_replaced)
{
	char *path = token_path();
	scratch_write(strrchr(path, '/') + 1, "garbage", 0600);
	free(path);
	ck_assert(open_scarce());
	ck_assert_str_eq(credential_token(credential), "given-1");
	ck_assert_ptr_nonnull(strstr(credential_notice(credential), "set aside"));
	ck_assert(open_scarce());
	ck_assert_ptr_null(credential_notice(credential));
	ck_assert_uint_eq(world.asked, 1);
}
END_TEST

/* ---------------------------------------------------------------------- refusals */

START_TEST(a_refused_secret_is_not_tried_again_at_once)
{
	world.body = "{\"code\":401,\"message\":\"wrong secret\"}";
	ck_assert(!open_scarce());
	ck_assert_int_eq(failure.condition, TASK_DENIED);
	ck_assert_ptr_nonnull(strstr(failure.message, "wrong secret"));
	ck_assert(!open_scarce());
	ck_assert_int_eq(failure.condition, TASK_DENIED);
	ck_assert_ptr_nonnull(strstr(failure.message, "wrong secret"));
	ck_assert_uint_eq(world.asked, 1);
	own.secret = "another"; /* it was mended */
	world.body = NULL;
	ck_assert_msg(open_scarce(), "%s", failure.message);
	ck_assert_uint_eq(world.asked, 2);
}
END_TEST

static const struct {
	const char *status;
	const char *body;
	enum task_condition condition;
	int wait; /* seconds in which no other check asks, where tokens are scarce */
} answers[] = {
    /* the answer may have held a token, which is lost */
    {"200 OK", "{\"code\":0}", TASK_INVALID, 600},
    {"200 OK", "{\"code\":0,\"token\":\"x\"}", TASK_INVALID, 600},
    {"200 OK", "{\"code\":0,\"token\":\"x\",\"expires\":true}", TASK_INVALID, 600},
    {"200 OK", "{\"token\":\"x\",\"expires\":1900000000}", TASK_INVALID, 600},
    {"200 OK", "{\"code\":0,\"token\":\"x\\n\",\"expires\":1900000000}", TASK_INVALID,
     600},
    {"200 OK", "<html>log in</html>", TASK_INVALID, 600},
    /* an error that nobody knows is no refusal of the secret */
    {"200 OK", "{\"code\":1,\"message\":\"internal error\"}", TASK_INVALID, 10},
    {"302 Found", "{\"code\":0,\"token\":\"x\",\"expires\":1900000000}", TASK_INVALID,
     10},
    {"200 OK", "{\"code\":401}", TASK_DENIED, 60},
    {"401 Unauthorized", "<html>", TASK_DENIED, 60},
    {"200 OK", "{\"code\":429}", TASK_THROTTLED, 0},
    {"503 Service Unavailable", "<html>", TASK_UNREACHABLE, 0},
    {"502 Bad Gateway", "{\"code\":0,\"token\":\"x\",\"expires\":1900000000}",
     TASK_UNREACHABLE, 0},
};

/* Lets a kept failure be so many seconds older. */
static void age_failure(int seconds)
{
	char *path = token_path();
	char *text = scratch_read(path);
	char *at = strstr(text, "\"refused_at\":");
	ck_assert_ptr_nonnull(at);
	int64_t when = strtoll(at + 13, &at, 10) - seconds;
	char aged[600];
	snprintf(aged, sizeof aged, "%.*s%" PRId64 "%s",
	         (int)(strstr(text, "\"refused_at\":") + 13 - text), text, when, at);
	scratch_write(strrchr(path, '/') + 1, aged, 0600);
	free(text);
	free(path);
}

START_TEST(other_failures_are_told_as_what_they_are)
{
	world.status = answers[_i].status;
	world.body = answers[_i].body;
	ck_assert(!open_scarce());
	ck_assert_int_eq(failure.condition, answers[_i].condition);
	ck_assert_ptr_nonnull(strstr(failure.message, "no access token"));
	ck_assert_ptr_null(strstr(failure.message, "hush"));
	ck_assert_ptr_null(credential_token(credential));
	world.status = "200 OK";
	world.body = NULL;
	if (answers[_i].wait > 0) {
		age_failure(answers[_i].wait - 5);
		ck_assert(!open_scarce());
		ck_assert_int_eq(failure.condition, answers[_i].condition);
		ck_assert_ptr_nonnull(strstr(failure.message, "asked again after"));
		ck_assert_uint_eq(world.asked, 1);
		age_failure(5);
	}
	ck_assert_msg(open_scarce(), "%s", failure.message);
	ck_assert_uint_eq(world.asked, 2);
}
END_TEST

START_TEST(nobody_gives_tokens)
{
	stop();
	ck_assert(!open_scarce());
	ck_assert_int_eq(failure.condition, TASK_UNREACHABLE);
}
END_TEST

START_TEST(no_time_is_left)
{
	net.deadline = clock_steady() - 1;
	ck_assert(!open_scarce());
	ck_assert_int_eq(failure.condition, TASK_TIMEOUT);
	ck_assert_uint_eq(world.asked, 0);
}
END_TEST

/* -------------------------------------------------------------------- replacement */

static bool replace(struct strbuf *why)
{
	strbuf_clear(why);
	return credential_replace(credential, credential_use(credential), why);
}

START_TEST(an_old_token_is_replaced_once)
{
	struct strbuf why;
	strbuf_init(&why, 500);
	plant("old", 601, 86400);
	ck_assert(open_scarce());
	unsigned use = credential_use(credential);
	ck_assert(replace(&why));
	ck_assert_str_eq(credential_token(credential), "given-1");
	/* Whose request still carried the old one just asks again. */
	ck_assert(credential_replace(credential, use, &why));
	ck_assert_uint_eq(world.asked, 1);
	ck_assert(!replace(&why)); /* the new one is refused as well */
	ck_assert(!replace(&why));
	ck_assert_uint_eq(world.asked, 1);
	/* And so it is for the next check. */
	ck_assert(open_scarce());
	ck_assert_str_eq(credential_token(credential), "given-1");
	ck_assert(!replace(&why));
	ck_assert_ptr_nonnull(strstr(strbuf_text(&why), "10m"));
	ck_assert_uint_eq(world.asked, 1);
	strbuf_clear(&why);
}
END_TEST

START_TEST(a_young_token_is_not_replaced)
{
	struct strbuf why;
	strbuf_init(&why, 500);
	plant("old", 590, 86400);
	ck_assert(open_scarce());
	ck_assert(!replace(&why));
	ck_assert_ptr_nonnull(strstr(strbuf_text(&why), "9m 50s"));
	ck_assert_uint_eq(world.asked, 0);
	strbuf_clear(&why);
}
END_TEST

START_TEST(a_newer_token_of_another_check_is_taken)
{
	struct strbuf why;
	strbuf_init(&why, 500);
	plant("old", 5000, 86400);
	ck_assert(open_scarce());
	plant("newer", 5, 86400);
	ck_assert(replace(&why));
	ck_assert_str_eq(credential_token(credential), "newer");
	ck_assert_uint_eq(world.asked, 0);
	strbuf_clear(&why);
}
END_TEST

/* A thousand refused tasks must not become a thousand requests for tokens. */
START_TEST(a_replacement_that_fails_is_not_repeated)
{
	struct strbuf why;
	strbuf_init(&why, 500);
	plant("old", 5000, 86400);
	ck_assert(open_scarce());
	world.body = _i == 0   ? "{\"code\":401,\"message\":\"wrong secret\"}"
	             : _i == 1 ? "{\"code\":1}"
	                       : "{\"code\":429}";
	ck_assert(!replace(&why));
	ck_assert_uint_gt(why.len, 0);
	for (int i = 0; i < 20; i++)
		ck_assert(!replace(&why));
	ck_assert_uint_eq(world.asked, 1);
	ck_assert_str_eq(credential_token(credential), "old");
	strbuf_clear(&why);
}
END_TEST

/* A refusal of the secret holds for replacements of other checks, too. */
START_TEST(a_refused_secret_replaces_nothing)
{
	struct strbuf why;
	strbuf_init(&why, 500);
	plant("old", 5000, 86400);
	world.body = "{\"code\":401,\"message\":\"wrong secret\"}";
	for (int check = 0; check < 3; check++) {
		ck_assert(open_scarce());
		ck_assert(!replace(&why));
		ck_assert_ptr_nonnull(strstr(strbuf_text(&why), "wrong secret"));
	}
	ck_assert_uint_eq(world.asked, 1);
	strbuf_clear(&why);
}
END_TEST

/* ------------------------------------------------------- without a state directory */

static void spoil_directory(void)
{
	ck_assert_int_eq(chmod(scratch_dir(), 0777), 0);
}

START_TEST(scarce_tokens_are_not_taken_without_a_place)
{
	spoil_directory();
	ck_assert(!open_scarce());
	ck_assert_int_eq(failure.condition, TASK_DENIED);
	ck_assert_ptr_nonnull(strstr(failure.message, "cannot be kept"));
	ck_assert_ptr_nonnull(strstr(credential_notice(credential), "0777")); /* why */
	ck_assert_uint_eq(world.asked, 0);
}
END_TEST

START_TEST(others_are_taken_and_it_is_told)
{
	struct strbuf why;
	strbuf_init(&why, 500);
	spoil_directory();
	make(&stub_provider, NULL);
	ck_assert(credential_open(credential, &failure));
	ck_assert_str_eq(credential_token(credential), "given-1");
	ck_assert_ptr_nonnull(strstr(credential_notice(credential), "0777"));
	for (int i = 0; i < 5; i++)
		(void)replace(&why);
	ck_assert_uint_le(world.asked, 2);
	strbuf_clear(&why);
}
END_TEST

START_TEST(a_link_in_its_place_is_no_place)
{
	char *path = token_path();
	const char *victim = scratch_write("victim", "precious", 0600);
	ck_assert_int_eq(symlink(victim, path), 0);
	free(path);
	ck_assert(!open_scarce());
	ck_assert_uint_eq(world.asked, 0);
	char *text = scratch_read(victim);
	ck_assert_str_eq(text, "precious");
	free(text);
}
END_TEST

/* The answer's token does not go into a header as it is. */
START_TEST(a_token_that_is_none)
{
	world.body = "{\"code\":0,\"token\":\"a\\nX-Evil: 1\",\"expires\":1900000000}";
	for (int i = 0; i < 2; i++)
		if (open_scarce())
			ck_assert_ptr_nonnull(credential_token(credential));
	world.body = NULL;
	char *path = token_path();
	struct token_file file;
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	ck_assert(token_file_read(path, &file, &notice, &err));
	ck_assert_msg(!error_is_set(&notice), "%s", notice.text); /* never written */
	token_file_clear(&file);
	free(path);
}
END_TEST

static void add_obtained(TCase *tc)
{
	tcase_add_test(tc, one_token_for_many_checks);
	tcase_add_test(tc, one_token_for_checks_at_once);
	tcase_add_loop_test(tc, a_kept_token_is_used_while_it_is_good, 0,
	                    (int)ARRAY_LEN(planted));
	tcase_add_test(tc, a_broken_token_file_is_told_and_replaced);
	tcase_add_test(tc, a_token_that_ended_before_it_came_is_used);
	tcase_add_test(tc, a_scarce_token_is_not_lost_twice);
	tcase_add_test(tc, a_refused_secret_is_not_tried_again_at_once);
	tcase_add_loop_test(tc, other_failures_are_told_as_what_they_are, 0,
	                    (int)ARRAY_LEN(answers));
	tcase_add_test(tc, nobody_gives_tokens);
	tcase_add_test(tc, no_time_is_left);
	tcase_add_test(tc, a_token_that_is_none);
}

static void add_replaced(TCase *tc)
{
	tcase_add_test(tc, an_old_token_is_replaced_once);
	tcase_add_test(tc, a_young_token_is_not_replaced);
	tcase_add_test(tc, a_newer_token_of_another_check_is_taken);
	tcase_add_loop_test(tc, a_replacement_that_fails_is_not_repeated, 0, 3);
	tcase_add_test(tc, a_refused_secret_replaces_nothing);
	tcase_add_test(tc, scarce_tokens_are_not_taken_without_a_place);
	tcase_add_test(tc, others_are_taken_and_it_is_told);
	tcase_add_test(tc, a_link_in_its_place_is_no_place);
}

Suite *credential_suite(void)
{
	Suite *suite = suite_create("credential");
	TCase *tc = tcase_create("credential");
	tcase_set_timeout(tc, 2 * PLENTY);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_token_of_a_file);
	tcase_add_test(tc, a_token_of_the_environment);
	tcase_add_test(tc, accounts_differ);
	tcase_add_test(tc, who_signs_needs_no_token);
	add_obtained(tc);
	add_replaced(tc);
	suite_add_tcase(suite, tc);
	return suite;
}
