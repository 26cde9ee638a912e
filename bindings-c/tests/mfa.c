/* Portal users: login with a code, enrolment, recovery, locks, what owners and administrators do, and the record. */
#include "check.h"

/* A NULL that the compiler does not see, for it would warn. */
static void *volatile nothing = NULL;
#define NIL nothing

static const char BAD[] = {'1', (char)0xff, '\0'};
static const char HOME[] = "192.0.2.10", ELSEWHERE[] = "203.0.113.66";

/* A portal with one user: the store, the clock, and the user's app. */
typedef struct portal {
    prov_tenant *tenant;
    prov_account *account;
    prov_mfa_policy policy;
    int64_t now;
    const char *from;
    uint64_t session;
    uint8_t draws;
    prov_totp_key *app;
    prov_mfa_outcome outcome; /* of the last call */
    char code[9];             /* of the app, or a recovery code */
    char paper[64];
    char grant[64];
    unsigned told, ends; /* bits of notices, and whether sessions ended */
    char log[4096];
} portal;

static const uint8_t *drawn(portal *p) {
    static uint8_t bytes[32];
    memcpy(bytes, ENTROPY, 32);
    bytes[31] = ++p->draws;
    return bytes;
}

static prov_mfa_facts facts_here(const portal *p) {
    prov_mfa_facts facts;
    OK(prov_mfa_facts_init(&facts, sizeof facts));
    facts.account = p->account;
    facts.tenant = p->tenant;
    facts.policy = &p->policy;
    facts.address = p->from;
    facts.address_len = strlen(p->from);
    return facts;
}

/* Stores the account as a host does, by its snapshot and the next revision, then performs the effects. */
static prov_mfa_outcome settle(portal *p, prov_mfa_step *step) {
    prov_account *changed;
    prov_mfa_effect effect;
    uint64_t before, after;
    size_t count;
    char line[512];
    OK(prov_mfa_step_account(step, &changed));
    OK(prov_account_revision(p->account, &before));
    after = 0;
    if (changed) {
        prov_bytes *bytes;
        const uint8_t *data;
        size_t len;
        OK(prov_account_revision(changed, &after));
        CHECK(after == before + 1);
        OK(prov_account_bytes(changed, &bytes));
        OK(prov_bytes_view(bytes, &data, &len));
        prov_account_free(changed);
        prov_account_free(p->account);
        OK(prov_account_from_bytes(data, len, &p->account, NULL));
        prov_bytes_free(bytes);
    }
    p->told = p->ends = 0;
    OK(prov_mfa_step_effect_count(step, &count));
    for (size_t at = 0; at < count; at++) {
        OK(prov_mfa_step_effect(step, at, &effect, sizeof effect));
        switch (effect.kind) {
        case PROV_DO_AUDIT:
            CHECK(prov_mfa_event_name(effect.event));
            OK(prov_mfa_audit_json(p->account, &effect, after, PROV_TEXT("portal"), p->now, line, sizeof line, NULL, NULL));
            CHECK(strstr(line, prov_mfa_event_name(effect.event)) && strlen(p->log) + strlen(line) + 2 < sizeof p->log);
            strcat(strcat(p->log, line), "\n");
            break;
        case PROV_DO_END_SESSIONS:
            p->ends = effect.has_keep ? 2 : 1;
            CHECK(!effect.has_keep || effect.keep == p->session);
            break;
        case PROV_DO_NOTIFY:
            p->told |= 1u << effect.notice;
            break;
        default:
            CHECK(0);
        }
    }
    STATUS(PROV_E_ARGUMENT, prov_mfa_step_effect(step, count, &effect, sizeof effect));
    OK(prov_mfa_step_outcome(step, &p->outcome, sizeof p->outcome));
    if (p->outcome.codes) OK(prov_mfa_recovery_code(step, p->outcome.codes - 1u, p->paper, sizeof p->paper, NULL));
    if (p->outcome.grant) OK(prov_mfa_grant(step, p->grant, sizeof p->grant, NULL));
    prov_mfa_step_free(step);
    /* What was decided stands in the record until it was performed. */
    OK(prov_account_pending_count(p->account, &count));
    if (count) {
        OK(prov_account_revision(p->account, &before));
        OK(prov_account_pending(p->account, count - 1, &effect, sizeof effect));
        OK(prov_mfa_effects_done(p->account, before, &changed));
        CHECK(changed);
        prov_account_free(p->account);
        p->account = changed;
        OK(prov_account_pending_count(p->account, &count));
        CHECK(count == 0);
    }
    OK(prov_mfa_effects_done(p->account, 1, &changed));
    CHECK(!changed);
    return p->outcome;
}

static uint8_t login(portal *p) {
    prov_mfa_facts facts = facts_here(p);
    prov_mfa_step *step;
    OK(prov_mfa_password_right(&facts, p->now, drawn(p), &step, NULL));
    settle(p, step);
    p->session = p->outcome.session;
    return p->outcome.kind;
}

static uint8_t enter(portal *p, const char *typed) {
    prov_mfa_facts facts = facts_here(p);
    prov_mfa_step *step;
    OK(prov_mfa_enter(&facts, p->session, typed, strlen(typed), p->now, drawn(p), &step, NULL));
    return settle(p, step).kind;
}

/* Scans what is shown; the app then is p->app. */
static uint8_t begin(portal *p, const char *proof) {
    prov_mfa_facts facts = facts_here(p);
    prov_mfa_step *step;
    prov_mfa_outcome outcome;
    OK(prov_mfa_begin_enrolment(&facts, p->session, proof, proof ? strlen(proof) : 0, p->now, drawn(p), &step, NULL));
    OK(prov_mfa_step_outcome(step, &outcome, sizeof outcome));
    if (outcome.kind == PROV_OUTCOME_GRANTED) {
        prov_otp_secret *secret;
        prov_key_uri *uri;
        prov_totp totp;
        prov_qr *qr;
        OK(prov_mfa_secret(step, &secret, &totp, sizeof totp));
        OK(prov_key_uri_new(PROV_TEXT("Example"), PROV_TEXT("alice"), secret, &totp, &uri, NULL));
        OK(prov_qr_of_uri(uri, &qr, NULL));
        prov_totp_key_free(p->app);
        OK(prov_totp_key_new(secret, &totp, &p->app, NULL));
        CHECK(outcome.until_ms == p->now + 15 * 60 * 1000);
        prov_qr_free(qr);
        prov_key_uri_free(uri);
        prov_otp_secret_free(secret);
    } else {
        char text[256];
        OK(prov_mfa_refusal_text(step, PROV_LANG_DE, text, sizeof text, NULL));
        CHECK(text[0]);
    }
    return settle(p, step).kind;
}

static uint8_t confirm(portal *p, const char *code) {
    prov_mfa_facts facts = facts_here(p);
    prov_mfa_step *step;
    OK(prov_mfa_confirm(&facts, p->session, code, strlen(code), p->now, drawn(p), &step, NULL));
    return settle(p, step).kind;
}

static prov_status admin(portal *p, const char *actor, uint8_t fresh, uint8_t act, uint8_t risk) {
    prov_mfa_facts facts = facts_here(p);
    prov_mfa_step *step;
    prov_status status = prov_mfa_admin(&facts, actor, actor ? strlen(actor) : 0, fresh, act, risk, p->now, drawn(p), &step, NULL);
    if (status == PROV_OK) settle(p, step);
    return status;
}

/* The code that the app shows a minute later, so that no code comes twice. */
static const char *shows(portal *p) {
    p->now += 60000;
    OK(prov_totp_code(p->app, (uint64_t)p->now / 30000, p->code, sizeof p->code, NULL));
    return p->code;
}

/* A code that no step around here has. */
static const char *wrong(const portal *p) {
    static char code[9];
    for (unsigned guess = 0; guess < 100; guess++) {
        int hit = 0;
        snprintf(code, sizeof code, "%06u", guess);
        for (int64_t step = p->now / 30000 - 3; step <= p->now / 30000 + 3; step++) {
            char at[9];
            OK(prov_totp_code(p->app, (uint64_t)step, at, sizeof at, NULL));
            hit |= strcmp(at, code) == 0;
        }
        if (!hit) break;
    }
    return code;
}

static uint8_t state(const portal *p) {
    prov_factor factor;
    OK(prov_account_factor(p->account, p->tenant, &factor, sizeof factor));
    CHECK(prov_factor_name(factor.state));
    return factor.state;
}

static uint8_t locked(const portal *p, const char *address) {
    uint8_t locked;
    OK(prov_account_is_locked(p->account, address, strlen(address), &locked, NULL));
    return locked;
}

static portal opened(void) {
    portal p;
    memset(&p, 0, sizeof p);
    p.tenant = new_tenant();
    p.now = NOW;
    p.from = HOME;
    OK(prov_mfa_policy_init(&p.policy, sizeof p.policy));
    OK(prov_account_new(p.tenant, PROV_TEXT("7"), p.now, &p.account, NULL));
    return p;
}

static void closed(portal *p) {
    prov_totp_key_free(p->app);
    prov_account_free(p->account);
    prov_tenant_free(p->tenant);
}

static void shown(portal *p, uint64_t set, uint8_t expected) {
    prov_mfa_facts facts = facts_here(p);
    prov_mfa_step *step;
    OK(prov_mfa_recovery_shown(&facts, set, p->now, &step, NULL));
    CHECK(settle(p, step).kind == expected);
}

/* An administrator demands the factor, the owner enrols at the next login, and logs in with codes. */
static portal enrolled(void) {
    portal p = opened();
    prov_factor factor;
    CHECK(login(&p) == PROV_OUTCOME_GRANTED && state(&p) == PROV_FACTOR_OFF);
    OK(admin(&p, "8", 1, PROV_ACT_SWITCH_ON, 0));
    CHECK(state(&p) == PROV_FACTOR_DEMANDED && strstr(p.log, "\"by\":\"8\",\"revision\":"));
    CHECK(login(&p) == PROV_OUTCOME_ENROLMENT && p.outcome.proof == PROV_ENROL_NONE);
    CHECK(enter(&p, "123456") == PROV_OUTCOME_ENROLMENT_NEEDED);
    CHECK(begin(&p, NULL) == PROV_OUTCOME_GRANTED && state(&p) == PROV_FACTOR_PENDING);
    CHECK(confirm(&p, wrong(&p)) == PROV_OUTCOME_WRONG);
    CHECK(confirm(&p, shows(&p)) == PROV_OUTCOME_GRANTED && p.outcome.codes == 1 && state(&p) == PROV_FACTOR_ON);
    CHECK(p.told == 1u << PROV_TOLD_SWITCHED_ON);
    OK(prov_account_factor(p.account, p.tenant, &factor, sizeof factor));
    CHECK(factor.recovery_left == 1 && factor.recovery_unseen == 1 && factor.recovery_set == p.outcome.set);
    CHECK(factor.has_last_step && factor.last_step == (uint64_t)p.now / 30000 && factor.drift == 0);
    shown(&p, p.outcome.set + 1, PROV_OUTCOME_RECOVERY_REPLACED);
    shown(&p, factor.recovery_set, PROV_OUTCOME_GRANTED);
    shown(&p, factor.recovery_set, PROV_OUTCOME_GRANTED);
    OK(prov_account_factor(p.account, p.tenant, &factor, sizeof factor));
    CHECK(factor.recovery_unseen == 0 && factor.recovery_set == 0);
    return p;
}

static void logins(void) {
    portal p = enrolled();
    prov_mfa_facts facts;
    prov_mfa_step *step;
    char before[9];
    CHECK(login(&p) == PROV_OUTCOME_CODE && p.outcome.until_ms == 0);
    CHECK(enter(&p, "12345") == PROV_OUTCOME_MALFORMED);
    CHECK(enter(&p, wrong(&p)) == PROV_OUTCOME_WRONG);
    CHECK(enter(&p, shows(&p)) == PROV_OUTCOME_GRANTED && p.outcome.by == PROV_BY_CODE && p.outcome.codes == 0);
    CHECK(enter(&p, p.code) == PROV_OUTCOME_REPLAYED);
    /* The seed's form: the shared field takes the recovery code too, and a brand-new one comes. */
    strcpy(before, "");
    {
        char used[64];
        strcpy(used, p.paper);
        CHECK(login(&p) == PROV_OUTCOME_CODE);
        CHECK(enter(&p, used) == PROV_OUTCOME_GRANTED && p.outcome.by == PROV_BY_RECOVERY && p.outcome.codes == 1);
        CHECK(p.outcome.left == 1 && strcmp(used, p.paper) != 0 && p.ends == 2);
        CHECK(p.told == 1u << PROV_TOLD_RECOVERY_USED);
        CHECK(enter(&p, used) == PROV_OUTCOME_WRONG);
    }
    /* A trusted address skips the code, where policy says so. */
    facts = facts_here(&p);
    facts.trusted = "198.51.100.0/24 192.0.2.10";
    facts.trusted_len = strlen(facts.trusted);
    OK(prov_mfa_password_right(&facts, p.now, drawn(&p), &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_CODE);
    p.policy.trusted_addresses = 1;
    facts = facts_here(&p);
    facts.trusted = "198.51.100.0/24 192.0.2.10";
    facts.trusted_len = strlen(facts.trusted);
    OK(prov_mfa_password_right(&facts, p.now, drawn(&p), &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_GRANTED && strstr(p.log, "mfa_trusted_address"));
    /* A clock that is off by twenty minutes. */
    CHECK(login(&p) == PROV_OUTCOME_CODE);
    p.now += 3600 * 1000;
    OK(prov_totp_code(p.app, (uint64_t)p.now / 30000 + 40, before, sizeof before, NULL));
    OK(prov_totp_code(p.app, (uint64_t)p.now / 30000 + 41, p.code, sizeof p.code, NULL));
    CHECK(enter(&p, before) == PROV_OUTCOME_WRONG);
    facts = facts_here(&p);
    OK(prov_mfa_resynchronise(&facts, before, 6, p.code, 6, p.now, drawn(&p), &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_GRANTED && p.outcome.drift == 41 && p.outcome.by == PROV_BY_CODE);
    CHECK(p.told == 1u << PROV_TOLD_RESYNCHRONISED);
    closed(&p);
}

static void locks(void) {
    portal p = enrolled();
    char paper[64], text[256];
    prov_mfa_facts facts;
    prov_mfa_step *step;
    CHECK(login(&p) == PROV_OUTCOME_CODE);
    CHECK(enter(&p, shows(&p)) == PROV_OUTCOME_GRANTED);
    p.from = ELSEWHERE;
    CHECK(login(&p) == PROV_OUTCOME_CODE);
    CHECK(enter(&p, wrong(&p)) == PROV_OUTCOME_WRONG);
    CHECK(p.told == 1u << PROV_TOLD_FAILURE_AT_NEW_SOURCE);
    while (!locked(&p, ELSEWHERE)) {
        uint8_t kind = enter(&p, wrong(&p));
        p.log[0] = 0;
        if (kind == PROV_OUTCOME_WAIT) {
            CHECK(p.outcome.until_ms > p.now);
            p.now = p.outcome.until_ms;
        } else {
            CHECK(kind == PROV_OUTCOME_WRONG);
        }
    }
    CHECK(p.told & 1u << PROV_TOLD_LOCKED);
    CHECK(login(&p) == PROV_OUTCOME_LOCKED && p.outcome.recovery == 1);
    shows(&p);
    facts = facts_here(&p);
    OK(prov_mfa_enter(&facts, p.session, p.code, 6, p.now, drawn(&p), &step, NULL));
    OK(prov_mfa_refusal_text(step, PROV_LANG_EN, text, sizeof text, NULL));
    CHECK(strstr(text, "locked"));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_LOCKED);
    /* The attacker who is elsewhere does not keep the owner out. */
    p.from = HOME;
    CHECK(!locked(&p, HOME) && login(&p) == PROV_OUTCOME_CODE && enter(&p, shows(&p)) == PROV_OUTCOME_GRANTED);
    /* A locked class may still use its recovery code; that does not lift the lock. */
    p.from = ELSEWHERE;
    CHECK(login(&p) == PROV_OUTCOME_LOCKED);
    strcpy(paper, p.paper);
    CHECK(enter(&p, paper) == PROV_OUTCOME_GRANTED && p.outcome.by == PROV_BY_RECOVERY && locked(&p, ELSEWHERE));
    STATUS(PROV_E_MFA_OWN_ACCOUNT, admin(&p, "7", 1, PROV_ACT_UNLOCK, 0));
    STATUS(PROV_E_MFA_ACTOR_FACTOR, admin(&p, "8", 0, PROV_ACT_UNLOCK, 0));
    OK(admin(&p, NULL, 1, PROV_ACT_UNLOCK, 0));
    CHECK(!locked(&p, ELSEWHERE) && p.ends == 1 && p.told == 1u << PROV_TOLD_UNLOCKED);
    closed(&p);
}

static void owners(void) {
    portal p = enrolled();
    prov_mfa_facts facts;
    prov_mfa_step *step;
    prov_totp_key *old;
    p.policy.recovery = 10;
    CHECK(login(&p) == PROV_OUTCOME_CODE && enter(&p, shows(&p)) == PROV_OUTCOME_GRANTED);
    shows(&p);
    facts = facts_here(&p);
    OK(prov_mfa_regenerate_recovery(&facts, p.session, p.code, 6, p.now, drawn(&p), &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_GRANTED && p.outcome.codes == 10 && p.ends == 2);
    shown(&p, p.outcome.set, PROV_OUTCOME_GRANTED);
    /* Changing phones: the old app is good until the new one is confirmed. */
    CHECK(begin(&p, NULL) == PROV_OUTCOME_CODE_NEEDED);
    old = p.app;
    p.app = NULL;
    p.now += 60000;
    OK(prov_totp_code(old, (uint64_t)p.now / 30000, p.code, sizeof p.code, NULL));
    CHECK(begin(&p, p.code) == PROV_OUTCOME_GRANTED && state(&p) == PROV_FACTOR_ROTATING);
    CHECK(confirm(&p, shows(&p)) == PROV_OUTCOME_GRANTED && p.outcome.codes == 0 && p.ends == 2);
    prov_totp_key_free(old);
    /* Reset by the owner: sessions end, the next login enrols anew. */
    shows(&p);
    facts = facts_here(&p);
    OK(prov_mfa_self_reset(&facts, p.code, 6, p.now, &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_GRANTED && p.ends == 1 && state(&p) == PROV_FACTOR_DEMANDED);
    CHECK(login(&p) == PROV_OUTCOME_ENROLMENT && begin(&p, NULL) == PROV_OUTCOME_GRANTED);
    CHECK(confirm(&p, shows(&p)) == PROV_OUTCOME_GRANTED && p.outcome.codes == 10);
    /* Switching off: the risk, and a code, unless policy asks for the risk alone. */
    facts = facts_here(&p);
    OK(prov_mfa_self_switch_off(&facts, p.session, 1, NULL, 0, 0, p.now, &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_RISK_NOT_ACCEPTED);
    facts = facts_here(&p);
    OK(prov_mfa_self_switch_off(&facts, p.session, 1, NULL, 0, 1, p.now, &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_CODE_NEEDED);
    p.policy.demanded = 1;
    shows(&p);
    facts = facts_here(&p);
    OK(prov_mfa_self_switch_off(&facts, p.session, 1, p.code, 6, 1, p.now, &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_TENANT_DEMANDS);
    p.policy.demanded = 0;
    p.policy.switch_off = PROV_SWITCH_OFF_RISK_ONLY;
    /* Whoever has the password alone is in no session that passed the factor. */
    facts = facts_here(&p);
    OK(prov_mfa_self_switch_off(&facts, p.session, 0, NULL, 0, 1, p.now, &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_CODE_NEEDED && state(&p) == PROV_FACTOR_ON);
    facts = facts_here(&p);
    OK(prov_mfa_self_switch_off(&facts, p.session, 1, NULL, 0, 1, p.now, &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_GRANTED && state(&p) == PROV_FACTOR_OFF);
    CHECK(enter(&p, "123456") == PROV_OUTCOME_NOT_ON && confirm(&p, "123456") == PROV_OUTCOME_NO_ENROLMENT);
    closed(&p);
}

static void administrators(void) {
    portal p = enrolled();
    prov_mfa_step *step;
    int64_t due;
    uint8_t depends;
    p.policy.grants = 1;
    OK(admin(&p, "8", 1, PROV_ACT_RESET, 0));
    CHECK(state(&p) == PROV_FACTOR_DEMANDED && p.ends == 1 && p.told == 1u << PROV_TOLD_RESET && p.outcome.grant == 1);
    OK(prov_account_depends_on(p.account, 1, &depends));
    CHECK(depends == 1);
    OK(prov_account_depends_on(p.account, 2, &depends));
    CHECK(depends == 0);
    CHECK(login(&p) == PROV_OUTCOME_ENROLMENT && p.outcome.proof == PROV_ENROL_GRANT);
    CHECK(begin(&p, NULL) == PROV_OUTCOME_GRANT_NEEDED);
    CHECK(begin(&p, p.grant) == PROV_OUTCOME_GRANTED);
    CHECK(confirm(&p, shows(&p)) == PROV_OUTCOME_GRANTED && state(&p) == PROV_FACTOR_ON);
    STATUS(PROV_E_MFA_RISK_NOT_ACCEPTED, admin(&p, "8", 1, PROV_ACT_SWITCH_OFF, 0));
    OK(admin(&p, "67e55044-10b1-426f-9247-bb680e5fe0c8", 1, PROV_ACT_SWITCH_OFF, 1));
    CHECK(state(&p) == PROV_FACTOR_OFF && strstr(p.log, "\"by\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\""));
    /* A demand that is not met in time locks. */
    p.policy.grants = 0;
    OK(admin(&p, "8", 1, PROV_ACT_SWITCH_ON, 0));
    OK(prov_mfa_next_timeout(p.account, &p.policy, &due, NULL));
    CHECK(due == p.now + INT64_C(14) * 86400000);
    p.now = due;
    OK(prov_mfa_handle_timeout(p.account, &p.policy, p.now, &step, NULL));
    CHECK(settle(&p, step).kind == PROV_OUTCOME_GRANTED && strstr(p.log, "mfa_demand_overdue"));
    CHECK(locked(&p, HOME) && login(&p) == PROV_OUTCOME_LOCKED && p.outcome.recovery == 0);
    OK(prov_mfa_next_timeout(p.account, &p.policy, &due, NULL));
    CHECK(due == 0);
    closed(&p);
}

/* NULL, numbers that are none, texts that are none, structs of other sizes. */
static void misuse(void) {
    portal p = opened();
    prov_mfa_facts facts = facts_here(&p), broken;
    prov_mfa_policy policy = p.policy;
    prov_mfa_step *step;
    prov_mfa_outcome outcome;
    prov_mfa_effect effect;
    prov_account *account;
    prov_tenant *other;
    prov_new_tenant config = tenant_config();
    prov_otp_secret *secret;
    prov_totp totp;
    prov_factor factor;
    size_t count;
    int64_t due;
    uint64_t revision;
    uint8_t flag;
    char text[256];
#define FAILS(status)                                                                        \
    STATUS(status, prov_mfa_password_right(&broken, NOW, ENTROPY, &step, NULL));             \
    STATUS(status, prov_mfa_recovery_shown(&broken, 1, NOW, &step, NULL));                   \
    broken = facts
#define POLICY(status, field, value)       \
    policy = p.policy, policy.field = value; \
    broken.policy = &policy;               \
    FAILS(status)
    broken = facts;
    broken.account = NULL;
    FAILS(PROV_E_NULL);
    broken.tenant = NULL;
    FAILS(PROV_E_NULL);
    broken.policy = NULL;
    FAILS(PROV_E_NULL);
    broken.reserved = 1;
    FAILS(PROV_E_VERSION);
    broken.struct_size = 0;
    FAILS(PROV_E_VERSION);
    broken.address = "10.0.0.0/8", broken.address_len = 10;
    FAILS(PROV_E_ARGUMENT);
    broken.address = "x", broken.address_len = 1;
    FAILS(PROV_E_PREFIX_SHAPE);
    broken.trusted = "10.0.0.0/8", broken.trusted_len = 10;
    FAILS(PROV_E_PREFIX_TOO_WIDE);
    broken.trusted = BAD, broken.trusted_len = 2;
    FAILS(PROV_E_UTF8);
    config.id = "43";
    OK(prov_tenant_new(&config, &other, NULL));
    broken.tenant = other;
    FAILS(PROV_E_ARGUMENT);
    prov_tenant_free(other);
    POLICY(PROV_E_POLICY_RANGE, enrolment_tries, 0);
    POLICY(PROV_E_POLICY_RANGE, window, 3);
    POLICY(PROV_E_OTP_RANGE, window, 11);
    POLICY(PROV_E_POLICY_RANGE, recovery, 0);
    POLICY(PROV_E_POLICY_RANGE, recovery, 21);
    POLICY(PROV_E_POLICY_RANGE, demand_ms, 1);
    POLICY(PROV_E_POLICY_RANGE, grant_ms, 0);
    POLICY(PROV_E_POLICY_RANGE, enrolment_ms, 0);
    POLICY(PROV_E_POLICY_RANGE, resync_steps, 1001);
    POLICY(PROV_E_OTP_SHORT_CODES, digits, 4);
    POLICY(PROV_E_OTP_RANGE, digits, 262);
    POLICY(PROV_E_OTP_RANGE, period_s, 0);
    POLICY(PROV_E_ARGUMENT, algorithm, 0);
    POLICY(PROV_E_ARGUMENT, switch_off, 0);
    POLICY(PROV_E_ARGUMENT, demanded, 2);
    POLICY(PROV_E_ARGUMENT, grants, 2);
    POLICY(PROV_E_ARGUMENT, trusted_addresses, 2);
    POLICY(PROV_E_ARGUMENT, short_codes, 2);
    POLICY(PROV_E_VERSION, reserved, 1);
    policy = p.policy;
    STATUS(PROV_E_NULL, prov_mfa_policy_init(NIL, sizeof policy));
    STATUS(PROV_E_VERSION, prov_mfa_policy_init(&policy, 8));
    STATUS(PROV_E_NULL, prov_mfa_facts_init(NIL, sizeof facts));
    STATUS(PROV_E_NULL, prov_mfa_password_right(NIL, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_NULL, prov_mfa_password_right(&facts, NOW, NIL, &step, NULL));
    STATUS(PROV_E_NULL, prov_mfa_password_right(&facts, NOW, ENTROPY, NIL, NULL));
    STATUS(PROV_E_ENTROPY_UNSET, prov_mfa_password_right(&facts, NOW, (const uint8_t[32]){0}, &step, NULL));
    STATUS(PROV_E_TIME_OUT_OF_RANGE, prov_mfa_password_right(&facts, 1, ENTROPY, &step, NULL));
    STATUS(PROV_E_NULL, prov_mfa_enter(&facts, 1, NIL, 1, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_UTF8, prov_mfa_enter(&facts, 1, BAD, 2, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_NULL, prov_mfa_enter(&facts, 1, "1", 1, NOW, ENTROPY, NIL, NULL));
    STATUS(PROV_E_UTF8, prov_mfa_resynchronise(&facts, BAD, 2, "1", 1, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_UTF8, prov_mfa_resynchronise(&facts, "1", 1, BAD, 2, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_UTF8, prov_mfa_begin_enrolment(&facts, 1, BAD, 2, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_UTF8, prov_mfa_confirm(&facts, 1, BAD, 2, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_UTF8, prov_mfa_regenerate_recovery(&facts, 1, BAD, 2, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_UTF8, prov_mfa_self_reset(&facts, BAD, 2, NOW, &step, NULL));
    STATUS(PROV_E_UTF8, prov_mfa_self_switch_off(&facts, 1, 1, BAD, 2, 1, NOW, &step, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_self_switch_off(&facts, 1, 1, NULL, 0, 2, NOW, &step, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_self_switch_off(&facts, 1, 2, NULL, 0, 1, NOW, &step, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_admin(&facts, "", 0, 1, PROV_ACT_RESET, 0, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_admin(&facts, NULL, 0, 2, PROV_ACT_RESET, 0, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_admin(&facts, NULL, 0, 1, PROV_ACT_RESET, 2, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_admin(&facts, NULL, 0, 1, 0, 0, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_admin(&facts, NULL, 0, 1, 5, 0, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_ID_USER, prov_mfa_admin(&facts, PROV_TEXT("ann"), 1, PROV_ACT_RESET, 0, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_NULL, prov_mfa_handle_timeout(NIL, &policy, NOW, &step, NULL));
    STATUS(PROV_E_NULL, prov_mfa_handle_timeout(p.account, NIL, NOW, &step, NULL));
    STATUS(PROV_E_NULL, prov_mfa_handle_timeout(p.account, &p.policy, NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_mfa_next_timeout(NIL, &p.policy, &due, NULL));
    STATUS(PROV_E_NULL, prov_mfa_next_timeout(p.account, NIL, &due, NULL));
    STATUS(PROV_E_NULL, prov_mfa_next_timeout(p.account, &p.policy, NIL, NULL));

    OK(prov_mfa_password_right(&facts, NOW, ENTROPY, &step, NULL));
    STATUS(PROV_E_NULL, prov_mfa_step_outcome(NIL, &outcome, sizeof outcome));
    STATUS(PROV_E_NULL, prov_mfa_step_outcome(step, NIL, sizeof outcome));
    STATUS(PROV_E_VERSION, prov_mfa_step_outcome(step, &outcome, 8));
    STATUS(PROV_E_NULL, prov_mfa_step_account(NIL, &account));
    STATUS(PROV_E_NULL, prov_mfa_step_account(step, NIL));
    STATUS(PROV_E_NULL, prov_mfa_step_effect_count(NIL, &count));
    STATUS(PROV_E_NULL, prov_mfa_step_effect_count(step, NIL));
    STATUS(PROV_E_NULL, prov_mfa_step_effect(NIL, 0, &effect, sizeof effect));
    STATUS(PROV_E_ARGUMENT, prov_mfa_step_effect(step, 0, &effect, sizeof effect));
    STATUS(PROV_E_ARGUMENT, prov_mfa_recovery_code(step, 0, text, sizeof text, NULL));
    STATUS(PROV_E_NULL, prov_mfa_recovery_code(NIL, 0, text, sizeof text, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_grant(step, text, sizeof text, NULL));
    STATUS(PROV_E_NULL, prov_mfa_grant(NIL, text, sizeof text, NULL));
    STATUS(PROV_E_ARGUMENT, prov_mfa_secret(step, &secret, &totp, sizeof totp));
    STATUS(PROV_E_NULL, prov_mfa_secret(NIL, &secret, &totp, sizeof totp));
    STATUS(PROV_E_NULL, prov_mfa_secret(step, NIL, &totp, sizeof totp));
    STATUS(PROV_E_NULL, prov_mfa_secret(step, &secret, NIL, sizeof totp));
    STATUS(PROV_E_ARGUMENT, prov_mfa_refusal_text(step, PROV_LANG_EN, text, sizeof text, NULL));
    STATUS(PROV_E_NULL, prov_mfa_refusal_text(NIL, PROV_LANG_EN, text, sizeof text, NULL));
    prov_mfa_step_free(step);
    prov_mfa_step_free(NIL);

    STATUS(PROV_E_NULL, prov_account_new(NIL, PROV_TEXT("7"), NOW, &account, NULL));
    STATUS(PROV_E_NULL, prov_account_new(p.tenant, NIL, 1, NOW, &account, NULL));
    STATUS(PROV_E_ID_USER, prov_account_new(p.tenant, PROV_TEXT("ann"), NOW, &account, NULL));
    STATUS(PROV_E_ID_USER, prov_account_new(p.tenant, NULL, 0, NOW, &account, NULL));
    STATUS(PROV_E_NULL, prov_account_new(p.tenant, PROV_TEXT("7"), NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_account_factor(NIL, p.tenant, &factor, sizeof factor));
    STATUS(PROV_E_NULL, prov_account_factor(p.account, NIL, &factor, sizeof factor));
    STATUS(PROV_E_NULL, prov_account_factor(p.account, p.tenant, NIL, sizeof factor));
    STATUS(PROV_E_VERSION, prov_account_factor(p.account, p.tenant, &factor, 4));
    STATUS(PROV_E_NULL, prov_account_is_locked(NIL, NULL, 0, &flag, NULL));
    STATUS(PROV_E_NULL, prov_account_is_locked(p.account, NULL, 0, NIL, NULL));
    STATUS(PROV_E_PREFIX_SHAPE, prov_account_is_locked(p.account, PROV_TEXT("x"), &flag, NULL));
    OK(prov_account_is_locked(p.account, NULL, 0, &flag, NULL));
    STATUS(PROV_E_NULL, prov_account_depends_on(NIL, 1, &flag));
    STATUS(PROV_E_NULL, prov_account_depends_on(p.account, 1, NIL));
    STATUS(PROV_E_NULL, prov_account_pending_count(NIL, &count));
    STATUS(PROV_E_NULL, prov_account_pending_count(p.account, NIL));
    STATUS(PROV_E_ARGUMENT, prov_account_pending(p.account, 0, &effect, sizeof effect));
    STATUS(PROV_E_NULL, prov_account_pending(NIL, 0, &effect, sizeof effect));
    STATUS(PROV_E_NULL, prov_mfa_effects_done(NIL, 1, &account));
    STATUS(PROV_E_NULL, prov_mfa_effects_done(p.account, 1, NIL));
    STATUS(PROV_E_NULL, prov_account_user(NIL, text, sizeof text, NULL));
    STATUS(PROV_E_BUFFER, prov_account_user(p.account, text, 1, NULL));
    OK(prov_account_user(p.account, text, 2, NULL));
    CHECK(strcmp(text, "7") == 0);
    STATUS(PROV_E_NULL, prov_account_revision(NIL, &revision));
    STATUS(PROV_E_NULL, prov_account_revision(p.account, NIL));
    memset(&effect, 0, sizeof effect);
    STATUS(PROV_E_ARGUMENT, prov_mfa_audit_json(p.account, &effect, 0, NULL, 0, NOW, text, sizeof text, NULL, NULL));
    effect.kind = PROV_DO_AUDIT;
    STATUS(PROV_E_ARGUMENT, prov_mfa_audit_json(p.account, &effect, 0, NULL, 0, NOW, text, sizeof text, NULL, NULL));
    effect.event = PROV_MFA_CODE_WRONG;
    OK(prov_mfa_audit_json(p.account, &effect, 0, NULL, 0, NOW, text, sizeof text, NULL, NULL));
    strcpy(effect.source, "2001:db8::/64");
    OK(prov_mfa_audit_json(p.account, &effect, 3, NULL, 0, NOW, text, sizeof text, NULL, NULL));
    CHECK(strstr(text, "\"revision\":3") && strstr(text, "\"source\":\"2001:db8::/64\""));
    strcpy(effect.source, "nowhere");
    STATUS(PROV_E_ARGUMENT, prov_mfa_audit_json(p.account, &effect, 0, NULL, 0, NOW, text, sizeof text, NULL, NULL));
    memset(effect.source, 'x', sizeof effect.source);
    STATUS(PROV_E_ARGUMENT, prov_mfa_audit_json(p.account, &effect, 0, NULL, 0, NOW, text, sizeof text, NULL, NULL));
    STATUS(PROV_E_NULL, prov_mfa_audit_json(NIL, &effect, 0, NULL, 0, NOW, text, sizeof text, NULL, NULL));
    STATUS(PROV_E_NULL, prov_mfa_audit_json(p.account, NIL, 0, NULL, 0, NOW, text, sizeof text, NULL, NULL));
    CHECK(!prov_mfa_event_name(0) && !prov_factor_name(0) && !prov_factor_name(6));
    OK(prov_told_text(PROV_TOLD_RECOVERY_USED, PROV_LANG_PL, text, sizeof text, NULL));
    STATUS(PROV_E_ARGUMENT, prov_told_text(0, PROV_LANG_PL, text, sizeof text, NULL));
    STATUS(PROV_E_ARGUMENT, prov_told_text(PROV_TOLD_LOCKED, 0, text, sizeof text, NULL));
    closed(&p);
}

/* State that cannot be read denies: there is no handle to ask about. */
static void snapshots(void) {
    portal p = enrolled();
    prov_account *read;
    prov_bytes *bytes;
    const uint8_t *data;
    size_t len;
    uint64_t revision, again;
    OK(prov_account_revision(p.account, &revision));
    OK(prov_account_json(p.account, &bytes));
    OK(prov_bytes_view(bytes, &data, &len));
    CHECK(strlen((const char *)data) == len && !strstr((const char *)data, p.paper));
    OK(prov_account_from_json((const char *)data, len, &read, NULL));
    OK(prov_account_revision(read, &again));
    CHECK(again == revision);
    prov_account_free(read);
    prov_bytes_free(bytes);
    OK(prov_account_bytes(p.account, &bytes));
    OK(prov_bytes_view(bytes, &data, &len));
    for (size_t cut = 0; cut < len; cut++) CHECK(prov_account_from_bytes(data, cut, &read, NULL) >= 1000);
    {
        prov_device *device;
        STATUS(PROV_E_SNAPSHOT_TYPE, prov_device_from_bytes(data, len, &device, NULL));
    }
    STATUS(PROV_E_NULL, prov_account_from_bytes(data, len, NIL, NULL));
    STATUS(PROV_E_NULL, prov_account_from_bytes(NIL, len, &read, NULL));
    STATUS(PROV_E_NULL, prov_account_from_json(NIL, len, &read, NULL));
    STATUS(PROV_E_SNAPSHOT_FORM, prov_account_from_json(PROV_TEXT("{}"), &read, NULL));
    STATUS(PROV_E_NULL, prov_account_bytes(NIL, &bytes));
    STATUS(PROV_E_NULL, prov_account_bytes(p.account, NIL));
    STATUS(PROV_E_NULL, prov_account_json(NIL, &bytes));
    STATUS(PROV_E_NULL, prov_account_json(p.account, NIL));
    prov_bytes_free(bytes);
    prov_account_free(NIL);
    closed(&p);
}

int main(void) {
    logins();
    locks();
    owners();
    administrators();
    misuse();
    snapshots();
    return 0;
}
