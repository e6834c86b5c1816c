/*
 * The four states of a Nagios plugin and their exit codes, after the
 * Monitoring Plugins Development Guidelines ("Plugin Return Codes").
 */
#ifndef MONPLUG_STATE_H
#define MONPLUG_STATE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/i18n.h"

/* The number is the exit code. */
enum mp_state {
	MP_OK = 0,
	MP_WARNING = 1,
	MP_CRITICAL = 2,
	MP_UNKNOWN = 3,
};

/* "OK", "WARNING", "CRITICAL", "UNKNOWN". */
const char *mp_state_name(enum mp_state state);

/* How bad it is, for sorting: OK 0, UNKNOWN 1, WARNING 2, CRITICAL 3. */
int mp_state_severity(enum mp_state state);

/* The worse of the two: CRITICAL over WARNING over UNKNOWN over OK. */
enum mp_state mp_state_worst(enum mp_state a, enum mp_state b);

/* What mp_state_parse() reads, for an error's words. */
#define MP_STATE_WORDS N_("ok, warning, critical, unknown or 0 to 3")

/* Reads "ok", "Warning", "CRITICAL", "unknown" in any case, or "0" to "3". */
bool mp_state_parse(const char *text, enum mp_state *ret_state) MUST_CHECK;

#endif
