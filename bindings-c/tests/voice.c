/* The voice dialogue from key presses to a verdict, key presses from packets, spoken texts, and audit lines. */
#include "check.h"

/* A NULL that the compiler does not see, for it would warn. */
static void *volatile nothing = NULL;
#define NIL nothing

static const char BAD[] = {'1', (char)0xff, '\0'};

static prov_dialogue *answered(const prov_tenant *tenant) {
    prov_dialogue *dialogue;
    OK(prov_dialogue_new(tenant, 77, NOW, &dialogue, NULL));
    return dialogue;
}

/* The tenant of the tests with an outside-line prefix, by way of its snapshot. */
static prov_tenant *with_outside_line(const prov_tenant *tenant) {
    static const char none[] = "\"outside_line\":null", zero[] = "\"outside_line\":\"0\"";
    char text[8192], *at;
    prov_bytes *json;
    prov_tenant *changed;
    const uint8_t *data;
    size_t len;
    OK(prov_tenant_json(tenant, &json));
    OK(prov_bytes_view(json, &data, &len));
    CHECK(len < sizeof text);
    memcpy(text, data, len);
    text[len] = 0;
    prov_bytes_free(json);
    at = strstr(text, none);
    CHECK(at);
    memcpy(at, zero, strlen(zero));
    memmove(at + strlen(zero), at + strlen(none), strlen(at + strlen(none)) + 1);
    OK(prov_tenant_from_json(text, strlen(text), &changed, NULL));
    return changed;
}

/* Types keys; what the last of them leads to. */
static prov_actions type(prov_dialogue *dialogue, const char *keys, int64_t now) {
    prov_actions actions;
    for (; *keys; keys++) OK(prov_dialogue_digit(dialogue, (uint8_t)*keys, now, &actions, sizeof actions, NULL));
    return actions;
}

static int is_emergency(const prov_actions *actions) {
    return actions->count == 2 && actions->actions[0].announcement == PROV_PLAY_EMERGENCY &&
           actions->actions[1].kind == PROV_ACTION_TRANSFER && strcmp(actions->actions[1].number, "112") == 0 && actions->is_over;
}

/* One entry, judged by the engine and stored. */
static prov_actions enter(const world *w, prov_device **device, prov_dialogue *dialogue, const char *user, const char *keys) {
    prov_actions actions = type(dialogue, keys, NOW), again;
    prov_facts facts = facts_of(w->tenant, *device);
    prov_decision *decision;
    uint64_t attempt = actions.actions[0].attempt;
    CHECK(actions.count == 1 && actions.actions[0].kind == PROV_ACTION_ENTER && attempt >> 8 == 77);
    CHECK(strncmp(actions.actions[0].digits, keys, strlen(keys) - 1) == 0);
    OK(prov_enter_pap(&facts, attempt, user, strlen(user), actions.actions[0].digits, strlen(actions.actions[0].digits), NOW,
                      &decision, NULL));
    OK(prov_dialogue_judged(dialogue, attempt, decision, NOW, &actions, sizeof actions, NULL));
    /* Told twice, it says nothing more. */
    OK(prov_dialogue_judged(dialogue, attempt, decision, NOW, &again, sizeof again, NULL));
    CHECK(again.count == 0);
    *device = commit(*device, decision);
    return actions;
}

static void story(const world *w) {
    prov_device *device = new_device(w->tenant);
    prov_facts facts = facts_of(w->tenant, device);
    prov_request request = request_from("192.0.2.7");
    prov_dialogue *dialogue = answered(w->tenant);
    prov_decision *restricted;
    prov_actions actions;
    char user[64], keys[12];
    int64_t at;
    OK(prov_decide(&facts, &request, NOW, ENTROPY, &restricted, NULL));
    OK(prov_decision_sip_user(restricted, 0, user, sizeof user, NULL));
    prov_decision_free(restricted);

    actions = enter(w, &device, dialogue, user, "000000#");
    CHECK(actions.count == 1 && actions.actions[0].announcement == PROV_PLAY_TRIES_LEFT && actions.actions[0].tries_left == 2);
    OK(prov_device_pap(device, w->tenant, keys, sizeof keys, NULL));
    strcat(keys, "#");
    actions = enter(w, &device, dialogue, user, keys);
    CHECK(actions.count == 2 && actions.actions[0].announcement == PROV_PLAY_ACCEPTED);
    CHECK(actions.actions[1].kind == PROV_ACTION_HANG_UP && !actions.is_over);
    OK(prov_dialogue_hung_up(dialogue));
    OK(prov_dialogue_next_timeout(dialogue, &at));
    CHECK(at == 0);
    OK(prov_dialogue_handle_timeout(dialogue, NOW, &actions, sizeof actions, NULL));
    CHECK(actions.count == 0 && actions.is_over);
    prov_dialogue_free(dialogue);
    prov_device_free(device);
}

static void emergencies_and_times(const world *w) {
    prov_tenant *behind = with_outside_line(w->tenant);
    prov_dialogue *dialogue = answered(w->tenant);
    prov_actions actions = type(dialogue, "112#", NOW);
    int64_t at;
    CHECK(is_emergency(&actions));
    prov_dialogue_free(dialogue);

    dialogue = answered(w->tenant);
    actions = type(dialogue, "0112#", NOW);
    CHECK(actions.actions[0].kind == PROV_ACTION_ENTER);
    prov_dialogue_free(dialogue);

    dialogue = answered(behind);
    prov_tenant_free(behind);
    type(dialogue, "0112", NOW);
    OK(prov_dialogue_next_timeout(dialogue, &at));
    CHECK(at == NOW + 10000);
    OK(prov_dialogue_handle_timeout(dialogue, at - 1, &actions, sizeof actions, NULL));
    CHECK(actions.count == 0);
    OK(prov_dialogue_handle_timeout(dialogue, at, &actions, sizeof actions, NULL));
    CHECK(is_emergency(&actions));
    prov_dialogue_free(dialogue);

    dialogue = answered(w->tenant);
    type(dialogue, "48", NOW);
    OK(prov_dialogue_handle_timeout(dialogue, NOW + 10000, &actions, sizeof actions, NULL));
    CHECK(actions.count == 1 && actions.actions[0].announcement == PROV_PLAY_ENTER_AGAIN);
    actions = type(dialogue, "12345678901234567890#", NOW + 10000);
    CHECK(actions.actions[0].kind == PROV_ACTION_ENTER && strlen(actions.actions[0].digits) == 17);
    OK(prov_dialogue_busy(dialogue, actions.actions[0].attempt, NOW + 10000, &actions, sizeof actions, NULL));
    CHECK(actions.count == 2 && actions.actions[0].announcement == PROV_PLAY_NOT_POSSIBLE);
    prov_dialogue_free(dialogue);
}

static void dialogue_misuse(const world *w) {
    prov_dialogue *dialogue = answered(w->tenant), *other;
    prov_actions actions;
    prov_error *error;
    union {
        prov_actions actions;
        uint8_t bytes[sizeof(prov_actions) + 8];
    } later;
    const char *text;
    size_t len;
    int64_t at;
    STATUS(PROV_E_NULL, prov_dialogue_new(NIL, 1, NOW, &other, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_new(w->tenant, 1, NOW, NIL, NULL));
    STATUS(PROV_E_TIME_OUT_OF_RANGE, prov_dialogue_new(w->tenant, 1, NOW / 1000, &other, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_digit(NIL, '1', NOW, &actions, sizeof actions, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_digit(dialogue, '1', NOW, NIL, sizeof actions, NULL));
    STATUS(PROV_E_ARGUMENT, prov_dialogue_digit(dialogue, 'x', NOW, &actions, sizeof actions, &error));
    OK(prov_error_text(error, &text, &len));
    CHECK(strcmp(text, "key is no key of a telephone") == 0);
    prov_error_free(error);
    STATUS(PROV_E_ARGUMENT, prov_dialogue_digit(dialogue, 0, NOW, &actions, sizeof actions, NULL));
    STATUS(PROV_E_VERSION, prov_dialogue_digit(dialogue, '#', NOW, &actions, sizeof actions - 1, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_judged(NIL, 1, w->accepted, NOW, &actions, sizeof actions, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_judged(dialogue, 1, NIL, NOW, &actions, sizeof actions, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_judged(dialogue, 1, w->accepted, NOW, NIL, sizeof actions, NULL));
    STATUS(PROV_E_ARGUMENT, prov_dialogue_judged(dialogue, 1, w->full, NOW, &actions, sizeof actions, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_busy(NIL, 1, NOW, &actions, sizeof actions, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_busy(dialogue, 1, NOW, NIL, sizeof actions, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_handle_timeout(NIL, NOW, &actions, sizeof actions, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_handle_timeout(dialogue, NOW, NIL, sizeof actions, NULL));
    STATUS(PROV_E_NULL, prov_dialogue_next_timeout(NIL, &at));
    STATUS(PROV_E_NULL, prov_dialogue_next_timeout(dialogue, NIL));
    STATUS(PROV_E_NULL, prov_dialogue_hung_up(NIL));
    /* A later version of the header: what this library does not know is 0. */
    memset(&later, 0x55, sizeof later);
    OK(prov_dialogue_digit(dialogue, '#', NOW, &later.actions, sizeof later, NULL));
    CHECK(later.actions.count == 1 && later.actions.actions[0].announcement == PROV_PLAY_ENTER_PIN);
    CHECK(later.bytes[sizeof later - 1] == 0);
    prov_dialogue_free(dialogue);
    prov_dialogue_free(NIL);
}

#define BODY(text) (const uint8_t *)("" text ""), (sizeof(text) - 1)

static void keys(void) {
    static const uint8_t START[] = {4, 10, 0, 160}, END[] = {4, 0x8a, 3, 32}, RUBBISH[] = {16, 0, 0, 1};
    prov_dtmf *dtmf;
    uint32_t ignored;
    uint8_t key;
    OK(prov_dtmf_parse_info(PROV_TEXT("application/dtmf-relay"), BODY("Signal=11\r\nDuration=160\r\n"), &key));
    CHECK(key == '#');
    OK(prov_dtmf_parse_info(PROV_TEXT("text/plain"), BODY("4"), &key));
    CHECK(key == 0);
    OK(prov_dtmf_parse_info(NULL, 0, NULL, 0, &key));
    CHECK(key == 0);
    OK(prov_dtmf_new(&dtmf));
    OK(prov_dtmf_event(dtmf, START, sizeof START, 800, &key));
    CHECK(key == '4');
    OK(prov_dtmf_event(dtmf, END, sizeof END, 800, &key));
    CHECK(key == 0);
    OK(prov_dtmf_info(dtmf, PROV_TEXT("application/dtmf"), BODY("4"), &key));
    CHECK(key == 0);
    OK(prov_dtmf_event(dtmf, RUBBISH, sizeof RUBBISH, 1600, &key));
    CHECK(key == 0);
    OK(prov_dtmf_ignored(dtmf, &ignored));
    CHECK(ignored == 1);

    STATUS(PROV_E_NULL, prov_dtmf_parse_info(NIL, 1, BODY("4"), &key));
    STATUS(PROV_E_NULL, prov_dtmf_parse_info(PROV_TEXT("application/dtmf"), NIL, 1, &key));
    STATUS(PROV_E_NULL, prov_dtmf_parse_info(PROV_TEXT("application/dtmf"), BODY("4"), NIL));
    STATUS(PROV_E_UTF8, prov_dtmf_parse_info(BAD, 2, BODY("4"), &key));
    STATUS(PROV_E_NULL, prov_dtmf_new(NIL));
    STATUS(PROV_E_NULL, prov_dtmf_info(NIL, PROV_TEXT("application/dtmf"), BODY("4"), &key));
    STATUS(PROV_E_NULL, prov_dtmf_info(dtmf, NIL, 1, BODY("4"), &key));
    STATUS(PROV_E_UTF8, prov_dtmf_info(dtmf, BAD, 2, BODY("4"), &key));
    STATUS(PROV_E_NULL, prov_dtmf_info(dtmf, PROV_TEXT("application/dtmf"), NIL, 1, &key));
    STATUS(PROV_E_NULL, prov_dtmf_info(dtmf, PROV_TEXT("application/dtmf"), BODY("4"), NIL));
    STATUS(PROV_E_NULL, prov_dtmf_event(NIL, START, sizeof START, 1, &key));
    STATUS(PROV_E_NULL, prov_dtmf_event(dtmf, NIL, 4, 1, &key));
    STATUS(PROV_E_NULL, prov_dtmf_event(dtmf, START, sizeof START, 1, NIL));
    STATUS(PROV_E_NULL, prov_dtmf_ignored(NIL, &ignored));
    STATUS(PROV_E_NULL, prov_dtmf_ignored(dtmf, NIL));
    prov_dtmf_free(dtmf);
    prov_dtmf_free(NIL);
}

static void texts(const world *w) {
    char said[200], other[200], why[600];
    size_t needed;
    for (uint8_t lang = PROV_LANG_DE; lang <= PROV_LANG_PL; lang++) {
        for (uint8_t which = PROV_PLAY_ACCEPTED; which <= PROV_PLAY_EMERGENCY; which++) {
            OK(prov_announcement_text(which, 2, NOW + 60000, lang, NOW, said, sizeof said, &needed, NULL));
            CHECK(needed == strlen(said) + 1);
            OK(prov_announcement_text(which, 2, NOW + 60000, lang == PROV_LANG_PL ? PROV_LANG_DE : lang + 1, NOW, other,
                                      sizeof other, NULL, NULL));
            CHECK(strcmp(said, other) != 0);
        }
        OK(prov_decision_explain(w->restricted, lang, why, sizeof why, NULL));
        CHECK(strstr(why, " R11)"));
    }
    OK(prov_announcement_text(PROV_PLAY_TRIES_LEFT, 5, 0, PROV_LANG_PL, NOW, said, sizeof said, NULL, NULL));
    CHECK(strstr(said, " 5 "));
    STATUS(PROV_E_BUFFER, prov_announcement_text(PROV_PLAY_BLOCKED, 0, 0, PROV_LANG_EN, NOW, said, 3, &needed, NULL));
    STATUS(PROV_E_NULL, prov_announcement_text(PROV_PLAY_BLOCKED, 0, 0, PROV_LANG_EN, NOW, NIL, 3, NULL, NULL));
    STATUS(PROV_E_ARGUMENT, prov_announcement_text(0, 0, 0, PROV_LANG_EN, NOW, said, sizeof said, NULL, NULL));
    STATUS(PROV_E_ARGUMENT, prov_announcement_text(200, 0, 0, PROV_LANG_EN, NOW, said, sizeof said, NULL, NULL));
    STATUS(PROV_E_ARGUMENT, prov_announcement_text(PROV_PLAY_BLOCKED, 0, 0, 0, NOW, said, sizeof said, NULL, NULL));
    STATUS(PROV_E_ARGUMENT, prov_announcement_text(PROV_PLAY_BLOCKED, 0, 0, 7, NOW, said, sizeof said, NULL, NULL));
    STATUS(PROV_E_TIME_OUT_OF_RANGE,
           prov_announcement_text(PROV_PLAY_LOCKED, 0, 0, PROV_LANG_EN, NOW, said, sizeof said, NULL, NULL));
    STATUS(PROV_E_ARGUMENT, prov_decision_explain(w->restricted, 0, why, sizeof why, NULL));
}

static prov_effect audit_of(const prov_decision *decision) {
    prov_effect effect;
    size_t count;
    OK(prov_decision_effect_count(decision, &count));
    for (size_t i = 0; i < count; i++) {
        OK(prov_decision_effect(decision, i, &effect, sizeof effect));
        if (effect.kind == PROV_EFFECT_AUDIT) return effect;
    }
    CHECK(!"an audit event");
    return effect;
}

static void audits(const world *w) {
    prov_effect effect = audit_of(w->accepted), bad = effect;
    prov_aggregator *counted;
    prov_bytes *lines;
    const uint8_t *data;
    char line[600];
    size_t needed, len;
    int64_t at;
    OK(prov_audit_json(w->tenant, &effect, MAC, 7, PROV_TEXT("ann\n\"\xe2\x80\xae"), NOW, line, sizeof line, &needed, NULL));
    CHECK(strcmp(line, "{\"at\":\"2030-03-17T17:46:40.000Z\",\"event\":\"pap_accepted\",\"cause\":\"pap\",\"tenant\":\"42\","
                       "\"mac\":\"80:5e:c0:01:02:03\",\"revision\":7,\"actor\":\"ann\\u000a\\\"\\u202e\",\"old\":\"required\","
                       "\"new\":\"successful\",\"source\":\"192.0.2.7\"}") == 0);
    CHECK(needed == strlen(line) + 1);
    OK(prov_audit_json(w->tenant, &effect, NULL, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    CHECK(!strstr(line, "mac") && !strstr(line, "actor") && !strstr(line, "revision"));
    STATUS(PROV_E_NULL, prov_audit_json(NIL, &effect, MAC, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    STATUS(PROV_E_NULL, prov_audit_json(w->tenant, NIL, MAC, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    STATUS(PROV_E_NULL, prov_audit_json(w->tenant, &effect, MAC, 0, NIL, 1, NOW, line, sizeof line, NULL, NULL));
    STATUS(PROV_E_NULL, prov_audit_json(w->tenant, &effect, MAC, 0, NULL, 0, NOW, NIL, sizeof line, NULL, NULL));
    STATUS(PROV_E_UTF8, prov_audit_json(w->tenant, &effect, MAC, 0, BAD, 2, NOW, line, sizeof line, NULL, NULL));
    STATUS(PROV_E_BUFFER, prov_audit_json(w->tenant, &effect, MAC, 0, NULL, 0, NOW, line, 5, NULL, NULL));
    bad.kind = PROV_EFFECT_PLAY;
    STATUS(PROV_E_ARGUMENT, prov_audit_json(w->tenant, &bad, MAC, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    bad = effect, bad.event = 0;
    STATUS(PROV_E_ARGUMENT, prov_audit_json(w->tenant, &bad, MAC, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    bad = effect, bad.old_state = 9;
    STATUS(PROV_E_ARGUMENT, prov_audit_json(w->tenant, &bad, MAC, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    bad = effect, bad.rule = 255;
    STATUS(PROV_E_ARGUMENT, prov_audit_json(w->tenant, &bad, MAC, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    bad = effect, memset(bad.source, 'x', sizeof bad.source);
    STATUS(PROV_E_ARGUMENT, prov_audit_json(w->tenant, &bad, MAC, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    bad = effect, strcpy(bad.source, "2001:db8::/64");
    OK(prov_audit_json(w->tenant, &bad, MAC, 0, NULL, 0, NOW, line, sizeof line, NULL, NULL));
    CHECK(strstr(line, "\"source\":\"2001:db8::/64\""));

    OK(prov_aggregator_new(w->tenant, &counted));
    effect = audit_of(w->restricted);
    CHECK(effect.aggregate == 1);
    OK(prov_aggregator_next_timeout(counted, &at));
    CHECK(at == 0);
    for (int i = 0; i < 3; i++) OK(prov_aggregator_add(counted, &effect, MAC, NOW + i, NULL));
    OK(prov_aggregator_next_timeout(counted, &at));
    CHECK(at == NOW + 300000);
    OK(prov_aggregator_handle_timeout(counted, at - 1, &lines, NULL));
    CHECK(!lines);
    OK(prov_aggregator_handle_timeout(counted, at, &lines, NULL));
    OK(prov_bytes_view(lines, &data, &len));
    CHECK(strstr((const char *)data, "\"count\":3,") && data[len - 1] == '\n');
    prov_bytes_free(lines);
    OK(prov_aggregator_add(counted, &effect, NULL, NOW, NULL));
    OK(prov_aggregator_flush(counted, &lines));
    CHECK(lines);
    prov_bytes_free(lines);
    STATUS(PROV_E_NULL, prov_aggregator_new(NIL, &counted));
    STATUS(PROV_E_NULL, prov_aggregator_new(w->tenant, NIL));
    STATUS(PROV_E_NULL, prov_aggregator_add(NIL, &effect, MAC, NOW, NULL));
    STATUS(PROV_E_NULL, prov_aggregator_add(counted, NIL, MAC, NOW, NULL));
    STATUS(PROV_E_TIME_OUT_OF_RANGE, prov_aggregator_add(counted, &effect, MAC, 0, NULL));
    STATUS(PROV_E_NULL, prov_aggregator_next_timeout(NIL, &at));
    STATUS(PROV_E_NULL, prov_aggregator_next_timeout(counted, NIL));
    STATUS(PROV_E_NULL, prov_aggregator_handle_timeout(NIL, NOW, &lines, NULL));
    STATUS(PROV_E_NULL, prov_aggregator_handle_timeout(counted, NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_aggregator_flush(NIL, &lines));
    STATUS(PROV_E_NULL, prov_aggregator_flush(counted, NIL));
    prov_aggregator_free(counted);
    prov_aggregator_free(NIL);
}

int main(void) {
    world w = new_world();
    story(&w);
    emergencies_and_times(&w);
    dialogue_misuse(&w);
    keys();
    texts(&w);
    audits(&w);
    end_world(&w);
    return 0;
}
