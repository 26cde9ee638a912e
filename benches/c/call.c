/* B12: what a call from C costs over an empty one: a handle in and a struct of 64 bytes out, and larger calls beside it. */
#define _POSIX_C_SOURCE 199309L
#include "empty.h"
#include <prov.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 41 };

static void must(prov_status status) {
    if (status == PROV_OK) return;
    fprintf(stderr, "%s\n", prov_status_text(status));
    exit(1);
}

static const int64_t now = INT64_C(1900000000000);
static const uint8_t fresh[32] = {1, 2, 3, 4, 5, 6, 7, 8};
static prov_tenant *tenant;
static prov_decision *decision;
static prov_facts facts;
static prov_request request;
static prov_answer answer;
static prov_match match;

static void call_empty(void) { empty(decision, &answer, sizeof answer); }
static void call_answer(void) { prov_decision_answer(decision, &answer, sizeof answer); }
static void call_lookup(void) { prov_whitelist_lookup(tenant, "192.0.2.9", 9, &match, sizeof match, NULL, 0, NULL, NULL); }
static void call_decide(void) {
    prov_decision *made;
    if (prov_decide(&facts, &request, now, fresh, &made, NULL) == PROV_OK) prov_decision_free(made);
}

static struct runner {
    const char *name;
    void (*call)(void);
    int calls;
    double ns[ROUNDS];
} runners[] = {
    {"an empty call", call_empty, 1000000, {0}},
    {"prov_decision_answer: 64 bytes", call_answer, 1000000, {0}},
    {"prov_whitelist_lookup of a text", call_lookup, 100000, {0}},
    {"prov_decide, restricted, and free", call_decide, 10000, {0}},
};
enum { COUNT = sizeof runners / sizeof *runners };

static double cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void) {
    prov_new_tenant config;
    prov_new_device phone;
    prov_device *device;
    must(prov_new_tenant_init(&config, sizeof config));
    config.preset = PROV_PRESET_CLOUD;
    config.id = "42", config.id_len = 2, config.emergency = "112", config.emergency_len = 3;
    memcpy(config.key, fresh, 32);
    must(prov_tenant_new(&config, &tenant, NULL));
    must(prov_facts_init(&facts, sizeof facts));
    facts.tenant = tenant;
    must(prov_new_device_init(&phone, sizeof phone));
    phone.mac[0] = 0x80, phone.mac[5] = 1;
    phone.vendor = "yealink", phone.vendor_len = 7, phone.model = "T46S", phone.model_len = 4;
    must(prov_admin_create(&facts, &phone, now, fresh, &decision, NULL));
    must(prov_decision_device(decision, &device));
    prov_decision_free(decision);
    facts.device = device;
    must(prov_request_init(&request, sizeof request));
    memcpy(request.mac, phone.mac, 6);
    request.transport = PROV_TRANSPORT_HTTPS;
    request.address = "192.0.2.9", request.address_len = 9;
    must(prov_decide(&facts, &request, now, fresh, &decision, NULL));

    /* In turn, so that other work on the machine meets all of them. */
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < COUNT; i++) {
            double start = cpu_ns();
            for (int n = 0; n < runners[i].calls; n++) runners[i].call();
            runners[i].ns[round] = (cpu_ns() - start) / runners[i].calls;
        }
    }
    printf("\nB12: calls from C, nanoseconds of CPU time, median of %d rounds\n", ROUNDS);
    printf("| call                              |      ns | over empty |\n| --- | --- | --- |\n");
    for (int i = 0; i < COUNT; i++) {
        qsort(runners[i].ns, ROUNDS, sizeof(double), ascending);
        printf("| %-33s | %7.2f | %10.2f |\n", runners[i].name, runners[i].ns[ROUNDS / 2],
               runners[i].ns[ROUNDS / 2] - runners[0].ns[ROUNDS / 2]);
    }
    double over = runners[1].ns[ROUNDS / 2] - runners[0].ns[ROUNDS / 2];
    printf("a struct of 64 bytes: %.2f ns over an empty call (<= 3.00) %s, %.2f times it\n", over, over <= 3 ? "ok" : "MISSED",
           runners[1].ns[ROUNDS / 2] / runners[0].ns[ROUNDS / 2]);
    prov_decision_free(decision);
    prov_device_free(device);
    prov_tenant_free(tenant);
    return 0;
}
