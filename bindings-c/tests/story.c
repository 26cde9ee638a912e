/* A roll-out with everything that can be seen of it: restricted, wrong, locked, right, full, delivered, reset, blocked. */
#include "check.h"

static int has_effect(const prov_decision *decision, uint8_t kind, uint8_t detail) {
    prov_effect effect;
    size_t count;
    OK(prov_decision_effect_count(decision, &count));
    for (size_t i = 0; i < count; i++) {
        OK(prov_decision_effect(decision, i, &effect, sizeof effect));
        if (effect.kind != kind) continue;
        if (kind == PROV_EFFECT_AUDIT && effect.event == detail) return 1;
        if (kind == PROV_EFFECT_PLAY && effect.announcement == detail) return 1;
        if (kind == PROV_EFFECT_RESYNC && effect.resync == detail) return 1;
        if (detail == 0) return 1;
    }
    return 0;
}

static prov_answer ask(prov_tenant *tenant, prov_device **device, const prov_request *request, int64_t now,
                       prov_decision **kept) {
    prov_facts facts = facts_of(tenant, *device);
    prov_decision *decision;
    prov_answer answer;
    OK(prov_decide(&facts, request, now, ENTROPY, &decision, NULL));
    OK(prov_decision_answer(decision, &answer, sizeof answer));
    if (kept) {
        prov_device *changed;
        OK(prov_decision_device(decision, &changed));
        if (changed) {
            prov_device_free(*device);
            *device = changed;
        }
        *kept = decision;
    } else {
        *device = commit(*device, decision);
    }
    return answer;
}

static prov_verdict enter(prov_tenant *tenant, prov_device **device, uint64_t id, const char *user, const char *digits,
                          int64_t now) {
    prov_facts facts = facts_of(tenant, *device);
    prov_decision *decision;
    prov_verdict verdict;
    OK(prov_enter_pap(&facts, id, user, strlen(user), digits, strlen(digits), now, &decision, NULL));
    OK(prov_decision_verdict(decision, &verdict, sizeof verdict));
    CHECK(has_effect(decision, PROV_EFFECT_PLAY, 0) || verdict.kind == PROV_VERDICT_EMPTY);
    *device = commit(*device, decision);
    return verdict;
}

static uint8_t state_of(const prov_device *device, int64_t now) {
    uint8_t state;
    OK(prov_device_state(device, now, &state, NULL));
    return state;
}

int main(void) {
    prov_tenant *tenant = new_tenant();
    prov_device *device = new_device(tenant);
    prov_request request = request_from("192.0.2.7");
    prov_decision *decision;
    prov_facts facts;
    prov_answer answer;
    prov_verdict verdict;
    prov_identity identity;
    prov_lease lease;
    prov_effect effect;
    prov_temp *temp;
    prov_tenant_guard *budget;
    prov_device *done;
    char user[64], password[40], digest[40], token[80], credential[40], pap[9], wrong[9], text[600];
    uint64_t revision, before;
    uint32_t writes;
    int64_t now = NOW, at;
    size_t count;

    /* Created: it waits for its PAP. */
    CHECK(state_of(device, now) == PROV_STATE_REQUIRED);
    OK(prov_device_pap(device, tenant, pap, sizeof pap, NULL));
    CHECK(strlen(pap) == 6);
    strcpy(wrong, pap);
    wrong[0] = pap[0] == '9' ? '8' : '9';

    /* First request: restricted, and no record changed. */
    OK(prov_device_revision(device, &before));
    answer = ask(tenant, &device, &request, now, &decision);
    CHECK(answer.kind == PROV_ANSWER_RESTRICTED && answer.notice == PROV_NOTICE_REQUIRED && answer.rule == PROV_RULE_R11);
    CHECK(answer.http_status == 200 && answer.proof == PROV_PROOF_NONE && (answer.flags & PROV_FLAG_NO_STORE));
    CHECK(answer.lease == 0 && answer.secrets == 0 && answer.sip[0] == 0 && answer.until_ms == 0);
    OK(prov_decision_writes(decision, &writes));
    CHECK(writes == 0);
    OK(prov_device_revision(device, &revision));
    CHECK(revision == before);
    CHECK(has_effect(decision, PROV_EFFECT_AUDIT, PROV_AUDIT_RESTRICTED));
    OK(prov_decision_effect(decision, 0, &effect, sizeof effect));
    CHECK(strcmp(effect.source, "192.0.2.7") == 0 && effect.aggregate == 1 && effect.rule == PROV_RULE_R11);
    OK(prov_decision_sip_user(decision, 0, user, sizeof user, NULL));
    OK(prov_decision_sip_password(decision, password, sizeof password, NULL));
    OK(prov_decision_token(decision, token, sizeof token, NULL));
    OK(prov_decision_explain(decision, PROV_LANG_EN, text, sizeof text, NULL));
    CHECK(strstr(text, "R11") && strstr(text, "*89") && !strstr(text, token) && !strstr(text, pap));
    prov_decision_free(decision);

    /* The PBX authenticates the enrolment account with the same password. */
    facts = facts_of(tenant, device);
    OK(prov_identify(&facts, user, strlen(user), now, &identity, sizeof identity, digest, sizeof digest, NULL, NULL));
    CHECK(identity.kind == PROV_IDENTITY_ENROLMENT && identity.is_current && memcmp(identity.mac, MAC, 6) == 0);
    CHECK(strcmp(digest, password) == 0);
    OK(prov_identify(&facts, "nobody", 6, now, &identity, sizeof identity, digest, sizeof digest, NULL, NULL));
    CHECK(identity.kind == PROV_IDENTITY_UNKNOWN && !identity.is_current && strlen(digest) == 32);

    /* Three wrong PAPs lock; one repeated by the network counts once. */
    verdict = enter(tenant, &device, 1, user, wrong, now);
    CHECK(verdict.kind == PROV_VERDICT_WRONG && verdict.tries_left == 2 && verdict.counted);
    verdict = enter(tenant, &device, 1, user, wrong, now);
    CHECK(verdict.kind == PROV_VERDICT_WRONG && verdict.tries_left == 2 && !verdict.counted);
    verdict = enter(tenant, &device, 2, user, wrong, now);
    CHECK(verdict.tries_left == 1);
    verdict = enter(tenant, &device, 3, user, wrong, now);
    CHECK(verdict.kind == PROV_VERDICT_LOCKED && verdict.until_ms == now + 30 * 60 * 1000);
    CHECK(state_of(device, now) == PROV_STATE_FAILED);
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.notice == PROV_NOTICE_FAILED && answer.until_ms == verdict.until_ms);
    verdict = enter(tenant, &device, 4, user, pap, now);
    CHECK(verdict.kind == PROV_VERDICT_LOCKED && !verdict.counted);

    /* The lock ends by itself. */
    OK(prov_device_next_timeout(device, &at));
    CHECK(at == now + 30 * 60 * 1000);
    now = at;
    facts = facts_of(tenant, device);
    OK(prov_handle_timeout(&facts, now, &decision, NULL));
    CHECK(has_effect(decision, PROV_EFFECT_AUDIT, PROV_AUDIT_UNLOCKED));
    device = commit(device, decision);
    CHECK(state_of(device, now) == PROV_STATE_REQUIRED);

    /* The right PAP: a resync, and the same token now fetches everything. */
    facts = facts_of(tenant, device);
    OK(prov_enter_pap(&facts, 5, user, strlen(user), pap, strlen(pap), now, &decision, NULL));
    CHECK(has_effect(decision, PROV_EFFECT_PLAY, PROV_PLAY_ACCEPTED));
    CHECK(has_effect(decision, PROV_EFFECT_RESYNC, PROV_RESYNC_ENROLMENT));
    device = commit(device, decision);
    request.url = token;
    request.url_len = strlen(token);
    answer = ask(tenant, &device, &request, now, &decision);
    CHECK(answer.kind == PROV_ANSWER_FULL && answer.rule == PROV_RULE_R8 && answer.proof == PROV_PROOF_ACCEPTED_TOKEN);
    CHECK((answer.flags & PROV_FLAG_LEASE) && answer.sip[0] == 2);
    CHECK(answer.secrets == (PROV_SECRET_MENU | PROV_SECRET_WEB | PROV_SECRET_OTHER | PROV_SECRET_CREDENTIAL));
    OK(prov_decision_credential(decision, credential, sizeof credential, NULL));
    OK(prov_decision_credential_user(decision, text, sizeof text, NULL));
    CHECK(strlen(credential) == 34 && strcmp(text, "805ec0010203") == 0);
    prov_decision_free(decision);
    OK(prov_device_lease(device, now, &lease, sizeof lease, NULL));
    CHECK(lease.found && lease.is_live && lease.id == answer.lease && strcmp(lease.source, "192.0.2.7") == 0);

    /* Not delivered, asked again, delivered: the PAP ends, the address is whitelisted for a while. */
    facts = facts_of(tenant, device);
    OK(prov_not_delivered(&facts, answer.lease, now, &decision, NULL));
    device = commit(device, decision);
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.kind == PROV_ANSWER_FULL && answer.sip[0] == 2);
    facts = facts_of(tenant, device);
    OK(prov_delivered(&facts, answer.lease, now, &decision, NULL));
    OK(prov_decision_writes(decision, &writes));
    CHECK(writes == (PROV_WRITE_DEVICE | PROV_WRITE_TEMP | PROV_WRITE_TENANT_GUARD | PROV_WRITE_SOURCE_GUARD));
    OK(prov_decision_temp(decision, &temp));
    OK(prov_decision_tenant_guard(decision, &budget));
    device = commit(device, decision);
    CHECK(state_of(device, now) == PROV_STATE_SUCCESSFUL);
    OK(prov_device_pap(device, tenant, text, sizeof text, &count));
    CHECK(text[0] == 0 && count == 1);

    /* Its effects are remembered until the host says that they were performed. */
    OK(prov_device_pending_count(device, &count));
    CHECK(count > 0);
    OK(prov_device_pending(device, 0, &effect, sizeof effect));
    CHECK(effect.kind == PROV_EFFECT_AUDIT);
    OK(prov_device_revision(device, &revision));
    OK(prov_effects_done(device, revision + 1, &done));
    CHECK(done == NULL);
    OK(prov_effects_done(device, revision, &done));
    CHECK(done != NULL);
    prov_device_free(device);
    device = done;
    OK(prov_device_pending_count(device, &count));
    CHECK(count == 0);

    /* A neighbour's address, a credential, and nothing at all. */
    request = request_from("203.0.113.9");
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.kind == PROV_ANSWER_RESTRICTED && answer.notice == PROV_NOTICE_RESET_NEEDED);
    request.login = credential;
    request.login_len = strlen(credential);
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.kind == PROV_ANSWER_FULL && answer.rule == PROV_RULE_R7 && answer.proof == PROV_PROOF_CREDENTIAL);
    memset(request.mac, 0x02, 6);
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.kind == PROV_ANSWER_DENY && answer.http_status == 404);
    memset(request.mac, 0, 6);
    request.file = PROV_FILE_COMMON;
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.kind == PROV_ANSWER_STATIC && !(answer.flags & PROV_FLAG_NO_STORE));

    /* The permanent whitelist exempts. */
    {
        prov_tenant *listed;
        facts = facts_of(tenant, device);
        OK(prov_admin_reset(&facts, NULL, 0, now, ENTROPY, &decision, NULL));
        CHECK(has_effect(decision, PROV_EFFECT_REVOKE, 0) && has_effect(decision, PROV_EFFECT_WITHDRAW, 0));
        device = commit(device, decision);
        CHECK(state_of(device, now) == PROV_STATE_REQUIRED);
        OK(prov_device_pap(device, tenant, text, sizeof text, NULL));
        CHECK(strlen(text) == 6 && strcmp(text, pap) != 0);
        OK(prov_tenant_whitelist_add(tenant, PROV_TEXT("2001:db8::/48"), PROV_TEXT("Office"), &listed, NULL));
        request = request_from("2001:db8::7");
        answer = ask(listed, &device, &request, now, NULL);
        CHECK(answer.kind == PROV_ANSWER_FULL && answer.rule == PROV_RULE_R6A && answer.exemption == PROV_EXEMPT_PERMANENT);
        prov_tenant_free(tenant);
        OK(prov_tenant_whitelist_remove(listed, PROV_TEXT("2001:db8::/48"), &tenant, NULL));
        prov_tenant_free(listed);
    }

    /* Suspended for an address, blocked, confirmed, deactivated, deleted. */
    request = request_from("198.51.100.4");
    facts = facts_of(tenant, device);
    OK(prov_admin_suspend(&facts, PROV_TEXT("198.51.100.4"), 0, now, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.kind == PROV_ANSWER_FULL && answer.exemption == PROV_EXEMPT_SUSPENSION);
    facts = facts_of(tenant, device);
    OK(prov_admin_block(&facts, now, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    CHECK(state_of(device, now) == PROV_STATE_BLOCKED);
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.kind == PROV_ANSWER_RESTRICTED && answer.notice == PROV_NOTICE_BLOCKED);
    facts = facts_of(tenant, device);
    STATUS(PROV_E_ADMIN_CONFIRM_BLOCKED, prov_admin_suspend(&facts, NULL, 0, 0, now, ENTROPY, &decision, NULL));
    OK(prov_admin_suspend(&facts, NULL, 0, 1, now, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    facts = facts_of(tenant, device);
    STATUS(PROV_E_ADMIN_ACCOUNT, prov_admin_new_sip_password(&facts, 2, now, ENTROPY, &decision, NULL));
    OK(prov_admin_new_sip_password(&facts, 1, now, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    facts = facts_of(tenant, device);
    OK(prov_admin_release_again(&facts, 0, now, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    facts = facts_of(tenant, device);
    OK(prov_admin_deactivate(&facts, now, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    answer = ask(tenant, &device, &request, now, NULL);
    CHECK(answer.kind == PROV_ANSWER_DENY && answer.rule == PROV_RULE_R3);
    facts = facts_of(tenant, device);
    OK(prov_admin_activate(&facts, NULL, 0, now, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    facts = facts_of(tenant, device);
    OK(prov_admin_delete(&facts, now, ENTROPY, &decision, NULL));
    device = commit(device, decision);
    facts = facts_of(tenant, device);
    STATUS(PROV_E_ADMIN_UNKNOWN_DEVICE, prov_admin_block(&facts, now, ENTROPY, &decision, NULL));

    /* A model of the host's own, imported as installed. */
    {
        prov_new_device config = device_config();
        prov_device *own;
        facts = facts_of(tenant, NULL);
        config.mac[5] = 9;
        config.vendor = "acme", config.vendor_len = 4;
        config.carriage = PROV_CARRIAGE_HTTP_AUTH;
        config.restricted = config.retains = 1;
        config.installed_until_ms = now + 86400000;
        OK(prov_admin_create(&facts, &config, now, ENTROPY, &decision, NULL));
        OK(prov_decision_device(decision, &own));
        prov_decision_free(decision);
        request = request_from("198.51.100.4");
        request.mac[5] = 9;
        answer = ask(tenant, &own, &request, now, NULL);
        CHECK(answer.kind == PROV_ANSWER_FULL && answer.exemption == PROV_EXEMPT_INSTALLED && answer.rule == PROV_RULE_R8A);
        prov_device_free(own);
    }
    prov_temp_free(temp);
    prov_tenant_guard_free(budget);
    prov_device_free(device);
    prov_tenant_free(tenant);
    return 0;
}
