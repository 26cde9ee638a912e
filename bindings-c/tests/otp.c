/* One-time passwords: secrets, codes, judging, otpauth URIs, exports, QR codes. */
#include "check.h"

/* A NULL that the compiler does not see, for it would warn. */
static void *volatile nothing = NULL;
#define NIL nothing

static const char SEED[] = "12345678901234567890";
static const char BAD[] = {'1', (char)0xff, '\0'};
static const char URI[] =
    "otpauth://totp/Example%20%26%20Co:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20%26%20Co";

/* The size is told, one byte less is refused and leaves the buffer alone, the size itself is enough. */
#define SHORT(expected, call)                                        \
    do {                                                             \
        char whole[1024], *buf = NULL;                               \
        size_t cap = 0, needed = 0, wanted = strlen(expected) + 1;   \
        OK(call);                                                    \
        CHECK(needed == wanted);                                     \
        memset(whole, '#', sizeof whole);                            \
        buf = whole, cap = wanted - 1, needed = 0;                   \
        STATUS(PROV_E_BUFFER, call);                                 \
        CHECK(needed == wanted && whole[0] == '#');                  \
        cap = wanted;                                                \
        OK(call);                                                    \
        CHECK(strcmp(whole, expected) == 0 && whole[wanted] == '#'); \
    } while (0)

static prov_totp plain(void) {
    prov_totp totp;
    OK(prov_totp_init(&totp, sizeof totp));
    return totp;
}

static prov_otp_secret *seed(void) {
    prov_otp_secret *secret;
    OK(prov_otp_secret_from_bytes((const uint8_t *)SEED, 20, 0, &secret, NULL));
    return secret;
}

static prov_totp_key *key_of(uint8_t algorithm, uint32_t digits, uint32_t bytes) {
    static const char LONG[] = "1234567890123456789012345678901234567890123456789012345678901234";
    prov_totp totp = plain();
    prov_otp_secret *secret;
    prov_totp_key *key;
    totp.algorithm = algorithm;
    totp.digits = digits;
    OK(prov_otp_secret_from_bytes((const uint8_t *)LONG, bytes, 0, &secret, NULL));
    OK(prov_totp_key_new(secret, &totp, &key, NULL));
    prov_otp_secret_free(secret);
    return key;
}

/* The call fails, and its error names the part. The call puts it into `error`. */
#define NAMES(expected, part, call)                  \
    do {                                             \
        prov_error *error = NULL;                    \
        const char *text;                            \
        STATUS(expected, call);                      \
        OK(prov_error_text(error, &text, NULL));     \
        CHECK(strstr(text, part));                   \
        prov_error_free(error);                      \
    } while (0)

static void published(void) {
    /* RFC 4226 appendix D and RFC 6238 appendix B. */
    static const char *const hotp[] = {"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};
    static const struct {
        uint64_t time;
        uint8_t algorithm;
        uint32_t bytes;
        const char *code;
    } totp[] = {
        {59, PROV_ALGORITHM_SHA1, 20, "94287082"},           {59, PROV_ALGORITHM_SHA256, 32, "46119246"},
        {59, PROV_ALGORITHM_SHA512, 64, "90693936"},         {1111111109, PROV_ALGORITHM_SHA1, 20, "07081804"},
        {1111111111, PROV_ALGORITHM_SHA512, 64, "99943326"}, {20000000000, PROV_ALGORITHM_SHA256, 32, "77737706"},
    };
    prov_otp_secret *secret = seed();
    prov_totp settings = plain();
    for (uint64_t at = 0; at < 10; at++) {
        SHORT(hotp[at], prov_hotp_code(secret, PROV_ALGORITHM_SHA1, 6, at, buf, cap, &needed, NULL));
    }
    for (size_t at = 0; at < sizeof totp / sizeof *totp; at++) {
        prov_totp_key *key = key_of(totp[at].algorithm, 8, totp[at].bytes);
        prov_otp_outcome outcome;
        uint64_t step;
        OK(prov_totp_step(&settings, totp[at].time, &step, NULL));
        CHECK(step == totp[at].time / 30);
        SHORT(totp[at].code, prov_totp_code(key, step, buf, cap, &needed));
        OK(prov_totp_verify_at(key, totp[at].code, 8, step, NULL, 1, &outcome, sizeof outcome, NULL));
        CHECK(outcome.kind == PROV_OTP_ACCEPTED && outcome.step == step && outcome.drift == 0);
        prov_totp_key_free(key);
    }
    prov_otp_secret_free(secret);
}

static void judged(void) {
    prov_totp_key *key = key_of(PROV_ALGORITHM_SHA1, 6, 20);
    prov_otp_outcome outcome;
    const uint64_t step = NOW / 30000;
    uint64_t last = step;
    char code[9], next[9];
    OK(prov_totp_code(key, step, code, sizeof code, NULL));
    OK(prov_totp_verify(key, code, 6, NOW, NULL, 1, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_ACCEPTED && outcome.step == step && outcome.drift == 0 && outcome.behind == 0);
    OK(prov_totp_verify(key, code, 6, NOW + 30000, NULL, 1, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_ACCEPTED && outcome.drift == -1);
    OK(prov_totp_verify(key, code, 6, NOW, &last, 1, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_REPLAYED && outcome.step == step && outcome.drift == 0);
    OK(prov_totp_verify(key, code, 6, NOW + 60000, NULL, 1, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_WRONG && outcome.step == 0);
    OK(prov_totp_verify(key, code, 6, NOW + 60000, NULL, 2, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_ACCEPTED && outcome.drift == -2);
    OK(prov_totp_verify(key, PROV_TEXT("12345a"), NOW, NULL, 1, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_MALFORMED);
    OK(prov_totp_verify(key, NULL, 0, NOW, NULL, 1, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_MALFORMED);
    last = step + 2;
    OK(prov_totp_verify(key, code, 6, NOW, &last, 1, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_CLOCK_ERROR && outcome.behind == 2);

    OK(prov_totp_code(key, step + 40, code, sizeof code, NULL));
    OK(prov_totp_code(key, step + 41, next, sizeof next, NULL));
    OK(prov_totp_resynchronise(key, code, 6, next, 6, NOW, NULL, 100, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_ACCEPTED && outcome.step == step + 41 && outcome.drift == 41);
    OK(prov_totp_resynchronise(key, next, 6, code, 6, NOW, NULL, 100, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_WRONG);
    last = step + 41;
    OK(prov_totp_resynchronise(key, code, 6, next, 6, NOW, &last, 100, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_REPLAYED);
    prov_totp_key_free(key);

    /* Two steps of one window have the same code: the higher one is burned. */
    key = key_of(PROV_ALGORITHM_SHA1, 6, 20);
    OK(prov_totp_verify_at(key, PROV_TEXT("911617"), 910737, NULL, 1, &outcome, sizeof outcome, NULL));
    CHECK(outcome.kind == PROV_OTP_ACCEPTED && outcome.step == 910738);
    prov_totp_key_free(key);
}

static void secrets(void) {
    prov_otp_secret *secret, *read;
    prov_bytes *bytes;
    const uint8_t *data;
    size_t len;
    uint8_t weak;
    secret = seed();
    SHORT("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", prov_otp_secret_base32(secret, 0, buf, cap, &needed));
    SHORT("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", prov_otp_secret_base32(secret, 1, buf, cap, &needed));
    OK(prov_otp_secret_bytes(secret, &bytes));
    OK(prov_bytes_view(bytes, &data, &len));
    CHECK(len == 20 && memcmp(data, SEED, 20) == 0);
    prov_bytes_free(bytes);
    prov_otp_secret_free(secret);

    OK(prov_otp_secret_parse(PROV_TEXT("gezd-gnbv gy3tqojq===="), &read, NULL));
    OK(prov_otp_secret_is_weak(read, &weak));
    CHECK(weak == 1);
    prov_otp_secret_free(read);
    OK(prov_otp_secret_generate(20, ENTROPY, &secret, NULL));
    OK(prov_otp_secret_is_weak(secret, &weak));
    CHECK(weak == 0);
    OK(prov_otp_secret_bytes(secret, &bytes));
    OK(prov_bytes_view(bytes, &data, &len));
    CHECK(len == 20);
    prov_bytes_free(bytes);
    prov_otp_secret_free(secret);

    /* Weak ones are taken on import only. */
    STATUS(PROV_E_OTP_SECRET_LENGTH, prov_otp_secret_generate(15, ENTROPY, &secret, NULL));
    STATUS(PROV_E_OTP_SECRET_LENGTH, prov_otp_secret_generate(65, ENTROPY, &secret, NULL));
    STATUS(PROV_E_OTP_SECRET_LENGTH, prov_otp_secret_from_bytes((const uint8_t *)SEED, 15, 0, &secret, NULL));
    OK(prov_otp_secret_from_bytes((const uint8_t *)SEED, 15, 1, &secret, NULL));
    prov_otp_secret_free(secret);
    STATUS(PROV_E_OTP_SECRET_LENGTH, prov_otp_secret_from_bytes(NULL, 0, 1, &secret, NULL));
    STATUS(PROV_E_ARGUMENT, prov_otp_secret_from_bytes((const uint8_t *)SEED, 20, 2, &secret, NULL));
    STATUS(PROV_E_OTP_BASE32, prov_otp_secret_parse(PROV_TEXT("MZXW0"), &secret, NULL));
    STATUS(PROV_E_OTP_BASE32_CUT, prov_otp_secret_parse(PROV_TEXT("MZX"), &secret, NULL));
    STATUS(PROV_E_UTF8, prov_otp_secret_parse(BAD, 2, &secret, NULL));
    STATUS(PROV_E_NULL, prov_otp_secret_parse(NIL, 2, &secret, NULL));
    STATUS(PROV_E_NULL, prov_otp_secret_parse(PROV_TEXT("MZXW"), NIL, NULL));
    STATUS(PROV_E_NULL, prov_otp_secret_generate(20, NIL, &secret, NULL));
    STATUS(PROV_E_NULL, prov_otp_secret_generate(20, ENTROPY, NIL, NULL));
    STATUS(PROV_E_ENTROPY_UNSET, prov_otp_secret_generate(20, (const uint8_t[32]){0}, &secret, NULL));
    STATUS(PROV_E_NULL, prov_otp_secret_from_bytes((const uint8_t *)SEED, 20, 0, NIL, NULL));
    STATUS(PROV_E_NULL, prov_otp_secret_is_weak(NIL, &weak));
    STATUS(PROV_E_NULL, prov_otp_secret_bytes(NIL, &bytes));
    STATUS(PROV_E_NULL, prov_otp_secret_base32(NIL, 0, NULL, 0, NULL));
    secret = seed();
    STATUS(PROV_E_NULL, prov_otp_secret_is_weak(secret, NIL));
    STATUS(PROV_E_NULL, prov_otp_secret_bytes(secret, NIL));
    STATUS(PROV_E_ARGUMENT, prov_otp_secret_base32(secret, 2, NULL, 0, NULL));
    prov_otp_secret_free(secret);
    prov_otp_secret_free(NIL);
}

static void settings(void) {
    prov_totp totp = plain();
    prov_otp_secret *secret = seed();
    prov_totp_key *key;
    uint32_t bits;
    uint64_t step;
    uint8_t algorithm;
    CHECK(totp.algorithm == PROV_ALGORITHM_SHA1 && totp.digits == 6 && totp.period_s == 30 && totp.t0_s == 0);
    OK(prov_totp_compat(&totp, &bits, NULL));
    CHECK(bits == 0);
    totp.algorithm = PROV_ALGORITHM_SHA512;
    totp.digits = 7;
    totp.period_s = 60;
    totp.t0_s = 30;
    OK(prov_totp_compat(&totp, &bits, NULL));
    CHECK(bits == (PROV_COMPAT_ALGORITHM | PROV_COMPAT_DIGITS | PROV_COMPAT_SEVEN | PROV_COMPAT_PERIOD | PROV_COMPAT_START));
    OK(prov_totp_step(&totp, 150, &step, NULL));
    CHECK(step == 2);
    OK(prov_totp_step(&totp, 5, &step, NULL));
    CHECK(step == 0);
    totp.short_codes = 1;
    totp.digits = 4;
    OK(prov_totp_compat(&totp, &bits, NULL));
    CHECK(bits & PROV_COMPAT_SHORT);
    for (uint32_t bit = 1; bit <= 32; bit <<= 1) CHECK(prov_compat_text(bit));
    CHECK(!prov_compat_text(0) && !prov_compat_text(3) && !prov_compat_text(64));

    for (uint32_t digits = 0; digits < 1000; digits++) {
        totp = plain();
        totp.digits = digits;
        if (digits >= 6 && digits <= 8) continue;
        STATUS(digits == 4 || digits == 5 ? PROV_E_OTP_SHORT_CODES : PROV_E_OTP_RANGE, prov_totp_key_new(secret, &totp, &key, NULL));
    }
    totp = plain();
    totp.period_s = 0;
    NAMES(PROV_E_OTP_RANGE, "period_s", prov_totp_key_new(secret, &totp, &key, &error));
    totp = plain();
    totp.t0_s = UINT64_MAX;
    NAMES(PROV_E_OTP_RANGE, "t0_s", prov_totp_key_new(secret, &totp, &key, &error));
    totp = plain();
    totp.algorithm = 4;
    STATUS(PROV_E_ARGUMENT, prov_totp_key_new(secret, &totp, &key, NULL));
    totp = plain();
    totp.short_codes = 2;
    STATUS(PROV_E_ARGUMENT, prov_totp_key_new(secret, &totp, &key, NULL));
    totp = plain();
    totp.reserved[1] = 1;
    STATUS(PROV_E_VERSION, prov_totp_key_new(secret, &totp, &key, NULL));
    memset(&totp, 0, sizeof totp);
    STATUS(PROV_E_VERSION, prov_totp_key_new(secret, &totp, &key, NULL));
    STATUS(PROV_E_VERSION, prov_totp_init(&totp, 8));
    STATUS(PROV_E_NULL, prov_totp_init(NIL, sizeof totp));
    totp = plain();
    STATUS(PROV_E_NULL, prov_totp_key_new(NIL, &totp, &key, NULL));
    STATUS(PROV_E_NULL, prov_totp_key_new(secret, NIL, &key, NULL));
    STATUS(PROV_E_NULL, prov_totp_key_new(secret, &totp, NIL, NULL));
    STATUS(PROV_E_NULL, prov_totp_step(NIL, 1, &step, NULL));
    STATUS(PROV_E_NULL, prov_totp_step(&totp, 1, NIL, NULL));
    STATUS(PROV_E_NULL, prov_totp_compat(NIL, &bits, NULL));
    STATUS(PROV_E_NULL, prov_totp_compat(&totp, NIL, NULL));
    OK(prov_algorithm(PROV_TEXT("Hmac-SHA-256"), &algorithm));
    CHECK(algorithm == PROV_ALGORITHM_SHA256);
    STATUS(PROV_E_ARGUMENT, prov_algorithm(PROV_TEXT("MD5"), &algorithm));
    STATUS(PROV_E_NULL, prov_algorithm(PROV_TEXT("SHA1"), NIL));
    STATUS(PROV_E_UTF8, prov_algorithm(BAD, 2, &algorithm));
    STATUS(PROV_E_OTP_RANGE, prov_hotp_code(secret, PROV_ALGORITHM_SHA1, 9, 0, NULL, 0, NULL, NULL));
    STATUS(PROV_E_ARGUMENT, prov_hotp_code(secret, 0, 6, 0, NULL, 0, NULL, NULL));
    STATUS(PROV_E_NULL, prov_hotp_code(NIL, PROV_ALGORITHM_SHA1, 6, 0, NULL, 0, NULL, NULL));
    prov_otp_secret_free(secret);
}

static void misuse(void) {
    prov_totp_key *key = key_of(PROV_ALGORITHM_SHA1, 6, 20);
    prov_otp_outcome outcome;
    union {
        prov_otp_outcome outcome;
        uint8_t bytes[sizeof(prov_otp_outcome) + 8];
    } later;
    char buf[9];
    STATUS(PROV_E_NULL, prov_totp_verify(NIL, PROV_TEXT("123456"), NOW, NULL, 1, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_NULL, prov_totp_verify(key, NIL, 6, NOW, NULL, 1, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_NULL, prov_totp_verify(key, PROV_TEXT("123456"), NOW, NULL, 1, NIL, sizeof outcome, NULL));
    STATUS(PROV_E_VERSION, prov_totp_verify(key, PROV_TEXT("123456"), NOW, NULL, 1, &outcome, 8, NULL));
    STATUS(PROV_E_UTF8, prov_totp_verify(key, BAD, 2, NOW, NULL, 1, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_TIME_OUT_OF_RANGE, prov_totp_verify(key, PROV_TEXT("123456"), NOW / 1000, NULL, 1, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_OTP_RANGE, prov_totp_verify(key, PROV_TEXT("123456"), NOW, NULL, 11, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_OTP_RANGE, prov_totp_verify_at(key, PROV_TEXT("123456"), 1, NULL, 11, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_NULL, prov_totp_verify_at(NIL, PROV_TEXT("123456"), 1, NULL, 1, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_NULL, prov_totp_verify_at(key, PROV_TEXT("123456"), 1, NULL, 1, NIL, sizeof outcome, NULL));
    STATUS(PROV_E_OTP_RANGE,
           prov_totp_resynchronise(key, PROV_TEXT("123456"), PROV_TEXT("123456"), NOW, NULL, 0, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_OTP_RANGE,
           prov_totp_resynchronise(key, PROV_TEXT("123456"), PROV_TEXT("123456"), NOW, NULL, 1001, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_NULL, prov_totp_resynchronise(NIL, PROV_TEXT("1"), PROV_TEXT("1"), NOW, NULL, 1, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_NULL, prov_totp_resynchronise(key, PROV_TEXT("1"), NIL, 1, NOW, NULL, 1, &outcome, sizeof outcome, NULL));
    STATUS(PROV_E_NULL, prov_totp_resynchronise(key, PROV_TEXT("1"), PROV_TEXT("1"), NOW, NULL, 1, NIL, sizeof outcome, NULL));
    STATUS(PROV_E_NULL, prov_totp_code(NIL, 1, buf, sizeof buf, NULL));
    STATUS(PROV_E_NULL, prov_totp_code(key, 1, NIL, sizeof buf, NULL));
    /* A newer header's larger struct is filled up with zeros. */
    memset(&later, '#', sizeof later);
    OK(prov_totp_verify(key, PROV_TEXT("x"), NOW, NULL, 1, &later.outcome, sizeof later, NULL));
    CHECK(later.outcome.kind == PROV_OTP_MALFORMED && later.bytes[sizeof later - 1] == 0);
    prov_totp_key_free(key);
    prov_totp_key_free(NIL);
}

static void uris(void) {
    prov_otp_secret *secret = seed(), *again;
    prov_totp totp = plain(), read;
    prov_key_uri *uri, *parsed;
    prov_otp_kind kind;
    uint8_t weak;
    static const struct {
        const char *uri, *part;
        prov_status status;
    } refused[] = {
        {"otpauth://totp/a?secret=MZXW6YTB&secret=MZXW6YTB", "secret", PROV_E_OTP_URI_DUPLICATE},
        {"otpauth://totp/a:b:c?secret=MZXW6YTB", "label", PROV_E_OTP_TEXT},
        {"otpauth://totp/a?secret=MZXW6YTB&issuer=a:b", "issuer", PROV_E_OTP_TEXT},
        {"otpauth://totp/a%zz?secret=MZXW6YTB", "label", PROV_E_OTP_URI_ESCAPE},
        {"otpauth://totp/a?secret=MZXW6YTB&algorithm=MD5", "algorithm", PROV_E_OTP_URI_VALUE},
        {"otpauth://totp/a?secret=MZXW6YTB&digits=9", "digits", PROV_E_OTP_URI_VALUE},
        {"otpauth://totp/a?secret=MZXW6YTB&period=0", "period", PROV_E_OTP_URI_VALUE},
        {"otpauth://totp/a", "secret", PROV_E_OTP_URI_MISSING},
        {"https://example.com", "otpauth://", PROV_E_OTP_URI_SCHEME},
    };
    OK(prov_key_uri_new(PROV_TEXT("Example & Co"), PROV_TEXT("alice@example.com"), secret, &totp, &uri, NULL));
    SHORT(URI, prov_key_uri_text(uri, buf, cap, &needed));
    SHORT("Example & Co", prov_key_uri_issuer(uri, buf, cap, &needed));
    SHORT("alice@example.com", prov_key_uri_account(uri, buf, cap, &needed));
    SHORT("", prov_key_uri_label_issuer(uri, buf, cap, &needed));
    prov_key_uri_free(uri);

    OK(prov_key_uri_parse(PROV_TEXT("otpauth://totp/Contoso:al?secret=GEZDGNBV&issuer=Microsoft&digits=8&algorithm=SHA256&period=60"),
                          &parsed, NULL));
    SHORT("Microsoft", prov_key_uri_issuer(parsed, buf, cap, &needed));
    SHORT("Contoso", prov_key_uri_label_issuer(parsed, buf, cap, &needed));
    OK(prov_key_uri_kind(parsed, &kind, sizeof kind));
    CHECK(kind.kind == PROV_OTPKIND_TOTP && kind.algorithm == PROV_ALGORITHM_SHA256 && kind.digits == 8 && kind.period_s == 60);
    OK(prov_key_uri_totp(parsed, &read, sizeof read));
    CHECK(read.struct_size == sizeof read && read.digits == 8 && read.period_s == 60 && read.short_codes == 0);
    OK(prov_key_uri_secret(parsed, &again));
    OK(prov_otp_secret_is_weak(again, &weak));
    CHECK(weak == 1);
    prov_otp_secret_free(again);
    prov_key_uri_free(parsed);

    OK(prov_key_uri_parse(PROV_TEXT("otpauth://hotp/a?secret=GEZDGNBV&counter=18446744073709551615"), &parsed, NULL));
    OK(prov_key_uri_kind(parsed, &kind, sizeof kind));
    CHECK(kind.kind == PROV_OTPKIND_HOTP && kind.counter == UINT64_MAX && kind.period_s == 0);
    STATUS(PROV_E_ARGUMENT, prov_key_uri_totp(parsed, &read, sizeof read));
    SHORT("", prov_key_uri_issuer(parsed, buf, cap, &needed));
    STATUS(PROV_E_NULL, prov_key_uri_kind(NIL, &kind, sizeof kind));
    STATUS(PROV_E_NULL, prov_key_uri_kind(parsed, NIL, sizeof kind));
    STATUS(PROV_E_VERSION, prov_key_uri_kind(parsed, &kind, 1));
    STATUS(PROV_E_NULL, prov_key_uri_totp(NIL, &read, sizeof read));
    STATUS(PROV_E_NULL, prov_key_uri_totp(parsed, NIL, sizeof read));
    STATUS(PROV_E_NULL, prov_key_uri_secret(NIL, &again));
    STATUS(PROV_E_NULL, prov_key_uri_secret(parsed, NIL));
    STATUS(PROV_E_NULL, prov_key_uri_text(NIL, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_key_uri_text(parsed, NIL, 1, NULL));
    STATUS(PROV_E_NULL, prov_key_uri_issuer(NIL, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_key_uri_account(NIL, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_key_uri_label_issuer(NIL, NULL, 0, NULL));
    prov_key_uri_free(parsed);

    for (size_t at = 0; at < sizeof refused / sizeof *refused; at++) {
        const char *bad = refused[at].uri;
        NAMES(refused[at].status, refused[at].part, prov_key_uri_parse(bad, strlen(bad), &parsed, &error));
    }
    NAMES(PROV_E_OTP_TEXT, "issuer", prov_key_uri_new(PROV_TEXT("a:b"), PROV_TEXT("a"), secret, &totp, &uri, &error));
    NAMES(PROV_E_OTP_TEXT, "account", prov_key_uri_new(PROV_TEXT("I"), PROV_TEXT(""), secret, &totp, &uri, &error));
    STATUS(PROV_E_NULL, prov_key_uri_new(PROV_TEXT("I"), PROV_TEXT("a"), NIL, &totp, &uri, NULL));
    STATUS(PROV_E_NULL, prov_key_uri_new(PROV_TEXT("I"), PROV_TEXT("a"), secret, NIL, &uri, NULL));
    STATUS(PROV_E_NULL, prov_key_uri_new(PROV_TEXT("I"), PROV_TEXT("a"), secret, &totp, NIL, NULL));
    STATUS(PROV_E_UTF8, prov_key_uri_new(BAD, 2, PROV_TEXT("a"), secret, &totp, &uri, NULL));
    STATUS(PROV_E_NULL, prov_key_uri_parse(NIL, 2, &parsed, NULL));
    STATUS(PROV_E_NULL, prov_key_uri_parse(PROV_TEXT("x"), NIL, NULL));
    prov_key_uri_free(NIL);
    prov_otp_secret_free(secret);
}

/* One account that can be taken over and one with MD5; the second of three QR codes. */
static const char EXPORT[] =
    "otpauth-migration://offline?data=CjEKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEhFhbGljZUBleGFtcGxlLmNvbRoAIAEoATACChcKCjEyMzQ1Njc4OTASA21kNSAEKAEwAhABGAMgASgH";

static void exports(void) {
    prov_migration *export;
    prov_key_uri *uri;
    prov_batch batch;
    OK(prov_migration_parse(EXPORT, strlen(EXPORT), &export, NULL));
    OK(prov_migration_batch(export, &batch, sizeof batch));
    CHECK(batch.count == 2 && batch.version == 1 && batch.size == 3 && batch.index == 1 && batch.id == 7);
    SHORT("alice@example.com", prov_migration_name(export, 0, buf, cap, &needed));
    SHORT("md5", prov_migration_name(export, 1, buf, cap, &needed));
    OK(prov_migration_entry(export, 0, &uri, NULL));
    SHORT("alice@example.com", prov_key_uri_account(uri, buf, cap, &needed));
    prov_key_uri_free(uri);
    NAMES(PROV_E_OTP_URI_VALUE, "algorithm", prov_migration_entry(export, 1, &uri, &error));
    STATUS(PROV_E_ARGUMENT, prov_migration_entry(export, 2, &uri, NULL));
    STATUS(PROV_E_ARGUMENT, prov_migration_name(export, 2, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_migration_entry(NIL, 0, &uri, NULL));
    STATUS(PROV_E_NULL, prov_migration_entry(export, 0, NIL, NULL));
    STATUS(PROV_E_NULL, prov_migration_name(NIL, 0, NULL, 0, NULL));
    STATUS(PROV_E_NULL, prov_migration_batch(NIL, &batch, sizeof batch));
    STATUS(PROV_E_NULL, prov_migration_batch(export, NIL, sizeof batch));
    STATUS(PROV_E_VERSION, prov_migration_batch(export, &batch, 4));
    prov_migration_free(export);
    STATUS(PROV_E_OTP_EXPORT_DATA, prov_migration_parse(PROV_TEXT("otpauth-migration://offline?data=*"), &export, NULL));
    STATUS(PROV_E_OTP_EXPORT_FORM, prov_migration_parse(PROV_TEXT("otpauth-migration://offline?data=AAAA"), &export, NULL));
    STATUS(PROV_E_OTP_URI_SCHEME, prov_migration_parse(PROV_TEXT("otpauth://totp/a"), &export, NULL));
    STATUS(PROV_E_NULL, prov_migration_parse(NIL, 2, &export, NULL));
    STATUS(PROV_E_NULL, prov_migration_parse(PROV_TEXT("x"), NIL, NULL));
    prov_migration_free(NIL);
}

static void qr_codes(void) {
    prov_key_uri *uri;
    prov_qr *qr, *same;
    prov_bytes *svg, *path, *text;
    const uint8_t *modules, *others, *drawn, *inner, *lines;
    size_t size, side, len, inner_len, count = 0;
    static char longest[2955];
    OK(prov_key_uri_parse(URI, strlen(URI), &uri, NULL));
    OK(prov_qr_of_uri(uri, &qr, NULL));
    OK(prov_qr_of_text(URI, strlen(URI), &same, NULL));
    OK(prov_qr_modules(qr, &modules, &size));
    OK(prov_qr_modules(same, &others, &side));
    CHECK(size == 45 && side == size && memcmp(modules, others, size * size) == 0);
    /* A finder: a dark ring of seven around a light one. */
    for (size_t x = 0; x < 7; x++) CHECK(modules[x] == 1 && modules[6 * size + x] == 1 && modules[x * size] == 1);
    CHECK(modules[size + 1] == 0 && modules[2 * size + 2] == 1 && modules[7] == 0);
    OK(prov_qr_svg(qr, &svg));
    OK(prov_qr_svg_path(qr, &path));
    OK(prov_bytes_view(svg, &drawn, &len));
    OK(prov_bytes_view(path, &inner, &inner_len));
    CHECK(strncmp((const char *)drawn, "<svg xmlns=", 11) == 0 && strstr((const char *)drawn, (const char *)inner));
    CHECK(inner[0] == 'M' && len > inner_len);
    OK(prov_qr_text(qr, PROV_BACKGROUND_DARK, &text));
    OK(prov_bytes_view(text, &lines, &len));
    for (size_t at = 0; at < len; at++) count += lines[at] == '\n';
    CHECK(count == (size + 8 + 1) / 2);
    prov_bytes_free(text);
    OK(prov_qr_text(qr, PROV_BACKGROUND_LIGHT, &text));
    prov_bytes_free(text);
    STATUS(PROV_E_ARGUMENT, prov_qr_text(qr, 0, &text));
    STATUS(PROV_E_ARGUMENT, prov_qr_text(qr, 3, &text));
    STATUS(PROV_E_NULL, prov_qr_text(NIL, PROV_BACKGROUND_DARK, &text));
    STATUS(PROV_E_NULL, prov_qr_text(qr, PROV_BACKGROUND_DARK, NIL));
    STATUS(PROV_E_NULL, prov_qr_svg(NIL, &text));
    STATUS(PROV_E_NULL, prov_qr_svg(qr, NIL));
    STATUS(PROV_E_NULL, prov_qr_svg_path(NIL, &text));
    STATUS(PROV_E_NULL, prov_qr_svg_path(qr, NIL));
    STATUS(PROV_E_NULL, prov_qr_modules(NIL, &modules, &size));
    STATUS(PROV_E_NULL, prov_qr_modules(qr, NIL, &size));
    STATUS(PROV_E_NULL, prov_qr_modules(qr, &modules, NIL));
    prov_qr_free(qr);
    prov_qr_free(same);
    STATUS(PROV_E_NULL, prov_qr_of_uri(NIL, &qr, NULL));
    STATUS(PROV_E_NULL, prov_qr_of_uri(uri, NIL, NULL));
    STATUS(PROV_E_NULL, prov_qr_of_text(NIL, 2, &qr, NULL));
    STATUS(PROV_E_NULL, prov_qr_of_text(PROV_TEXT("x"), NIL, NULL));
    STATUS(PROV_E_UTF8, prov_qr_of_text(BAD, 2, &qr, NULL));
    memset(longest, '~', 2954);
    STATUS(PROV_E_OTP_QR_LONG, prov_qr_of_text(longest, 2954, &qr, NULL));
    OK(prov_qr_of_text(longest, 2953, &qr, NULL));
    prov_qr_free(qr);
    prov_qr_free(NIL);
    prov_bytes_free(svg);
    prov_bytes_free(path);
    prov_key_uri_free(uri);
}

int main(void) {
    published();
    judged();
    secrets();
    settings();
    misuse();
    uris();
    exports();
    qr_codes();
    return 0;
}
