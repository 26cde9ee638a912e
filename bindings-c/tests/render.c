/* Rendering: the files of every dialect byte for byte, each way in which a job is refused, and files read back. */
#include "rendering.h"

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
    SET(job.firmware, "53.81.0.1");
    rendered = rendered_of(&job);
    CHECK(holds(rendered, "https://prov.example.net/f"));
    prov_rendered_free(rendered);
    SET(job.firmware, "66.81.0.1");
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
    prov_error *error;
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

    /* Slots count from 1: bit 0 is a mistake by one, unless all bits are set. */
    job.sip[0] |= 1;
    STATUS(PROV_E_ARGUMENT, prov_render_full(&job, &rendered, &error));
    said(error, PROV_E_ARGUMENT, "job.sip has bit 0 and not all bits", "");
    memset(job.sip, 0xff, sizeof job.sip);
    job.sip[3] &= ~(UINT64_C(1) << 63);
    STATUS(PROV_E_ARGUMENT, prov_render_full(&job, &rendered, &error));
    said(error, PROV_E_ARGUMENT, "job.sip has bit 0 and not all bits", "");
    job.sip[0] &= ~UINT64_C(1);
    rendered = rendered_of(&job);
    CHECK(holds(rendered, "MARK-63") && holds(rendered, "MARK-64") && holds(rendered, "MARK-65"));
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
