package dev.adp.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is answered in one turn of the loop leaves together, and all of it. */
@Timeout(60)
class AnswersTogetherTest {
  private final Flushes flushes = new Flushes();

  @Test
  void theChunksOfAnAnswerAreSentAtOnce() throws Exception {
    Vertx vertx = Vertx.vertx();
    var options = new HttpServerOptions();
    try (var client = HttpClient.newHttpClient()) {
      var server =
          vertx
              .createHttpServer(options)
              .connectionHandler(
                  connection -> {
                    RequestDecoder.on(connection, options, 10_000);
                    ((HttpServerConnection) connection)
                        .channelHandlerContext()
                        .pipeline()
                        .addFirst(flushes);
                  })
              .requestHandler(
                  request ->
                      vertx.runOnContext(
                          _ -> {
                            var answer = request.response().setChunked(true);
                            var _ = answer.write("a");
                            var _ = answer.write("b");
                            var _ = answer.end("c");
                            assertThat(flushes.count).hasValue(0);
                          }));
      int port = server.listen(0, "127.0.0.1").await().actualPort();
      var url = URI.create("http://127.0.0.1:%d/".formatted(port));
      var request = HttpRequest.newBuilder(url).version(HttpClient.Version.HTTP_1_1).build();
      assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("abc");
      assertThat(flushes.count).hasValue(1);
    } finally {
      vertx.close().await();
    }
  }

  /** A connection that ends in the turn of its last answer. */
  @Test
  void whatWaitsIsSentBeforeTheEnd() {
    var channel = new EmbeddedChannel(flushes, new AnswersTogether());
    channel
        .eventLoop()
        .execute(
            () -> {
              var _ = channel.pipeline().writeAndFlush("a");
              assertThat(flushes.count).hasValue(0);
              var _ = channel.pipeline().close();
            });
    channel.runPendingTasks();
    assertThat(channel.<String>readOutbound()).isEqualTo("a");
    assertThat(channel.isOpen()).isFalse();
    channel.checkException();
  }
}
