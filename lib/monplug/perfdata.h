/*
 * Performance data: 'label'=value[UOM];[warn];[crit];[min];[max], after the
 * guidelines, in the subset that every engine reads alike: labels of
 * [A-Za-z0-9_.-], plain decimals, units s, %, B or none, no trailing ";".
 */
#ifndef MONPLUG_PERFDATA_H
#define MONPLUG_PERFDATA_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "monplug/range.h"

struct mp_perfdata {
	const char *label; /* each other character is written as one "_" */
	double value;      /* not finite: the item is left out */
	const char *uom;   /* "s", "%", "B" or ""; with another the item is left out */
	const struct mp_range *warning;  /* NULL: none */
	const struct mp_range *critical; /* NULL: none */
	const double *min;               /* NULL or not finite: none */
	const double *max;               /* NULL or not finite: none */
};

/*
 * Adds one item, behind a blank where sb holds something already. Returns
 * whether it was added. A plain upper bound is printed as a number, another
 * range in its canonical spelling; of a range with "@" nothing is printed, since
 * Monitoring::Plugin then drops all limits of the item.
 */
bool mp_perfdata_add(struct strbuf *sb, const struct mp_perfdata *item);

#endif
