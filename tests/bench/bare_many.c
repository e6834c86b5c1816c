/*
 * The yardstick for many tasks: bare_many URL N PARALLEL CA_FILE CA_DIRECTORY TOKEN
 *
 * N requests for URL0, URL1 ... with at most PARALLEL at once, in a plain
 * libcurl multi loop over reused handles. Looks at nothing but the HTTP status.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "libraries.h"

struct run {
	const char *url;
	long next;
	long n;
	long running;
	long good;
	CURLM *multi;
	char **argv;
	struct curl_slist *headers;
};

static size_t on_body(char *bytes, size_t size, size_t n, void *user)
{
	(void)bytes;
	(void)user;
	return size * n;
}

static CURL *handle_new(struct run *run)
{
	CURL *easy = curl_easy_init();
	if (!easy)
		exit(2);
	/* As the plugins do it: from 8.21 on NULL stands for the built-in bundle. */
	const char *file = curl_version_info(CURLVERSION_NOW)->version_num >= 0x081500
	                       ? run->argv[4]
	                       : NULL;
	curl_easy_setopt(easy, CURLOPT_CAINFO, file);
	curl_easy_setopt(easy, CURLOPT_CAPATH, run->argv[5]);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, run->headers);
	return easy;
}

static void start(struct run *run, CURL *easy)
{
	char url[1024];
	if (run->next >= run->n) {
		curl_easy_cleanup(easy);
		return;
	}
	snprintf(url, sizeof url, "%s%ld", run->url, run->next++);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_multi_add_handle(run->multi, easy);
	run->running++;
}

static void take_ended(struct run *run)
{
	int left;
	for (CURLMsg *msg = curl_multi_info_read(run->multi, &left); msg;
	     msg = curl_multi_info_read(run->multi, &left)) {
		CURL *easy = msg->easy_handle;
		CURLcode code = msg->data.result;
		long status = 0;
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		run->good += code == CURLE_OK && status == 200;
		curl_multi_remove_handle(run->multi, easy);
		run->running--;
		start(run, easy);
	}
}

int main(int argc, char **argv)
{
	if (uses_all_libraries(argc))
		return 3;
	if (argc != 7 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return 2;
	struct run run = {.url = argv[1], .n = strtol(argv[2], NULL, 10), .argv = argv};
	long parallel = strtol(argv[3], NULL, 10);
	char header[512];
	snprintf(header, sizeof header, "Authorization: Bearer %s", argv[6]);
	run.headers = curl_slist_append(NULL, header);
	run.multi = curl_multi_init();
	curl_multi_setopt(run.multi, CURLMOPT_MAX_HOST_CONNECTIONS, parallel);
	curl_multi_setopt(run.multi, CURLMOPT_MAXCONNECTS, parallel);
	for (long i = 0; i < parallel && i < run.n; i++)
		start(&run, handle_new(&run));
	while (run.running > 0) {
		int ignored;
		if (curl_multi_perform(run.multi, &ignored) != CURLM_OK)
			return 2;
		take_ended(&run);
		curl_multi_poll(run.multi, NULL, 0, 25, NULL);
	}
	printf("%ld of %ld\n", run.good, run.n);
	fflush(stdout);
	_exit(run.good == run.n ? 0 : 1);
}
