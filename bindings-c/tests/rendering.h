/* What the tests of profiles and of rendering share: models, profiles, jobs as the golden files were made, and what errors say. */
#ifndef RENDERING_H
#define RENDERING_H

#include "check.h"

/* No UTF-8. */
static const char BAD[] = {'1', (char)0xff, '\0'};

/* The text of a field of a struct, and its length. */
#define SET(field, value) (field = (value), field##_len = strlen(value))

static inline prov_model *model_of(const char *vendor, const char *name) {
    prov_model *model;
    OK(prov_model_find(vendor, strlen(vendor), name, strlen(name), &model, NULL));
    return model;
}

static inline prov_profile *profile_of(const char *json) {
    prov_profile *profile;
    OK(prov_profile_from_json(json, strlen(json), &profile, NULL));
    return profile;
}

/* What an error says: its status, a part of its text, the whole field; and no password. */
static inline void said(prov_error *error, prov_status expected, const char *part, const char *field) {
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
static inline prov_full_job job_of(const prov_profile *profile, const prov_model *model) {
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

static inline prov_restricted_job waiting(const prov_model *model) {
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

static inline prov_rendered *rendered_of(const prov_full_job *job) {
    prov_rendered *rendered;
    OK(prov_render_full(job, &rendered, NULL));
    return rendered;
}

static inline const char *text_of(const prov_rendered *rendered, size_t *len) {
    const uint8_t *data;
    size_t length;
    OK(prov_rendered_file(rendered, &data, &length));
    CHECK(data[length] == 0);
    if (len) *len = length;
    return (const char *)data;
}

/* Whether a text stands in a file. */
static inline int holds(const prov_rendered *rendered, const char *part) {
    return strstr(text_of(rendered, NULL), part) != NULL;
}

#endif
