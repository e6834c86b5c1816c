#include <string.h>

#include "suites.h"
#include "task/envelope.h"

/* ------------------------------------------------------- three kinds of envelope */

static const struct envelope_code wrapped_codes[] = {{401, TASK_DENIED, NULL},
                                                     {429, TASK_THROTTLED, NULL},
                                                     {4200, TASK_MISSING, "look again"}};
/* {"code":0,"message":"ok","data":{}} */
static const struct envelope wrapped = {.code = "code",
                                        .message = "message",
                                        .codes = wrapped_codes,
                                        .n_codes = ARRAY_LEN(wrapped_codes)};

static const struct envelope_code flat_http[] = {{400, TASK_DENIED, NULL}};

static bool flat_gateway(const json_t *root, struct task *task)
{
	const char *code = json_string_value(json_object_get(root, "error_code"));
	if (!code)
		return false;
	task_set(task, strcmp(code, "G.308") == 0 ? TASK_THROTTLED : TASK_DENIED,
	         "gateway %s", code);
	return true;
}

/* {"code":0,"msg":"Success.","status":2}, with a gateway of another shape before it */
static const struct envelope flat = {.code = "code",
                                     .message = "msg",
                                     .http = flat_http,
                                     .n_http = ARRAY_LEN(flat_http),
                                     .gateway = flat_gateway};

/* {"access_token":"..."}: no code at all */
static const struct envelope bare = {.message = "error_message"};

/* --------------------------------------------------------------------- the table */

#define HTML502   "<html><head><title>502 Bad Gateway</title></head></html>"
#define GOOD      "{\"code\":0,\"message\":\"ok\",\"data\":{}}"
#define FLAT_GOOD "{\"code\":0,\"msg\":\"Success.\",\"status\":2}"
/* Where the reply opens the way to the provider's own reading. */
#define OPEN TASK_N_CONDITIONS

static const struct {
	const struct envelope *envelope;
	long status;
	const char *body;
	enum task_condition condition;
	bool retry;
	const char *says; /* part of the message; NULL with OPEN */
} rows[] = {
    /* success, and the spellings of it that count */
    {&wrapped, 200, GOOD, OPEN, false, NULL},
    {&wrapped, 200, "{\"code\":\"0\",\"data\":{}}", OPEN, false, NULL},
    {&wrapped, 200, "{\"code\":0.0,\"data\":{}}", OPEN, false, NULL},
    {&wrapped, 200, " \r\n{\"code\":0}\n ", OPEN, false, NULL},
    {&wrapped, 200, "\xEF\xBB\xBF{\"code\":0}", OPEN, false, NULL},
    {&wrapped, 201, GOOD, OPEN, false, NULL},
    {&wrapped, 200, "{\"code\":0,\"message\":\"token is expired\"}", OPEN, false, NULL},
    {&wrapped, 200, "{\"code\":0,\"message\":\"\xFF\xFE broken\"}", OPEN, false, NULL},
    {&flat, 200, FLAT_GOOD, OPEN, false, NULL},
    {&flat, 200, "{\"code\":\"0\",\"msg\":\"成功\",\"status\":3}", OPEN, false, NULL},
    {&bare, 200, "{\"access_token\":\"x\"}", OPEN, false, NULL},

    /* the code is no number, or is not there: never 0 */
    {&wrapped, 200, "{\"message\":\"ok\",\"data\":{}}", TASK_INVALID, false, "'code'"},
    {&wrapped, 200, "{\"code\":null,\"data\":{}}", TASK_INVALID, false, "'code'"},
    {&wrapped, 200, "{\"code\":false,\"data\":{}}", TASK_INVALID, false, "false"},
    {&wrapped, 200, "{\"code\":true,\"data\":{}}", TASK_INVALID, false, "true"},
    {&wrapped, 200, "{\"code\":\"\",\"data\":{}}", TASK_INVALID, false, "code"},
    {&wrapped, 200, "{\"code\":\"ok\",\"data\":{}}", TASK_INVALID, false, "\"ok\""},
    {&wrapped, 200, "{\"code\":\"0x0\",\"data\":{}}", TASK_INVALID, false, "code"},
    {&wrapped, 200, "{\"code\":\" 0\",\"data\":{}}", TASK_INVALID, false, "code"},
    {&wrapped, 200, "{\"code\":\"0 \",\"data\":{}}", TASK_INVALID, false, "code"},
    {&wrapped, 200, "{\"code\":\"0.0\",\"data\":{}}", TASK_INVALID, false, "code"},
    {&wrapped, 200, "{\"code\":\"1\",\"data\":{}}", TASK_INVALID, false, "code 1"},
    {&wrapped, 200, "{\"code\":0.5,\"data\":{}}", TASK_INVALID, false, "code"},
    {&wrapped, 200, "{\"code\":[],\"data\":{}}", TASK_INVALID, false, "array"},
    {&wrapped, 200, "{\"code\":{},\"data\":{}}", TASK_INVALID, false, "object"},
    {&wrapped, 200, "{\"Code\":0,\"data\":{}}", TASK_INVALID, false, "'code'"},
    {&wrapped, 200, "{\"code\\u0000\":0,\"data\":{}}", TASK_INVALID, false, "'code'"},
    {&wrapped, 200, "{\"data\":{\"code\":0}}", TASK_INVALID, false, "'code'"},
    {&wrapped, 200, "{\"code\":0,\"code\":401}", TASK_INVALID, false, "two members"},
    {&wrapped, 200, "{\"code\":401,\"code\":0}", TASK_INVALID, false, "two members"},
    {&flat, 200, "{\"msg\":\"Success.\",\"status\":2}", TASK_INVALID, false, "Success."},

    /* the body's code decides, with HTTP 200 too */
    {&wrapped, 200, "{\"code\":401,\"message\":\"token is expired\",\"data\":null}",
     TASK_DENIED, false, "token is expired"},
    {&wrapped, 200, "{\"code\":\"401\"}", TASK_DENIED, false, "401"},
    {&wrapped, 200, "{\"code\":429,\"message\":\"请求太频繁\"}", TASK_THROTTLED, true,
     "请求太频繁"},
    {&wrapped, 200, "{\"code\":4200,\"message\":\"gone\"}", TASK_MISSING, false,
     "look again"},
    {&wrapped, 200, "{\"code\":1,\"message\":\"internal error\"}", TASK_INVALID, false,
     "code 1: internal error"},
    {&wrapped, 200, "{\"code\":-1}", TASK_INVALID, false, "code -1"},
    {&wrapped, 200, "{\"code\":200,\"message\":\"ok\"}", TASK_INVALID, false, "200"},
    {&wrapped, 200, "{\"code\":4294967296}", TASK_INVALID, false, "4294967296"},
    {&wrapped, 200, "{\"code\":700012006}", TASK_INVALID, false, "700012006"},
    {&wrapped, 200, "{\"code\":1,\"message\":{\"a\":1}}", TASK_INVALID, false, "code 1"},
    {&wrapped, 404, "{\"code\":4200}", TASK_MISSING, false, "HTTP 404"},
    {&wrapped, 401, "{\"code\":429}", TASK_THROTTLED, true, "HTTP 401"},
    {&wrapped, 503, "{\"code\":401}", TASK_DENIED, false, "HTTP 503"},

    /* where the code says nothing plainly, the HTTP status does */
    {&wrapped, 503, "{\"code\":5066,\"message\":\"x\"}", TASK_UNREACHABLE, true,
     "HTTP 503, code 5066: x"},
    {&wrapped, 500, "{\"code\":1}", TASK_UNREACHABLE, true, "HTTP 500"},
    {&wrapped, 401, "{\"code\":5066}", TASK_DENIED, false, "HTTP 401"},
    {&wrapped, 403, "{\"code\":5066}", TASK_DENIED, false, "HTTP 403"},
    {&wrapped, 429, "{\"code\":5066}", TASK_THROTTLED, true, "HTTP 429"},
    {&wrapped, 404, "{\"code\":5066}", TASK_INVALID, false, "HTTP 404"},
    {&wrapped, 400, "{\"code\":5066}", TASK_INVALID, false, "HTTP 400"},
    {&flat, 400, "{\"code\":13000102,\"msg\":\"鉴权不通过\"}", TASK_DENIED, false,
     "鉴权不通过"},

    /* code 0 with an HTTP status that is no success: not believed */
    {&wrapped, 500, GOOD, TASK_UNREACHABLE, true, "code is 0"},
    {&wrapped, 503, GOOD, TASK_UNREACHABLE, true, "code is 0"},
    {&wrapped, 429, GOOD, TASK_THROTTLED, true, "code is 0"},
    {&wrapped, 401, GOOD, TASK_DENIED, false, "code is 0"},
    {&wrapped, 404, GOOD, TASK_INVALID, false, "HTTP 404"},
    {&wrapped, 302, GOOD, TASK_INVALID, false, "redirects"},
    {&wrapped, 304, GOOD, TASK_INVALID, false, "HTTP 304"},
    {&wrapped, 199, GOOD, TASK_INVALID, false, "HTTP 199"},
    {&wrapped, 999, GOOD, TASK_UNREACHABLE, true, "HTTP 999"},
    {&flat, 400, FLAT_GOOD, TASK_DENIED, false, "HTTP 400"},
    {&bare, 500, "{\"access_token\":\"x\"}", TASK_UNREACHABLE, true, "HTTP 500"},
    {&bare, 400, "{\"access_token\":\"x\"}", TASK_INVALID, false, "HTTP 400"},

    /* no JSON at all */
    {&wrapped, 502, HTML502, TASK_UNREACHABLE, true, "HTTP 502"},
    {&wrapped, 504, "", TASK_UNREACHABLE, true, "HTTP 504"},
    {&wrapped, 200, HTML502, TASK_INVALID, false, "HTML"},
    {&wrapped, 200, "", TASK_INVALID, false, "empty"},
    {&wrapped, 204, "", TASK_INVALID, false, "HTTP 204"},
    {&wrapped, 200, "  \n ", TASK_INVALID, false, "empty"},
    {&wrapped, 200, "0", TASK_INVALID, false, "not a JSON object"},
    {&wrapped, 200, "null", TASK_INVALID, false, "not a JSON object"},
    {&wrapped, 200, "\"ok\"", TASK_INVALID, false, "not a JSON object"},
    {&wrapped, 200, "[" GOOD "]", TASK_INVALID, false, "array"},
    {&wrapped, 200, "{\"code\":0,", TASK_INVALID, false, "cut short"},
    {&wrapped, 200, GOOD GOOD, TASK_INVALID, false, "goes on"},
    {&wrapped, 200, "callback(" GOOD ")", TASK_INVALID, false, "not a JSON"},
    {&wrapped, 200, "<?xml version=\"1.0\"?><a/>", TASK_INVALID, false, "XML"},
    {&wrapped, 404, "<html>nothing here</html>", TASK_INVALID, false, "HTTP 404"},
    {&wrapped, 401, "<html>log in</html>", TASK_DENIED, false, "HTTP 401"},
    {&wrapped, 403, "123pan-global-slb forbidden client ip", TASK_DENIED, false,
     "HTTP 403"},
    {&wrapped, 429, "slow down", TASK_THROTTLED, true, "HTTP 429"},
    {&wrapped, 301, "", TASK_INVALID, false, "https://elsewhere.example/"},
    {&wrapped, 307, HTML502, TASK_INVALID, false, "redirects"},
    {&flat, 400, "bad", TASK_DENIED, false, "HTTP 400"},
    {&wrapped, 400, "bad", TASK_INVALID, false, "HTTP 400"},

    /* gateways */
    {&wrapped, 404, "{\"message\":\"no Route matched with those values\"}", TASK_INVALID,
     false, "no Route matched"},
    {&wrapped, 401, "{\"message\":\"Unauthorized\"}", TASK_DENIED, false, "Unauthorized"},
    {&wrapped, 503, "{\"message\":\"failure to get a peer\"}", TASK_UNREACHABLE, true,
     "a peer"},
    {&wrapped, 429, "{\"message\":\"API rate limit exceeded\"}", TASK_THROTTLED, true,
     "rate limit"},
    {&flat, 401, "{\"error_code\":\"G.301\",\"error_msg\":\"x\"}", TASK_DENIED, false,
     "G.301"},
    {&flat, 200, "{\"error_code\":\"G.308\"}", TASK_THROTTLED, true, "G.308"},
    {&flat, 200, "{\"error_code\":\"G.301\",\"code\":0,\"status\":2}", TASK_DENIED, false,
     "G.301"},
};

static struct net_reply answered(long status, const char *body)
{
	return (struct net_reply){.outcome = NET_ANSWERED,
	                          .status = status,
	                          .body = body,
	                          .len = strlen(body),
	                          .content_type = "",
	                          .location = "https://elsewhere.example/"};
}

static bool open_reply(const struct envelope *envelope, const struct net_reply *reply,
                       struct task *task, json_t **ret_root, bool *ret_retry)
{
	struct error err = ERROR_INIT;
	ck_assert(task_init(task, "a", '=', &err));
	task->condition = TASK_SUCCEEDED; /* the worst that could be left standing */
	*ret_retry = true;
	return envelope_open(envelope, reply, task, ret_root, ret_retry);
}

START_TEST(replies_are_judged)
{
	struct task task;
	json_t *root;
	bool retry;
	struct net_reply reply = answered(rows[_i].status, rows[_i].body);
	bool open = open_reply(rows[_i].envelope, &reply, &task, &root, &retry);
	ck_assert_msg(open == (rows[_i].condition == OPEN), "HTTP %ld %s",
	              rows[_i].status, rows[_i].body);
	ck_assert_msg(retry == rows[_i].retry, "HTTP %ld %s", rows[_i].status,
	              rows[_i].body);
	if (open) {
		ck_assert(json_is_object(root));
	} else {
		ck_assert_msg(task.condition == rows[_i].condition, "HTTP %ld %s: %s",
		              rows[_i].status, rows[_i].body,
		              task_condition_name(task.condition));
		ck_assert_msg(strstr(task.message, rows[_i].says) != NULL, "\"%s\"",
		              task.message);
	}
	json_decref(root);
	task_clear(&task);
}
END_TEST

/* Whatever the status, a body with another code or none is never let through. */
START_TEST(nothing_but_code_0_and_http_2xx_opens)
{
	static const char *const bodies[] = {
	    "",     HTML502, "{}",           "{\"code\":1}",    "{\"code\":null}",
	    "null", "0",     "{\"code\":0}", "{\"code\":false}"};
	for (long status = 100; status < 600; status++) {
		for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
			struct task task;
			json_t *root;
			bool retry;
			struct net_reply reply = answered(status, bodies[i]);
			bool open = open_reply(&wrapped, &reply, &task, &root, &retry);
			bool due = status >= 200 && status < 300 &&
			           strcmp(bodies[i], "{\"code\":0}") == 0;
			ck_assert_msg(open == due, "HTTP %ld %s", status, bodies[i]);
			ck_assert(open || (!task_is_finished(task.condition) &&
			                   !task_is_unfinished(task.condition)));
			json_decref(root);
			task_clear(&task);
		}
	}
}
END_TEST

static const struct {
	enum net_outcome outcome;
	bool may_pass;
	enum task_condition condition;
	bool retry;
} transports[] = {
    {NET_UNREACHABLE, true, TASK_UNREACHABLE, true},
    {NET_UNREACHABLE, false, TASK_UNREACHABLE, false}, /* a bad certificate */
    {NET_TIMED_OUT, false, TASK_TIMEOUT, false},
    {NET_TIMED_OUT, true, TASK_TIMEOUT, false},
    {NET_TOO_LARGE, true, TASK_INVALID, false},
    {NET_UNUSABLE, true, TASK_INVALID, false},
};

/* The body that had come by then is not looked at. */
START_TEST(transport_comes_first)
{
	struct task task;
	json_t *root;
	bool retry;
	struct net_reply reply = answered(200, GOOD);
	reply.outcome = transports[_i].outcome;
	reply.may_pass = transports[_i].may_pass;
	reply.why = "the \xFF reason";
	ck_assert(!open_reply(&wrapped, &reply, &task, &root, &retry));
	ck_assert_int_eq(task.condition, transports[_i].condition);
	ck_assert(retry == transports[_i].retry);
	ck_assert_ptr_null(root);
	ck_assert_str_eq(task.message, "the ? reason"); /* what is kept is UTF-8 */
	task_clear(&task);
}
END_TEST

START_TEST(a_nul_ends_nothing)
{
	static const char body[] = "{\"code\":0}\0{\"code\":401}";
	struct task task;
	json_t *root;
	bool retry;
	struct net_reply reply = answered(200, body);
	reply.len = sizeof body - 1;
	ck_assert(!open_reply(&wrapped, &reply, &task, &root, &retry));
	ck_assert_int_eq(task.condition, TASK_INVALID);
	json_decref(root);
	task_clear(&task);
}
END_TEST

/* The trace of a refusal is told, so its root is given. */
START_TEST(a_refusal_keeps_its_root)
{
	struct task task;
	json_t *root;
	bool retry;
	struct net_reply reply = answered(200, "{\"code\":401,\"trace\":\"t\"}");
	ck_assert(!open_reply(&wrapped, &reply, &task, &root, &retry));
	ck_assert_str_eq(json_string_value(json_object_get(root, "trace")), "t");
	json_decref(root);
	task_clear(&task);
}
END_TEST

Suite *envelope_suite(void)
{
	Suite *suite = suite_create("envelope");
	TCase *tc = tcase_create("envelope");
	tcase_add_loop_test(tc, replies_are_judged, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, nothing_but_code_0_and_http_2xx_opens);
	tcase_add_loop_test(tc, transport_comes_first, 0, (int)ARRAY_LEN(transports));
	tcase_add_test(tc, a_nul_ends_nothing);
	tcase_add_test(tc, a_refusal_keeps_its_root);
	suite_add_tcase(suite, tc);
	return suite;
}
