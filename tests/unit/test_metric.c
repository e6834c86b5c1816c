#include <math.h>
#include <string.h>

#include "suites.h"
#include "task/metric.h"

static const struct {
	const char *name;
	enum task_metric metric;
	const char *uom;
	bool per_task;
} metrics[] = {
    {"age", TASK_METRIC_AGE, "s", true},
    {"stalled", TASK_METRIC_STALLED, "s", true},
    {"progress", TASK_METRIC_PROGRESS, "%", true},
    {"failed_files", TASK_METRIC_FAILED_FILES, "", true},
    {"failed", TASK_METRIC_FAILED, "", false},
    {"unfinished", TASK_METRIC_UNFINISHED, "", false},
    {"time", TASK_METRIC_TIME, "s", false},
    {"token", TASK_METRIC_TOKEN, "s", false},
};

START_TEST(metrics_are_those_of_the_design)
{
	enum task_metric metric = metrics[_i].metric;
	ck_assert_uint_eq(ARRAY_LEN(metrics), TASK_N_METRICS);
	ck_assert_str_eq(task_metric_name(metric), metrics[_i].name);
	ck_assert_str_eq(task_metric_uom(metric), metrics[_i].uom);
	ck_assert(task_metric_is_per_task(metric) == metrics[_i].per_task);
}
END_TEST

static const struct {
	const char *text;
	enum task_metric metric;
	double start;
	double end;
	bool inside;
} good[] = {
    {"6h", TASK_METRIC_AGE, 0, 21600, false},
    {"60", TASK_METRIC_AGE, 0, 60, false},
    {"10:20", TASK_METRIC_AGE, 10, 20, false},
    {"age=1d", TASK_METRIC_AGE, 0, 86400, false},
    {"age=@1h:2h", TASK_METRIC_AGE, 3600, 7200, true},
    {"stalled=90s", TASK_METRIC_STALLED, 0, 90, false},
    {"stalled=1h30m", TASK_METRIC_STALLED, 0, 5400, false},
    {"progress=50:", TASK_METRIC_PROGRESS, 50, INFINITY, false},
    {"progress=50%:", TASK_METRIC_PROGRESS, 50, INFINITY, false},
    {"progress=@~:10%", TASK_METRIC_PROGRESS, -INFINITY, 10, true},
    {"failed_files=0", TASK_METRIC_FAILED_FILES, 0, 0, false},
    {"failed=3", TASK_METRIC_FAILED, 0, 3, false},
    {"unfinished=100", TASK_METRIC_UNFINISHED, 0, 100, false},
    {"time=2.5", TASK_METRIC_TIME, 0, 2.5, false},
    {"time=250ms", TASK_METRIC_TIME, 0, 0.25, false},
    {"token=3d:", TASK_METRIC_TOKEN, 259200, INFINITY, false},
    {"token=~:0", TASK_METRIC_TOKEN, -INFINITY, 0, false},
};

START_TEST(thresholds_that_can_be_read)
{
	for (int critical = 0; critical < 2; critical++) {
		struct task_thresholds thresholds = {0};
		enum task_metric metric = TASK_N_METRICS;
		struct error err = ERROR_INIT;
		ck_assert_msg(task_thresholds_parse(&thresholds, critical, good[_i].text,
		                                    &metric, &err),
		              "%s: %s", good[_i].text, err.text);
		ck_assert_int_eq(metric, good[_i].metric);
		for (int i = 0; i < TASK_N_METRICS; i++)
			ck_assert(task_threshold_is_set(&thresholds.of[i]) ==
			          (i == (int)metric));
		const struct task_threshold *threshold = &thresholds.of[metric];
		const struct mp_range *range = critical
		                                   ? task_threshold_critical(threshold)
		                                   : task_threshold_warning(threshold);
		ck_assert_ptr_nonnull(range);
		ck_assert_ptr_null(critical ? task_threshold_warning(threshold)
		                            : task_threshold_critical(threshold));
		ck_assert_double_eq(range->start, good[_i].start);
		ck_assert_double_eq(range->end, good[_i].end);
		ck_assert(range->inside == good[_i].inside);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *says;
} bad[] = {
    {"", ""},
    {"=5", "''"},
    {"Age=5", "'Age'"},
    {"ages=5", "'ages'"},
    {"ag=5", "'ag'"},
    {"age =5", "'age '"},
    {"size=5", "'size'"},
    {"age=", ""},
    {"age", "age"},
    {"age==5", ""},
    {"age=5 ", ""},
    {"age=20:10", ""},
    {"age=5%", ""},
    {"progress=5h", ""},
    {"progress=5%%", ""},
    {"failed=5s", ""},
    {"failed_files=1%", ""},
    {"token=x:", ""},
    {"age=1h:nan", ""},
    {"age=inf", ""},
};

START_TEST(thresholds_that_cannot)
{
	struct task_thresholds thresholds = {0};
	const struct task_thresholds untouched = {0};
	enum task_metric metric = TASK_METRIC_TOKEN;
	struct error err = ERROR_INIT;
	ck_assert_msg(
	    !task_thresholds_parse(&thresholds, true, bad[_i].text, &metric, &err), "%s",
	    bad[_i].text);
	ck_assert(error_is_set(&err));
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
	ck_assert_mem_eq(&thresholds, &untouched, sizeof untouched);
}
END_TEST

START_TEST(an_unknown_metric_is_told_the_known)
{
	struct task_thresholds thresholds = {0};
	enum task_metric metric;
	struct error err = ERROR_INIT;
	ck_assert(!task_thresholds_parse(&thresholds, false, "x=1", &metric, &err));
	for (size_t i = 0; i < ARRAY_LEN(metrics); i++)
		ck_assert_ptr_nonnull(strstr(err.text, metrics[i].name));
}
END_TEST

START_TEST(none_is_offered_that_cannot_be_told)
{
	struct task_thresholds thresholds = {0};
	enum task_metric metric;
	struct error err = ERROR_INIT;
	thresholds.untold[TASK_METRIC_AGE] = thresholds.untold[TASK_METRIC_PROGRESS] =
	    true;
	ck_assert(!task_thresholds_parse(&thresholds, false, "x=1", &metric, &err));
	ck_assert_ptr_nonnull(
	    strstr(err.text, "allowed are stalled, failed_files, failed"));
}
END_TEST

START_TEST(the_last_of_a_metric_counts)
{
	struct task_thresholds thresholds = {0};
	enum task_metric metric;
	struct error err = ERROR_INIT;
	ck_assert(task_thresholds_parse(&thresholds, false, "1h", &metric, &err));
	ck_assert(task_thresholds_parse(&thresholds, true, "age=3h", &metric, &err));
	ck_assert(task_thresholds_parse(&thresholds, false, "age=2h", &metric, &err));
	const struct task_threshold *age = &thresholds.of[TASK_METRIC_AGE];
	ck_assert_double_eq(task_threshold_warning(age)->end, 7200);
	ck_assert_double_eq(task_threshold_critical(age)->end, 10800);
}
END_TEST

Suite *metric_suite(void)
{
	Suite *suite = suite_create("metric");
	TCase *tc = tcase_create("metric");
	tcase_add_loop_test(tc, metrics_are_those_of_the_design, 0,
	                    (int)ARRAY_LEN(metrics));
	tcase_add_loop_test(tc, thresholds_that_can_be_read, 0, (int)ARRAY_LEN(good));
	tcase_add_loop_test(tc, thresholds_that_cannot, 0, (int)ARRAY_LEN(bad));
	tcase_add_test(tc, an_unknown_metric_is_told_the_known);
	tcase_add_test(tc, none_is_offered_that_cannot_be_told);
	tcase_add_test(tc, the_last_of_a_metric_counts);
	suite_add_tcase(suite, tc);
	return suite;
}
