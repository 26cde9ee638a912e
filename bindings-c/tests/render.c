/* Models, profiles, and rendering: the files of every dialect byte for byte, and each way in which a job is refused. */
#include "check.h"

/* A NULL that the compiler does not see, for it would warn. */
static void *volatile nothing = NULL;
#define NIL nothing

static const char BAD[] = {'1', (char)0xff, '\0'};

/* The text of a field of a struct, and its length. */
#define SET(field, value) (field = (value), field##_len = strlen(value))

static prov_model *model_of(const char *vendor, const char *name) {
    prov_model *model;
    OK(prov_model_find(vendor, strlen(vendor), name, strlen(name), &model, NULL));
    return model;
}

static prov_profile *profile_of(const char *json) {
    prov_profile *profile;
    OK(prov_profile_from_json(json, strlen(json), &profile, NULL));
    return profile;
}

/* What an error says: its status, a part of its text, the whole field; and no password. */
static void said(prov_error *error, prov_status expected, const char *part, const char *field) {
    prov_status status;
    const char *text, *found;
    size_t len;
    OK(prov_error_status(error, &status));
    OK(prov_error_text(error, &text, NULL));
    OK(prov_error_field(error, &found, &len));
    if (status != expected || !strstr(text, part) || strcmp(found, field) != 0 || strlen(found) != len || strstr(text, "s3cret")) {
        fprintf(stderr, "%d: \"%s\" at \"%s\" does not say \"%s\" at \"%s\"\n", (int)status, text, found, part, field);
        exit(1);
    }
    prov_error_free(error);
}

/* A job with every secret, as the golden files were made. */
static prov_full_job job_of(const prov_profile *profile, const prov_model *model) {
    prov_full_job job;
    OK(prov_full_job_init(&job, sizeof job));
    CHECK(job.secrets == 0 && job.overrides == PROV_OVERRIDES_HARMLESS && job.characters == PROV_CHARACTERS_REFUSE);
    CHECK(!job.sip[0] && !job.sip[1] && !job.sip[2] && !job.sip[3]);
    memcpy(job.mac, MAC, 6);
    job.profile = profile;
    job.model = model;
    job.secrets = PROV_SECRET_MENU | PROV_SECRET_WEB | PROV_SECRET_OTHER | PROV_SECRET_CREDENTIAL;
    memset(job.sip, 0xff, sizeof job.sip);
    job.url_kind = PROV_URL_OPEN;
    SET(job.url, "https://prov.example.net/p/");
    SET(job.login_user, "d805ec0010203");
    SET(job.login_password, "EXAMPLE-CREDENTIAL");
    SET(job.emergency, "112 110");
    return job;
}

static prov_restricted_job waiting(const prov_model *model) {
    prov_restricted_job job;
    OK(prov_restricted_job_init(&job, sizeof job));
    CHECK(job.lang == 0 && job.server_transport == 0);
    memcpy(job.mac, MAC, 6);
    job.model = model;
    job.lang = PROV_LANG_DE;
    job.server_port = 5061;
    job.server_transport = PROV_SERVER_TLS;
    SET(job.display_text, "Anmeldung n\xc3\xb6tig: *89");
    SET(job.sip_user, "aebqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaib");
    SET(job.sip_password, "EXAMPLE-ENROLMENT");
    SET(job.server, "auth.example.net");
    SET(job.emergency, "112 110 911");
    SET(job.outside_line, "0");
    SET(job.service_code, "*89");
    SET(job.url, "https://prov.example.net/t/EXAMPLE-TOKEN/");
    return job;
}

static prov_rendered *rendered_of(const prov_full_job *job) {
    prov_rendered *rendered;
    OK(prov_render_full(job, &rendered, NULL));
    return rendered;
}

static const char *text_of(const prov_rendered *rendered, size_t *len) {
    const uint8_t *data;
    size_t length;
    OK(prov_rendered_file(rendered, &data, &length));
    CHECK(data[length] == 0);
    if (len) *len = length;
    return (const char *)data;
}

/* Whether a text stands in a file. */
static int holds(const prov_rendered *rendered, const char *part) {
    return strstr(text_of(rendered, NULL), part) != NULL;
}

/* A golden file of the Rust tests, to be freed. */
static char *golden(const char *folder, const char *name, size_t *len) {
    static const char HERE[] = "bindings-c/tests/render.c";
    char path[4096];
    size_t root = strlen(__FILE__) - strlen(HERE);
    FILE *file;
    char *text;
    long size;
    CHECK(strcmp(__FILE__ + root, HERE) == 0 && root + strlen(folder) + strlen(name) + 40 < sizeof path);
    sprintf(path, "%.*score/tests/golden/%s/%s", (int)root, __FILE__, folder, name);
    file = fopen(path, "rb");
    if (!file) fprintf(stderr, "%s is missing\n", path);
    CHECK(file && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0);
    CHECK((text = malloc((size_t)size + 1)) != NULL);
    CHECK(fread(text, 1, (size_t)size, file) == (size_t)size);
    text[size] = 0;
    *len = (size_t)size;
    fclose(file);
    return text;
}

static void is_golden(const prov_rendered *rendered, const prov_model *model, const char *folder) {
    char name[64];
    const char *text, *type;
    size_t len, wanted, type_len;
    char *file;
    OK(prov_model_file_name(model, MAC, name, sizeof name, NULL));
    OK(prov_rendered_name(rendered, &text, &len));
    CHECK(strcmp(text, name) == 0 && strlen(name) == len);
    OK(prov_rendered_content_type(rendered, &type, &type_len));
    OK(prov_model_content_type(model, name, sizeof name, NULL));
    CHECK(strcmp(type, name) == 0 && strlen(name) == type_len);
    file = golden(folder, text, &wanted);
    text = text_of(rendered, &len);
    if (len != wanted || memcmp(text, file, len) != 0) {
        fprintf(stderr, "%s differs\n", folder);
        exit(1);
    }
    free(file);
}

static void goldens(void) {
    static const struct {
        const char *vendor, *model, *full, *restricted;
    } FILES[] = {
        {"yealink", "T46S", "yealink/T46S/full", "yealink/T46S/restricted"},
        {"yealink", "T46U", "yealink/T46U/full", "yealink/T46U/restricted"},
        {"yealink", "W70B", "yealink/W70B/full", "yealink/W70B/restricted"},
        {"yealink", "W80DM", "yealink/W80DM/full", NULL},
        {"snom", "D385", "snom/D385/full", "snom/D385/restricted"},
        {"snom", "D785", "snom/D785/full", "snom/D785/restricted"},
        {"gigaset", "N510 IP PRO", "gigaset/N510/odd", "gigaset/N510/restricted"},
        {"gigaset", "N720 DM PRO", "gigaset/N720/rich", "gigaset/N720/restricted"},
        {"patton", "SN4114", "patton/SN4114/full", "patton/SN4114/restricted"},
        {"patton", "SN4332", "patton/SN4332/full", "patton/SN4332/restricted"},
    };
    size_t at, len, again_len;
    for (at = 0; at < sizeof FILES / sizeof *FILES; at++) {
        prov_model *model = model_of(FILES[at].vendor, FILES[at].model);
        char *json = golden(FILES[at].full, "profile.json", &len);
        prov_profile *profile = profile_of(json);
        prov_full_job job = job_of(profile, model);
        prov_restricted_job restricted = waiting(model);
        prov_rendered *rendered = rendered_of(&job), *again = rendered_of(&job);
        const char *text = text_of(rendered, &len), *same = text_of(again, &again_len);
        CHECK(len == again_len && memcmp(text, same, len) == 0);
        is_golden(rendered, model, FILES[at].full);
        prov_rendered_free(again);
        prov_rendered_free(rendered);
        prov_profile_free(profile);
        free(json);
        /* The gateway has no TLS. */
        if (strcmp(FILES[at].vendor, "patton") == 0) {
            restricted.server_transport = PROV_SERVER_UDP;
            restricted.server_port = 5060;
        }
        if (FILES[at].restricted) {
            OK(prov_render_restricted(&restricted, &rendered, NULL));
            is_golden(rendered, model, FILES[at].restricted);
            prov_rendered_free(rendered);
        }
        prov_model_free(model);
    }
}

static void models(void) {
    prov_model *model;
    prov_error *error;
    prov_capabilities can;
    prov_parameters *parameters;
    prov_parameter parameter;
    size_t at, count, vendors, carried = 0, dialects = 0, seen_secrets = 0, seen_dialects = 0;
    char vendor[32], last[32] = "", name[64], source[200];
    uint8_t yes;

    OK(prov_model_count(&count));
    for (at = 0; at < count; at++) {
        prov_model *same;
        prov_capabilities other;
        OK(prov_model_at(at, &model));
        OK(prov_model_vendor(model, vendor, sizeof vendor, NULL));
        OK(prov_model_name(model, name, sizeof name, NULL));
        OK(prov_model_source(model, source, sizeof source, NULL));
        OK(prov_model_capabilities(model, &can, sizeof can));
        CHECK(*source && strcmp(last, vendor) <= 0 && can.accounts > 0);
        CHECK(can.dialect && can.carriage && can.confidence && can.reserved[0] == 0);
        seen_dialects |= (size_t)1 << can.dialect;
        strcpy(last, vendor);
        OK(prov_model_find(vendor, strlen(vendor), name, strlen(name), &same, NULL));
        OK(prov_model_capabilities(same, &other, sizeof other));
        CHECK(memcmp(&can, &other, sizeof can) == 0);
        prov_model_free(same);
        prov_model_free(model);
    }
    STATUS(PROV_E_ARGUMENT, prov_model_at(count, &model));
    for (at = 1; at <= PROV_DIALECT_PATTON_SMARTWARE; at++) dialects |= (size_t)1 << at;
    CHECK(seen_dialects == dialects);

    OK(prov_vendor_count(&vendors));
    CHECK(vendors == 4);
    OK(prov_vendor_at(3, vendor, sizeof vendor, NULL));
    CHECK(strcmp(vendor, "yealink") == 0);
    STATUS(PROV_E_ARGUMENT, prov_vendor_at(vendors, vendor, sizeof vendor, NULL));
    STATUS(PROV_E_BUFFER, prov_vendor_at(3, vendor, 7, NULL));

    STATUS(PROV_E_RENDER_UNKNOWN_MODEL, prov_model_find(PROV_TEXT("yealink"), PROV_TEXT("T46"), &model, &error));
    said(error, PROV_E_RENDER_UNKNOWN_MODEL, "no such model; near: T46G, T46S, T46U", "");
    STATUS(PROV_E_RENDER_UNKNOWN_MODEL, prov_model_find(PROV_TEXT("Yaelink"), PROV_TEXT("T46S"), &model, &error));
    said(error, PROV_E_RENDER_UNKNOWN_MODEL, "no such vendor; near: yealink", "");
    STATUS(PROV_E_RENDER_UNKNOWN_MODEL, prov_model_find(PROV_TEXT("acme"), PROV_TEXT("1"), &model, &error));
    said(error, PROV_E_RENDER_UNKNOWN_MODEL, "prov_model_at", "");
    STATUS(PROV_E_UTF8, prov_model_find(BAD, 2, PROV_TEXT("T46S"), &model, NULL));
    STATUS(PROV_E_UTF8, prov_model_find(PROV_TEXT("yealink"), BAD, 2, &model, NULL));
    STATUS(PROV_E_UTF8, prov_model_nearest(BAD, 2, PROV_TEXT("T46S"), name, sizeof name, NULL));
    STATUS(PROV_E_UTF8, prov_model_nearest(PROV_TEXT("yealink"), BAD, 2, name, sizeof name, NULL));
    STATUS(PROV_E_UTF8, prov_vendor_nearest(BAD, 2, name, sizeof name, NULL));
    OK(prov_model_nearest(PROV_TEXT("Yealink"), PROV_TEXT("t46"), name, sizeof name, NULL));
    CHECK(strcmp(name, "T46G\nT46S\nT46U") == 0);
    OK(prov_model_nearest(PROV_TEXT("gigaset"), PROV_TEXT("N510"), name, sizeof name, NULL));
    OK(prov_vendor_nearest(PROV_TEXT("Yaelink"), name, sizeof name, &at));
    CHECK(strcmp(name, "yealink") == 0 && at == 8);
    OK(prov_vendor_nearest(PROV_TEXT("acme"), name, sizeof name, NULL));
    CHECK(*name == 0);

    model = model_of("yealink", "t46s");
    OK(prov_model_capabilities(model, &can, sizeof can));
    CHECK(can.accounts == 16 && can.keys > 0 && can.modules > 0 && can.module_keys > 0 && can.handsets == 0);
    CHECK(can.dialect == PROV_DIALECT_YEALINK_PHONE && can.restricted == 1 && can.retains == 1 && can.screen == 1);
    CHECK(can.hotline_s >= 3 && can.digit_map == 1);
    STATUS(PROV_E_VERSION, prov_model_capabilities(model, &can, 4));
    OK(prov_model_knows_parameter(model, PROV_TEXT("account.3.label"), &yes));
    CHECK(yes == 1);
    OK(prov_model_knows_parameter(model, PROV_TEXT("account.3.lable"), &yes));
    CHECK(yes == 0);
    OK(prov_field_count(&count));
    for (at = 0; at < count; at++) {
        OK(prov_field_path(at, name, sizeof name, NULL));
        OK(prov_model_carries(model, name, strlen(name), &yes));
        carried += yes;
    }
    CHECK(carried > 40 && carried < count);
    OK(prov_model_carries(model, PROV_TEXT("accounts[].server.port"), &yes));
    CHECK(yes == 1);
    OK(prov_model_carries(model, PROV_TEXT("protection.pairing_pin"), &yes));
    CHECK(yes == 0);
    STATUS(PROV_E_UTF8, prov_model_carries(model, BAD, 2, &yes));
    STATUS(PROV_E_UTF8, prov_model_knows_parameter(model, BAD, 2, &yes));
    STATUS(PROV_E_MAC_ZERO, prov_model_file_name(model, (const uint8_t[6]){0}, name, sizeof name, NULL));
    STATUS(PROV_E_ARGUMENT, prov_field_path(count, name, sizeof name, NULL));
    STATUS(PROV_E_ARGUMENT, prov_model_carries(model, PROV_TEXT("accounts[1].server.port"), &yes));

    OK(prov_model_parameters(model, &parameters));
    OK(prov_parameters_count(parameters, &count));
    for (at = 0; at < count; at++) {
        OK(prov_parameters_at(parameters, at, &parameter, sizeof parameter));
        CHECK(strlen(parameter.name) == parameter.name_len && parameter.name_len > 0);
        CHECK(parameter.confidence >= PROV_CONFIDENCE_INFERRED && parameter.confidence <= PROV_CONFIDENCE_CONFIRMED);
        if (strcmp(parameter.name, "account.X.password") == 0) CHECK(parameter.secret == PROV_SECRET_SIP);
        if (strcmp(parameter.name, "account.X.label") == 0) CHECK(parameter.secret == 0);
        seen_secrets |= parameter.secret;
    }
    CHECK(seen_secrets == (PROV_SECRET_SIP | PROV_SECRET_WEB | PROV_SECRET_OTHER | PROV_SECRET_CREDENTIAL));
    STATUS(PROV_E_ARGUMENT, prov_parameters_at(parameters, count, &parameter, sizeof parameter));
    STATUS(PROV_E_VERSION, prov_parameters_at(parameters, 0, &parameter, 4));
    prov_parameters_free(parameters);
    prov_model_free(model);
}

/* Says what a layer becomes. */
static void becomes(prov_bytes *bytes, const char *expected) {
    const uint8_t *data;
    size_t len;
    OK(prov_bytes_view(bytes, &data, &len));
    if (strcmp((const char *)data, expected) != 0) {
        fprintf(stderr, "%s is not %s\n", (const char *)data, expected);
        exit(1);
    }
    prov_bytes_free(bytes);
}

#define PROFILE(json) prov_profile_from_json(PROV_TEXT(json), &profile, &error)

static void profiles(void) {
    prov_profile *profile;
    prov_error *error;
    prov_bytes *bytes;
    const uint8_t *data;
    size_t len, count;
    uint16_t slot;

    profile = profile_of("{\"accounts\":[{\"slot\":3,\"user\":\"3\",\"server\":{\"host\":\"a\"}},"
                         "{\"slot\":1,\"user\":\"1\",\"server\":{\"host\":\"a\"}}]}");
    OK(prov_profile_account_count(profile, &count));
    OK(prov_profile_account_slot(profile, 1, &slot));
    CHECK(count == 2 && slot == 3);
    STATUS(PROV_E_ARGUMENT, prov_profile_account_slot(profile, 2, &slot));
    prov_profile_free(profile);

    STATUS(PROV_E_PROFILE_FORM, PROFILE("{\"accounts\":[{\"password\":\"s3cret\"}]}"));
    said(error, PROV_E_PROFILE_FORM, "accounts[1].user is missing", "accounts[1].user");
    STATUS(PROV_E_PROFILE_FORM, PROFILE("{\"acounts\":[]}"));
    said(error, PROV_E_PROFILE_FORM, "; the nearest are accounts", "acounts");
    STATUS(PROV_E_PROFILE_VALUE, PROFILE("{\"accounts\":[{\"user\":\"201\",\"server\":{\"host\":\"a\",\"port\":0}}]}"));
    said(error, PROV_E_PROFILE_VALUE, "accounts[1].server.port is not a port", "accounts[1].server.port");
    STATUS(PROV_E_PROFILE_VALUE, PROFILE("{\"accounts\":[{\"user\":\"s3cret\\n\",\"server\":{\"host\":\"a\"}}]}"));
    said(error, PROV_E_PROFILE_VALUE, "accounts[1].user is not a SIP user", "accounts[1].user");
    STATUS(PROV_E_PROFILE_FORM, PROFILE("{\"tones\": s3cret"));
    said(error, PROV_E_PROFILE_FORM, "line 1, column", "");
    STATUS(PROV_E_UTF8, prov_profile_from_json(BAD, 2, &profile, NULL));
    STATUS(PROV_E_PROFILE_FORM, prov_profile_from_json(NULL, 0, &profile, NULL));

    OK(prov_profile_set(PROV_TEXT("{}"), PROV_TEXT("accounts[1].server.port"), PROV_TEXT("5061"), &bytes, NULL));
    becomes(bytes, "{\"accounts\":[{\"slot\":1,\"server\":{\"port\":5061}}]}");
    OK(prov_profile_set(PROV_TEXT("{\"tones\":\"de\"}"), PROV_TEXT("tones"), PROV_TEXT("null"), &bytes, NULL));
    becomes(bytes, "{\"tones\":null}");
    OK(prov_profile_unset(PROV_TEXT("{\"tones\":\"de\",\"accounts\":[{\"slot\":1,\"server\":{\"port\":5061}}]}"),
                          PROV_TEXT("accounts[1].server.port"), &bytes, NULL));
    becomes(bytes, "{\"tones\":\"de\"}");
    STATUS(PROV_E_PROFILE_FORM,
           prov_profile_set(PROV_TEXT("{}"), PROV_TEXT("accounts[1].server.prot"), PROV_TEXT("5061"), &bytes, &error));
    said(error, PROV_E_PROFILE_FORM, "; the nearest are port", "accounts[1].server.prot");
    STATUS(PROV_E_PROFILE_FORM,
           prov_profile_set(PROV_TEXT("{}"), PROV_TEXT("accounts[1].password"), PROV_TEXT("\"s3cret"), &bytes, &error));
    said(error, PROV_E_PROFILE_FORM, "is given a value that is no JSON", "accounts[1].password");
    STATUS(PROV_E_PROFILE_VALUE, prov_profile_set(PROV_TEXT("{}"), PROV_TEXT("tones"), PROV_TEXT("\"xx\""), &bytes, &error));
    said(error, PROV_E_PROFILE_VALUE, "tones is none of", "tones");
    STATUS(PROV_E_PROFILE_FORM, prov_profile_unset(PROV_TEXT("[]"), PROV_TEXT("tones"), &bytes, &error));
    prov_error_free(error);
    STATUS(PROV_E_PROFILE_FORM, prov_profile_unset(PROV_TEXT("{}"), PROV_TEXT("nothing"), &bytes, &error));
    said(error, PROV_E_PROFILE_FORM, "nothing", "nothing");

    STATUS(PROV_E_UTF8, prov_profile_set(BAD, 2, PROV_TEXT("tones"), PROV_TEXT("null"), &bytes, NULL));
    STATUS(PROV_E_UTF8, prov_profile_set(PROV_TEXT("{}"), BAD, 2, PROV_TEXT("null"), &bytes, NULL));
    STATUS(PROV_E_UTF8, prov_profile_set(PROV_TEXT("{}"), PROV_TEXT("tones"), BAD, 2, &bytes, NULL));
    STATUS(PROV_E_UTF8, prov_profile_unset(BAD, 2, PROV_TEXT("tones"), &bytes, NULL));
    STATUS(PROV_E_UTF8, prov_profile_unset(PROV_TEXT("{}"), BAD, 2, &bytes, NULL));

    OK(prov_profile_schema(&bytes));
    OK(prov_bytes_view(bytes, &data, &len));
    CHECK(strstr((const char *)data, "\"title\":\"Phone profile\"") && strlen((const char *)data) == len);
    prov_bytes_free(bytes);
    OK(prov_profile_layer_schema(&bytes));
    OK(prov_bytes_view(bytes, &data, &len));
    CHECK(strstr((const char *)data, "urn:libprov:profile-layer") && !strstr((const char *)data, "\"required\":[\"host\"]"));
    prov_bytes_free(bytes);
}

static prov_layer layer_of(uint8_t kind, const char *json) {
    prov_layer layer = {NULL, 0, 0, {0}};
    SET(layer.json, json);
    layer.layer = kind;
    return layer;
}

static void blames(const prov_layer *layers, size_t count, uint8_t layer, const char *part, const char *field) {
    prov_profile *profile;
    prov_error *error;
    uint8_t blamed = 9;
    STATUS(PROV_E_PROFILE_VALUE, prov_profile_from_layers(layers, count, sizeof *layers, &profile, &error));
    OK(prov_error_layer(error, &blamed));
    CHECK(blamed == layer);
    said(error, PROV_E_PROFILE_VALUE, part, field);
}

static void layers(void) {
    struct {
        prov_layer known;
        uint64_t later;
    } larger[2];
    prov_layer all[4], bad;
    prov_profile *profile;
    prov_model *model = model_of("yealink", "T46S");
    prov_full_job job;
    prov_rendered *rendered;
    prov_error *error;
    uint8_t blamed;
    size_t count;

    /* The strongest wins whatever the order. */
    all[0] = layer_of(PROV_LAYER_DEVICE, "{\"accounts\":[{\"user\":\"201\",\"password\":\"s3cret\"}],\"tones\":\"gb\"}");
    all[1] = layer_of(PROV_LAYER_TENANT, "{\"accounts\":[{\"server\":{\"host\":\"sip.example.net\",\"port\":5070}}],\"tones\":\"de\"}");
    all[2] = layer_of(PROV_LAYER_MODEL, "{\"time\":{\"ntp_server\":\"model.example\"}}");
    all[3] = layer_of(PROV_LAYER_SITE, "{\"accounts\":[{\"server\":{\"port\":5080}}],\"time\":{\"ntp_server\":\"site.example\"}}");
    OK(prov_profile_from_layers(all, 4, sizeof *all, &profile, NULL));
    job = job_of(profile, model);
    rendered = rendered_of(&job);
    CHECK(holds(rendered, "account.1.sip_server.1.address = sip.example.net\n"));
    CHECK(holds(rendered, "account.1.sip_server.1.port = 5080\n"));
    CHECK(holds(rendered, "account.1.password = s3cret\n"));
    CHECK(holds(rendered, "voice.tone.country = Great Britain\n"));
    CHECK(holds(rendered, "model.example\n") && !holds(rendered, "site.example"));
    prov_rendered_free(rendered);
    prov_profile_free(profile);

    /* A layer that is wrong by itself, and a merge that is: whoever spoke last. */
    bad = all[3];
    SET(all[3].json, "{\"accounts\":[{\"server\":{\"port\":0}}]}");
    blames(all, 4, PROV_LAYER_SITE, "the site layer: accounts[1].server.port", "accounts[1].server.port");
    all[3] = bad;
    SET(all[2].json, "{\"keys\":[{\"kind\":\"blf\"}]}");
    STATUS(PROV_E_PROFILE_FORM, prov_profile_from_layers(all, 4, sizeof *all, &profile, &error));
    OK(prov_error_layer(error, &blamed));
    CHECK(blamed == PROV_LAYER_MODEL);
    said(error, PROV_E_PROFILE_FORM, "the model layer: keys[1].value", "keys[1].value");
    all[2] = layer_of(PROV_LAYER_SITE, "null");
    STATUS(PROV_E_PROFILE_FORM, prov_profile_from_layers(all + 2, 1, sizeof *all, &profile, &error));
    prov_error_free(error);

    /* No layer is an empty profile. */
    OK(prov_profile_from_layers(NIL, 0, sizeof *all, &profile, NULL));
    OK(prov_profile_account_count(profile, &count));
    CHECK(count == 0);
    prov_profile_free(profile);

    /* Structs of a later version, what they add zero and not zero. */
    memset(larger, 0, sizeof larger);
    larger[0].known = all[0];
    larger[1].known = all[1];
    OK(prov_profile_from_layers(&larger[0].known, 2, sizeof *larger, &profile, NULL));
    OK(prov_profile_account_count(profile, &count));
    CHECK(count == 1);
    prov_profile_free(profile);
    larger[1].later = 1;
    STATUS(PROV_E_VERSION, prov_profile_from_layers(&larger[0].known, 2, sizeof *larger, &profile, NULL));
    STATUS(PROV_E_VERSION, prov_profile_from_layers(all, 2, sizeof *all - 1, &profile, NULL));
    STATUS(PROV_E_ARGUMENT, prov_profile_from_layers(all, SIZE_MAX, sizeof *all, &profile, NULL));
    STATUS(PROV_E_NULL, prov_profile_from_layers(NIL, 1, sizeof *all, &profile, NULL));
    bad = all[0];
    bad.layer = 0;
    STATUS(PROV_E_ARGUMENT, prov_profile_from_layers(&bad, 1, sizeof bad, &profile, NULL));
    bad.layer = 5;
    STATUS(PROV_E_ARGUMENT, prov_profile_from_layers(&bad, 1, sizeof bad, &profile, NULL));
    bad = all[0];
    bad.reserved[6] = 1;
    STATUS(PROV_E_VERSION, prov_profile_from_layers(&bad, 1, sizeof bad, &profile, NULL));
    bad = all[0];
    bad.json = NULL;
    STATUS(PROV_E_NULL, prov_profile_from_layers(&bad, 1, sizeof bad, &profile, NULL));
    bad.json = BAD;
    bad.json_len = 2;
    STATUS(PROV_E_UTF8, prov_profile_from_layers(&bad, 1, sizeof bad, &profile, NULL));
    prov_model_free(model);
}

#define ACCOUNT(more) "{\"accounts\":[{\"user\":\"201\",\"password\":\"s3cret\",\"server\":{\"host\":\"sip.example.net\"}" more

/* A profile that does not render: how, where, and what is said. */
static void refuses(const prov_full_job *job, const char *json, prov_status expected, const char *part, const char *field) {
    prov_profile *profile = profile_of(json);
    prov_full_job changed = *job;
    prov_rendered *rendered;
    prov_error *error;
    changed.profile = profile;
    STATUS(expected, prov_render_full(&changed, &rendered, &error));
    said(error, expected, part, field);
    prov_profile_free(profile);
}

static void hostile(void) {
    prov_model *yealink = model_of("yealink", "T46S"), *gigaset = model_of("gigaset", "N510 IP PRO");
    prov_full_job job = job_of(NULL, yealink);
    prov_profile *profile;
    prov_rendered *rendered;
    prov_warning warning;
    size_t count;

    refuses(&job, ACCOUNT(",\"label\":\"a\\nlinekey.9.type = 16\"}]}"), PROV_E_RENDER_CHARACTER, "U+000A", "accounts[1].label");
    refuses(&job, ACCOUNT(",\"display_name\":\"\\u202egpj\"}]}"), PROV_E_RENDER_CHARACTER, "U+202E", "accounts[1].display_name");
    refuses(&job, ACCOUNT(",\"label\":\"%NULL%\"}]}"), PROV_E_RENDER_RESERVED, "command", "accounts[1].label");
    refuses(&job, ACCOUNT(",\"label\":\" a\"}]}"), PROV_E_RENDER_SPACE, "space", "accounts[1].label");
    refuses(&job, "{\"accounts\":[{\"user\":\"201\",\"password\":\"s3cret\\r\",\"server\":{\"host\":\"a\"}}]}", PROV_E_RENDER_CHARACTER,
            "U+000D", "accounts[1].password");

    /* An override that moves the phone elsewhere needs a policy. */
    refuses(&job, "{\"overrides\":{\"static.auto_provision.server.url\":\"http://evil.example/\"}}", PROV_E_RENDER_OVERRIDE,
            "needs a policy", "overrides.static.auto_provision.server.url");
    refuses(&job, "{\"overrides\":{\"a\\u0000b\\n\":1}}", PROV_E_RENDER_OVERRIDE, "is not a known parameter",
            "overrides.a\xef\xbf\xbd" "b\xef\xbf\xbd");
    refuses(&job, "{\"overrides\":{\"no.such.parameter\":1}}", PROV_E_RENDER_OVERRIDE, "is not a known parameter",
            "overrides.no.such.parameter");
    profile = profile_of("{\"overrides\":{\"static.auto_provision.server.url\":\"http://other.example/\"}}");
    job.profile = profile;
    job.overrides = PROV_OVERRIDES_ANY;
    rendered = rendered_of(&job);
    CHECK(holds(rendered, "static.auto_provision.server.url = http://other.example/\n"));
    prov_rendered_free(rendered);
    /* And is a secret. */
    job.secrets &= (uint16_t)~PROV_SECRET_OTHER;
    rendered = rendered_of(&job);
    CHECK(!holds(rendered, "other.example"));
    prov_rendered_free(rendered);
    prov_profile_free(profile);

    /* Latin-1 has no L with a stroke. */
    job = job_of(NULL, gigaset);
    refuses(&job, ACCOUNT(",\"display_name\":\"\xc5\x81ukasz\"}]}"), PROV_E_RENDER_CHARSET, "U+0141", "accounts[1].display_name");
    profile = profile_of(ACCOUNT(",\"display_name\":\"\xc5\x81ukasz\"}]}"));
    job.profile = profile;
    job.characters = PROV_CHARACTERS_TRANSLITERATE;
    rendered = rendered_of(&job);
    CHECK(holds(rendered, "Lukasz"));
    OK(prov_rendered_warning_count(rendered, &count));
    while (count--) {
        OK(prov_rendered_warning(rendered, count, &warning, sizeof warning));
        if (warning.reason == PROV_WARNING_TRANSLITERATED) break;
    }
    CHECK(count != (size_t)-1 && strcmp(warning.field, "accounts[1].display_name") == 0);
    prov_rendered_free(rendered);
    prov_profile_free(profile);
    prov_model_free(gigaset);
    prov_model_free(yealink);
}

/* A text of a job that is no UTF-8. */
#define GARBLED(call, type, good, field)                      \
    do {                                                      \
        type garbled = good;                                  \
        garbled.field = BAD;                                  \
        garbled.field##_len = 2;                              \
        STATUS(PROV_E_UTF8, call(&garbled, &rendered, &error)); \
        said(error, PROV_E_UTF8, "job." #field, "");          \
    } while (0)

#define REFUSED(status, part, field)                              \
    do {                                                          \
        STATUS(status, prov_render_full(&job, &rendered, &error)); \
        said(error, status, part, field);                         \
        job = job_of(profile, model);                             \
    } while (0)

/* What is wrong in a job, but for its profile. */
static void full_jobs(void) {
    prov_model *model = model_of("yealink", "T46S"), *patton = model_of("patton", "SN4112");
    prov_profile *profile = profile_of(ACCOUNT("}]}"));
    prov_full_job job = job_of(profile, model);
    prov_rendered *rendered;
    prov_error *error;
    job.secrets |= PROV_SECRET_SIP;
    REFUSED(PROV_E_ARGUMENT, "job.secrets", "");
    job.secrets = 0x8000;
    REFUSED(PROV_E_ARGUMENT, "job.secrets", "");
    job.url_kind = 0;
    REFUSED(PROV_E_ARGUMENT, "job.url_kind", "");
    job.url_kind = 3;
    REFUSED(PROV_E_ARGUMENT, "job.url_kind", "");
    job.overrides = 0;
    REFUSED(PROV_E_ARGUMENT, "job.overrides", "");
    job.characters = 3;
    REFUSED(PROV_E_ARGUMENT, "job.characters", "");
    job.reserved[6] = 1;
    REFUSED(PROV_E_VERSION, "job", "");
    job.struct_size = 8;
    REFUSED(PROV_E_VERSION, "job", "");
    memset(job.mac, 0, 6);
    REFUSED(PROV_E_MAC_ZERO, "", "");
    SET(job.url, "https://user:s3cret@prov.example.net/");
    REFUSED(PROV_E_RENDER_VALUE, "provisioning.url", "provisioning.url");
    SET(job.url, "https://prov.example.net");
    REFUSED(PROV_E_RENDER_VALUE, "does not end in /", "provisioning.url");
    SET(job.login_user, "a b");
    REFUSED(PROV_E_PROFILE_VALUE, "is not a SIP user", "provisioning.login.user");
    job.login_user_len = 0;
    REFUSED(PROV_E_ARGUMENT, "job.login_password is of no job.login_user", "");
    SET(job.login_password, "s3cret\n");
    REFUSED(PROV_E_RENDER_CHARACTER, "U+000A", "provisioning.login.password");
    job.emergency_len = 0;
    REFUSED(PROV_E_RENDER_VALUE, "has no number", "emergency");
    SET(job.emergency, "112 1x0");
    REFUSED(PROV_E_RENDER_VALUE, "is not 2 to 8 digits", "emergency[2]");
    SET(job.emergency, "112 1;0");
    REFUSED(PROV_E_PROFILE_VALUE, "is not a dial string", "emergency[2]");
    SET(job.outside_line, "0;");
    REFUSED(PROV_E_PROFILE_VALUE, "is not a dial string", "outside_line");
    SET(job.firmware, "latest");
    REFUSED(PROV_E_PROFILE_VALUE, "is not a version", "firmware");
    job.interval_min = 4;
    REFUSED(PROV_E_RENDER_VALUE, "is not 5 to 43 200 minutes", "provisioning.interval_min");
    GARBLED(prov_render_full, prov_full_job, job, url);
    GARBLED(prov_render_full, prov_full_job, job, login_user);
    GARBLED(prov_render_full, prov_full_job, job, login_password);
    GARBLED(prov_render_full, prov_full_job, job, emergency);
    GARBLED(prov_render_full, prov_full_job, job, outside_line);
    GARBLED(prov_render_full, prov_full_job, job, firmware);
    GARBLED(prov_render_full, prov_full_job, job, forget);

    /* A device that forgets what a file leaves out keeps its password only with it. */
    job.model = patton;
    job.login_user_len = job.login_password_len = 0;
    memset(job.sip, 0, sizeof job.sip);
    REFUSED(PROV_E_RENDER_WITHHELD, "may not go out", "accounts[1].password");
    prov_profile_free(profile);
    prov_model_free(patton);
    prov_model_free(model);
}
#undef REFUSED

#define REFUSED(status, part, field)                                    \
    do {                                                                \
        STATUS(status, prov_render_restricted(&job, &rendered, &error)); \
        said(error, status, part, field);                               \
        job = waiting(model);                                           \
    } while (0)

static void restricted_jobs(void) {
    prov_model *model = model_of("yealink", "T46S"), *patton = model_of("patton", "SN4114");
    prov_restricted_job job = waiting(model);
    prov_rendered *rendered;
    prov_warning warning;
    prov_error *error;
    size_t count;
    job.lang = 0;
    REFUSED(PROV_E_ARGUMENT, "lang", "");
    job.server_transport = 0;
    REFUSED(PROV_E_ARGUMENT, "job.server_transport", "");
    job.server_transport = 4;
    REFUSED(PROV_E_ARGUMENT, "job.server_transport", "");
    job.struct_size = 8;
    REFUSED(PROV_E_VERSION, "job", "");
    memset(job.mac, 0, 6);
    REFUSED(PROV_E_MAC_ZERO, "", "");
    SET(job.display_text, "*89\nx = y");
    REFUSED(PROV_E_RENDER_CHARACTER, "U+000A", "display_text");
    SET(job.sip_user, "a;b");
    REFUSED(PROV_E_PROFILE_VALUE, "is not a SIP user", "enrolment.user");
    SET(job.sip_password, "s3cret\r");
    REFUSED(PROV_E_RENDER_CHARACTER, "U+000D", "enrolment.password");
    SET(job.server, "auth.example.net:5061");
    REFUSED(PROV_E_PROFILE_VALUE, "is not a host", "enrolment.server.host");
    SET(job.service_code, "*1*2*3*4*");
    REFUSED(PROV_E_RENDER_VALUE, "is not 1 to 8", "service_code");
    SET(job.service_code, "11");
    REFUSED(PROV_E_RENDER_VALUE, "is an emergency number or the beginning of one", "service_code");
    SET(job.service_code, "x;");
    REFUSED(PROV_E_PROFILE_VALUE, "is not a dial string", "service_code");
    SET(job.outside_line, "00000");
    REFUSED(PROV_E_RENDER_VALUE, "is not 1 to 4 digits", "outside_line");
    job.emergency_len = 0;
    REFUSED(PROV_E_RENDER_VALUE, "has no number", "emergency");
    SET(job.url, "ftp://prov.example.net/s3cret/");
    REFUSED(PROV_E_RENDER_VALUE, "url", "url");
    SET(job.firmware, "latest");
    REFUSED(PROV_E_PROFILE_VALUE, "is not a version", "firmware");
    job.vlan = 4095;
    REFUSED(PROV_E_RENDER_VALUE, "is not 1 to 4094", "vlan");
    GARBLED(prov_render_restricted, prov_restricted_job, job, display_text);
    GARBLED(prov_render_restricted, prov_restricted_job, job, sip_user);
    GARBLED(prov_render_restricted, prov_restricted_job, job, sip_password);
    GARBLED(prov_render_restricted, prov_restricted_job, job, server);
    GARBLED(prov_render_restricted, prov_restricted_job, job, emergency);
    GARBLED(prov_render_restricted, prov_restricted_job, job, outside_line);
    GARBLED(prov_render_restricted, prov_restricted_job, job, service_code);
    GARBLED(prov_render_restricted, prov_restricted_job, job, url);
    GARBLED(prov_render_restricted, prov_restricted_job, job, firmware);
    GARBLED(prov_render_restricted, prov_restricted_job, job, forget);

    /* The VLAN of a gateway, and a port that nobody names. */
    job.model = patton;
    job.server_transport = PROV_SERVER_UDP;
    job.server_port = 0;
    job.vlan = 77;
    OK(prov_render_restricted(&job, &rendered, NULL));
    CHECK(holds(rendered, "vlan 77"));
    prov_rendered_free(rendered);
    job = waiting(model);

    /* What an earlier full file may have set goes back; with a warning where it cannot. */
    SET(job.forget, "local_time.date_format\r\nstatic.network.vlan.internet_port_vid\n\nno.such.parameter\n");
    OK(prov_render_restricted(&job, &rendered, NULL));
    CHECK(holds(rendered, "local_time.date_format = %NULL%\n"));
    OK(prov_rendered_warning_count(rendered, &count));
    CHECK(count == 1);
    OK(prov_rendered_warning(rendered, 0, &warning, sizeof warning));
    CHECK(warning.reason == PROV_WARNING_NOT_RESET);
    CHECK(strcmp(warning.field, "forget.static.network.vlan.internet_port_vid") == 0);
    prov_rendered_free(rendered);
    prov_model_free(patton);
    prov_model_free(model);
}
#undef REFUSED

static void warnings(void) {
    prov_model *model = model_of("yealink", "T19P_E2");
    prov_profile *profile = profile_of(
        "{\"accounts\":[{\"user\":\"201\",\"password\":\"s3cret\",\"server\":{\"host\":\"a\"}},"
        "{\"slot\":9,\"user\":\"209\",\"password\":\"s3cret\",\"server\":{\"host\":\"a\"}}],"
        "\"display_text\":\"x\",\"firmware\":{\"version\":\"53.84.0.90\",\"url\":\"https://prov.example.net/f\"}}");
    prov_full_job job = job_of(profile, model);
    prov_rendered *rendered = rendered_of(&job);
    prov_warning warning;
    size_t at, count;
    unsigned seen = 0;
    OK(prov_rendered_warning_count(rendered, &count));
    CHECK(count >= 3);
    for (at = 0; at < count; at++) {
        OK(prov_rendered_warning(rendered, at, &warning, sizeof warning));
        CHECK(strlen(warning.field) == warning.field_len && strlen(warning.text) == warning.text_len);
        CHECK(strncmp(warning.text, warning.field, warning.field_len) == 0 && !strstr(warning.text, "s3cret"));
        CHECK(warning.reserved == 0 && warning.reserved2 == 0);
        seen |= 1u << warning.reason;
        if (warning.reason == PROV_WARNING_BEYOND) {
            CHECK(warning.most == 1 && strcmp(warning.field, "accounts[9]") == 0);
            CHECK(strcmp(warning.text, "accounts[9] is left out: this model has 1") == 0);
        }
    }
    CHECK(seen & 1u << PROV_WARNING_BEYOND && seen & 1u << PROV_WARNING_NO_PLACE && seen & 1u << PROV_WARNING_FIRMWARE_UNKNOWN);
    CHECK(!(seen & 1));
    STATUS(PROV_E_ARGUMENT, prov_rendered_warning(rendered, count, &warning, sizeof warning));
    STATUS(PROV_E_VERSION, prov_rendered_warning(rendered, 0, &warning, 4));
    prov_rendered_free(rendered);

    /* With the firmware known to be older the target is stated; one of another product is not. */
    SET(job.firmware, "53.80.0.1");
    rendered = rendered_of(&job);
    CHECK(holds(rendered, "https://prov.example.net/f"));
    prov_rendered_free(rendered);
    SET(job.firmware, "66.80.0.1");
    rendered = rendered_of(&job);
    CHECK(!holds(rendered, "https://prov.example.net/f"));
    prov_rendered_free(rendered);
    prov_profile_free(profile);
    prov_model_free(model);
}

/* A secret that may not go out is in no file, and the others are. */
static void withheld(void) {
    static const char JSON[] =
        "{\"accounts\":[{\"user\":\"1\",\"password\":\"MARK-sip-1\",\"server\":{\"host\":\"a\"}},"
        "{\"user\":\"2\",\"password\":\"MARK-sip-2\",\"server\":{\"host\":\"a\"}}],"
        "\"protection\":{\"admin_password\":\"MARK-web\",\"menu_password\":\"36251847\"},"
        "\"phonebook\":{\"url\":\"https://a/\",\"user\":\"u\",\"password\":\"MARK-other\"}}";
    static const struct {
        const char *mark;
        uint16_t secret;
        uint16_t slot;
    } MARKS[] = {
        {"MARK-sip-1", 0, 1},
        {"MARK-sip-2", 0, 2},
        {"MARK-web", PROV_SECRET_WEB, 0},
        {"36251847", PROV_SECRET_MENU, 0},
        {"MARK-other", PROV_SECRET_OTHER, 0},
        {"EXAMPLE-CREDENTIAL", PROV_SECRET_CREDENTIAL, 0},
    };
    enum { MARK_COUNT = sizeof MARKS / sizeof *MARKS };
    static const char *const PHONES[][2] = {{"snom", "D785"}, {"yealink", "T46S"}};
    prov_profile *profile = profile_of(JSON);
    prov_model *model;
    prov_full_job job;
    prov_rendered *rendered;
    size_t phone, one, other;
    unsigned seen = 0;
    for (phone = 0; phone < 2; phone++) {
        unsigned here = 0;
        model = model_of(PHONES[phone][0], PHONES[phone][1]);
        job = job_of(profile, model);
        rendered = rendered_of(&job);
        for (one = 0; one < MARK_COUNT; one++) here |= holds(rendered, MARKS[one].mark) ? 1u << one : 0;
        seen |= here;
        prov_rendered_free(rendered);
        for (one = 0; one < MARK_COUNT; one++) {
            job = job_of(profile, model);
            job.secrets = MARKS[one].secret;
            memset(job.sip, 0, sizeof job.sip);
            if (MARKS[one].slot) job.sip[0] = UINT64_C(1) << MARKS[one].slot;
            rendered = rendered_of(&job);
            for (other = 0; other < MARK_COUNT; other++)
                CHECK(holds(rendered, MARKS[other].mark) == (one == other && here >> one & 1));
            prov_rendered_free(rendered);
        }
        prov_model_free(model);
    }
    /* No phone has all of them: one has no phonebook login, the other no password of its menu. */
    CHECK(seen == (1u << MARK_COUNT) - 1);
    model = model_of("snom", "D785");
    /* A URL with the credential in it. */
    job = job_of(profile, model);
    SET(job.url, "https://prov.example.net/c/EXAMPLE-URL/");
    job.url_kind = PROV_URL_CREDENTIAL;
    rendered = rendered_of(&job);
    CHECK(holds(rendered, "EXAMPLE-URL"));
    prov_rendered_free(rendered);
    job.secrets &= (uint16_t)~PROV_SECRET_CREDENTIAL;
    rendered = rendered_of(&job);
    CHECK(!holds(rendered, "EXAMPLE-URL") && !holds(rendered, "EXAMPLE-CREDENTIAL"));
    prov_rendered_free(rendered);
    prov_profile_free(profile);
    prov_model_free(model);
}

/* Numbers of the engine's answer, as they are: what it lets out goes out. */
static void answers(void) {
    world w = new_world();
    prov_model *model = model_of("yealink", "T46S");
    prov_profile *profile = profile_of(ACCOUNT("},{\"user\":\"2\",\"password\":\"MARK-2\",\"server\":{\"host\":\"a\"}}]}"));
    prov_full_job job = job_of(profile, model);
    prov_restricted_job restricted = waiting(model);
    prov_rendered *rendered;
    prov_answer answer;
    char user[80], password[80], token[80], url[128];
    OK(prov_decision_answer(w.full, &answer, sizeof answer));
    CHECK(answer.kind == PROV_ANSWER_FULL);
    job.secrets = answer.secrets;
    memcpy(job.sip, answer.sip, sizeof job.sip);
    rendered = rendered_of(&job);
    /* The device was created with one account. */
    CHECK(holds(rendered, "account.1.password = s3cret\n") && !holds(rendered, "MARK-2"));
    prov_rendered_free(rendered);
    OK(prov_decision_sip_user(w.restricted, 0, user, sizeof user, NULL));
    OK(prov_decision_sip_password(w.restricted, password, sizeof password, NULL));
    OK(prov_decision_token(w.restricted, token, sizeof token, NULL));
    sprintf(url, "https://prov.example.net/%s/", token);
    SET(restricted.sip_user, user);
    SET(restricted.sip_password, password);
    SET(restricted.url, url);
    OK(prov_render_restricted(&restricted, &rendered, NULL));
    CHECK(holds(rendered, user) && holds(rendered, password) && holds(rendered, url));
    prov_rendered_free(rendered);
    prov_profile_free(profile);
    prov_model_free(model);
    end_world(&w);
}

static void bits(void) {
    prov_model *model = model_of("gigaset", "N720 DM PRO");
    prov_full_job job;
    prov_profile *profile = profile_of(
        "{\"accounts\":[{\"slot\":63,\"user\":\"63\",\"password\":\"MARK-63\",\"server\":{\"host\":\"a\"}},"
        "{\"slot\":64,\"user\":\"64\",\"password\":\"MARK-64\",\"server\":{\"host\":\"a\"}},"
        "{\"slot\":65,\"user\":\"65\",\"password\":\"MARK-65\",\"server\":{\"host\":\"a\"}}]}");
    prov_rendered *rendered;
    job = job_of(profile, model);
    memset(job.sip, 0, sizeof job.sip);
    job.sip[1] = 1;
    rendered = rendered_of(&job);
    CHECK(!holds(rendered, "MARK-63") && holds(rendered, "MARK-64") && !holds(rendered, "MARK-65"));
    prov_rendered_free(rendered);
    job.sip[0] = UINT64_C(1) << 63;
    job.sip[1] = 2;
    rendered = rendered_of(&job);
    CHECK(holds(rendered, "MARK-63") && !holds(rendered, "MARK-64") && holds(rendered, "MARK-65"));
    prov_rendered_free(rendered);
    prov_profile_free(profile);
    prov_model_free(model);
}

static void back(void) {
    static const char OLD[] = "#!version:1.0.0.1\nlang.gui = German\naccount.1.label = s3cret\n";
    static const char LATER[] = "#!version:1.0.0.1\naccount.1.label = s3cret2\nlang.wui = German\n";
    static const uint8_t NOT[] = "#!version:1.0.0.1\ns3cret\n";
    prov_model *model = model_of("yealink", "T46S");
    prov_settings *settings;
    prov_setting setting;
    prov_diff *diff;
    prov_difference difference;
    prov_error *error;
    size_t count;
    OK(prov_settings_read(model, (const uint8_t *)OLD, sizeof OLD - 1, &settings, NULL));
    OK(prov_settings_count(settings, &count));
    CHECK(count == 2);
    OK(prov_settings_at(settings, 1, &setting, sizeof setting));
    CHECK(strcmp(setting.name, "account.1.label") == 0 && setting.name_len == 15);
    CHECK(strcmp(setting.value, "s3cret") == 0 && setting.value_len == 6 && setting.line == 3 && setting.reserved == 0);
    STATUS(PROV_E_ARGUMENT, prov_settings_at(settings, 2, &setting, sizeof setting));
    STATUS(PROV_E_VERSION, prov_settings_at(settings, 0, &setting, 4));
    prov_settings_free(settings);
    STATUS(PROV_E_READ_SYNTAX, prov_settings_read(model, NOT, sizeof NOT - 1, &settings, &error));
    said(error, PROV_E_READ_SYNTAX, "line 2", "");

    OK(prov_diff_files(model, (const uint8_t *)OLD, sizeof OLD - 1, (const uint8_t *)LATER, sizeof LATER - 1, &diff, NULL));
    OK(prov_diff_count(diff, &count));
    CHECK(count == 3);
    OK(prov_diff_at(diff, 0, &difference, sizeof difference));
    CHECK(strcmp(difference.name, "account.1.label") == 0 && difference.name_len == 15);
    CHECK(difference.change == PROV_CHANGE_CHANGED);
    OK(prov_diff_at(diff, 1, &difference, sizeof difference));
    CHECK(strcmp(difference.name, "lang.gui") == 0 && difference.change == PROV_CHANGE_REMOVED);
    OK(prov_diff_at(diff, 2, &difference, sizeof difference));
    CHECK(strcmp(difference.name, "lang.wui") == 0 && difference.change == PROV_CHANGE_ADDED);
    STATUS(PROV_E_ARGUMENT, prov_diff_at(diff, 3, &difference, sizeof difference));
    STATUS(PROV_E_VERSION, prov_diff_at(diff, 0, &difference, 4));
    prov_diff_free(diff);
    STATUS(PROV_E_READ_SYNTAX,
           prov_diff_files(model, (const uint8_t *)OLD, sizeof OLD - 1, NOT, sizeof NOT - 1, &diff, &error));
    said(error, PROV_E_READ_SYNTAX, "line 2", "");
    prov_model_free(model);
}

/* What is rendered reads back, for one model of each vendor: values as the profile has them, and a diff of one value. */
static void around(void) {
    static const struct {
        const char *vendor, *model, *user;
    } PHONES[] = {
        {"yealink", "T46S", "account.1.user_name"},
        {"snom", "D785", "user_name.1"},
        {"gigaset", "N510 IP PRO", "BS_IP_Data1.aucS_SIP_USER_ID"},
        {"patton", "SN4112", NULL},
    };
    size_t at, one, count;
    for (at = 0; at < sizeof PHONES / sizeof *PHONES; at++) {
        prov_model *model = model_of(PHONES[at].vendor, PHONES[at].model);
        prov_profile *first = profile_of(ACCOUNT("}]}")), *second;
        prov_rendered *old_file, *new_file;
        prov_settings *settings;
        prov_setting setting;
        prov_diff *diff;
        prov_full_job job = job_of(first, model);
        const uint8_t *data, *other;
        size_t len, other_len;
        int found = PHONES[at].user == NULL;
        if (strcmp(PHONES[at].vendor, "patton") == 0) job.login_user_len = job.login_password_len = 0;
        old_file = rendered_of(&job);
        second = profile_of("{\"accounts\":[{\"user\":\"202\",\"password\":\"s3cret\",\"server\":{\"host\":\"sip.example.net\"}}]}");
        job.profile = second;
        new_file = rendered_of(&job);
        OK(prov_rendered_file(old_file, &data, &len));
        OK(prov_rendered_file(new_file, &other, &other_len));
        OK(prov_settings_read(model, data, len, &settings, NULL));
        OK(prov_settings_count(settings, &count));
        CHECK(count > 10);
        for (one = 0; one < count; one++) {
            OK(prov_settings_at(settings, one, &setting, sizeof setting));
            if (PHONES[at].user && strncmp(setting.name, PHONES[at].user, strlen(PHONES[at].user)) == 0 &&
                strcmp(setting.value, "201") == 0)
                found = 1;
        }
        CHECK(found);
        prov_settings_free(settings);
        OK(prov_diff_files(model, data, len, data, len, &diff, NULL));
        OK(prov_diff_count(diff, &count));
        CHECK(count == 0);
        prov_diff_free(diff);
        OK(prov_diff_files(model, data, len, other, other_len, &diff, NULL));
        OK(prov_diff_count(diff, &count));
        CHECK(count > 0);
        prov_diff_free(diff);
        prov_rendered_free(old_file);
        prov_rendered_free(new_file);
        prov_profile_free(first);
        prov_profile_free(second);
        prov_model_free(model);
    }
}

int main(void) {
    models();
    profiles();
    layers();
    goldens();
    hostile();
    full_jobs();
    restricted_jobs();
    warnings();
    withheld();
    answers();
    bits();
    back();
    around();
    return 0;
}
