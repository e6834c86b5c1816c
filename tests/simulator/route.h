/* From a request to its answer. */
#ifndef SIM_ROUTE_H
#define SIM_ROUTE_H

#include "answer.h"
#include "request.h"

/* Answers any request; many threads may call it at once. */
void route_answer(struct request *req, struct answer *a);

/* One more TCP connection was made. */
void route_count_connection(void);

/* Frees all worlds and cases, at the end. */
void route_forget_all(void);

#endif
