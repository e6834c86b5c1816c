/* Made by examples.py from tests/data/examples: do not edit. */
/* clang-format off */
#include "examples.h"

#include <stddef.h>
#include <string.h>

#include "base/compiler.h"

static const char text_123pan_copy_fail[] =
    "{\n"
    "    \"code\": 0,\n"
    "    \"message\": \"ok\",\n"
    "    \"data\": {\n"
    "        \"total\": 0,\n"
    "        \"list\": null\n"
    "    },\n"
    "    \"x-traceID\": \"61f58d82-056c-496c-abf8-c52adb2a52a9_kong-db-5898fdd8c6-wnv6h\"\n"
    "}\n";

static const char text_123pan_copy_process[] =
    "{\n"
    "    \"code\": 0,\n"
    "    \"message\": \"ok\",\n"
    "    \"data\": {\n"
    "        \"status\": 2,\n"
    "        \"failMsg\": \"\"\n"
    "    },\n"
    "    \"x-traceID\": \"9c4eea65-23ca-4f37-b305-89a6d7bb1f5a_kong-db-5898fdd8c6-t5pvc\"\n"
    "}\n";

static const char text_123pan_offline_process[] =
    "{\n"
    "  \"code\": 0,\n"
    "  \"message\": \"ok\",\n"
    "  \"data\": {\n"
    "    \"process\": 100,\n"
    "    \"status\": 2\n"
    "  },\n"
    "  \"x-traceID\": \"1895c15e-dc5b-4f75-a01b-b7113bd176ca_kong-db-5898fdd8c6-t5pvc\"\n"
    "}\n";

static const char text_coze_copy_task[] =
    "{\n"
    "  \"data\": {\n"
    "    \"task_id\": \"123e456700***\",\n"
    "    \"entity_type\": \"bot\",\n"
    "    \"task_status\": \"successful\",\n"
    "    \"source_entity_id\": \"7530938808750080***\",\n"
    "    \"target_entity_id\": \"7530938808750067***\",\n"
    "    \"target_workspace_id\": \"74982048832804***\"\n"
    "  },\n"
    "  \"code\": 0,\n"
    "  \"msg\": \"\",\n"
    "  \"detail\": {\n"
    "    \"logid\": \"20241210152726467C48D89D6DB2****\"\n"
    "  }\n"
    "}\n";

static const char text_koodrive_task[] =
    "{ \"taskId\" : \"1534087020903704704\", \"taskName\" : \"lym0412normal\", \"taskType\" : 0, \"tenantId\" : \"d5ac574bd2934a69baa4f23c55daa8d4\", \"userId\" : \"1395497048157130881\", \"status\" : 3, \"resultCode\" : \"18000205\", \"code\" : 0, \"msg\" : \"Success.\" }\n";

static const struct {
	enum endpoint endpoint;
	const char *id;
	const char *body;
} examples[] = {
    {ENDPOINT_COPY, "1ketmmu1000d86isuyq33su100w1bnp6", text_123pan_copy_process},
    {ENDPOINT_COPY_LIST, "1ketmmu1000d86isuyq33su100w1bnp6", text_123pan_copy_fail},
    {ENDPOINT_OFFLINE, "403316", text_123pan_offline_process},
    {ENDPOINT_KOODRIVE, "1534087020903704704", text_koodrive_task},
    {ENDPOINT_COZE, "567456700***", text_coze_copy_task},
    {ENDPOINT_COZE, "123e456700***", text_coze_copy_task},
};

const char *example_find(enum endpoint endpoint, const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		if (examples[i].endpoint == endpoint && strcmp(examples[i].id, id) == 0)
			return examples[i].body;
	return NULL;
}
