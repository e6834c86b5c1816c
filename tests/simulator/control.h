/* The tests' own door: /_sim/. */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "answer.h"
#include "request.h"

struct control_stats {
	unsigned long connections;
	unsigned long requests;
};

void control_answer(const struct request *req, const struct control_stats *stats,
                    struct answer *a);

#endif
