/* A run: ask, judge, fill in the report. */
#ifndef CHECK_RUN_H
#define CHECK_RUN_H

#include "base/compiler.h"
#include "base/error.h"
#include "check/plugin.h"
#include "report/report.h"
#include "task/judge.h"

struct run;

/*
 * Makes a run and fills in the report, which is good as long as the run. False
 * where the run as a whole could not be made: err says why. The caller frees
 * *ret_run in any case.
 */
bool run_make(const struct plugin *plugin, struct settings *settings,
              struct report *report, struct run **ret_run, struct error *err) MUST_CHECK;
void run_free(struct run *run);

#endif
