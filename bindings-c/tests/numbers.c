/* Unknown numbers, and structs of older and newer sizes. */
#include "check.h"

static void unknown(const world *w) {
    prov_facts facts = facts_of(w->tenant, w->device), none = facts_of(w->tenant, NULL);
    prov_new_tenant config = tenant_config();
    prov_request request;
    prov_new_device device;
    prov_decision *out;
    prov_tenant *tenant;
    prov_effect effect;
    prov_answer answer;
    prov_verdict verdict;
    size_t count;
    const uint8_t bad[] = {0, 5, 99, 255};
    for (size_t i = 0; i < sizeof bad; i++) {
        request = request_from("192.0.2.7");
        request.file = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));
        request = request_from("192.0.2.7");
        request.method = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));
        request = request_from("192.0.2.7");
        request.transport = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));
        config.preset = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_tenant_new(&config, &tenant, NULL));
        if (bad[i] == 0) continue;
        device = device_config();
        device.carriage = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_admin_create(&none, &device, NOW, ENTROPY, &out, NULL));
        device = device_config();
        device.known_elsewhere = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_admin_create(&none, &device, NOW, ENTROPY, &out, NULL));
        device = device_config();
        device.restricted = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_admin_create(&none, &device, NOW, ENTROPY, &out, NULL));
        STATUS(PROV_E_ARGUMENT, prov_admin_suspend(&facts, NULL, 0, bad[i], NOW, ENTROPY, &out, NULL));
    }
    OK(prov_decision_effect_count(w->delivered, &count));
    CHECK(count > 0);
    STATUS(PROV_E_ARGUMENT, prov_decision_effect(w->delivered, count, &effect, sizeof effect));
    STATUS(PROV_E_ARGUMENT, prov_decision_effect(w->delivered, SIZE_MAX, &effect, sizeof effect));
    STATUS(PROV_E_ARGUMENT, prov_device_pending(w->device, 99, &effect, sizeof effect));
    /* What a decision does not hold. */
    STATUS(PROV_E_ARGUMENT, prov_decision_answer(w->accepted, &answer, sizeof answer));
    STATUS(PROV_E_ARGUMENT, prov_decision_verdict(w->full, &verdict, sizeof verdict));
    STATUS(PROV_E_ARGUMENT, prov_decision_explain(w->delivered, PROV_LANG_EN, NULL, 0, NULL));
    STATUS(PROV_E_ARGUMENT, prov_decision_token(w->full, NULL, 0, NULL));
    STATUS(PROV_E_ARGUMENT, prov_decision_token(w->accepted, NULL, 0, NULL));
    STATUS(PROV_E_ARGUMENT, prov_decision_sip_user(w->full, 0, NULL, 0, NULL));
    STATUS(PROV_E_ARGUMENT, prov_decision_sip_password(w->full, NULL, 0, NULL));
    STATUS(PROV_E_ARGUMENT, prov_decision_credential(w->restricted, NULL, 0, NULL));
    STATUS(PROV_E_ARGUMENT, prov_decision_credential_user(w->restricted, NULL, 0, NULL));
}

/* A struct as a later version of the header would have it. */
typedef struct newer {
    union {
        prov_facts facts;
        prov_request request;
        prov_new_device device;
        prov_new_tenant tenant;
        prov_answer answer;
        uint8_t bytes[4096];
    } known;
} newer;

#define SIZES(type, field, make, use)                                              \
    do {                                                                           \
        newer later;                                                               \
        memset(&later, 0xaa, sizeof later);                                        \
        STATUS(PROV_E_VERSION, type##_init(&later.known.field, 0));                \
        STATUS(PROV_E_VERSION, type##_init(&later.known.field, sizeof(type) - 1)); \
        STATUS(PROV_E_VERSION, type##_init(&later.known.field, 4097));             \
        CHECK(later.known.bytes[0] == 0xaa);                                       \
        OK(type##_init(&later.known.field, sizeof(type) + 16));                    \
        CHECK(later.known.field.struct_size == sizeof(type) + 16);                 \
        CHECK(later.known.bytes[sizeof(type) + 15] == 0);                          \
        CHECK(later.known.bytes[sizeof(type) + 16] == 0xaa);                       \
        later.known.field = (make);                                                \
        later.known.field.struct_size = sizeof(type) + 16;                         \
        OK(use(&later.known.field));                                               \
        later.known.bytes[sizeof(type) + 15] = 1;                                  \
        STATUS(PROV_E_VERSION, use(&later.known.field));                           \
        later.known.field.struct_size = sizeof(type);                              \
        OK(use(&later.known.field));                                               \
        later.known.field.struct_size = sizeof(type) - 1;                          \
        STATUS(PROV_E_VERSION, use(&later.known.field));                           \
        later.known.field.struct_size = 0;                                         \
        STATUS(PROV_E_VERSION, use(&later.known.field));                           \
        later.known.field.struct_size = UINT32_MAX;                                \
        STATUS(PROV_E_VERSION, use(&later.known.field));                           \
    } while (0)

static const world *here;

static prov_status use_facts(const prov_facts *facts) {
    prov_decision *out = NULL;
    prov_status status = prov_handle_timeout(facts, NOW, &out, NULL);
    prov_decision_free(out);
    return status;
}

static prov_status use_request(const prov_request *request) {
    prov_facts facts = facts_of(here->tenant, here->device);
    prov_decision *out = NULL;
    prov_status status = prov_decide(&facts, request, NOW, ENTROPY, &out, NULL);
    prov_decision_free(out);
    return status;
}

static prov_status use_new_device(const prov_new_device *device) {
    prov_facts facts = facts_of(here->tenant, NULL);
    prov_decision *out = NULL;
    prov_status status = prov_admin_create(&facts, device, NOW, ENTROPY, &out, NULL);
    prov_decision_free(out);
    return status;
}

static prov_status use_new_tenant(const prov_new_tenant *config) {
    prov_tenant *out = NULL;
    prov_status status = prov_tenant_new(config, &out, NULL);
    prov_tenant_free(out);
    return status;
}

static void sizes(const world *w) {
    newer later;
    prov_request request = request_from("192.0.2.7");
    prov_facts facts = facts_of(w->tenant, w->device);
    here = w;
    SIZES(prov_facts, facts, facts_of(w->tenant, w->device), use_facts);
    SIZES(prov_request, request, request_from("192.0.2.7"), use_request);
    SIZES(prov_new_device, device, device_config(), use_new_device);
    SIZES(prov_new_tenant, tenant, tenant_config(), use_new_tenant);
    /* Structs that come back. */
    memset(&later, 0xaa, sizeof later);
    STATUS(PROV_E_VERSION, prov_decision_answer(w->full, &later.known.answer, sizeof(prov_answer) - 1));
    CHECK(later.known.bytes[0] == 0xaa);
    OK(prov_decision_answer(w->full, &later.known.answer, sizeof(prov_answer) + 8));
    CHECK(later.known.answer.kind == PROV_ANSWER_FULL);
    CHECK(later.known.bytes[sizeof(prov_answer)] == 0 && later.known.bytes[sizeof(prov_answer) + 8] == 0xaa);
    /* Reserved fields. */
    request.reserved[6] = 1;
    STATUS(PROV_E_VERSION, use_request(&request));
    facts.reserved = 1;
    STATUS(PROV_E_VERSION, use_facts(&facts));
}

int main(void) {
    world w = new_world();
    unknown(&w);
    sizes(&w);
    end_world(&w);
    return 0;
}
