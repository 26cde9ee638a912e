/* Rolls one telephone out: restricted until its PIN is entered, then everything, once. A real host keeps the records in its
 * database, takes the time from its clock, and draws fresh with getrandom() before each call. */
#include <prov.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static prov_device *device; /* our database: three records, and what a call borrows of it */
static prov_source_guard *source; /* under prov_source_guard_key; the telephone asks and dials from one address here */
static prov_tenant_guard *budget;
static prov_facts facts;
static const int64_t now = INT64_C(1900000000000);
static const uint8_t fresh[32] = {1, 2, 3, 4, 5, 6, 7, 8};
static char sip_user[64], token[80]; /* what the telephone keeps of its restricted configuration */

static void must(prov_status status) {
    if (status != PROV_OK) fprintf(stderr, "%s\n", prov_status_text(status)), exit(1);
}

/* In a database: UPDATE ... WHERE revision = the one that was loaded; on a conflict load again and ask again. */
static void store(prov_decision *decision) {
    prov_source_guard *counted;
    prov_tenant_guard *charged;
    prov_device *changed;
    must(prov_decision_source_guard(decision, &counted)); /* guards first: they count unknown MACs and wrong PINs */
    if (counted) prov_source_guard_free(source), facts.source = source = counted;
    must(prov_decision_tenant_guard(decision, &charged));
    if (charged) prov_tenant_guard_free(budget), facts.budget = budget = charged;
    must(prov_decision_device(decision, &changed));
    if (changed) prov_device_free(device), facts.device = device = changed; /* else nothing to write */
    prov_decision_free(decision);
}

/* One request of the telephone: decide, store, only then answer. */
static prov_answer fetch(const char *url) {
    prov_request request;
    prov_decision *decision;
    prov_answer answer;
    must(prov_request_init(&request, sizeof request));
    must(prov_mac_parse(PROV_TEXT("80:5e:c0:01:02:03"), request.mac, NULL)); /* from the path */
    request.transport = PROV_TRANSPORT_HTTPS;
    request.address = "198.51.100.7", request.address_len = 12;
    request.url = url, request.url_len = strlen(url);
    must(prov_decide(&facts, &request, now, fresh, &decision, NULL));
    must(prov_decision_answer(decision, &answer, sizeof answer));
    if (answer.kind == PROV_ANSWER_RESTRICTED) { /* goes into the file that is rendered */
        must(prov_decision_sip_user(decision, 0, sip_user, sizeof sip_user, NULL));
        must(prov_decision_token(decision, token, sizeof token, NULL));
    }
    store(decision);
    printf("%s by rule %s\n", answer.kind == PROV_ANSWER_FULL ? "full" : "restricted", prov_rule_name(answer.rule));
    return answer;
}

/* One entry of the dialogue behind *89: judge, store, only then speak. */
static void enter(uint64_t id, const char *digits) {
    prov_decision *decision;
    prov_verdict verdict;
    must(prov_enter_pap(&facts, id, sip_user, strlen(sip_user), digits, strlen(digits), now, &decision, NULL));
    must(prov_decision_verdict(decision, &verdict, sizeof verdict));
    store(decision);
    printf("%s\n", verdict.kind == PROV_VERDICT_ACCEPTED ? "accepted" : "wrong");
}

int main(void) {
    prov_new_tenant config;
    prov_new_device phone;
    prov_tenant *tenant;
    prov_decision *decision;
    char pap[9];
    must(prov_new_tenant_init(&config, sizeof config));
    config.preset = PROV_PRESET_CLOUD;
    config.id = "42", config.id_len = 2, config.emergency = "112", config.emergency_len = 3;
    memcpy(config.key, fresh, 32);
    must(prov_tenant_new(&config, &tenant, NULL));
    must(prov_facts_init(&facts, sizeof facts)), facts.tenant = tenant;
    must(prov_new_device_init(&phone, sizeof phone));
    must(prov_mac_parse(PROV_TEXT("80:5e:c0:01:02:03"), phone.mac, NULL));
    phone.vendor = "yealink", phone.vendor_len = 7, phone.model = "T46S", phone.model_len = 4;
    must(prov_admin_create(&facts, &phone, now, fresh, &decision, NULL));
    store(decision);
    must(prov_device_pap(device, tenant, pap, sizeof pap, NULL)); /* goes to the user in a letter */
    fetch("");
    enter(1, "000000");
    enter(2, pap);
    must(prov_delivered(&facts, fetch(token).lease, now, &decision, NULL)); /* the file was sent completely */
    store(decision);
    prov_device_free(device), prov_source_guard_free(source), prov_tenant_guard_free(budget), prov_tenant_free(tenant);
}
