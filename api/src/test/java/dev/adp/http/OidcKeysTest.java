package dev.adp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.store.TestIssuer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which keys of an issuer's set are taken. */
class OidcKeysTest {
  private static final JsonObject GOOD = rsa("good", 2_048);

  private static JsonObject rsa(String kid, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      KeyPair pair = generator.generateKeyPair();
      RSAPublicKey key = (RSAPublicKey) pair.getPublic();
      return new JsonObject()
          .put("kty", "RSA")
          .put("kid", kid)
          .put("n", TestIssuer.encoded(key.getModulus().toByteArray()))
          .put("e", TestIssuer.encoded(key.getPublicExponent().toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OidcKeys read(JsonObject... keys) throws OidcFailure {
    return OidcKeys.of(new JsonObject().put("keys", new JsonArray(List.of(keys))));
  }

  /** Each would be the only key of the set: without a key nothing may be believed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no modulus | {'n': null}",
        "a modulus that is no number | {'n': '!'}",
        "an exponent that forges itself | {'e': 'AQ'}",
        "no name | {'kid': null}",
        "a name that is no text | {'kid': 7}",
        "no algorithm that there is | {'alg': ''}",
        "an algorithm of shared secrets | {'alg': 'HS256'}",
        "for encryption | {'use': 'enc'}",
        "another type | {'kty': 'oct', 'k': 'AAAA'}",
        "no point | {'kty': 'EC', 'crv': 'P-256', 'x': 'AA'}",
        "another curve | {'kty': 'EC', 'crv': 'secp256k1', 'x': 'AA', 'y': 'AA'}",
      })
  void whatIsNoKeyThatWeTakeIsLeftOut(String what, String change) throws OidcFailure {
    JsonObject odd = GOOD.copy().put("kid", "odd");
    new JsonObject(change.replace('\'', '"'))
        .forEach(field -> odd.put(field.getKey(), field.getValue()));
    assertThatExceptionOfType(OidcFailure.class)
        .as(what)
        .isThrownBy(() -> read(odd))
        .withMessageContaining("no key that we take");
    assertThat(read(odd, GOOD).all()).as(what).extracting(OidcKeys.Key::kid).containsOnly("good");
  }

  @Test
  void aKeyThatIsTooShortIsLeftOut() {
    assertThatExceptionOfType(OidcFailure.class).isThrownBy(() -> read(rsa("short", 1_024)));
  }

  @Test
  void aSetThatIsNoneOrTooLargeIsRefused() {
    for (Object keys : List.of("x", new JsonArray(), new JsonArray(List.of("x", 7)))) {
      assertThatExceptionOfType(OidcFailure.class)
          .isThrownBy(() -> OidcKeys.of(new JsonObject().put("keys", keys)));
    }
    var many = new JsonArray(Collections.nCopies(51, GOOD));
    assertThatExceptionOfType(OidcFailure.class)
        .isThrownBy(() -> OidcKeys.of(new JsonObject().put("keys", many)))
        .withMessageContaining("more than 50");
  }

  @Test
  void aKeyWithoutAnAlgorithmIsUsedWithThoseOfItsKindOnly() throws OidcFailure {
    assertThat(read(GOOD).all().getFirst().algorithms())
        .containsExactlyInAnyOrder(OidcKeys.Algorithm.RS256, OidcKeys.Algorithm.PS256);
    assertThat(read(GOOD.copy().put("alg", "PS256")).all().getFirst().algorithms())
        .containsExactly(OidcKeys.Algorithm.PS256);
  }
}
