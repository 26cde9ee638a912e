/* The vendor table, profiles, and layers with the one to blame. */
#include "rendering.h"

/* A NULL that the compiler does not see, for it would warn. */
static void *volatile nothing = NULL;
#define NIL nothing

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
    static const size_t COUNTS[] = {4097, SIZE_MAX / 1048576, SIZE_MAX / 2 / sizeof(prov_layer), SIZE_MAX};
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
    prov_layer *many;
    uint8_t blamed;
    size_t at, count;

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

    /* A count that no memory holds is an error, like any above the limit; the limit itself is fine. */
    for (at = 0; at < sizeof COUNTS / sizeof *COUNTS; at++) {
        STATUS(PROV_E_ARGUMENT, prov_profile_from_layers(all, COUNTS[at], sizeof *all, &profile, &error));
        said(error, PROV_E_ARGUMENT, "count is more than 4096", "");
    }
    CHECK((many = malloc(4096 * sizeof *many)) != NULL);
    for (at = 0; at < 4096; at++) many[at] = layer_of(PROV_LAYER_TENANT, "{}");
    OK(prov_profile_from_layers(many, 4096, sizeof *many, &profile, NULL));
    prov_profile_free(profile);
    free(many);

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

int main(void) {
    models();
    profiles();
    layers();
    return 0;
}
