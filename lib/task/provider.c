#include "task/provider.h"

/* What only some providers tell; all else is told of every task or of the run. */
static const unsigned optional =
    1U << TASK_METRIC_PROGRESS | 1U << TASK_METRIC_FAILED_FILES;

bool provider_tells(const struct provider *provider, enum task_metric metric)
{
	unsigned bit = 1U << metric;
	return !(optional & bit) || (provider->metrics & bit);
}
