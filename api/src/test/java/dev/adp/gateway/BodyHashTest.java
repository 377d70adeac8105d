package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyHashTest {
  @Test
  void nothingHasTheHashThatAwsDocuments() {
    assertThat(BodyHash.OF_NOTHING)
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_048_576, 1_048_577, 3_145_728, 5_000_001})
  void aBodyOfAnySizeIsHashedWhole(int bytes) throws Exception {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    Buffer body = Buffer.buffer(content);
    String expected =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    Vertx vertx = Vertx.vertx();
    assertThat(onAnEventLoop(vertx, body)).isEqualTo(expected);
    vertx.close().await();
    var pieces = new BodyHash();
    for (int i = 0; i < bytes; i += 700_001) {
      pieces.accept(body.slice(i, Math.min(bytes, i + 700_001)));
    }
    assertThat(pieces.hex()).isEqualTo(expected);
  }

  @Test
  void aSmallBodyIsHashedAtOnce() {
    assertThat(BodyHash.of(Buffer.buffer("{}")).succeeded()).isTrue();
  }

  private static String onAnEventLoop(Vertx vertx, Buffer body) {
    Promise<String> hash = Promise.promise();
    vertx.runOnContext(_ -> BodyHash.of(body).onComplete(hash));
    return hash.future().await();
  }
}
