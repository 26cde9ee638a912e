/* Renders one profile for the telephones of four vendors: merged from layers, with what each cannot carry as warnings. */
#include <prov.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(prov_status status) {
    if (status != PROV_OK) fprintf(stderr, "%s\n", prov_status_text(status)), exit(1);
}

static void explain(prov_error *error) {
    const char *text;
    must(prov_error_text(error, &text, NULL));
    printf("refused: %s\n", text);
    prov_error_free(error);
}

/* The full configuration of one telephone. The answer of prov_decide says which secrets may be in it. */
static prov_rendered *configuration(const prov_model *model, const prov_profile *profile, const prov_answer *answer) {
    prov_full_job job;
    prov_rendered *rendered;
    prov_error *error;
    must(prov_full_job_init(&job, sizeof job));
    must(prov_mac_parse(PROV_TEXT("80:5e:c0:01:02:03"), job.mac, NULL));
    job.model = model, job.profile = profile;
    job.secrets = answer->secrets;
    memcpy(job.sip, answer->sip, sizeof job.sip);
    job.url = "https://prov.example.net/", job.url_len = 25, job.url_kind = PROV_URL_OPEN; /* where it asks from now on */
    job.emergency = "112 110", job.emergency_len = 7;
    if (prov_render_full(&job, &rendered, &error) == PROV_OK) return rendered;
    explain(error); /* such as: accounts[1].label holds U+000A, which the file cannot carry */
    return NULL;
}

/* What a web server sends; here only its name, its type and its length. */
static void show(const prov_rendered *rendered) {
    const char *name, *type;
    const uint8_t *file;
    prov_warning warning;
    size_t at, count, len;
    must(prov_rendered_name(rendered, &name, NULL));
    must(prov_rendered_content_type(rendered, &type, NULL));
    must(prov_rendered_file(rendered, &file, &len));
    must(prov_rendered_warning_count(rendered, &count));
    printf("%s (%s), %lu bytes\n", name, type, (unsigned long)len);
    for (at = 0; at < count; at++) {
        must(prov_rendered_warning(rendered, at, &warning, sizeof warning));
        printf("  %s\n", warning.text);
    }
}

int main(void) {
    static const char *const PHONES[][2] = {
        {"gigaset", "N510 IP PRO"}, {"patton", "SN4112"}, {"snom", "D785"}, {"yealink", "T46U"}};
    static const char tenant[] = "{\"tones\": \"de\", \"language\": \"de\", \"time\": {\"zone\": \"Europe/Berlin\"},"
                                 " \"accounts\": [{\"server\": {\"host\": \"sip.example.net\"}}]}";
    static const char device[] = "{\"accounts\": [{\"user\": \"201\", \"password\": \"s3cret\", \"label\": \"Reception\"}]}";
    const prov_layer layers[] = {{tenant, sizeof tenant - 1, PROV_LAYER_TENANT, {0}},
                                 {device, sizeof device - 1, PROV_LAYER_DEVICE, {0}}};
    prov_answer answer = {0};
    prov_profile *profile;
    prov_model *model;
    prov_rendered *rendered;
    size_t at;
    answer.sip[0] = 1u << 1; /* as prov_decide would answer: the password of account 1 */
    must(prov_profile_from_layers(layers, 2, sizeof *layers, &profile, NULL));
    for (at = 0; at < sizeof PHONES / sizeof *PHONES; at++) {
        must(prov_model_find(PHONES[at][0], strlen(PHONES[at][0]), PHONES[at][1], strlen(PHONES[at][1]), &model, NULL));
        rendered = configuration(model, profile, &answer);
        if (!rendered) return 1;
        show(rendered);
        prov_rendered_free(rendered), prov_model_free(model);
    }
    prov_profile_free(profile);
}
