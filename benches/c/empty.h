#ifndef EMPTY_H
#define EMPTY_H
#include <stddef.h>
#include <stdint.h>
int32_t empty(const void *handle, void *out, size_t size);
#endif
