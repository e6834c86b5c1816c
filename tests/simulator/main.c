#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "builtin.h"
#include "options.h"
#include "pause.h"
#include "route.h"
#include "server.h"

enum { PEM_MAX = 1 << 20 };

static bool read_file(const char *path, struct strbuf *to, struct error *err)
{
	FILE *file = fopen(path, "r");
	if (!file)
		return error_set(err, "%s: cannot be read", path);
	char block[4096];
	size_t n;
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		strbuf_add(to, block, n);
	bool ok = !ferror(file) && strbuf_ok(to) && to->len > 0;
	fclose(file);
	return ok || error_set(err, "%s: cannot be read, or is empty", path);
}

static struct server *start_tls(const struct options *o, struct error *err)
{
	struct strbuf cert;
	struct strbuf key;
	strbuf_init(&cert, PEM_MAX);
	strbuf_init(&key, PEM_MAX);
	struct server *server = NULL;
	if (read_file(o->cert, &cert, err) && read_file(o->key, &key, err))
		server = server_new(o->tls_port, cert.data, key.data, err);
	strbuf_clear(&cert);
	strbuf_clear(&key);
	return server;
}

static void say_ports(FILE *to, const struct server *http, const struct server *https)
{
	fprintf(to, "http=%u\n", server_port(http));
	if (https)
		fprintf(to, "https=%u\n", server_port(https));
}

/* A reader sees the whole file or none. */
static bool write_ports(const char *path, const struct server *http,
                        const struct server *https, struct error *err)
{
	struct strbuf temp;
	strbuf_init(&temp, 4096);
	strbuf_addf(&temp, "%s.%ld", path, (long)getpid());
	FILE *file = strbuf_ok(&temp) ? fopen(strbuf_text(&temp), "w") : NULL;
	bool ok = file != NULL;
	if (file) {
		say_ports(file, http, https);
		ok = fclose(file) == 0 && rename(strbuf_text(&temp), path) == 0;
	}
	strbuf_clear(&temp);
	return ok || error_set(err, "%s: cannot be written", path);
}

/* The signals that end the program wait for sigwait(), in every thread. */
static sigset_t hold_signals(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_DFL); /* a shell starts background jobs with it ignored */
	signal(SIGTERM, SIG_DFL);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return set;
}

static void allow_many_files(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static bool serve(const struct options *o, struct error *err)
{
	sigset_t ends = hold_signals();
	struct server *http = server_new(o->port, NULL, NULL, err);
	struct server *https = http && o->tls ? start_tls(o, err) : NULL;
	bool ok = http && (https || !o->tls);
	if (o->demo)
		builtin_start_demo();
	if (ok && o->port_file)
		ok = write_ports(o->port_file, http, https, err);
	if (ok) {
		say_ports(stdout, http, https);
		fflush(stdout);
		int which;
		sigwait(&ends, &which);
	}
	pause_stop();
	server_free(http);
	server_free(https);
	route_forget_all();
	return ok;
}

int main(int argc, char **argv)
{
	struct options options;
	struct error err = ERROR_INIT;
	if (!options_parse(argc, argv, &options, &err)) {
		fprintf(stderr, "cloudsim: %s\n", err.text);
		return 2;
	}
	if (options.help) {
		options_help();
		return 0;
	}
	allow_many_files();
	if (serve(&options, &err))
		return 0;
	fprintf(stderr, "cloudsim: %s\n", err.text);
	return 1;
}
