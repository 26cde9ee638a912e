/* The floor: a call into a shared library that does nothing, and one that copies 64 bytes. */
#include "empty.h"
int32_t empty(const void *handle, void *out, size_t size) {
    (void)handle, (void)out, (void)size;
    return 0;
}
