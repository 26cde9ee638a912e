/* Snapshots that are cut off, altered, of another kind, or not ours. */
#include "check.h"

#define BREAK(record, handle, other_from_bytes, other)                                      \
    do {                                                                                    \
        prov_bytes *bytes, *again;                                                          \
        const uint8_t *data, *second;                                                       \
        uint8_t *copy;                                                                      \
        size_t len, second_len;                                                             \
        record *read;                                                                       \
        other *wrong;                                                                       \
        OK(record##_bytes(handle, &bytes));                                                 \
        OK(prov_bytes_view(bytes, &data, &len));                                            \
        CHECK((copy = malloc(len + 1)) != NULL);                                            \
        for (size_t cut = 0; cut < len; cut++) {                                            \
            /* A copy of its own, so that reading beyond it is noticed. */                  \
            uint8_t *part = malloc(cut ? cut : 1);                                          \
            CHECK(part);                                                                    \
            memcpy(part, data, cut);                                                        \
            CHECK(record##_from_bytes(part, cut, &read, NULL) >= PROV_E_SNAPSHOT_CUT_OFF);  \
            free(part);                                                                     \
        }                                                                                   \
        for (size_t at = 0; at < len; at++) {                                               \
            memcpy(copy, data, len);                                                        \
            copy[at] ^= 0x41;                                                               \
            CHECK(record##_from_bytes(copy, len, &read, NULL) >= PROV_E_SNAPSHOT_CUT_OFF);  \
        }                                                                                   \
        memcpy(copy, data, len);                                                            \
        copy[len] = 0;                                                                      \
        STATUS(PROV_E_SNAPSHOT_CHECKSUM, record##_from_bytes(copy, len + 1, &read, NULL));  \
        copy[5] = 250;                                                                      \
        STATUS(PROV_E_SNAPSHOT_NEWER, record##_from_bytes(copy, len, &read, NULL));         \
        STATUS(PROV_E_SNAPSHOT_TYPE, other_from_bytes(data, len, &wrong, NULL));            \
        /* The way round: bytes to a handle to the same bytes. */                           \
        OK(record##_from_bytes(data, len, &read, NULL));                                    \
        OK(record##_bytes(read, &again));                                                   \
        OK(prov_bytes_view(again, &second, &second_len));                                   \
        CHECK(second_len == len && memcmp(second, data, len) == 0);                         \
        prov_bytes_free(again);                                                             \
        record##_free(read);                                                                \
        prov_bytes_free(bytes);                                                             \
        free(copy);                                                                         \
        OK(record##_json(handle, &bytes));                                                  \
        OK(prov_bytes_view(bytes, &data, &len));                                            \
        for (size_t cut = 0; cut < len; cut += 7)                                           \
            CHECK(record##_from_json((const char *)data, cut, &read, NULL) >= PROV_E_SNAPSHOT_CUT_OFF); \
        prov_bytes_free(bytes);                                                             \
    } while (0)

int main(void) {
    world w = new_world();
    prov_device *read;
    BREAK(prov_tenant, w.tenant, prov_device_from_bytes, prov_device);
    BREAK(prov_device, w.provisioned, prov_tenant_from_bytes, prov_tenant);
    BREAK(prov_device, w.device, prov_temp_from_bytes, prov_temp);
    BREAK(prov_temp, w.temp, prov_source_guard_from_bytes, prov_source_guard);
    BREAK(prov_source_guard, w.source, prov_tenant_guard_from_bytes, prov_tenant_guard);
    BREAK(prov_tenant_guard, w.budget, prov_temp_from_bytes, prov_temp);
    STATUS(PROV_E_SNAPSHOT_NOT_OURS, prov_device_from_bytes((const uint8_t *)"nonsense", 8, &read, NULL));
    STATUS(PROV_E_SNAPSHOT_FORM, prov_device_from_json(PROV_TEXT("[]"), &read, NULL));
    end_world(&w);
    return 0;
}
