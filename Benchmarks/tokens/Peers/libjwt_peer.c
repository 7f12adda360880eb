/* libjwt on the tokens that the benchmark wrote: processor time per verification. */
#include <jwt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ISSUER "https://qwertyuiopasdfghjkl0.supabase.co/auth/v1"

enum { ROUNDS = 15, CALLS = 200 };

static char *read_file(const char *folder, const char *name, const char *suffix) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, suffix);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    char *text = calloc(1, 65536);
    size_t count = fread(text, 1, 65535, file);
    fclose(file);
    text[count] = 0;
    return text;
}

static double processor_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

/* libjwt 1.10 checks the signature; the claims are the caller's. */
static int verify(const char *token, const char *pem) {
    jwt_t *jwt = NULL;
    if (jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem)) != 0) return 0;
    const char *issuer = jwt_get_grant(jwt, "iss");
    const char *audience = jwt_get_grant(jwt, "aud");
    int isValid = jwt_get_grant_int(jwt, "exp") > 1790000100 && issuer != NULL && audience != NULL &&
                  strcmp(issuer, ISSUER) == 0 && strcmp(audience, "authenticated") == 0;
    jwt_free(jwt);
    return isValid;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int count, char **arguments) {
    for (int position = 2; position < count; position++) {
        const char *algorithm = arguments[position];
        char *token = read_file(arguments[1], algorithm, "token");
        char *pem = read_file(arguments[1], algorithm, "pem");
        if (token == NULL || pem == NULL) return 1;
        if (jwt_str_alg(algorithm) == JWT_ALG_INVAL) {
            printf("libjwt %s unsupported\n", algorithm);
            continue;
        }
        if (!verify(token, pem)) return 2;
        double rounds[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double start = processor_time();
            for (int call = 0; call < CALLS; call++) verify(token, pem);
            rounds[round] = (processor_time() - start) / CALLS;
        }
        qsort(rounds, ROUNDS, sizeof rounds[0], by_value);
        printf("libjwt %s %.2f\n", algorithm, rounds[ROUNDS / 2]);
        free(token);
        free(pem);
    }
    return 0;
}
