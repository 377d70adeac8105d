package dev.adp.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.adp.store.Eventually;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BrokenOffTest {
  /** More than the buffers between two ends that do not read. */
  private static final int LARGE = 64 << 20;

  /** An orderly end waits for a client that does not read, for as long as it sends. */
  @Test
  void whoSendsAndReadsNothingIsCutOff() throws Exception {
    Vertx vertx = Vertx.vertx();
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  request.handler(_ -> {});
                  var _ = request.response().end(Buffer.buffer(new byte[LARGE]));
                  BrokenOff.body(vertx, request);
                })
            .listen(0, "127.0.0.1")
            .await();
    try (var client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      OutputStream out = client.getOutputStream();
      out.write(
          "POST / HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(US_ASCII));
      Eventually.holds("the client is cut off", () -> isClosed(out));
    } finally {
      vertx.close().await();
    }
  }

  private static boolean isClosed(OutputStream out) {
    try {
      out.write("1\r\nx\r\n".getBytes(US_ASCII));
      return false;
    } catch (IOException _) {
      return true;
    }
  }
}
