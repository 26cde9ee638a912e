/* What the tests share: a check that ends the program, and a tenant and a device to start from. */
#ifndef CHECK_H
#define CHECK_H

#include <prov.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                      \
    do {                                                                                      \
        if (!(condition)) {                                                                   \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                   \
            exit(1);                                                                          \
        }                                                                                     \
    } while (0)

/* The call succeeds, or fails with this status. */
#define OK(call) STATUS(PROV_OK, call)
#define STATUS(expected, call)                                                                \
    do {                                                                                      \
        prov_status got = (call);                                                             \
        if (got != (expected)) {                                                              \
            fprintf(stderr, "%s:%d: %s\n  gave %d (%s), not %d\n", __FILE__, __LINE__, #call, \
                    (int)got, prov_status_text(got), (int)(expected));                        \
            exit(1);                                                                          \
        }                                                                                     \
    } while (0)

#define NOW INT64_C(1900000000000)

static const uint8_t ENTROPY[32] = {1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t MAC[6] = {0x80, 0x5e, 0xc0, 1, 2, 3};

static inline prov_new_tenant tenant_config(void) {
    prov_new_tenant config;
    OK(prov_new_tenant_init(&config, sizeof config));
    config.preset = PROV_PRESET_CLOUD;
    config.key_id = 1;
    config.id = "42";
    config.id_len = 2;
    config.emergency = "112 110";
    config.emergency_len = 7;
    memcpy(config.key, ENTROPY, 32);
    return config;
}

static inline prov_tenant *new_tenant(void) {
    prov_new_tenant config = tenant_config();
    prov_tenant *tenant;
    OK(prov_tenant_new(&config, &tenant, NULL));
    return tenant;
}

static inline prov_facts facts_of(const prov_tenant *tenant, const prov_device *device) {
    prov_facts facts;
    OK(prov_facts_init(&facts, sizeof facts));
    facts.tenant = tenant;
    facts.device = device;
    return facts;
}

static inline prov_new_device device_config(void) {
    prov_new_device config;
    OK(prov_new_device_init(&config, sizeof config));
    memcpy(config.mac, MAC, 6);
    config.vendor = "yealink";
    config.vendor_len = 7;
    config.model = "T46S";
    config.model_len = 4;
    return config;
}

static inline prov_device *new_device(const prov_tenant *tenant) {
    prov_facts facts = facts_of(tenant, NULL);
    prov_new_device config = device_config();
    prov_decision *decision;
    prov_device *device;
    OK(prov_admin_create(&facts, &config, NOW, ENTROPY, &decision, NULL));
    OK(prov_decision_device(decision, &device));
    prov_decision_free(decision);
    return device;
}

/* A request over https from an address. */
static inline prov_request request_from(const char *address) {
    prov_request request;
    OK(prov_request_init(&request, sizeof request));
    memcpy(request.mac, MAC, 6);
    request.transport = PROV_TRANSPORT_HTTPS;
    request.address = address;
    request.address_len = strlen(address);
    return request;
}

/* The changed device of a decision, which is freed; the old record is freed where there is a new one. */
static inline prov_device *commit(prov_device *device, prov_decision *decision) {
    prov_device *changed;
    OK(prov_decision_device(decision, &changed));
    prov_decision_free(decision);
    if (!changed) return device;
    prov_device_free(device);
    return changed;
}

/* Everything a roll-out makes: one of each handle. */
typedef struct world {
    prov_tenant *tenant;
    prov_device *device;       /* as it was created */
    prov_decision *restricted; /* of its first request */
    char token[80];
    prov_decision *accepted; /* of the right PAP */
    prov_decision *full;     /* of the request with the token */
    prov_decision *delivered;
    prov_device *provisioned;
    prov_temp *temp;
    prov_source_guard *source;
    prov_tenant_guard *budget;
    prov_error *error;
} world;

static inline world new_world(void) {
    static const char GUARD[] =
        "{\"libprov\":\"source_guard\",\"version\":1,\"body\":{\"revision\":1,\"source\":\"192.0.2.7\","
        "\"throttled\":null,\"probes\":[],\"charges_ms\":[],\"challenges\":[],\"proven\":[]}}";
    world w;
    prov_request request = request_from("192.0.2.7");
    prov_facts facts;
    prov_answer answer;
    char user[64], pap[9];
    w.tenant = new_tenant();
    w.device = new_device(w.tenant);
    facts = facts_of(w.tenant, w.device);
    OK(prov_decide(&facts, &request, NOW, ENTROPY, &w.restricted, NULL));
    OK(prov_decision_token(w.restricted, w.token, sizeof w.token, NULL));
    OK(prov_decision_sip_user(w.restricted, 0, user, sizeof user, NULL));
    OK(prov_device_pap(w.device, w.tenant, pap, sizeof pap, NULL));
    OK(prov_enter_pap(&facts, 1, user, strlen(user), pap, strlen(pap), NOW, &w.accepted, NULL));
    OK(prov_decision_device(w.accepted, &w.provisioned));
    request.url = w.token;
    request.url_len = strlen(w.token);
    facts.device = w.provisioned;
    OK(prov_decide(&facts, &request, NOW, ENTROPY, &w.full, NULL));
    OK(prov_decision_answer(w.full, &answer, sizeof answer));
    prov_device_free(w.provisioned);
    OK(prov_decision_device(w.full, &w.provisioned));
    facts.device = w.provisioned;
    OK(prov_delivered(&facts, answer.lease, NOW + 1000, &w.delivered, NULL));
    prov_device_free(w.provisioned);
    OK(prov_decision_device(w.delivered, &w.provisioned));
    OK(prov_decision_temp(w.delivered, &w.temp));
    OK(prov_decision_tenant_guard(w.delivered, &w.budget));
    CHECK(w.provisioned && w.temp && w.budget);
    OK(prov_source_guard_from_json(GUARD, sizeof GUARD - 1, &w.source, NULL));
    STATUS(PROV_E_MAC_SHAPE, prov_mac_parse(PROV_TEXT("nonsense"), (uint8_t[6]){0}, &w.error));
    return w;
}

static inline void end_world(world *w) {
    prov_tenant_free(w->tenant);
    prov_device_free(w->device);
    prov_decision_free(w->restricted);
    prov_decision_free(w->accepted);
    prov_decision_free(w->full);
    prov_decision_free(w->delivered);
    prov_device_free(w->provisioned);
    prov_temp_free(w->temp);
    prov_source_guard_free(w->source);
    prov_tenant_guard_free(w->budget);
    prov_error_free(w->error);
}

#endif
