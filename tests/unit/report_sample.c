#include "report_sample.h"

#include <check.h>
#include <math.h>

enum { MOST = 64 * 1024 * 1024 };

void sample_init(struct sample *sample)
{
	*sample = (struct sample){.token = (double)NAN};
	sample->report = (struct report){.plugin = "check_stub",
	                                 .title = "STUB",
	                                 .tasks = &sample->tasks,
	                                 .judgement = &sample->judgement,
	                                 .thresholds = &sample->thresholds,
	                                 .checked_at = 1800000000};
	task_map_init(&sample->map);
	strbuf_init(&sample->out, MOST);
}

void sample_clear(struct sample *sample)
{
	judgement_clear(&sample->judgement);
	task_list_clear(&sample->tasks);
	strbuf_clear(&sample->out);
}

struct task *sample_add(struct sample *sample, const char *text,
                        enum task_condition condition)
{
	struct error err = ERROR_INIT;
	ck_assert_msg(task_list_add(&sample->tasks, text, '=', &err), "%s", err.text);
	struct task *task = &sample->tasks.items[sample->tasks.n - 1];
	task_set(task, condition, NULL);
	return task;
}

void sample_limit(struct sample *sample, const char *warning, const char *critical)
{
	enum task_metric metric;
	struct error err = ERROR_INIT;
	ck_assert_msg(!warning || task_thresholds_parse(&sample->thresholds, false,
	                                                warning, &metric, &err),
	              "%s", err.text);
	ck_assert_msg(!critical || task_thresholds_parse(&sample->thresholds, true,
	                                                 critical, &metric, &err),
	              "%s", err.text);
}

void sample_judge(struct sample *sample)
{
	judgement_clear(&sample->judgement);
	ck_assert(judge_run(&sample->tasks, &sample->map, &sample->thresholds,
	                    sample->token, &sample->judgement));
	sample->report.state = sample->judgement.state;
	for (size_t i = 0; i < sample->report.n_notices; i++)
		sample->report.state =
		    mp_state_worst(sample->report.state, sample->report.notices[i].state);
}

const char *sample_write(struct sample *sample, const char *writer)
{
	if (!sample->judged && !sample->report.error)
		sample_judge(sample);
	strbuf_clear(&sample->out);
	const struct report_writer *form = report_writer_find(writer);
	ck_assert_ptr_nonnull(form);
	ck_assert(form->write(&sample->report, &sample->out));
	return strbuf_text(&sample->out);
}
