#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

// Both are macros over a variadic function.
static inline EVP_PKEY *gatekeeper_generate_rsa(size_t bits) {
    return EVP_RSA_gen(bits);
}

static inline EVP_PKEY *gatekeeper_generate_ec(const char *curve) {
    return EVP_EC_gen(curve);
}
