#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault.h"

static const struct option table[] = {
    {"port", required_argument, NULL, 'p'},
    {"tls-port", required_argument, NULL, 's'},
    {"cert", required_argument, NULL, 'c'},
    {"key", required_argument, NULL, 'k'},
    {"port-file", required_argument, NULL, 'f'},
    {"demo", no_argument, NULL, 'd'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool read_port(const char *text, unsigned *ret, struct error *err)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);
	if (end == text || *end || port > 65535)
		return error_set(err, "%s: a port is 0 to 65535", text);
	*ret = (unsigned)port;
	return true;
}

static bool take(int letter, struct options *o, struct error *err)
{
	switch (letter) {
	case 'p':
		return read_port(optarg, &o->port, err);
	case 's':
		o->tls = true;
		return read_port(optarg, &o->tls_port, err);
	case 'c':
		o->cert = optarg;
		return true;
	case 'k':
		o->key = optarg;
		return true;
	case 'f':
		o->port_file = optarg;
		return true;
	case 'd':
		o->demo = true;
		return true;
	case 'h':
		o->help = true;
		return true;
	default:
		return error_set(err, "try cloudsim --help");
	}
}

bool options_parse(int argc, char **argv, struct options *ret, struct error *err)
{
	*ret = (struct options){0};
	int letter;
	while ((letter = getopt_long(argc, argv, "h", table, NULL)) != -1)
		if (!take(letter, ret, err))
			return false;
	if (optind < argc)
		return error_set(err, "%s: not an option", argv[optind]);
	if (ret->tls && (!ret->cert || !ret->key))
		return error_set(err, "--tls-port needs --cert and --key");
	return true;
}

void options_help(void)
{
	puts(
	    "Usage: cloudsim [--port=N] [--tls-port=N --cert=PEM --key=PEM]\n"
	    "                [--port-file=FILE] [--demo]\n"
	    "\n"
	    "Plays 123pan, KooDrive and Coze on 127.0.0.1 for tests and demonstrations.\n"
	    "Port 0 (the default) takes a free one; the ports are printed, and written "
	    "to\n"
	    "FILE, once all is ready. SIGTERM ends it.\n"
	    "\n"
	    "Tasks (in every world):\n"
	    "  the documents' examples: copy 1ketmmu1000d86isuyq33su100w1bnp6, offline\n"
	    "      403316, KooDrive 1534087020903704704, Coze '567456700***', "
	    "'123e456700***'\n"
	    "  waiting running failed succeeded ended retrying partial\n"
	    "  lots-N         a finished copy with N failed files\n"
	    "  bulk-N         succeeded\n"
	    "  fault-NAME     spoilt answers; listfault-NAME: a spoilt list of failed "
	    "files\n"
	    "  demo           with --demo: waiting, running, failed over two minutes\n"
	    "Offline tasks have numbers: 1000 running, 1001 failed, 1002 succeeded,\n"
	    "1003 retrying, 2000000 to 2999999 succeeded, 9000 demo, and the faults.\n"
	    "\n"
	    "Faults, with their numbers for offline tasks:");
	const char *name;
	for (size_t i = 0; (name = fault_name(i)); i++)
		printf("  %zu %-16s%s", FAULT_FIRST_ID + i, name, i % 3 == 2 ? "\n" : "");
	puts("");
}
