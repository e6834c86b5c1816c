#include <stdlib.h>
#include <string.h>

#include "task/task.h"

bool task_list_add(struct task_list *list, const char *text, char separator,
                   struct error *err)
{
	if (list->n >= TASK_MAX)
		return error_set(err, "more than %d tasks", TASK_MAX);
	if (list->n == list->room) {
		size_t room = list->room ? list->room * 2 : 8;
		struct task *items = realloc(list->items, room * sizeof *items);
		if (!items)
			return error_set(err, "out of memory");
		list->items = items;
		list->room = room;
	}
	if (!task_init(&list->items[list->n], text, separator, err))
		return false;
	list->n++;
	return true;
}

static int compare_ids(const void *a, const void *b)
{
	const struct task *const *left = a;
	const struct task *const *right = b;
	int order = strcmp((*left)->id, (*right)->id);
	if (order != 0)
		return order;
	return *left < *right ? -1 : 1; /* the first given stays */
}

bool task_list_unique(struct task_list *list, struct error *err)
{
	if (list->n < 2)
		return true;
	struct task **sorted = malloc(list->n * sizeof(struct task *));
	if (!sorted)
		return error_set(err, "out of memory");
	for (size_t i = 0; i < list->n; i++)
		sorted[i] = &list->items[i];
	qsort(sorted, list->n, sizeof(struct task *), compare_ids);
	const char *last = sorted[0]->id;
	for (size_t i = 1; i < list->n; i++) {
		if (strcmp(last, sorted[i]->id) == 0)
			task_clear(sorted[i]); /* an id of NULL marks it */
		else
			last = sorted[i]->id;
	}
	free(sorted);
	size_t kept = 0;
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].id)
			list->items[kept++] = list->items[i];
	list->n = kept;
	return true;
}

void task_list_clear(struct task_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		task_clear(&list->items[i]);
	free(list->items);
	*list = (struct task_list){NULL, 0, 0};
}
