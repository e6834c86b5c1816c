#include "shape.h"

#include <string.h>

#include "base/compiler.h"

#define TRACE  "\"x-traceID\":\"7d1c0a52-3f1e-4c7b-9d0a-6b1f2e3d4c5b_kong-db-cloudsim\""
#define DETAIL "\"detail\":{\"logid\":\"20260101080000CLOUDSIM0000000000001\"}"

#define PAN_REFUSALS                                                                     \
	{                                                                                \
		{200,                                                                    \
		 "{\"code\":401,\"message\":\"token is expired\",\"data\":null," TRACE   \
		 "}"},                                                                   \
		    {401, "{\"code\":401,\"message\":\"access_token is "                 \
		          "invalid\",\"data\":null," TRACE "}"},                         \
		    {200,                                                                \
		     "{\"code\":429,\"message\":\"请求太频繁\",\"data\":null," TRACE     \
		     "}"},                                                               \
		{                                                                        \
			200, "{\"code\":1,\"message\":\"任务不存在\",\"data\":"     \
			     "null," TRACE "}"                                           \
		}                                                                        \
	}

#define GATEWAY(code, message)                                                           \
	"{\"error_msg\":\"" message "\",\"error_code\":\"" code                          \
	"\",\"request_id\":\"3c1f0a9e5d6b4c7f8a90b1c2d3e4f506\"}"

#define COZE_ERROR(code, message) "{\"code\":" code ",\"msg\":\"" message "\"," DETAIL "}"
#define OAUTH_ERROR(code, message, error)                                                \
	"{\"error_code\":\"" code "\",\"error_message\":\"" message                      \
	"\",\"error\":\"" error "\"}"

static const struct shape shapes[ENDPOINT_COUNT] = {
    [ENDPOINT_COPY] =
        {
            .path = "/api/v1/oss/source/copy/process",
            .status = "status",
            .unknown = "7",
            .string = "\"2\"",
            .good = "{\"code\":0,\"message\":\"ok\",\"data\":{\"status\":2,\"failMsg\":"
                    "\"\"}," TRACE "}",
            .refusals = PAN_REFUSALS,
        },
    [ENDPOINT_COPY_LIST] =
        {
            .path = "/api/v1/oss/source/copy/fail",
            .status = "total",
            .unknown = "-1",
            .string = "\"0\"",
            .good = "{\"code\":0,\"message\":\"ok\",\"data\":{\"total\":0,\"list\":null}"
                    "," TRACE "}",
            .refusals = PAN_REFUSALS,
        },
    [ENDPOINT_OFFLINE] =
        {
            .path = "/api/v1/oss/offline/download/process",
            .status = "status",
            .unknown = "7",
            .string = "\"2\"",
            .good = "{\"code\":0,\"message\":\"ok\",\"data\":{\"process\":100,\"status\":"
                    "2}," TRACE "}",
            .refusals = PAN_REFUSALS,
        },
    [ENDPOINT_KOODRIVE] =
        {
            .path = "/koodrive/ose/v1/task/",
            .flat = true,
            .status = "status",
            .unknown = "7",
            .string = "\"2\"",
            .good = "{\"taskId\":\"1534087020903704704\",\"taskName\":\"transfer\","
                    "\"taskType\":0,\"tenantId\":\"d5ac574bd2934a69baa4f23c55daa8d4\","
                    "\"userId\":\"1395497048157130881\",\"status\":2,\"code\":0,"
                    "\"msg\":\"Success.\"}",
            .refusals =
                {
                    {200,
                     GATEWAY("APIG.0301", "Incorrect app authentication information: "
                                          "signature expired")},
                    {401,
                     GATEWAY("APIG.0301", "Incorrect app authentication information: "
                                          "app not found")},
                    {200,
                     GATEWAY("APIG.0308", "The throttling threshold has been reached")},
                    {400, "{\"code\":13000102,\"msg\":\"Parameter check failed.\"}"},
                },
        },
    [ENDPOINT_COZE] =
        {
            .path = "/v1/entities/copy_tasks/",
            .status = "task_status",
            .unknown = "\"paused\"",
            .string = "\"successful\"",
            .good =
                "{\"data\":{\"task_id\":\"7539000000000000001\",\"entity_type\":\"bot\","
                "\"task_status\":\"successful\","
                "\"source_entity_id\":\"7530938808750080001\","
                "\"target_entity_id\":\"7530938808750067001\","
                "\"target_workspace_id\":\"7498204883280400001\"},"
                "\"code\":0,\"msg\":\"\"," DETAIL "}",
            .refusals =
                {
                    {200, COZE_ERROR("4101", "The token you entered is incorrect.")},
                    {401, COZE_ERROR("700012006", "access token invalid")},
                    {200, COZE_ERROR("4020", "Requests have exceeded the RPM limit.")},
                    {404, COZE_ERROR("4200", "The resource does not exist.")},
                },
        },
    [ENDPOINT_PAN_TOKEN] =
        {
            .path = "/api/v1/access_token",
            .status = "expiredAt",
            .unknown = "\"never\"",
            .string = "\"2099-12-31T23:59:59+08:00\"",
            .good =
                "{\"code\":0,\"message\":\"ok\",\"data\":{\"accessToken\":\"never-good\","
                "\"expiredAt\":\"2099-12-31T23:59:59+08:00\"}," TRACE "}",
            .refusals = PAN_REFUSALS,
        },
    [ENDPOINT_COZE_TOKEN] =
        {
            .path = "/api/permission/oauth2/token",
            .flat = true,
            .status = "expires_in",
            .unknown = "-1",
            .string = "\"4102416000\"",
            .good = "{\"access_token\":\"never-good\",\"expires_in\":4102416000,"
                    "\"token_type\":\"Bearer\"}",
            .refusals =
                {
                    {200,
                     OAUTH_ERROR("invalid_client", "Invalid client", "invalid_client")},
                    {401,
                     OAUTH_ERROR("invalid_client", "Invalid client", "invalid_client")},
                    {200, OAUTH_ERROR("slow_down", "Too many requests", "slow_down")},
                    {404, OAUTH_ERROR("invalid_request", "Not found", "invalid_request")},
                },
        },
};

const struct shape *shape_of(enum endpoint endpoint)
{
	return &shapes[endpoint];
}

enum endpoint shape_guess(const char *target)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (strstr(target, shapes[i].path))
			return (enum endpoint)i;
	return ENDPOINT_COPY;
}

void shape_refuse(enum endpoint endpoint, enum refusal refusal, struct answer *a)
{
	const struct shape *shape = &shapes[endpoint];
	const char *body = shape->refusals[refusal].body;
	answer_text(a, shape->refusals[refusal].status, "application/json", body);
}

static void fail_copy(json_t *answer, json_t *message)
{
	json_t *data = json_object_get(answer, "data");
	json_object_set_new(data, "status", json_integer(3));
	json_object_set(data, "failMsg", message);
}

static void fail_list(json_t *answer, json_t *message)
{
	json_t *list = json_pack("[{s:i,s:O}]", "fileId", 10001, "filename", message);
	json_object_set_new(answer, "data",
	                    json_pack("{s:i,s:o}", "total", 1, "list", list));
}

static void fail_offline(json_t *answer, json_t *message)
{
	json_object_set_new(answer, "data",
	                    json_pack("{s:i,s:i}", "process", 0, "status", 1));
	json_object_set(answer, "message", message);
}

static void fail_koodrive(json_t *answer, json_t *message)
{
	json_object_set_new(answer, "status", json_integer(3));
	json_object_set_new(answer, "resultCode", json_string("18000205"));
	json_object_set(answer, "taskName", message);
	json_object_set(answer, "msg", message);
}

static void fail_coze(json_t *answer, json_t *message)
{
	json_t *data = json_object_get(answer, "data");
	json_object_set_new(data, "task_status", json_string("failed"));
	json_object_del(data, "target_entity_id");
	json_object_set_new(data, "failed_reasons",
	                    json_pack("[{s:s,s:O,s:s,s:O}]", "entity_id",
	                              "7530938808750080001", "entity_name", message,
	                              "entity_type", "bot", "failed_reason", message));
}

static void fail_pan_token(json_t *answer, json_t *message)
{
	json_object_set_new(answer, "code", json_integer(1));
	json_object_set(answer, "message", message);
	json_object_set_new(answer, "data", json_null());
}

static void fail_coze_token(json_t *answer, json_t *message)
{
	json_object_clear(answer);
	json_object_set_new(answer, "error_code", json_string("invalid_request"));
	json_object_set(answer, "error_message", message);
	json_object_set_new(answer, "error", json_string("invalid_request"));
}

void shape_fail(enum endpoint endpoint, json_t *answer, json_t *message)
{
	static void (*const fail[ENDPOINT_COUNT])(json_t *, json_t *) = {
	    [ENDPOINT_COPY] = fail_copy,
	    [ENDPOINT_COPY_LIST] = fail_list,
	    [ENDPOINT_OFFLINE] = fail_offline,
	    [ENDPOINT_KOODRIVE] = fail_koodrive,
	    [ENDPOINT_COZE] = fail_coze,
	    [ENDPOINT_PAN_TOKEN] = fail_pan_token,
	    [ENDPOINT_COZE_TOKEN] = fail_coze_token,
	};
	fail[endpoint](answer, message);
	json_decref(message);
}
