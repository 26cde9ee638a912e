/* Calls of a device through its life: the authentication service, an emergency call and its call back, the first registration,
 * and what a caller of the library can get wrong. */
#include "check.h"

#define NIL NULL
#define BAD "\xff\xfe"

static prov_call invite(uint8_t caller, const char *user, const char *target) {
    prov_call call;
    OK(prov_call_init(&call, sizeof call));
    call.caller = caller;
    call.user = user;
    call.user_len = strlen(user);
    call.target = target;
    call.target_len = strlen(target);
    return call;
}

static prov_routed take(const prov_facts *facts, prov_device **device, const prov_call *call, int64_t now) {
    prov_decision *decision;
    prov_routed routed;
    OK(prov_route(facts, call, now, &decision, NULL));
    OK(prov_decision_route(decision, &routed, sizeof routed));
    *device = commit(*device, decision);
    return routed;
}

static void story(void) {
    prov_tenant *tenant = new_tenant();
    prov_device *device = new_device(tenant);
    prov_request request = request_from("192.0.2.7");
    prov_facts facts = facts_of(tenant, device);
    prov_decision *decision;
    prov_answer answer;
    prov_routed routed;
    prov_call call;
    char user[64], token[80], pap[9], site[65];
    uint64_t epoch;
    uint32_t writes;
    OK(prov_decide(&facts, &request, NOW, ENTROPY, &decision, NULL));
    OK(prov_decision_sip_user(decision, 0, user, sizeof user, NULL));
    OK(prov_decision_token(decision, token, sizeof token, NULL));
    prov_decision_free(decision);

    /* Whatever it dials is the authentication service, but for an emergency number. */
    call = invite(PROV_CALLER_ENROLMENT, user, "sip:0911123@pbx");
    routed = take(&facts, &device, &call, NOW);
    CHECK(routed.kind == PROV_ROUTE_SERVICE && strcmp(routed.enrolment, user) == 0 && routed.ended[0] == 0);
    facts.device = device;
    routed = take(&facts, &device, &call, NOW);
    CHECK(routed.kind == PROV_ROUTE_REFUSED && routed.announcement == PROV_PLAY_NOT_POSSIBLE);
    OK(prov_hung_up(&facts, user, strlen(user), NOW, &decision, NULL));
    OK(prov_decision_writes(decision, &writes));
    CHECK(writes == PROV_WRITE_DEVICE);
    device = commit(device, decision);
    facts.device = device;

    call = invite(PROV_CALLER_ENROLMENT, user, "tel:1-1-2;phone-context=+49");
    OK(prov_route(&facts, &call, NOW, &decision, NULL));
    OK(prov_decision_route(decision, &routed, sizeof routed));
    CHECK(routed.kind == PROV_ROUTE_EMERGENCY && strcmp(routed.number, "112") == 0);
    CHECK(memcmp(routed.mac, MAC, 6) == 0 && !routed.proven && !routed.location_confirmed);
    OK(prov_decision_site(decision, site, sizeof site, NULL));
    CHECK(site[0] == 0);
    STATUS(PROV_E_ARGUMENT, prov_decision_answer(decision, &answer, sizeof answer));
    device = commit(device, decision);
    facts.device = device;
    call = invite(PROV_CALLER_OUTSIDE, "110", user);
    CHECK(take(&facts, &device, &call, NOW).kind == PROV_ROUTE_REFUSED);
    call = invite(PROV_CALLER_OUTSIDE, "112", user);
    routed = take(&facts, &device, &call, NOW);
    CHECK(routed.kind == PROV_ROUTE_CALL_BACK && strcmp(routed.enrolment, user) == 0);
    facts.device = device;

    /* Methods. */
    call = invite(PROV_CALLER_ENROLMENT, user, "112");
    OK(prov_sip_method(PROV_TEXT("REFER"), &call.method));
    CHECK(call.method == PROV_SIP_OTHER && take(&facts, &device, &call, NOW).kind == PROV_ROUTE_REFUSED);
    OK(prov_sip_method(PROV_TEXT("BYE"), &call.method));
    call.in_dialog = 1;
    CHECK(call.method == PROV_SIP_BYE && take(&facts, &device, &call, NOW).kind == PROV_ROUTE_IN_DIALOG);
    call = invite(PROV_CALLER_ENROLMENT, user, "112");
    call.replaces = 1;
    CHECK(take(&facts, &device, &call, NOW).kind == PROV_ROUTE_REFUSED);
    call = invite(PROV_CALLER_ENROLMENT, user, "");
    call.method = PROV_SIP_REGISTER;
    call.contacts = 1;
    CHECK(take(&facts, &device, &call, NOW).kind == PROV_ROUTE_REGISTER);
    call.contacts = 2;
    CHECK(take(&facts, &device, &call, NOW).kind == PROV_ROUTE_REFUSED);

    /* The full account: its first registration confirms the delivery, with the password of this epoch only. */
    OK(prov_device_pap(device, tenant, pap, sizeof pap, NULL));
    OK(prov_enter_pap(&facts, 1, user, strlen(user), pap, strlen(pap), NOW, &decision, NULL));
    device = commit(device, decision);
    facts.device = device;
    request.url = token;
    request.url_len = strlen(token);
    OK(prov_decide(&facts, &request, NOW, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    facts.device = device;
    OK(prov_device_epoch(device, &epoch));
    OK(prov_registered(&facts, 1, epoch + 1, NOW, &decision, NULL));
    OK(prov_decision_writes(decision, &writes));
    CHECK(writes == 0);
    prov_decision_free(decision);
    OK(prov_registered(&facts, 1, epoch, NOW, &decision, NULL));
    OK(prov_decision_writes(decision, &writes));
    CHECK((writes & PROV_WRITE_DEVICE) && (writes & PROV_WRITE_TEMP) && (writes & PROV_WRITE_TENANT_GUARD));
    device = commit(device, decision);
    facts.device = device;
    call = invite(PROV_CALLER_FULL, "", "0911123");
    call.account = 1;
    call.epoch = epoch;
    CHECK(take(&facts, &device, &call, NOW).kind == PROV_ROUTE_THROUGH);
    call.epoch = epoch + 1;
    routed = take(&facts, &device, &call, NOW);
    CHECK(routed.kind == PROV_ROUTE_REFUSED && routed.announcement == PROV_PLAY_NOT_AUTHENTICATED);
    call = invite(PROV_CALLER_UNKNOWN, "", "112");
    routed = take(&facts, &device, &call, NOW);
    CHECK(routed.kind == PROV_ROUTE_REFUSED && routed.announcement == PROV_PLAY_NOT_IN_SERVICE);
    prov_device_free(device);
    prov_tenant_free(tenant);
}

static void numbers(void) {
    prov_tenant *tenant = new_tenant();
    char buf[400];
    size_t needed;
    OK(prov_number_normalise(PROV_TEXT("sip:11%32;x=y@pbx"), buf, sizeof buf, NULL, NULL));
    CHECK(strcmp(buf, "112") == 0);
    OK(prov_number_normalise(PROV_TEXT("urn:service:sos.fire"), buf, sizeof buf, NULL, NULL));
    CHECK(strcmp(buf, "urn:service:sos") == 0);
    OK(prov_number_normalise(PROV_TEXT("anna"), buf, sizeof buf, NULL, NULL));
    CHECK(buf[0] == 0);
    OK(prov_number_normalise(NULL, 0, buf, sizeof buf, NULL, NULL));
    CHECK(buf[0] == 0);
    OK(prov_number_normalise("112\0", 4, buf, sizeof buf, NULL, NULL));
    CHECK(buf[0] == 0);
    OK(prov_emergency_number(tenant, PROV_TEXT("1-1-0"), buf, sizeof buf, &needed, NULL));
    CHECK(strcmp(buf, "110") == 0 && needed == 4);
    OK(prov_emergency_number(tenant, PROV_TEXT("1100"), buf, sizeof buf, NULL, NULL));
    CHECK(buf[0] == 0);
    OK(prov_emergency_preset(PROV_TEXT("de"), buf, sizeof buf, NULL, NULL));
    CHECK(strcmp(buf, "112 110") == 0);
    OK(prov_emergency_preset(PROV_TEXT("XX"), buf, sizeof buf, NULL, NULL));
    CHECK(buf[0] == 0);
    OK(prov_emergency_preset(NULL, 0, buf, sizeof buf, NULL, NULL));
    CHECK(strstr(buf, "DE") != NULL);
    STATUS(PROV_E_BUFFER, prov_emergency_preset(PROV_TEXT("DE"), buf, 7, &needed, NULL));
    CHECK(needed == 8);
    STATUS(PROV_E_NULL, prov_number_normalise(NIL, 1, buf, sizeof buf, NULL, NULL));
    STATUS(PROV_E_NULL, prov_number_normalise(PROV_TEXT("1"), NIL, 1, NULL, NULL));
    STATUS(PROV_E_NULL, prov_emergency_number(NIL, PROV_TEXT("1"), buf, sizeof buf, NULL, NULL));
    STATUS(PROV_E_UTF8, prov_number_normalise(BAD, 2, buf, sizeof buf, NULL, NULL));
    STATUS(PROV_E_UTF8, prov_emergency_number(tenant, BAD, 2, buf, sizeof buf, NULL, NULL));
    STATUS(PROV_E_UTF8, prov_emergency_preset(BAD, 2, buf, sizeof buf, NULL, NULL));
    prov_tenant_free(tenant);
}

static void misuse(void) {
    world w = new_world();
    prov_facts facts = facts_of(w.tenant, w.device);
    prov_call call = invite(PROV_CALLER_UNKNOWN, "", "112");
    prov_decision *out;
    prov_routed routed;
    uint64_t epoch;
    uint8_t method;
    const uint8_t bad[] = {0, 11, 99, 255};
    STATUS(PROV_E_NULL, prov_call_init(NIL, sizeof call));
    STATUS(PROV_E_VERSION, prov_call_init(&call, sizeof call - 1));
    STATUS(PROV_E_NULL, prov_sip_method(PROV_TEXT("BYE"), NIL));
    STATUS(PROV_E_NULL, prov_sip_method(NIL, 3, &method));
    STATUS(PROV_E_UTF8, prov_sip_method(BAD, 2, &method));
    STATUS(PROV_E_NULL, prov_route(NIL, &call, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_route(&facts, NIL, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_route(&facts, &call, NOW, NIL, NULL));
    STATUS(PROV_E_TIME_OUT_OF_RANGE, prov_route(&facts, &call, 1, &out, NULL));
    STATUS(PROV_E_NULL, prov_registered(NIL, 1, 1, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_registered(&facts, 1, 1, NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_hung_up(NIL, PROV_TEXT("x"), NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_hung_up(&facts, NIL, 1, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_hung_up(&facts, PROV_TEXT("x"), NOW, NIL, NULL));
    STATUS(PROV_E_UTF8, prov_hung_up(&facts, BAD, 2, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_device_epoch(NIL, &epoch));
    STATUS(PROV_E_NULL, prov_device_epoch(w.device, NIL));
    STATUS(PROV_E_NULL, prov_decision_route(NIL, &routed, sizeof routed));
    STATUS(PROV_E_ARGUMENT, prov_decision_route(w.full, &routed, sizeof routed));
    STATUS(PROV_E_ARGUMENT, prov_decision_site(w.full, NULL, 0, NULL));
    for (size_t i = 0; i < sizeof bad; i++) {
        call = invite(bad[i], "", "112");
        STATUS(PROV_E_ARGUMENT, prov_route(&facts, &call, NOW, &out, NULL));
        call = invite(PROV_CALLER_UNKNOWN, "", "112");
        call.method = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_route(&facts, &call, NOW, &out, NULL));
        if (bad[i] == 0) continue;
        call = invite(PROV_CALLER_UNKNOWN, "", "112");
        call.in_dialog = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_route(&facts, &call, NOW, &out, NULL));
        call = invite(PROV_CALLER_UNKNOWN, "", "112");
        call.replaces = bad[i];
        STATUS(PROV_E_ARGUMENT, prov_route(&facts, &call, NOW, &out, NULL));
        call = invite(PROV_CALLER_UNKNOWN, "", "112");
        call.reserved[5] = bad[i];
        STATUS(PROV_E_VERSION, prov_route(&facts, &call, NOW, &out, NULL));
    }
    call = invite(PROV_CALLER_ENROLMENT, "", "112");
    call.user = BAD, call.user_len = 2;
    STATUS(PROV_E_UTF8, prov_route(&facts, &call, NOW, &out, NULL));
    call = invite(PROV_CALLER_UNKNOWN, "", "");
    call.target = BAD, call.target_len = 2;
    STATUS(PROV_E_UTF8, prov_route(&facts, &call, NOW, &out, NULL));
    call = invite(PROV_CALLER_UNKNOWN, "", "112");
    OK(prov_route(&facts, &call, NOW, &out, NULL));
    STATUS(PROV_E_NULL, prov_decision_route(out, NIL, sizeof routed));
    STATUS(PROV_E_VERSION, prov_decision_route(out, &routed, sizeof routed - 1));
    STATUS(PROV_E_NULL, prov_decision_site(out, NIL, 1, NULL));
    prov_decision_free(out);
    end_world(&w);
}

int main(void) {
    story();
    numbers();
    misuse();
    return 0;
}
