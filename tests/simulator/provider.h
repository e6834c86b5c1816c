/* The providers' endpoints, each answering one call. */
#ifndef SIM_PROVIDER_H
#define SIM_PROVIDER_H

#include "state.h"

void pan_copy(struct call *c);
void pan_copy_list(struct call *c);
void pan_offline(struct call *c);
void pan_token(struct call *c);

void koodrive_task(struct call *c);

void coze_task(struct call *c);
void coze_token(struct call *c);

#endif
