/* A run as the writers get it, made by hand. */
#ifndef TESTS_REPORT_SAMPLE_H
#define TESTS_REPORT_SAMPLE_H

#include <stdbool.h>

#include "report/report.h"

struct sample {
	struct report report;
	struct task_list tasks;
	struct task_map map;
	struct task_thresholds thresholds;
	struct judgement judgement;
	double token; /* seconds; NAN: not known */
	bool judged;  /* the judgement stands, and is not made anew by sample_write() */
	struct strbuf out;
};

void sample_init(struct sample *sample);
void sample_clear(struct sample *sample);

/* Adds "ID[=LABEL]" in that condition, whose message is none. */
struct task *sample_add(struct sample *sample, const char *text,
                        enum task_condition condition);

/* Adds a warning and a critical threshold; NULL: none. */
void sample_limit(struct sample *sample, const char *warning, const char *critical);

/* Judges the run; notices then are to be added again. */
void sample_judge(struct sample *sample);

/* The output of that writer, judged before unless it was; good until the next call. */
const char *sample_write(struct sample *sample, const char *writer);

#endif
