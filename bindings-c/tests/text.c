/* Buffers one byte short, bad UTF-8, and what errors say. */
#include "check.h"

static const char BAD[] = {'1', (char)0xff, '\0'};

/* The size is told, one byte less is refused and leaves the buffer alone, the size itself is enough. */
#define SHORT(call)                                                  \
    do {                                                             \
        char whole[1024], *buf = NULL;                               \
        size_t cap = 0, needed = 0, wanted;                          \
        OK(call);                                                    \
        wanted = needed;                                             \
        CHECK(wanted > 1 && wanted < sizeof whole);                  \
        memset(whole, '#', sizeof whole);                            \
        buf = whole, cap = wanted - 1, needed = 0;                   \
        STATUS(PROV_E_BUFFER, call);                                 \
        CHECK(needed == wanted && whole[0] == '#');                  \
        cap = wanted;                                                \
        OK(call);                                                    \
        CHECK(strlen(whole) + 1 == wanted && whole[wanted] == '#');  \
    } while (0)

static void buffers(const world *w) {
    prov_facts facts = facts_of(w->tenant, w->device);
    prov_identity identity;
    prov_tenant *listed;
    prov_match match;
    prov_model *model;
    OK(prov_model_find(PROV_TEXT("yealink"), PROV_TEXT("T46S"), &model, NULL));
    OK(prov_tenant_whitelist_add(w->tenant, PROV_TEXT("198.51.100.0/24"), PROV_TEXT("B\xc3\xbcro"), &listed, NULL));
    SHORT(prov_mac_format(MAC, buf, cap, &needed));
    SHORT(prov_model_vendor(model, buf, cap, &needed));
    SHORT(prov_model_name(model, buf, cap, &needed));
    SHORT(prov_model_source(model, buf, cap, &needed));
    SHORT(prov_model_file_name(model, MAC, buf, cap, &needed));
    SHORT(prov_model_content_type(model, buf, cap, &needed));
    SHORT(prov_model_nearest(PROV_TEXT("yealink"), PROV_TEXT("T46"), buf, cap, &needed));
    SHORT(prov_vendor_nearest(PROV_TEXT("yaelink"), buf, cap, &needed));
    SHORT(prov_vendor_at(0, buf, cap, &needed));
    SHORT(prov_field_path(0, buf, cap, &needed));
    prov_model_free(model);
    SHORT(prov_device_pap(w->device, w->tenant, buf, cap, &needed));
    SHORT(prov_decision_explain(w->restricted, PROV_LANG_DE, buf, cap, &needed));
    SHORT(prov_decision_sip_user(w->restricted, 2, buf, cap, &needed));
    SHORT(prov_decision_sip_password(w->restricted, buf, cap, &needed));
    SHORT(prov_decision_token(w->restricted, buf, cap, &needed));
    SHORT(prov_decision_credential(w->full, buf, cap, &needed));
    SHORT(prov_decision_credential_user(w->full, buf, cap, &needed));
    SHORT(prov_identify(&facts, PROV_TEXT("nobody"), NOW, &identity, sizeof identity, buf, cap, &needed, NULL));
    SHORT(prov_whitelist_lookup(listed, PROV_TEXT("198.51.100.9"), &match, sizeof match, buf, cap, &needed, NULL));
    CHECK(match.found == 1 && match.family == 4 && match.prefix_len == 24 && match.index == 0);
    CHECK(memcmp(match.network, "\xc6\x33\x64\0\0\0\0\0\0\0\0\0\0\0\0\0", 16) == 0);
    /* Nothing is written unless everything is. */
    match.found = 9;
    STATUS(PROV_E_BUFFER, prov_whitelist_lookup(listed, PROV_TEXT("198.51.100.9"), &match, sizeof match, (char[1]){0}, 1, NULL, NULL));
    CHECK(match.found == 9);
    OK(prov_whitelist_lookup(listed, PROV_TEXT("::ffff:198.51.100.9"), &match, sizeof match, NULL, 0, NULL, NULL));
    CHECK(match.found == 1 && match.family == 4);
    OK(prov_whitelist_lookup(listed, PROV_TEXT("2001:db8::1"), &match, sizeof match, NULL, 0, NULL, NULL));
    CHECK(match.found == 0);
    prov_tenant_free(listed);
}

static void utf8(const world *w) {
    prov_facts facts = facts_of(w->tenant, w->device), none = facts_of(w->tenant, NULL);
    prov_request request = request_from("192.0.2.7");
    prov_new_tenant config = tenant_config();
    prov_new_device device = device_config();
    prov_identity identity;
    prov_decision *out;
    prov_tenant *tenant;
    prov_device *read;
    prov_match match;
    uint8_t mac[6];
    STATUS(PROV_E_UTF8, prov_mac_parse(BAD, 2, mac, NULL));
    STATUS(PROV_E_UTF8, prov_enrolment_mac(BAD, 2, mac, NULL));
    config.id = BAD, config.id_len = 2;
    STATUS(PROV_E_UTF8, prov_tenant_new(&config, &tenant, NULL));
    config = tenant_config();
    config.emergency = BAD, config.emergency_len = 2;
    STATUS(PROV_E_UTF8, prov_tenant_new(&config, &tenant, NULL));
    config = tenant_config();
    config.own_networks = BAD, config.own_networks_len = 2;
    STATUS(PROV_E_UTF8, prov_tenant_new(&config, &tenant, NULL));
    STATUS(PROV_E_UTF8, prov_tenant_whitelist_add(w->tenant, BAD, 2, NULL, 0, &tenant, NULL));
    STATUS(PROV_E_UTF8, prov_tenant_whitelist_add(w->tenant, PROV_TEXT("192.0.2.1"), BAD, 2, &tenant, NULL));
    STATUS(PROV_E_UTF8, prov_tenant_whitelist_remove(w->tenant, BAD, 2, &tenant, NULL));
    STATUS(PROV_E_UTF8, prov_whitelist_lookup(w->tenant, BAD, 2, &match, sizeof match, NULL, 0, NULL, NULL));
    STATUS(PROV_E_UTF8, prov_device_from_json(BAD, 2, &read, NULL));
    request.address = BAD, request.address_len = 2;
    STATUS(PROV_E_UTF8, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));
    request = request_from("192.0.2.7");
    request.url = BAD, request.url_len = 2;
    STATUS(PROV_E_UTF8, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));
    request = request_from("192.0.2.7");
    request.login = BAD, request.login_len = 2;
    STATUS(PROV_E_UTF8, prov_decide(&facts, &request, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_UTF8, prov_enter_pap(&facts, 1, BAD, 2, "1", 1, NOW, &out, NULL));
    STATUS(PROV_E_UTF8, prov_enter_pap(&facts, 1, "x", 1, BAD, 2, NOW, &out, NULL));
    STATUS(PROV_E_UTF8, prov_identify(&facts, BAD, 2, NOW, &identity, sizeof identity, NULL, 0, NULL, NULL));
    STATUS(PROV_E_UTF8, prov_admin_reset(&facts, BAD, 2, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_UTF8, prov_admin_activate(&facts, BAD, 2, NOW, ENTROPY, &out, NULL));
    STATUS(PROV_E_UTF8, prov_admin_suspend(&facts, BAD, 2, 0, NOW, ENTROPY, &out, NULL));
    device.vendor = BAD, device.vendor_len = 2;
    STATUS(PROV_E_UTF8, prov_admin_create(&none, &device, NOW, ENTROPY, &out, NULL));
    device = device_config();
    device.model = BAD, device.model_len = 2;
    STATUS(PROV_E_UTF8, prov_admin_create(&none, &device, NOW, ENTROPY, &out, NULL));
    device = device_config();
    device.site = BAD, device.site_len = 2;
    STATUS(PROV_E_UTF8, prov_admin_create(&none, &device, NOW, ENTROPY, &out, NULL));
    device = device_config();
    device.taken = BAD, device.taken_len = 2;
    STATUS(PROV_E_UTF8, prov_admin_create(&none, &device, NOW, ENTROPY, &out, NULL));
}

static void said(prov_error *error, prov_status expected, const char *part) {
    prov_status status;
    const char *text;
    size_t len;
    OK(prov_error_status(error, &status));
    OK(prov_error_text(error, &text, &len));
    if (status != expected || strlen(text) != len || !strstr(text, part)) {
        fprintf(stderr, "%d: \"%s\" does not say \"%s\"\n", (int)status, text, part);
        exit(1);
    }
    prov_error_free(error);
}

static void errors(const world *w) {
    prov_facts facts = facts_of(w->tenant, w->device), none = facts_of(w->tenant, NULL);
    prov_request request = request_from("192.0.2.7");
    prov_new_device device = device_config();
    prov_error *error;
    prov_tenant *tenant;
    prov_decision *out;
    uint8_t zero[32] = {0};
    STATUS(PROV_E_PREFIX_HOST_BITS,
           prov_tenant_whitelist_add(w->tenant, PROV_TEXT("10.0.0.5/24"), NULL, 0, &tenant, &error));
    said(error, PROV_E_PREFIX_HOST_BITS, "10.0.0.0/24");
    STATUS(PROV_E_TIME_OUT_OF_RANGE, prov_decide(&facts, &request, NOW / 1000, ENTROPY, &out, &error));
    said(error, PROV_E_TIME_OUT_OF_RANGE, "multiply by 1000");
    STATUS(PROV_E_ENTROPY_UNSET, prov_decide(&facts, &request, NOW, zero, &out, &error));
    said(error, PROV_E_ENTROPY_UNSET, "draw it");
    request.transport = 0;
    STATUS(PROV_E_ARGUMENT, prov_decide(&facts, &request, NOW, ENTROPY, &out, &error));
    said(error, PROV_E_ARGUMENT, "request.transport");
    request = request_from("192.0.2.0/24");
    STATUS(PROV_E_ARGUMENT, prov_decide(&facts, &request, NOW, ENTROPY, &out, &error));
    said(error, PROV_E_ARGUMENT, "request.address");
    request = request_from("192.0.2.7:5060");
    STATUS(PROV_E_PREFIX_PORT, prov_decide(&facts, &request, NOW, ENTROPY, &out, &error));
    said(error, PROV_E_PREFIX_PORT, "port");
    facts.tenant = NULL;
    STATUS(PROV_E_NULL, prov_decide(&facts, &request, NOW, ENTROPY, &out, &error));
    said(error, PROV_E_NULL, "facts.tenant is NULL");
    device.model = "T47S";
    STATUS(PROV_E_RENDER_UNKNOWN_MODEL, prov_admin_create(&none, &device, NOW, ENTROPY, &out, &error));
    said(error, PROV_E_RENDER_UNKNOWN_MODEL, "T46S");
    facts = facts_of(w->tenant, w->device);
    STATUS(PROV_E_ADMIN_DEVICE_EXISTS, prov_admin_create(&facts, (device = device_config(), &device), NOW, ENTROPY, &out, &error));
    said(error, PROV_E_ADMIN_DEVICE_EXISTS, "exists already");
    STATUS(PROV_E_ATTEMPT_NOT_DIGITS, prov_enter_pap(&facts, 1, "x", 1, "12*", 3, NOW, &out, &error));
    said(error, PROV_E_ATTEMPT_NOT_DIGITS, "digits");
}

int main(void) {
    world w = new_world();
    buffers(&w);
    utf8(&w);
    errors(&w);
    CHECK(strcmp(prov_status_text(PROV_OK), "success") == 0);
    CHECK(strcmp(prov_status_text(PROV_E_MAC_ZERO), "a MAC address is all zeros") == 0);
    CHECK(strcmp(prov_status_text(99), "unknown status") == 0);
    CHECK(strcmp(prov_status_text(-1), "unknown status") == 0);
    CHECK(prov_abi_version() == PROV_ABI_VERSION);
    CHECK(strchr(prov_version(), '.') != NULL);
    CHECK(strcmp(prov_rule_name(PROV_RULE_R6A), "R6a") == 0 && prov_rule_name(0) == NULL);
    CHECK(strcmp(prov_audit_name(PROV_AUDIT_PAP_WRONG), "pap_wrong") == 0 && prov_audit_name(255) == NULL);
    CHECK(strcmp(prov_state_name(PROV_STATE_FAILED), "failed") == 0 && prov_state_name(5) == NULL);
    end_world(&w);
    return 0;
}
