#include "check/settings.h"

void settings_init(struct settings *settings)
{
	*settings = (struct settings){
	    .action = ACTION_RUN,
	    .timeout = DEFAULT_TIMEOUT,
	    .writer = report_writer_default(),
	    .net = {.parallel = DEFAULT_PARALLEL, .retries = DEFAULT_RETRIES},
	};
	task_map_init(&settings->map);
}

void settings_clear(struct settings *settings)
{
	task_list_clear(&settings->tasks);
}
