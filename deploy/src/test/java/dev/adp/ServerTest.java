package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPortThatIsTakenIsSaidInOneSentence(boolean nativeTransport) throws IOException {
    Vertx vertx =
        Vertx.builder().with(new VertxOptions().setPreferNativeTransport(nativeTransport)).build();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Exception failure = listen(vertx, port);
      assertThat(Server.startFailure(failure, port, "ADP_HTTP_PORT"))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("port %d is in use", port)
          .hasMessageContaining("ADP_HTTP_PORT");
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void anythingElseStaysWhatItIs() {
    var other = new IllegalStateException("something else");
    assertThat(Server.startFailure(other, 1, "ADP_HTTP_PORT")).isSameAs(other);
  }

  private static Exception listen(Vertx vertx, int port) {
    try {
      var server =
          vertx.createHttpServer().requestHandler(_ -> {}).listen(port, "127.0.0.1").await();
      throw new AssertionError("listens on " + server.actualPort());
    } catch (Exception e) {
      return e;
    }
  }
}
