/* B4: what judging a code costs from C, beside liboath: one step on either side, the code is that of the step it tries last. */
#define _POSIX_C_SOURCE 199309L
#include <liboath/oath.h>
#include <prov.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 41, CASES = 64, CALLS = 64 * 40 };

static void must(int good, const char *what) {
    if (good) return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static const char seed[] = "12345678901234567890";
static const uint64_t none_seen = 0;
static prov_otp_secret *secret;
static prov_totp totp;
static prov_totp_key *key;
static struct {
    int64_t now_s;
    char first[9], last[9], wrong[9];
} cases[CASES];
static int at;

static void ours(const prov_totp_key *with, const char *code, int right) {
    prov_otp_outcome outcome;
    prov_status status = prov_totp_verify(with, code, 6, cases[at].now_s * 1000, &none_seen, 1, &outcome, sizeof outcome, NULL);
    must(status == PROV_OK && (outcome.kind == PROV_OTP_ACCEPTED) == right, "libprov judges otherwise");
}
static void ours_last(void) { ours(key, cases[at].last, 1); }
static void ours_wrong(void) { ours(key, cases[at].wrong, 0); }
static void ours_cold(void) {
    prov_totp_key *fresh;
    must(prov_totp_key_new(secret, &totp, &fresh, NULL) == PROV_OK, "no key");
    ours(fresh, cases[at].last, 1);
    prov_totp_key_free(fresh);
}
static void theirs(const char *code, int right) {
    int position;
    int found = oath_totp_validate2(seed, 20, (time_t)cases[at].now_s, 30, 0, 1, &position, code);
    must((found >= 0) == right, "liboath judges otherwise");
}
static void theirs_first(void) { theirs(cases[at].first, 1); }
static void theirs_last(void) { theirs(cases[at].last, 1); }
static void theirs_wrong(void) { theirs(cases[at].wrong, 0); }

static struct runner {
    const char *name;
    void (*call)(void);
    double ns[ROUNDS];
} runners[] = {
    {"libprov, key kept", ours_last, {0}},
    {"libprov, key kept, wrong code", ours_wrong, {0}},
    {"libprov, key made anew", ours_cold, {0}},
    {"liboath, code of the last step it tries", theirs_last, {0}},
    {"liboath, code of the first step it tries", theirs_first, {0}},
    {"liboath, wrong code", theirs_wrong, {0}},
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

static void compare(const char *what, double ratio, double most) {
    printf("%s: %.2f of liboath (<= %.2f) %s\n", what, ratio, most, ratio <= most ? "ok" : "MISSED");
}

int main(void) {
    must(oath_init() == OATH_OK, "liboath does not start");
    must(prov_otp_secret_from_bytes((const uint8_t *)seed, 20, 0, &secret, NULL) == PROV_OK, "no secret");
    must(prov_totp_init(&totp, sizeof totp) == PROV_OK && prov_totp_key_new(secret, &totp, &key, NULL) == PROV_OK, "no key");
    for (int n = 0; n < CASES; n++) {
        uint64_t step = 66666666 + 7919 * (uint64_t)n;
        char before[9];
        cases[n].now_s = (int64_t)step * 30 + n % 30;
        must(prov_totp_code(key, step, cases[n].first, 9, NULL) == PROV_OK, "no code");
        must(prov_totp_code(key, step - 1, cases[n].last, 9, NULL) == PROV_OK, "no code");
        must(prov_totp_code(key, step + 1, before, 9, NULL) == PROV_OK, "no code");
        for (unsigned long guess = 0;; guess++) {
            snprintf(cases[n].wrong, 9, "%06lu", guess % 1000000);
            if (strcmp(cases[n].wrong, cases[n].first) && strcmp(cases[n].wrong, cases[n].last) && strcmp(cases[n].wrong, before)) {
                break;
            }
        }
    }
    /* In turn, so that other work on the machine meets all of them. */
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < COUNT; i++) {
            double start = cpu_ns();
            for (int n = 0; n < CALLS; n++) {
                at = n % CASES;
                runners[i].call();
            }
            runners[i].ns[round] = (cpu_ns() - start) / CALLS;
        }
    }
    printf("\nB4: judge a code from C, nanoseconds of CPU time, median of %d rounds\n", ROUNDS);
    printf("| call                                     |      ns |\n| --- | --- |\n");
    for (int i = 0; i < COUNT; i++) {
        qsort(runners[i].ns, ROUNDS, sizeof(double), ascending);
        printf("| %-40s | %7.0f |\n", runners[i].name, runners[i].ns[ROUNDS / 2]);
    }
    compare("key kept", runners[0].ns[ROUNDS / 2] / runners[3].ns[ROUNDS / 2], 0.25);
    compare("key made anew", runners[2].ns[ROUNDS / 2] / runners[3].ns[ROUNDS / 2], 0.25);
    prov_totp_key_free(key);
    prov_otp_secret_free(secret);
    oath_done();
    return 0;
}
