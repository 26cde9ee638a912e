/* NULL in each position is PROV_E_NULL where it is not allowed, and freeing NULL is fine. */
#include "check.h"

/* A NULL that the compiler does not see, for it would warn. */
static void *volatile nothing = NULL;
#define NIL nothing

#define RECORD(record, handle)                                                        \
    do {                                                                              \
        prov_bytes *bytes;                                                            \
        record *read;                                                                 \
        const uint8_t *data;                                                          \
        size_t len;                                                                   \
        uint64_t revision;                                                            \
        STATUS(PROV_E_NULL, record##_bytes(NIL, &bytes));                             \
        STATUS(PROV_E_NULL, record##_bytes(handle, NIL));                             \
        STATUS(PROV_E_NULL, record##_json(NIL, &bytes));                              \
        STATUS(PROV_E_NULL, record##_json(handle, NIL));                              \
        STATUS(PROV_E_NULL, record##_revision(NIL, &revision));                       \
        STATUS(PROV_E_NULL, record##_revision(handle, NIL));                          \
        OK(record##_revision(handle, &revision));                                     \
        OK(record##_bytes(handle, &bytes));                                           \
        OK(prov_bytes_view(bytes, &data, &len));                                      \
        STATUS(PROV_E_NULL, prov_bytes_view(NIL, &data, &len));                       \
        STATUS(PROV_E_NULL, prov_bytes_view(bytes, NIL, &len));                       \
        STATUS(PROV_E_NULL, prov_bytes_view(bytes, &data, NIL));                      \
        STATUS(PROV_E_NULL, record##_from_bytes(NIL, len, &read, NULL));              \
        STATUS(PROV_E_NULL, record##_from_bytes(data, len, NIL, NULL));               \
        STATUS(PROV_E_SNAPSHOT_CUT_OFF, record##_from_bytes(NIL, 0, &read, NULL));    \
        OK(record##_from_bytes(data, len, &read, NULL));                              \
        record##_free(read);                                                          \
        prov_bytes_free(bytes);                                                       \
        OK(record##_json(handle, &bytes));                                            \
        OK(prov_bytes_view(bytes, &data, &len));                                      \
        CHECK(strlen((const char *)data) == len);                                     \
        STATUS(PROV_E_NULL, record##_from_json(NIL, len, &read, NULL));               \
        STATUS(PROV_E_NULL, record##_from_json((const char *)data, len, NIL, NULL));  \
        OK(record##_from_json((const char *)data, len, &read, NULL));                 \
        record##_free(read);                                                          \
        prov_bytes_free(bytes);                                                       \
        record##_free(NIL);                                                           \
    } while (0)

/* A text of a decision or a device: the handle, then the buffer. */
#define TEXT(call_with_nil, call_without_buffer, call_for_size) \
    do {                                                        \
        char buf[8];                                            \
        (void)buf;                                              \
        STATUS(PROV_E_NULL, call_with_nil);                     \
        STATUS(PROV_E_NULL, call_without_buffer);               \
        OK(call_for_size);                                      \
    } while (0)

static void tenants(const world *w) {
    prov_new_tenant config = tenant_config();
    prov_tenant *tenant;
    prov_match match;
    char label[80];
    STATUS(PROV_E_NULL, prov_new_tenant_init(NIL, sizeof config));
    STATUS(PROV_E_NULL, prov_tenant_new(NIL, &tenant, NULL));
    STATUS(PROV_E_NULL, prov_tenant_new(&config, NIL, NULL));
    config.id = NULL;
    STATUS(PROV_E_NULL, prov_tenant_new(&config, &tenant, NULL));
    config = tenant_config();
    config.emergency = NULL;
    STATUS(PROV_E_NULL, prov_tenant_new(&config, &tenant, NULL));
    config.emergency_len = 0;
    STATUS(PROV_E_POLICY_EMERGENCY_EMPTY, prov_tenant_new(&config, &tenant, NULL));
    config = tenant_config();
    config.own_networks_len = 3;
    STATUS(PROV_E_NULL, prov_tenant_new(&config, &tenant, NULL));

    STATUS(PROV_E_NULL, prov_tenant_whitelist_add(NIL, PROV_TEXT("192.0.2.1"), NULL, 0, &tenant, NULL));
    STATUS(PROV_E_NULL, prov_tenant_whitelist_add(w->tenant, NIL, 1, NULL, 0, &tenant, NULL));
    STATUS(PROV_E_NULL, prov_tenant_whitelist_add(w->tenant, PROV_TEXT("192.0.2.1"), NIL, 1, &tenant, NULL));
    STATUS(PROV_E_NULL, prov_tenant_whitelist_add(w->tenant, PROV_TEXT("192.0.2.1"), NULL, 0, NIL, NULL));
    STATUS(PROV_E_NULL, prov_tenant_whitelist_remove(NIL, PROV_TEXT("192.0.2.1"), &tenant, NULL));
    STATUS(PROV_E_NULL, prov_tenant_whitelist_remove(w->tenant, NIL, 1, &tenant, NULL));
    STATUS(PROV_E_NULL, prov_tenant_whitelist_remove(w->tenant, PROV_TEXT("192.0.2.1"), NIL, NULL));

    STATUS(PROV_E_NULL, prov_whitelist_lookup(NIL, PROV_TEXT("192.0.2.1"), &match, sizeof match, label, 80, NULL, NULL));
    STATUS(PROV_E_NULL, prov_whitelist_lookup(w->tenant, NIL, 9, &match, sizeof match, label, 80, NULL, NULL));
    STATUS(PROV_E_NULL, prov_whitelist_lookup(w->tenant, PROV_TEXT("192.0.2.1"), NIL, sizeof match, label, 80, NULL, NULL));
    STATUS(PROV_E_NULL, prov_whitelist_lookup(w->tenant, PROV_TEXT("192.0.2.1"), &match, sizeof match, NIL, 80, NULL, NULL));
    OK(prov_whitelist_lookup(w->tenant, NULL, 0, &match, sizeof match, NULL, 0, NULL, NULL));
    CHECK(match.found == 0);
}

static void small_texts(void) {
    uint8_t mac[6];
    char buf[18];
    STATUS(PROV_E_NULL, prov_mac_parse(NIL, 12, mac, NULL));
    STATUS(PROV_E_NULL, prov_mac_parse(PROV_TEXT("805ec0010203"), NIL, NULL));
    STATUS(PROV_E_NULL, prov_mac_format(NIL, buf, sizeof buf, NULL));
    STATUS(PROV_E_NULL, prov_mac_format(MAC, NIL, sizeof buf, NULL));
    STATUS(PROV_E_NULL, prov_enrolment_mac(NIL, 42, mac, NULL));
}

static void engine(const world *w) {
    prov_facts facts = facts_of(w->tenant, w->device), empty = facts_of(NULL, w->device);
    prov_request request = request_from("192.0.2.7");
    prov_decision *out;
    prov_device *device;
    prov_identity identity;
    char user[64], buf[40];
    uint8_t mac[6];
    OK(prov_decision_sip_user(w->restricted, 0, user, sizeof user, NULL));
    STATUS(PROV_E_NULL, prov_enrolment_mac(user, strlen(user), NIL, NULL));
    OK(prov_enrolment_mac(user, strlen(user), mac, NULL));
    CHECK(memcmp(mac, MAC, 6) == 0);

    STATUS(PROV_E_NULL, prov_facts_init(NIL, sizeof facts));
    STATUS(PROV_E_NULL, prov_request_init(NIL, sizeof request));
    STATUS(PROV_E_NULL, prov_decide(NIL, &request, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_decide(&empty, &request, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_decide(&facts, NIL, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_decide(&facts, &request, NOW, NIL, &out, NULL));
    STATUS(PROV_E_NULL, prov_decide(&facts, &request, NOW, ENTROPY, NIL, NULL));
    request.address = NULL;
    STATUS(PROV_E_NULL, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));
    request = request_from("192.0.2.7");
    request.url_len = 1;
    STATUS(PROV_E_NULL, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));
    request = request_from("192.0.2.7");
    request.login_len = 1;
    STATUS(PROV_E_NULL, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));

    STATUS(PROV_E_NULL, prov_enter_pap(NIL, 1, user, strlen(user), "1", 1, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_enter_pap(&empty, 1, user, strlen(user), "1", 1, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_enter_pap(&facts, 1, NIL, strlen(user), "1", 1, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_enter_pap(&facts, 1, user, strlen(user), NIL, 1, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_enter_pap(&facts, 1, user, strlen(user), "1", 1, NOW, NIL, NULL));
    OK(prov_enter_pap(&facts, 1, user, strlen(user), NULL, 0, NOW, &out, NULL));
    prov_decision_free(out);

    STATUS(PROV_E_NULL, prov_delivered(NIL, 1, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_delivered(&facts, 1, NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_not_delivered(NIL, 1, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_not_delivered(&facts, 1, NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_handle_timeout(NIL, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_handle_timeout(&facts, NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_effects_done(NIL, 1, &device));
    STATUS(PROV_E_NULL, prov_effects_done(w->device, 1, NIL));

    STATUS(PROV_E_NULL, prov_identify(NIL, user, strlen(user), NOW, &identity, sizeof identity, buf, 40, NULL, NULL));
    STATUS(PROV_E_NULL, prov_identify(&facts, NIL, 1, NOW, &identity, sizeof identity, buf, 40, NULL, NULL));
    STATUS(PROV_E_NULL, prov_identify(&facts, user, strlen(user), NOW, NIL, sizeof identity, buf, 40, NULL, NULL));
    STATUS(PROV_E_NULL, prov_identify(&facts, user, strlen(user), NOW, &identity, sizeof identity, NIL, 40, NULL, NULL));
}

#define ACT(act)                                                       \
    do {                                                               \
        STATUS(PROV_E_NULL, act(NIL, NOW, ENTROPY, &out, NULL));       \
        STATUS(PROV_E_NULL, act(&facts, NOW, NIL, &out, NULL));        \
        STATUS(PROV_E_NULL, act(&facts, NOW, ENTROPY, NIL, NULL));     \
    } while (0)
#define ACT_WITH(act, arg)                                             \
    do {                                                               \
        STATUS(PROV_E_NULL, act(NIL, arg, NOW, ENTROPY, &out, NULL));  \
        STATUS(PROV_E_NULL, act(&facts, arg, NOW, NIL, &out, NULL));   \
        STATUS(PROV_E_NULL, act(&facts, arg, NOW, ENTROPY, NIL, NULL)); \
    } while (0)

static void administration(const world *w) {
    prov_facts facts = facts_of(w->tenant, w->device), none = facts_of(w->tenant, NULL);
    prov_new_device config = device_config();
    prov_decision *out;
    STATUS(PROV_E_NULL, prov_new_device_init(NIL, sizeof config));
    ACT_WITH(prov_admin_create, &config);
    STATUS(PROV_E_NULL, prov_admin_create(&none, NIL, NOW, ENTROPY, &out, NULL));
    config.vendor = NULL;
    STATUS(PROV_E_NULL, prov_admin_create(&none, &config, NOW, ENTROPY, &out, NULL));
    config = device_config();
    config.model = NULL;
    STATUS(PROV_E_NULL, prov_admin_create(&none, &config, NOW, ENTROPY, &out, NULL));
    config = device_config();
    config.site_len = 1;
    STATUS(PROV_E_NULL, prov_admin_create(&none, &config, NOW, ENTROPY, &out, NULL));
    config = device_config();
    config.taken_len = 1;
    STATUS(PROV_E_NULL, prov_admin_create(&none, &config, NOW, ENTROPY, &out, NULL));
    config = device_config();
    memset(config.mac, 0, 6);
    STATUS(PROV_E_MAC_ZERO, prov_admin_create(&none, &config, NOW, ENTROPY, &out, NULL));

    STATUS(PROV_E_NULL, prov_admin_reset(NIL, NULL, 0, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_reset(&facts, NIL, 1, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_reset(&facts, NULL, 0, NOW, NIL, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_reset(&facts, NULL, 0, NOW, ENTROPY, NIL, NULL));
    STATUS(PROV_E_NULL, prov_admin_activate(NIL, NULL, 0, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_activate(&facts, NIL, 1, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_activate(&facts, NULL, 0, NOW, NIL, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_activate(&facts, NULL, 0, NOW, ENTROPY, NIL, NULL));
    STATUS(PROV_E_NULL, prov_admin_suspend(NIL, NULL, 0, 0, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_suspend(&facts, NIL, 1, 0, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_suspend(&facts, NULL, 0, 0, NOW, NIL, &out, NULL));
    STATUS(PROV_E_NULL, prov_admin_suspend(&facts, NULL, 0, 0, NOW, ENTROPY, NIL, NULL));
    ACT_WITH(prov_admin_release_again, 0);
    ACT_WITH(prov_admin_new_sip_password, 1);
    ACT(prov_admin_block);
    ACT(prov_admin_deactivate);
    ACT(prov_admin_delete);
}

static void decisions(const world *w) {
    const prov_decision *no = NIL, *restricted = w->restricted, *full = w->full;
    prov_answer answer;
    prov_verdict verdict;
    prov_effect effect;
    prov_device *device;
    prov_temp *temp;
    prov_source_guard *source;
    prov_tenant_guard *budget;
    uint32_t writes;
    size_t count;
    STATUS(PROV_E_NULL, prov_decision_answer(no, &answer, sizeof answer));
    STATUS(PROV_E_NULL, prov_decision_answer(full, NIL, sizeof answer));
    STATUS(PROV_E_NULL, prov_decision_verdict(no, &verdict, sizeof verdict));
    STATUS(PROV_E_NULL, prov_decision_verdict(w->accepted, NIL, sizeof verdict));
    STATUS(PROV_E_NULL, prov_decision_writes(no, &writes));
    STATUS(PROV_E_NULL, prov_decision_writes(full, NIL));
    STATUS(PROV_E_NULL, prov_decision_device(no, &device));
    STATUS(PROV_E_NULL, prov_decision_device(full, NIL));
    STATUS(PROV_E_NULL, prov_decision_second(no, &device));
    STATUS(PROV_E_NULL, prov_decision_second(full, NIL));
    STATUS(PROV_E_NULL, prov_decision_temp(no, &temp));
    STATUS(PROV_E_NULL, prov_decision_temp(full, NIL));
    STATUS(PROV_E_NULL, prov_decision_source_guard(no, &source));
    STATUS(PROV_E_NULL, prov_decision_source_guard(full, NIL));
    STATUS(PROV_E_NULL, prov_decision_tenant_guard(no, &budget));
    STATUS(PROV_E_NULL, prov_decision_tenant_guard(full, NIL));
    STATUS(PROV_E_NULL, prov_decision_effect_count(no, &count));
    STATUS(PROV_E_NULL, prov_decision_effect_count(full, NIL));
    STATUS(PROV_E_NULL, prov_decision_effect(no, 0, &effect, sizeof effect));
    STATUS(PROV_E_NULL, prov_decision_effect(w->delivered, 0, NIL, sizeof effect));
    TEXT(prov_decision_explain(no, PROV_LANG_EN, buf, 8, NULL), prov_decision_explain(full, PROV_LANG_EN, NIL, 8, NULL),
         prov_decision_explain(full, PROV_LANG_EN, NULL, 0, NULL));
    TEXT(prov_decision_sip_user(no, 0, buf, 8, NULL), prov_decision_sip_user(restricted, 0, NIL, 8, NULL),
         prov_decision_sip_user(restricted, 0, NULL, 0, NULL));
    TEXT(prov_decision_sip_password(no, buf, 8, NULL), prov_decision_sip_password(restricted, NIL, 8, NULL),
         prov_decision_sip_password(restricted, NULL, 0, NULL));
    TEXT(prov_decision_token(no, buf, 8, NULL), prov_decision_token(restricted, NIL, 8, NULL),
         prov_decision_token(restricted, NULL, 0, NULL));
    TEXT(prov_decision_credential(no, buf, 8, NULL), prov_decision_credential(full, NIL, 8, NULL),
         prov_decision_credential(full, NULL, 0, NULL));
    TEXT(prov_decision_credential_user(no, buf, 8, NULL), prov_decision_credential_user(full, NIL, 8, NULL),
         prov_decision_credential_user(full, NULL, 0, NULL));
    prov_decision_free(NIL);
}

static void devices(const world *w) {
    const prov_device *no = NIL;
    prov_lease lease;
    prov_effect effect;
    int64_t at;
    uint8_t state, mac[6];
    size_t count;
    STATUS(PROV_E_NULL, prov_device_mac(no, mac));
    STATUS(PROV_E_NULL, prov_device_mac(w->device, NIL));
    TEXT(prov_device_pap(no, w->tenant, buf, 8, NULL), prov_device_pap(w->device, w->tenant, NIL, 8, NULL),
         prov_device_pap(w->device, w->tenant, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_device_pap(w->device, NIL, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_device_state(no, NOW, &state, NULL));
    STATUS(PROV_E_NULL, prov_device_state(w->device, NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_device_next_timeout(no, &at));
    STATUS(PROV_E_NULL, prov_device_next_timeout(w->device, NIL));
    STATUS(PROV_E_NULL, prov_device_lease(no, NOW, &lease, sizeof lease, NULL));
    STATUS(PROV_E_NULL, prov_device_lease(w->device, NOW, NIL, sizeof lease, NULL));
    STATUS(PROV_E_NULL, prov_device_pending_count(no, &count));
    STATUS(PROV_E_NULL, prov_device_pending_count(w->device, NIL));
    STATUS(PROV_E_NULL, prov_device_pending(no, 0, &effect, sizeof effect));
    STATUS(PROV_E_NULL, prov_device_pending(w->provisioned, 0, NIL, sizeof effect));
}

static void the_table(const prov_model *model) {
    const prov_model *no = NIL;
    prov_capabilities can;
    prov_parameters *parameters;
    prov_parameter parameter;
    prov_model *found;
    size_t count;
    uint8_t yes;
    STATUS(PROV_E_NULL, prov_model_find(NIL, 1, PROV_TEXT("T46S"), &found, NULL));
    STATUS(PROV_E_NULL, prov_model_find(PROV_TEXT("yealink"), NIL, 1, &found, NULL));
    STATUS(PROV_E_NULL, prov_model_find(PROV_TEXT("yealink"), PROV_TEXT("T46S"), NIL, NULL));
    STATUS(PROV_E_NULL, prov_model_count(NIL));
    STATUS(PROV_E_NULL, prov_model_at(0, NIL));
    STATUS(PROV_E_NULL, prov_vendor_count(NIL));
    STATUS(PROV_E_NULL, prov_field_count(NIL));
    TEXT(prov_model_nearest(NIL, 1, "T46", 3, NULL, 0, NULL), prov_model_nearest("yealink", 7, "T46", 3, NIL, 8, NULL),
         prov_model_nearest("yealink", 7, "T46", 3, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_model_nearest("yealink", 7, NIL, 3, NULL, 0, NULL));
    TEXT(prov_vendor_nearest(NIL, 1, NULL, 0, NULL), prov_vendor_nearest("yaelink", 7, NIL, 8, NULL),
         prov_vendor_nearest("yaelink", 7, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_vendor_at(0, NIL, 8, NULL));
    STATUS(PROV_E_NULL, prov_field_path(0, NIL, 8, NULL));
    TEXT(prov_model_vendor(no, buf, 8, NULL), prov_model_vendor(model, NIL, 8, NULL), prov_model_vendor(model, NULL, 0, NULL));
    TEXT(prov_model_name(no, buf, 8, NULL), prov_model_name(model, NIL, 8, NULL), prov_model_name(model, NULL, 0, NULL));
    TEXT(prov_model_source(no, buf, 8, NULL), prov_model_source(model, NIL, 8, NULL), prov_model_source(model, NULL, 0, NULL));
    TEXT(prov_model_content_type(no, buf, 8, NULL), prov_model_content_type(model, NIL, 8, NULL),
         prov_model_content_type(model, NULL, 0, NULL));
    TEXT(prov_model_file_name(no, MAC, buf, 8, NULL), prov_model_file_name(model, MAC, NIL, 8, NULL),
         prov_model_file_name(model, MAC, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_model_file_name(model, NIL, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_model_capabilities(no, &can, sizeof can));
    STATUS(PROV_E_NULL, prov_model_capabilities(model, NIL, sizeof can));
    STATUS(PROV_E_NULL, prov_model_carries(no, PROV_TEXT("tones"), &yes));
    STATUS(PROV_E_NULL, prov_model_carries(model, NIL, 5, &yes));
    STATUS(PROV_E_NULL, prov_model_carries(model, PROV_TEXT("tones"), NIL));
    STATUS(PROV_E_NULL, prov_model_knows_parameter(no, PROV_TEXT("x"), &yes));
    STATUS(PROV_E_NULL, prov_model_knows_parameter(model, NIL, 1, &yes));
    STATUS(PROV_E_NULL, prov_model_knows_parameter(model, PROV_TEXT("x"), NIL));
    STATUS(PROV_E_NULL, prov_model_parameters(no, &parameters));
    STATUS(PROV_E_NULL, prov_model_parameters(model, NIL));
    OK(prov_model_parameters(model, &parameters));
    STATUS(PROV_E_NULL, prov_parameters_count(NIL, &count));
    STATUS(PROV_E_NULL, prov_parameters_count(parameters, NIL));
    STATUS(PROV_E_NULL, prov_parameters_at(NIL, 0, &parameter, sizeof parameter));
    STATUS(PROV_E_NULL, prov_parameters_at(parameters, 0, NIL, sizeof parameter));
    prov_parameters_free(parameters);
    prov_parameters_free(NIL);
    prov_model_free(NIL);
}

static void profiles(const prov_profile *profile) {
    prov_layer layer = {"{}", 2, PROV_LAYER_SITE, {0}};
    prov_profile *read;
    prov_bytes *bytes;
    size_t count;
    uint16_t slot;
    STATUS(PROV_E_NULL, prov_profile_from_json(NIL, 2, &read, NULL));
    STATUS(PROV_E_NULL, prov_profile_from_json(PROV_TEXT("{}"), NIL, NULL));
    STATUS(PROV_E_NULL, prov_profile_from_layers(NIL, 1, sizeof layer, &read, NULL));
    STATUS(PROV_E_NULL, prov_profile_from_layers(&layer, 1, sizeof layer, NIL, NULL));
    layer.json = NULL;
    STATUS(PROV_E_NULL, prov_profile_from_layers(&layer, 1, sizeof layer, &read, NULL));
    STATUS(PROV_E_NULL, prov_profile_account_count(NIL, &count));
    STATUS(PROV_E_NULL, prov_profile_account_count(profile, NIL));
    STATUS(PROV_E_NULL, prov_profile_account_slot(NIL, 0, &slot));
    STATUS(PROV_E_NULL, prov_profile_account_slot(profile, 0, NIL));
    STATUS(PROV_E_NULL, prov_profile_set(NIL, 2, PROV_TEXT("tones"), PROV_TEXT("null"), &bytes, NULL));
    STATUS(PROV_E_NULL, prov_profile_set(PROV_TEXT("{}"), NIL, 5, PROV_TEXT("null"), &bytes, NULL));
    STATUS(PROV_E_NULL, prov_profile_set(PROV_TEXT("{}"), PROV_TEXT("tones"), NIL, 4, &bytes, NULL));
    STATUS(PROV_E_NULL, prov_profile_set(PROV_TEXT("{}"), PROV_TEXT("tones"), PROV_TEXT("null"), NIL, NULL));
    STATUS(PROV_E_NULL, prov_profile_unset(NIL, 2, PROV_TEXT("tones"), &bytes, NULL));
    STATUS(PROV_E_NULL, prov_profile_unset(PROV_TEXT("{}"), NIL, 5, &bytes, NULL));
    STATUS(PROV_E_NULL, prov_profile_unset(PROV_TEXT("{}"), PROV_TEXT("tones"), NIL, NULL));
    STATUS(PROV_E_NULL, prov_profile_schema(NIL));
    STATUS(PROV_E_NULL, prov_profile_layer_schema(NIL));
    prov_profile_free(NIL);
}

/* Every pointer of a job: NULL, and not of length 0. */
#define WITHOUT(call, type, good, field)          \
    do {                                          \
        type without = good;                      \
        without.field = NULL;                     \
        without.field##_len = 1;                  \
        STATUS(PROV_E_NULL, call(&without, &out, NULL)); \
    } while (0)

static void rendering(void) {
    prov_model *model;
    prov_profile *profile;
    prov_full_job full, no_handle;
    prov_restricted_job restricted, no_model;
    prov_rendered *out, *rendered;
    prov_warning warning;
    prov_settings *settings;
    prov_setting setting;
    prov_diff *diff;
    prov_difference difference;
    const uint8_t *data;
    const char *text;
    size_t len;
    OK(prov_model_find(PROV_TEXT("yealink"), PROV_TEXT("T46S"), &model, NULL));
    OK(prov_profile_from_json(PROV_TEXT("{\"accounts\":[{\"user\":\"1\",\"server\":{\"host\":\"a\"}}],"
                                        "\"display_text\":\"x\"}"), &profile, NULL));
    the_table(model);
    profiles(profile);

    STATUS(PROV_E_NULL, prov_full_job_init(NIL, sizeof full));
    STATUS(PROV_E_VERSION, prov_full_job_init(&full, 4));
    OK(prov_full_job_init(&full, sizeof full));
    memcpy(full.mac, MAC, 6);
    full.model = model;
    full.profile = profile;
    full.url_kind = PROV_URL_OPEN;
    full.url = "https://a/";
    full.url_len = 10;
    full.emergency = "112";
    full.emergency_len = 3;
    OK(prov_render_full(&full, &rendered, NULL));
    STATUS(PROV_E_NULL, prov_render_full(NIL, &out, NULL));
    STATUS(PROV_E_NULL, prov_render_full(&full, NIL, NULL));
    no_handle = full;
    no_handle.model = NULL;
    STATUS(PROV_E_NULL, prov_render_full(&no_handle, &out, NULL));
    no_handle = full;
    no_handle.profile = NULL;
    STATUS(PROV_E_NULL, prov_render_full(&no_handle, &out, NULL));
    WITHOUT(prov_render_full, prov_full_job, full, url);
    WITHOUT(prov_render_full, prov_full_job, full, login_user);
    WITHOUT(prov_render_full, prov_full_job, full, login_password);
    WITHOUT(prov_render_full, prov_full_job, full, emergency);
    WITHOUT(prov_render_full, prov_full_job, full, outside_line);
    WITHOUT(prov_render_full, prov_full_job, full, firmware);
    WITHOUT(prov_render_full, prov_full_job, full, forget);

    STATUS(PROV_E_NULL, prov_rendered_file(NIL, &data, &len));
    STATUS(PROV_E_NULL, prov_rendered_file(rendered, NIL, &len));
    STATUS(PROV_E_NULL, prov_rendered_file(rendered, &data, NIL));
    STATUS(PROV_E_NULL, prov_rendered_name(NIL, &text, NULL));
    STATUS(PROV_E_NULL, prov_rendered_name(rendered, NIL, NULL));
    OK(prov_rendered_name(rendered, &text, NULL));
    STATUS(PROV_E_NULL, prov_rendered_content_type(NIL, &text, NULL));
    STATUS(PROV_E_NULL, prov_rendered_content_type(rendered, NIL, NULL));
    OK(prov_rendered_content_type(rendered, &text, NULL));
    STATUS(PROV_E_NULL, prov_rendered_warning_count(NIL, &len));
    STATUS(PROV_E_NULL, prov_rendered_warning_count(rendered, NIL));
    STATUS(PROV_E_NULL, prov_rendered_warning(NIL, 0, &warning, sizeof warning));
    STATUS(PROV_E_NULL, prov_rendered_warning(rendered, 0, NIL, sizeof warning));

    STATUS(PROV_E_NULL, prov_restricted_job_init(NIL, sizeof restricted));
    STATUS(PROV_E_VERSION, prov_restricted_job_init(&restricted, 4));
    OK(prov_restricted_job_init(&restricted, sizeof restricted));
    memcpy(restricted.mac, MAC, 6);
    restricted.model = model;
    restricted.lang = PROV_LANG_EN;
    restricted.server_transport = PROV_SERVER_UDP;
    restricted.display_text = "Dial *89", restricted.display_text_len = 8;
    restricted.sip_user = "kz", restricted.sip_user_len = 2;
    restricted.sip_password = "s3cret", restricted.sip_password_len = 6;
    restricted.server = "a", restricted.server_len = 1;
    restricted.emergency = "112", restricted.emergency_len = 3;
    restricted.service_code = "*89", restricted.service_code_len = 3;
    restricted.url = "https://a/t/", restricted.url_len = 12;
    OK(prov_render_restricted(&restricted, &out, NULL));
    prov_rendered_free(out);
    STATUS(PROV_E_NULL, prov_render_restricted(NIL, &out, NULL));
    STATUS(PROV_E_NULL, prov_render_restricted(&restricted, NIL, NULL));
    no_model = restricted;
    no_model.model = NULL;
    STATUS(PROV_E_NULL, prov_render_restricted(&no_model, &out, NULL));
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, display_text);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, sip_user);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, sip_password);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, server);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, emergency);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, outside_line);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, service_code);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, url);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, firmware);
    WITHOUT(prov_render_restricted, prov_restricted_job, restricted, forget);

    OK(prov_rendered_file(rendered, &data, &len));
    STATUS(PROV_E_NULL, prov_settings_read(NIL, data, len, &settings, NULL));
    STATUS(PROV_E_NULL, prov_settings_read(model, NIL, len, &settings, NULL));
    STATUS(PROV_E_NULL, prov_settings_read(model, data, len, NIL, NULL));
    OK(prov_settings_read(model, data, len, &settings, NULL));
    STATUS(PROV_E_NULL, prov_diff_files(NIL, data, len, data, len, &diff, NULL));
    STATUS(PROV_E_NULL, prov_diff_files(model, NIL, len, data, len, &diff, NULL));
    STATUS(PROV_E_NULL, prov_diff_files(model, data, len, NIL, len, &diff, NULL));
    STATUS(PROV_E_NULL, prov_diff_files(model, data, len, data, len, NIL, NULL));
    OK(prov_diff_files(model, (const uint8_t *)"#!version:1.0.0.1\n", 18, data, len, &diff, NULL));
    STATUS(PROV_E_NULL, prov_settings_count(NIL, &len));
    STATUS(PROV_E_NULL, prov_settings_count(settings, NIL));
    STATUS(PROV_E_NULL, prov_settings_at(NIL, 0, &setting, sizeof setting));
    STATUS(PROV_E_NULL, prov_settings_at(settings, 0, NIL, sizeof setting));
    STATUS(PROV_E_NULL, prov_diff_count(NIL, &len));
    STATUS(PROV_E_NULL, prov_diff_count(diff, NIL));
    STATUS(PROV_E_NULL, prov_diff_at(NIL, 0, &difference, sizeof difference));
    STATUS(PROV_E_NULL, prov_diff_at(diff, 0, NIL, sizeof difference));
    prov_settings_free(settings);
    prov_settings_free(NIL);
    prov_diff_free(diff);
    prov_diff_free(NIL);
    prov_rendered_free(rendered);
    prov_rendered_free(NIL);
    prov_profile_free(profile);
    prov_model_free(model);
}

static void errors(const world *w) {
    prov_status status;
    const char *text;
    uint8_t layer = 9;
    STATUS(PROV_E_NULL, prov_error_status(NIL, &status));
    STATUS(PROV_E_NULL, prov_error_status(w->error, NIL));
    STATUS(PROV_E_NULL, prov_error_text(NIL, &text, NULL));
    STATUS(PROV_E_NULL, prov_error_text(w->error, NIL, NULL));
    STATUS(PROV_E_NULL, prov_error_field(NIL, &text, NULL));
    STATUS(PROV_E_NULL, prov_error_field(w->error, NIL, NULL));
    STATUS(PROV_E_NULL, prov_error_layer(NIL, &layer));
    STATUS(PROV_E_NULL, prov_error_layer(w->error, NIL));
    OK(prov_error_field(w->error, &text, NULL));
    CHECK(*text == 0);
    OK(prov_error_layer(w->error, &layer));
    CHECK(layer == 0);
    OK(prov_error_text(w->error, &text, NULL));
    prov_error_free(NIL);
    prov_bytes_free(NIL);
}

int main(void) {
    world w = new_world();
    RECORD(prov_tenant, w.tenant);
    RECORD(prov_device, w.provisioned);
    RECORD(prov_temp, w.temp);
    RECORD(prov_source_guard, w.source);
    RECORD(prov_tenant_guard, w.budget);
    tenants(&w);
    small_texts();
    engine(&w);
    administration(&w);
    decisions(&w);
    devices(&w);
    rendering();
    errors(&w);
    end_world(&w);
    return 0;
}
