/* The roster out and in, with each wrong argument, and the spreading of work. */
#include "check.h"

static void *volatile nothing = NULL;
#define NIL nothing

static prov_roster *read_roster(const prov_roster_options *options, const char *file) {
    prov_roster *roster;
    OK(prov_roster_read(options, (const uint8_t *)file, strlen(file), &roster, NULL));
    return roster;
}

static prov_roster_options options_for(void) {
    prov_roster_options options;
    OK(prov_roster_options_init(&options, sizeof options));
    CHECK(options.accounts == 1 && options.max_rows == 1000000);
    return options;
}

static void out(const world *w) {
    const prov_device *devices[2], *with_null[1] = {NULL};
    prov_bytes *bytes;
    prov_decision *effects;
    prov_effect effect;
    const uint8_t *data;
    size_t len, count;
    char pap[9];
    devices[0] = w->device;
    devices[1] = w->provisioned;
    OK(prov_device_pap(w->device, w->tenant, pap, sizeof pap, NULL));
    OK(prov_roster_export(devices, 2, PROV_TEXT("de"), PROV_DELIMITER_CUSTOMARY, 1, NOW, &bytes, NULL));
    OK(prov_bytes_view(bytes, &data, &len));
    CHECK(strncmp((const char *)data, "\xef\xbb\xbfHersteller;Typ;MAC-Adresse;", 30) == 0);
    CHECK(strstr((const char *)data, "yealink;T46S;80:5e:c0:01:02:03;2030-03-17T17:46:40.000Z;;required;1\r\n"));
    CHECK(!strstr((const char *)data, pap));
    prov_bytes_free(bytes);
    OK(prov_roster_export_with_paps(w->tenant, devices, 2, PROV_TEXT("en"), PROV_DELIMITER_TAB, 0, NOW, &bytes, &effects,
                                    NULL));
    OK(prov_bytes_view(bytes, &data, &len));
    CHECK(strstr((const char *)data, "\trequired\t") && strstr((const char *)data, pap));
    CHECK(strstr((const char *)data, "\tsuccessful\t\t1\r\n"));
    OK(prov_decision_effect_count(effects, &count));
    CHECK(count == 1);
    OK(prov_decision_effect(effects, 0, &effect, sizeof effect));
    prov_decision_free(effects);
    prov_bytes_free(bytes);
    OK(prov_roster_export(NIL, 0, PROV_TEXT("pl"), PROV_DELIMITER_COMMA, 0, NOW, &bytes, NULL));
    prov_bytes_free(bytes);
    STATUS(PROV_E_NULL, prov_roster_export(NIL, 1, PROV_TEXT("de"), 0, 0, NOW, &bytes, NULL));
    STATUS(PROV_E_NULL, prov_roster_export(with_null, 1, PROV_TEXT("de"), 0, 0, NOW, &bytes, NULL));
    STATUS(PROV_E_NULL, prov_roster_export(devices, 1, PROV_TEXT("de"), 0, 0, NOW, NIL, NULL));
    STATUS(PROV_E_NULL, prov_roster_export(devices, 1, NIL, 2, 0, 0, NOW, &bytes, NULL));
    STATUS(PROV_E_ARGUMENT, prov_roster_export(devices, 1, PROV_TEXT("xx"), 0, 0, NOW, &bytes, NULL));
    STATUS(PROV_E_ARGUMENT, prov_roster_export(devices, 1, PROV_TEXT("de"), 4, 0, NOW, &bytes, NULL));
    STATUS(PROV_E_ARGUMENT, prov_roster_export(devices, 1, PROV_TEXT("de"), 0, 2, NOW, &bytes, NULL));
    STATUS(PROV_E_ARGUMENT, prov_roster_export(devices, SIZE_MAX, PROV_TEXT("de"), 0, 0, NOW, &bytes, NULL));
    STATUS(PROV_E_TIME_OUT_OF_RANGE, prov_roster_export(devices, 1, PROV_TEXT("de"), 0, 0, 1, &bytes, NULL));
    STATUS(PROV_E_NULL, prov_roster_export_with_paps(NIL, devices, 1, PROV_TEXT("de"), 0, 0, NOW, &bytes, &effects, NULL));
    STATUS(PROV_E_NULL, prov_roster_export_with_paps(w->tenant, devices, 1, PROV_TEXT("de"), 0, 0, NOW, NIL, &effects, NULL));
    STATUS(PROV_E_NULL, prov_roster_export_with_paps(w->tenant, devices, 1, PROV_TEXT("de"), 0, 0, NOW, &bytes, NIL, NULL));
}

/* As many faults as are kept, and one that says how many more there are; and no more lines than asked for. */
static void many_faults(void) {
    static const char HEAD[] = "Vendor,Type,MAC address\n", BAD[] = "\"\"x\n";
    enum { KEPT = 10000, LINES = KEPT + 7 };
    static char file[sizeof HEAD + LINES * (sizeof BAD - 1)];
    prov_roster_options options = options_for();
    prov_roster *roster;
    prov_fault fault;
    char text[200];
    size_t at, count;
    memcpy(file, HEAD, sizeof HEAD - 1);
    for (at = 0; at < LINES; at++)
        memcpy(file + sizeof HEAD - 1 + at * (sizeof BAD - 1), BAD, sizeof BAD - 1);
    roster = read_roster(&options, file);
    OK(prov_roster_fault_count(roster, &count));
    CHECK(count == KEPT + 1);
    OK(prov_roster_fault(roster, KEPT, &fault, sizeof fault));
    CHECK(fault.status == PROV_E_ROSTER_FAULTS && fault.line == KEPT + 2 && fault.position == 0 && fault.column == 0);
    OK(prov_roster_fault_text(roster, KEPT, text, sizeof text, NULL));
    CHECK(strstr(text, " 7 more "));
    prov_roster_free(roster);
    options.max_rows = 10;
    roster = read_roster(&options, file);
    OK(prov_roster_fault_count(roster, &count));
    CHECK(count == 11);
    OK(prov_roster_fault(roster, 10, &fault, sizeof fault));
    CHECK(fault.status == PROV_E_ROSTER_ROWS && fault.line == 12);
    prov_roster_free(roster);
}

static void in(const world *w) {
    static const char FILE_WITH_FAULTS[] =
        "Vendor,Type,MAC address,Site\n"
        "yealink,T46S,80:5e:c0:00:00:01,Bonn\n"
        "yealink,T99,80:5e:c0:00:00:02,\n"
        "yealink,T46S,80:5e:c0:01:02:03,\n";
    prov_roster_options options = options_for();
    prov_roster *roster, *known;
    prov_row row;
    prov_fault fault;
    prov_roster_batch *batch;
    prov_facts facts = facts_of(w->tenant, NULL);
    prov_decision *decision;
    prov_device *device;
    prov_error *error;
    uint8_t says[2] = {PROV_KNOWN_NEW, PROV_KNOWN_HERE}, state;
    char text[200], small[4];
    size_t count, needed;

    roster = read_roster(&options, FILE_WITH_FAULTS);
    OK(prov_roster_row_count(roster, &count));
    CHECK(count == 2);
    OK(prov_roster_row(roster, 1, &row, sizeof row));
    CHECK(row.line == 4 && row.accounts == 1 && row.known == PROV_KNOWN_NEW && memcmp(row.mac, MAC, 6) == 0);
    OK(prov_roster_know(roster, says, 2, &known, NULL));
    prov_roster_free(roster);
    OK(prov_roster_fault_count(known, &count));
    CHECK(count == 2);
    OK(prov_roster_fault(known, 0, &fault, sizeof fault));
    CHECK(fault.line == 3 && fault.position == 2 && fault.column == PROV_COLUMN_MODEL && fault.status == PROV_E_ROSTER_MODEL);
    OK(prov_roster_fault(known, 1, &fault, sizeof fault));
    CHECK(fault.line == 4 && fault.position == 0 && fault.status == PROV_E_ROSTER_MAC_KNOWN);
    OK(prov_roster_fault_text(known, 0, text, sizeof text, &needed));
    CHECK(strncmp(text, "line 3, column 2 (Type): ", 25) == 0 && needed == strlen(text) + 1);
    STATUS(PROV_E_BUFFER, prov_roster_fault_text(known, 0, small, sizeof small, NULL));
    STATUS(PROV_E_ROSTER_BAD_LINES, prov_roster_begin(known, w->tenant, NIL, 0, NOW, ENTROPY, &batch, &error));
    prov_error_free(error);
    prov_roster_free(known);

    options.skip_bad_lines = 1;
    roster = read_roster(&options, FILE_WITH_FAULTS);
    OK(prov_roster_begin(roster, w->tenant, PROV_TEXT("123987 4711"), NOW, ENTROPY, &batch, NULL));
    OK(prov_roster_batch_step(batch, roster, 0, &facts, &decision, NULL));
    OK(prov_decision_device(decision, &device));
    OK(prov_device_state(device, NOW, &state, NULL));
    CHECK(state == PROV_STATE_REQUIRED);
    prov_device_free(device);
    prov_decision_free(decision);
    facts.device = w->device;
    STATUS(PROV_E_ADMIN_DEVICE_EXISTS, prov_roster_batch_step(batch, roster, 1, &facts, &decision, NULL));

    STATUS(PROV_E_ARGUMENT, prov_roster_batch_step(batch, roster, 2, &facts, &decision, NULL));
    STATUS(PROV_E_NULL, prov_roster_batch_step(NIL, roster, 0, &facts, &decision, NULL));
    STATUS(PROV_E_NULL, prov_roster_batch_step(batch, NIL, 0, &facts, &decision, NULL));
    STATUS(PROV_E_NULL, prov_roster_batch_step(batch, roster, 0, NIL, &decision, NULL));
    STATUS(PROV_E_NULL, prov_roster_batch_step(batch, roster, 0, &facts, NIL, NULL));
    STATUS(PROV_E_NULL, prov_roster_begin(NIL, w->tenant, NIL, 0, NOW, ENTROPY, &batch, NULL));
    STATUS(PROV_E_NULL, prov_roster_begin(roster, NIL, NIL, 0, NOW, ENTROPY, &batch, NULL));
    STATUS(PROV_E_NULL, prov_roster_begin(roster, w->tenant, NIL, 1, NOW, ENTROPY, &batch, NULL));
    STATUS(PROV_E_NULL, prov_roster_begin(roster, w->tenant, NIL, 0, NOW, NIL, &batch, NULL));
    STATUS(PROV_E_NULL, prov_roster_begin(roster, w->tenant, NIL, 0, NOW, ENTROPY, NIL, NULL));
    STATUS(PROV_E_PAP_SHAPE, prov_roster_begin(roster, w->tenant, PROV_TEXT("x"), NOW, ENTROPY, &batch, NULL));
    STATUS(PROV_E_NULL, prov_roster_row_count(NIL, &count));
    STATUS(PROV_E_NULL, prov_roster_row_count(roster, NIL));
    STATUS(PROV_E_NULL, prov_roster_row(NIL, 0, &row, sizeof row));
    STATUS(PROV_E_NULL, prov_roster_row(roster, 0, NIL, sizeof row));
    STATUS(PROV_E_ARGUMENT, prov_roster_row(roster, 2, &row, sizeof row));
    STATUS(PROV_E_VERSION, prov_roster_row(roster, 0, &row, 4));
    STATUS(PROV_E_NULL, prov_roster_fault_count(NIL, &count));
    STATUS(PROV_E_NULL, prov_roster_fault_count(roster, NIL));
    STATUS(PROV_E_NULL, prov_roster_fault(NIL, 0, &fault, sizeof fault));
    STATUS(PROV_E_NULL, prov_roster_fault(roster, 0, NIL, sizeof fault));
    STATUS(PROV_E_ARGUMENT, prov_roster_fault(roster, 9, &fault, sizeof fault));
    STATUS(PROV_E_NULL, prov_roster_fault_text(NIL, 0, text, sizeof text, NULL));
    STATUS(PROV_E_NULL, prov_roster_fault_text(roster, 0, NIL, sizeof text, NULL));
    STATUS(PROV_E_ARGUMENT, prov_roster_fault_text(roster, 9, text, sizeof text, NULL));
    STATUS(PROV_E_NULL, prov_roster_know(NIL, says, 2, &known, NULL));
    STATUS(PROV_E_NULL, prov_roster_know(roster, NIL, 2, &known, NULL));
    STATUS(PROV_E_NULL, prov_roster_know(roster, says, 2, NIL, NULL));
    STATUS(PROV_E_ARGUMENT, prov_roster_know(roster, says, 1, &known, NULL));
    says[0] = 3;
    STATUS(PROV_E_ARGUMENT, prov_roster_know(roster, says, 2, &known, NULL));
    prov_roster_batch_free(batch);
    prov_roster_free(roster);

    STATUS(PROV_E_NULL, prov_roster_options_init(NIL, sizeof options));
    STATUS(PROV_E_VERSION, prov_roster_options_init(&options, 4));
    STATUS(PROV_E_NULL, prov_roster_read(NIL, NIL, 0, &roster, NULL));
    STATUS(PROV_E_NULL, prov_roster_read(&options, NIL, 1, &roster, NULL));
    STATUS(PROV_E_NULL, prov_roster_read(&options, NIL, 0, NIL, NULL));
    options.update = 2;
    STATUS(PROV_E_ARGUMENT, prov_roster_read(&options, NIL, 0, &roster, NULL));
    options = options_for();
    options.reserved[0] = 1;
    STATUS(PROV_E_VERSION, prov_roster_read(&options, NIL, 0, &roster, NULL));
    options = options_for();
    options.installed_until_ms = 5;
    STATUS(PROV_E_TIME_OUT_OF_RANGE, prov_roster_read(&options, NIL, 0, &roster, NULL));
    options.installed_until_ms = NOW;
    roster = read_roster(&options, "Vendor,Type,MAC address\n");
    STATUS(PROV_E_ADMIN_INSTALLED_UNTIL, prov_roster_begin(roster, w->tenant, NIL, 0, NOW, ENTROPY, &batch, NULL));
    prov_roster_free(roster);
    options.installed_until_ms = 0;
    roster = read_roster(&options, "");
    OK(prov_roster_fault(roster, 0, &fault, sizeof fault));
    CHECK(fault.status == PROV_E_ROSTER_EMPTY);
    prov_roster_free(roster);
    prov_roster_free(NIL);
    prov_roster_batch_free(NIL);
}

static void spread(const world *w) {
    static const uint8_t ZERO[6] = {0};
    uint64_t first, again;
    OK(prov_stagger(w->tenant, MAC, 3600000, &first));
    OK(prov_stagger(w->tenant, MAC, 3600000, &again));
    CHECK(first == again && first < 3600000);
    OK(prov_stagger(w->tenant, MAC, 0, &first));
    CHECK(first == 0);
    OK(prov_stagger_interval(w->tenant, MAC, &first));
    CHECK(first >= 14400000 && first <= 21600000 && first % 1000 == 0);
    STATUS(PROV_E_NULL, prov_stagger(NIL, MAC, 1, &first));
    STATUS(PROV_E_NULL, prov_stagger(w->tenant, NIL, 1, &first));
    STATUS(PROV_E_NULL, prov_stagger(w->tenant, MAC, 1, NIL));
    STATUS(PROV_E_MAC_ZERO, prov_stagger(w->tenant, ZERO, 1, &first));
    STATUS(PROV_E_NULL, prov_stagger_interval(NIL, MAC, &first));
    STATUS(PROV_E_NULL, prov_stagger_interval(w->tenant, NIL, &first));
    STATUS(PROV_E_NULL, prov_stagger_interval(w->tenant, MAC, NIL));
}

int main(void) {
    world w = new_world();
    out(&w);
    in(&w);
    many_faults();
    spread(&w);
    end_world(&w);
    return 0;
}
