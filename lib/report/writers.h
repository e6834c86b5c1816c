/* The writers, for report.c alone. */
#ifndef REPORT_WRITERS_H
#define REPORT_WRITERS_H

#include "report/report.h"

extern const struct report_writer report_nagios;
extern const struct report_writer report_json;
extern const struct report_writer report_checkmk;
extern const struct report_writer report_openmetrics;

#endif
