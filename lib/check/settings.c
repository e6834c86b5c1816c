#include "check/settings.h"

#include "base/clock.h"

void settings_init(struct settings *settings)
{
	*settings = (struct settings){
	    .action = ACTION_RUN,
	    .started = clock_steady(),
	    .timeout = DEFAULT_TIMEOUT,
	    .writer = report_writer_default(),
	    .net = {.parallel = DEFAULT_PARALLEL, .retries = DEFAULT_RETRIES},
	};
	settings->deadline = settings->started + settings->timeout;
	task_map_init(&settings->map);
}

void settings_clear(struct settings *settings)
{
	task_list_clear(&settings->tasks);
}
