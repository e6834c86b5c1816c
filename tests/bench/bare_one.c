/*
 * The yardstick for one check: bare_one URL CA_FILE CA_DIRECTORY TOKEN
 *
 * The least that asks one question as a plugin does: a verified HTTPS request
 * with the trust store read lazily, the answer parsed, its status printed.
 * Linked as the plugins are, and ends as they do.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libraries.h"

struct body {
	char bytes[65536];
	size_t len;
};

static size_t on_body(char *bytes, size_t size, size_t n, void *user)
{
	struct body *body = user;
	if (size * n > sizeof body->bytes - body->len)
		return 0;
	memcpy(body->bytes + body->len, bytes, size * n);
	body->len += size * n;
	return size * n;
}

static const char *ask(char **argv, struct body *body)
{
	char header[512];
	snprintf(header, sizeof header, "Authorization: Bearer %s", argv[4]);
	CURL *easy = curl_easy_init();
	if (!easy)
		return NULL;
	curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
	/* As the plugins do it: from 8.21 on NULL stands for the built-in bundle. */
	const char *file =
	    curl_version_info(CURLVERSION_NOW)->version_num >= 0x081500 ? argv[2] : NULL;
	curl_easy_setopt(easy, CURLOPT_CAINFO, file);
	curl_easy_setopt(easy, CURLOPT_CAPATH, argv[3]);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, curl_slist_append(NULL, header));
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
	if (curl_easy_perform(easy) != CURLE_OK)
		return NULL;
	json_t *root = json_loadb(body->bytes, body->len, 0, NULL);
	return json_string_value(
	    json_object_get(json_object_get(root, "data"), "task_status"));
}

int main(int argc, char **argv)
{
	static struct body body;
	if (uses_all_libraries(argc))
		return 3;
	if (argc != 5 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return 2;
	const char *status = ask(argv, &body);
	printf("%s\n", status ? status : "no answer");
	fflush(stdout);
	_exit(status ? 0 : 1);
}
