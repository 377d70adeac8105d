package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.adp.store.MasterKey.Sealed;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {
  private static final byte[] VALUE = "sk-very-secret".getBytes(StandardCharsets.US_ASCII);
  private static final String TEXT = MasterKey.generate();
  private final MasterKey key = MasterKey.ofBase64(TEXT);

  @Test
  void aSealedValueOpensUnderItsNameWithTheSameKeyReadAgain() {
    Sealed sealed = key.seal("KEY", VALUE);
    assertThat(MasterKey.ofBase64(" " + TEXT + "\n").open("KEY", sealed)).isEqualTo(VALUE);
  }

  @Test
  void anEmptyAndALargeValueOpenToo() {
    assertThat(key.open("KEY", key.seal("KEY", new byte[0]))).isEmpty();
    assertThat(key.open("KEY", key.seal("KEY", new byte[65_536]))).hasSize(65_536);
  }

  @Test
  void theCiphertextHoldsNothingOfTheValueAndIsNeverTheSame() {
    Sealed one = key.seal("KEY", VALUE);
    Sealed two = key.seal("KEY", VALUE);
    assertThat(one.ciphertext()).isNotEqualTo(two.ciphertext());
    assertThat(one.wrappedKey()).isNotEqualTo(two.wrappedKey());
    assertThat(one.ciphertext().toString(StandardCharsets.ISO_8859_1))
        .doesNotContain("sk-very-secret");
  }

  @Test
  void aValueDoesNotOpenUnderAnotherName() {
    Sealed sealed = key.seal("KEY", VALUE);
    assertThatIllegalStateException().isThrownBy(() -> key.open("OTHER", sealed));
  }

  @Test
  void aValueDoesNotOpenWithAnotherKey() {
    Sealed sealed = key.seal("KEY", VALUE);
    MasterKey other = MasterKey.ofBase64(MasterKey.generate());
    assertThatIllegalStateException().isThrownBy(() -> other.open("KEY", sealed));
  }

  @Test
  void theWrappedKeyOfOneValueDoesNotOpenAnother() {
    Sealed one = key.seal("KEY", VALUE);
    Sealed two = key.seal("KEY", VALUE);
    var mixed = new Sealed(key.id(), one.wrappedKey(), two.ciphertext());
    assertThatIllegalStateException().isThrownBy(() -> key.open("KEY", mixed));
  }

  @Test
  void aFlippedBitAnywhereIsRefused() {
    Sealed sealed = key.seal("KEY", VALUE);
    for (int i = 0; i < sealed.ciphertext().length(); i++) {
      var altered = new Sealed(key.id(), sealed.wrappedKey(), flipped(sealed.ciphertext(), i));
      assertThatIllegalStateException().isThrownBy(() -> key.open("KEY", altered));
    }
    for (int i = 0; i < sealed.wrappedKey().length(); i++) {
      var altered = new Sealed(key.id(), flipped(sealed.wrappedKey(), i), sealed.ciphertext());
      assertThatIllegalStateException().isThrownBy(() -> key.open("KEY", altered));
    }
  }

  @Test
  void aCutValueIsRefused() {
    Sealed sealed = key.seal("KEY", VALUE);
    for (int length = 0; length < sealed.ciphertext().length(); length++) {
      var cut = new Sealed(key.id(), sealed.wrappedKey(), sealed.ciphertext().slice(0, length));
      assertThatIllegalStateException().isThrownBy(() -> key.open("KEY", cut));
    }
  }

  @Test
  void theFingerprintNamesTheKeyWithoutGivingItAway() {
    assertThat(key.id()).isEqualTo(MasterKey.ofBase64(TEXT).id()).hasSize(16);
    assertThat(key.id()).isNotEqualTo(MasterKey.ofBase64(MasterKey.generate()).id());
    assertThat(key).hasToString("MasterKey[" + key.id() + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "not base64!", "AAAA"})
  void whatIsNot32BytesInBase64IsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MasterKey.ofBase64(text))
        .withMessage("must be 32 bytes in base64");
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    for (int length : new int[] {16, 31, 33, 64}) {
      String text = Base64.getEncoder().encodeToString(new byte[length]);
      assertThatIllegalArgumentException().isThrownBy(() -> MasterKey.ofBase64(text));
    }
  }

  private static Buffer flipped(Buffer bytes, int position) {
    return bytes.copy().setByte(position, (byte) (bytes.getByte(position) ^ 1));
  }
}
