/* A table of answers to one plugin. Included behind the plugin's own source. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "table.h"

struct row {
	unsigned step;
	const char *body;
	enum task_condition condition;
	const char *says; /* part of the message; NULL: there is none */
	enum provider_next next;
};

static const char *no_header(const struct net_reply *reply, const char *name)
{
	(void)reply;
	(void)name;
	return NULL;
}

/* Puts the answer to a task "1", which the caller then looks at and clears. */
static enum provider_next put_reply(void *own, long status, const char *body,
                                    unsigned step, struct task *task)
{
	const struct net_reply reply = {.outcome = NET_ANSWERED,
	                                .status = status,
	                                .body = body,
	                                .len = strlen(body),
	                                .content_type = "",
	                                .location = "",
	                                .header = no_header};
	const struct provider_run run = {.own = own, .want_details = true};
	struct error err = ERROR_INIT;
	enum provider_next next = PROVIDER_DONE;
	json_t *root;
	bool retry;
	ck_assert(task_init(task, "1", '=', &err));
	task->step = step;
	task->ended = TASK_SUCCEEDED;
	if (envelope_open(provider.envelope, &reply, task, &root, &retry))
		next = provider.answer(&run, task, root);
	json_decref(root);
	return next;
}

/* The same with HTTP 200. */
static enum provider_next put_answer(void *own, const char *body, unsigned step,
                                     struct task *task)
{
	return put_reply(own, 200, body, step, task);
}

static void check_row(void *own, const struct row *row)
{
	struct task task;
	enum provider_next next = put_answer(own, row->body, row->step, &task);
	ck_assert_msg(task.condition == row->condition, "%s gave %s (%s)", row->body,
	              task_condition_name(task.condition),
	              task.message ? task.message : "");
	ck_assert_int_eq(next, row->next);
	if (row->says)
		ck_assert_msg(task.message && strstr(task.message, row->says),
		              "%s gave %s", row->body,
		              task.message ? task.message : "no message");
	else
		ck_assert_msg(!task.message, "%s gave %s", row->body, task.message);
	task_clear(&task);
}

/* The manual page's table is the plugin's: number, the provider's word, condition. A
 * status that is a word stands for itself. */
static void check_statuses_are_documented(void)
{
	char text[200];
	snprintf(text, sizeof text, "../../docs/man/%s.in", provider.plugin);
	char *page = table_slurp(text, NULL);
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		const struct status_row *row = &statuses[i];
		const char *condition = task_condition_name(row->condition);
		bool numbered = strchr("0123456789", *row->value) != NULL;
		snprintf(text, sizeof text, "\n.It %s Ta %s%s%s", row->value,
		         numbered ? row->name : "", numbered ? " Ta " : "", condition);
		ck_assert_msg(strstr(page, text) != NULL, "the page lacks%s", text);
	}
	free(page);
}

/* The plugin's options are as whole as the common ones, and none stands twice. */
static void check_options(void)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		ck_assert(options[i].set != NULL);
		ck_assert_uint_gt(strlen(options[i].help), 8);
		for (size_t j = 0; j < option_n_common; j++) {
			ck_assert_str_ne(options[i].name, option_common[j].name);
			ck_assert(!options[i].letter ||
			          options[i].letter != option_common[j].letter);
		}
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(options[i].name, options[j].name);
	}
}
