#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "provider_stub.h"
#include "scratch.h"
#include "suites.h"
#include "task/poll.h"
#include "tiny_server.h"

static const double PLENTY = 60;

/* What the server says to the tries of a step, in turn; the last stands. */
enum { TRIES = 4 };
struct script {
	const char *ask[TRIES];  /* step 0 */
	const char *rest[TRIES]; /* step 1 */
};

static struct {
	struct tiny_server *server;
	const struct script *script;
	unsigned asked[2];
} world;

static struct stub own;
static struct net_base base;
static struct net_options net;
static struct credential *credential;
static struct task_list tasks;

/* "HTTP-STATUS BODY"; "-" hangs up. */
static void answer(void *ctx, const char *request, struct tiny_answer *answer)
{
	(void)ctx;
	const char *at = strstr(request, "&step=");
	unsigned step = at && at[6] == '1';
	const char *const *lines = step ? world.script->rest : world.script->ask;
	unsigned n = world.asked[step]++;
	while (n > 0 && (n >= TRIES || !lines[n]))
		n--;
	if (lines[n][0] == '-') {
		answer->close = true;
		return;
	}
	char status[16];
	snprintf(status, sizeof status, "%.3s X", lines[n]);
	tiny_answer_add(answer, status, "", lines[n] + 4);
}

static void serve(tiny_answer_fn *function)
{
	char url[64];
	struct error err = ERROR_INIT;
	world.server = tiny_server_start(function, NULL);
	snprintf(url, sizeof url, "http://127.0.0.1:%u", tiny_server_port(world.server));
	net_base_clear(&base);
	ck_assert(net_base_parse(url, false, &base, &err));
}

static void setup(void)
{
	scratch_make();
	memset(&world, 0, sizeof world);
	serve(answer);
	own = (struct stub){.signs = true, .secret = "s"};
	net = (struct net_options){.parallel = 4,
	                           .retries = 1,
	                           .deadline = clock_steady() + PLENTY,
	                           .user_agent = "unit",
	                           .no_proxy = "*"};
	tasks = (struct task_list){NULL, 0, 0};
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
	stop();
	credential_free(credential);
	credential = NULL;
	task_list_clear(&tasks);
	net_base_clear(&base);
	scratch_remove();
}

static void add(const char *id)
{
	struct error err = ERROR_INIT;
	ck_assert(task_list_add(&tasks, id, '=', &err));
}

static void run(const struct script *script)
{
	struct error err = ERROR_INIT;
	struct credential_options options = {.provider = &stub_provider,
	                                     .own = &own,
	                                     .base = &base,
	                                     .net = &net,
	                                     .state_dir = scratch_dir()};
	struct task failure = {.condition = TASK_INVALID};
	world.script = script;
	credential = credential_new(&options, &err);
	ck_assert_ptr_nonnull(credential);
	ck_assert(credential_open(credential, &failure));
	struct task_poll poll = {.provider = &stub_provider,
	                         .run = {&base, NULL, &own, true},
	                         .credential = credential,
	                         .tasks = &tasks};
	struct net_client *client = net_client_new(&net, &err);
	ck_assert_msg(task_poll(&poll, client, &err), "%s", err.text);
	net_client_free(client);
	stop();
}

#define STATUS(n) "200 {\"code\":0,\"data\":{\"status\":" n "}}"
#define LOST(n)   "200 {\"code\":0,\"data\":{\"lost\":" n "}}"
#define DENIED    "200 {\"code\":401,\"message\":\"token is expired\"}"
#define THROTTLED "200 {\"code\":429,\"message\":\"slow down\"}"
#define DOWN      "503 <html>"

static const struct {
	struct script script;
	enum task_condition condition;
	const char *says;  /* NULL: no message */
	const char *never; /* what must not be said; NULL: nothing */
	unsigned asked[2]; /* requests of each step */
} rows[] = {
    {{{STATUS("1")}, {NULL}}, TASK_RUNNING, NULL, NULL, {1, 0}},
    {{{STATUS("9")}, {NULL}}, TASK_INVALID, "9", NULL, {1, 0}},
    {{{DENIED}, {NULL}}, TASK_DENIED, "expired", NULL, {1, 0}},
    {{{THROTTLED}, {NULL}}, TASK_THROTTLED, "slow down", NULL, {2, 0}},
    {{{THROTTLED, STATUS("1")}, {NULL}}, TASK_RUNNING, NULL, NULL, {2, 0}},
    {{{DOWN, STATUS("1")}, {NULL}}, TASK_RUNNING, NULL, NULL, {2, 0}},
    {{{"-", STATUS("1")}, {NULL}}, TASK_RUNNING, NULL, NULL, {2, 0}},
    {{{"-"}, {NULL}}, TASK_UNREACHABLE, "", NULL, {2, 0}},
    {{{STATUS("2")}, {LOST("0")}}, TASK_SUCCEEDED, NULL, NULL, {1, 1}},
    {{{STATUS("2")}, {LOST("3")}}, TASK_PARTIAL, NULL, NULL, {1, 1}},

    /* the task ended, but the rest cannot be had: never succeeded */
    {{{STATUS("2")}, {DENIED}},
     TASK_DENIED,
     "the task ended, but what was lost is not",
     NULL,
     {1, 1}},
    {{{STATUS("2")}, {THROTTLED}}, TASK_THROTTLED, "slow down", NULL, {1, 2}},
    {{{STATUS("2")}, {DOWN}}, TASK_UNREACHABLE, "the task ended", NULL, {1, 2}},
    {{{STATUS("2")}, {"-"}}, TASK_UNREACHABLE, "the task ended", NULL, {1, 0}},
    {{{STATUS("2")}, {"200 "}}, TASK_INVALID, "empty", NULL, {1, 1}},
    {{{STATUS("2")}, {"200 {\"code\":0}"}},
     TASK_INVALID,
     "'data' is missing",
     NULL,
     {1, 1}},
    {{{STATUS("2")}, {"200 {\"code\":0,\"data\":null}"}},
     TASK_INVALID,
     "data",
     NULL,
     {1, 1}},
    {{{STATUS("2")}, {LOST("true")}}, TASK_INVALID, "the task ended", NULL, {1, 1}},
    {{{STATUS("2")}, {STATUS("2")}}, TASK_INVALID, "the task ended", NULL, {1, 1}},
    {{{STATUS("2")}, {THROTTLED, LOST("0")}}, TASK_SUCCEEDED, NULL, NULL, {1, 2}},
    {{{STATUS("2")}, {DOWN, LOST("2")}}, TASK_PARTIAL, NULL, NULL, {1, 2}},

    /* failed stays failed, whatever the second answer is */
    {{{STATUS("3")}, {LOST("0")}}, TASK_FAILED, "no such file", "not known", {1, 1}},
    {{{STATUS("3")}, {LOST("4")}}, TASK_FAILED, "no such file", "not known", {1, 1}},
    {{{STATUS("3")}, {DENIED}}, TASK_FAILED, "no such file", NULL, {1, 1}},
    {{{STATUS("3")}, {DOWN}}, TASK_FAILED, "no such file", NULL, {1, 2}},
    {{{STATUS("3")}, {"-"}}, TASK_FAILED, "not known", NULL, {1, 0}},
    {{{STATUS("3")}, {"200 []"}}, TASK_FAILED, "not known", NULL, {1, 1}},
    /* and what was not known at first, and is then, is not called unknown */
    {{{STATUS("3")}, {THROTTLED, LOST("1")}},
     TASK_FAILED,
     "no such file",
     "not known",
     {1, 2}},
};

START_TEST(answers_in_turn)
{
	add("a");
	run(&rows[_i].script);
	const struct task *task = &tasks.items[0];
	ck_assert_msg(task->condition == rows[_i].condition, "%s: %s",
	              task_condition_name(task->condition),
	              task->message ? task->message : "");
	if (!rows[_i].says)
		ck_assert_msg(!task->message, "%s", task->message);
	else
		ck_assert_msg(task->message && strstr(task->message, rows[_i].says), "%s",
		              task->message ? task->message : "(none)");
	if (rows[_i].never && task->message)
		ck_assert_msg(!strstr(task->message, rows[_i].never), "%s",
		              task->message);
	ck_assert_uint_eq(task->n_reasons, 0);
	ck_assert_uint_eq(world.asked[0], rows[_i].asked[0]);
	if (rows[_i].asked[1] || !rows[_i].script.rest[0]) /* else libcurl asks more */
		ck_assert_uint_eq(world.asked[1], rows[_i].asked[1]);
}
END_TEST

START_TEST(remembered_tasks_are_not_asked)
{
	static const struct script script = {{STATUS("1")}, {NULL}};
	add("a");
	add("b");
	add("c");
	tasks.items[1].remembered = true;
	task_set(&tasks.items[1], TASK_FAILED, "long ago");
	run(&script);
	ck_assert_uint_eq(world.asked[0], 2);
	ck_assert_int_eq(tasks.items[0].condition, TASK_RUNNING);
	ck_assert_int_eq(tasks.items[1].condition, TASK_FAILED);
	ck_assert_str_eq(tasks.items[1].message, "long ago");
	ck_assert(isnan(tasks.items[1].time));
	ck_assert(tasks.items[0].time >= 0);
}
END_TEST

/* Whatever stood in a task before, a run that asks nothing makes it no better. */
START_TEST(no_time_is_left)
{
	static const struct script script = {{STATUS("2")}, {LOST("0")}};
	add("a");
	add("b");
	tasks.items[0].condition = tasks.items[1].condition = TASK_SUCCEEDED;
	net.deadline = clock_steady() - 1;
	run(&script);
	for (size_t i = 0; i < tasks.n; i++)
		ck_assert_int_eq(tasks.items[i].condition, TASK_TIMEOUT);
	ck_assert_uint_eq(world.asked[0], 0);
}
END_TEST

/* Both tasks have ended, one well and one badly; what was lost is never told. */
static void silent_rest(void *ctx, const char *request, struct tiny_answer *reply)
{
	(void)ctx;
	static const char *const bodies[] = {STATUS("2"), STATUS("3")};
	const char *body = bodies[strstr(request, "id=bad") != NULL];
	bool is_rest = strstr(request, "&step=1") != NULL;
	world.asked[is_rest]++;
	if (!is_rest)
		tiny_answer_add(reply, "200 OK", "", body + 4);
}

static void run_with_silent_rest(double seconds)
{
	static const struct script script = {{NULL}, {NULL}};
	teardown();
	setup();
	stop();
	serve(silent_rest);
	add("good");
	add("bad");
	net.deadline = clock_steady() + seconds;
	run(&script);
}

/* The deadline passes between the two questions; where a busy machine did not come to the
   second one, it gets more time. */
START_TEST(the_rest_does_not_come)
{
	for (double seconds = 1; seconds < PLENTY && world.asked[1] < 2; seconds *= 3)
		run_with_silent_rest(seconds);
	ck_assert_uint_eq(world.asked[1], 2);
	ck_assert_int_eq(tasks.items[0].condition, TASK_TIMEOUT);
	ck_assert_int_eq(tasks.items[1].condition, TASK_FAILED);
}
END_TEST

#define OLD_TOKEN "eyJhbGciOiJIUzI1NiJ9.old.0123456789"
#define NEW_TOKEN "eyJhbGciOiJIUzI1NiJ9.new.9876543210"

/* Refuses the old token, all requests at once, and repeats it. */
static void revoked(void *ctx, const char *request, struct tiny_answer *reply)
{
	(void)ctx;
	if (strncmp(request, "POST /token ", 12) == 0) {
		world.asked[1]++;
		tiny_answer_add(reply, "200 OK", "",
		                "{\"code\":0,\"token\":\"" NEW_TOKEN
		                "\",\"expires\":4000000000}");
		return;
	}
	world.asked[0]++;
	reply->delay = 0.2;
	if (strstr(request, "Bearer " NEW_TOKEN "\r\n") && !strstr(request, "id=bad"))
		tiny_answer_add(reply, "200 OK", "",
		                "{\"code\":0,\"data\":{\"status\":1}}");
	else
		tiny_answer_add(reply, "200 OK", "",
		                "{\"code\":401,\"message\":\"" OLD_TOKEN
		                " was revoked\"}");
}

static void plant_old_token(void)
{
	const char *parts[] = {"check_stub", base.text, "client:stub", NULL};
	char *path;
	char text[300];
	struct error err = ERROR_INIT;
	ck_assert(statedir_path(scratch_dir(), "token", parts, &path, &err));
	snprintf(text, sizeof text,
	         "{\"format\":\"cloud-task-plugins token\",\"version\":1,\"token\":"
	         "\"" OLD_TOKEN "\",\"expires_at\":4000000000,\"obtained_at\":%" PRId64
	         "}",
	         clock_wall() - 3600);
	scratch_write(strrchr(path, '/') + 1, text, 0600);
	free(path);
}

/* Answers to requests with the old token are judged after it was replaced, too. */
START_TEST(a_token_is_replaced_under_way)
{
	static const char *const ids[] = {"a", "b", "c", "d", "e", "bad"};
	static const struct script script = {{NULL}, {NULL}};
	stop();
	serve(revoked);
	own = (struct stub){.obtains = true, .secret = "hush"};
	plant_old_token();
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		add(ids[i]);
	run(&script);
	for (size_t i = 0; i + 1 < ARRAY_LEN(ids); i++)
		ck_assert_msg(tasks.items[i].condition == TASK_RUNNING, "%s: %s",
		              tasks.items[i].id, tasks.items[i].message);
	/* The former token is as secret as the new one. */
	ck_assert_int_eq(tasks.items[5].condition, TASK_DENIED);
	ck_assert_ptr_nonnull(strstr(tasks.items[5].message, "*** was revoked"));
	ck_assert_uint_eq(world.asked[1], 1);
}
END_TEST

Suite *poll_suite(void)
{
	Suite *suite = suite_create("poll");
	TCase *tc = tcase_create("poll");
	tcase_set_timeout(tc, 2 * PLENTY);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, answers_in_turn, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, remembered_tasks_are_not_asked);
	tcase_add_test(tc, no_time_is_left);
	tcase_add_test(tc, the_rest_does_not_come);
	tcase_add_test(tc, a_token_is_replaced_under_way);
	suite_add_tcase(suite, tc);
	return suite;
}
