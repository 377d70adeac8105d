package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Spending.Bucket;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Bodies that are larger than all memory that the program has: whatever part of it held one, it
 * would have ended.
 */
class LargeBodiesTest {
  private static final int PIECES = 3_200;
  private static final String MEMORY = "-Xmx128m -XX:MaxDirectMemorySize=64m";

  /** What the process may take more, at its peak, than before the first large body. */
  private static final long GROWTH_BYTES_MAX = 100L << 20;

  /** 64 KiB in which the delimiter of the form begins again and again. */
  private static final byte[] PIECE =
      "\r\n--larg\r\n--large\r\n\r\n--lar-".repeat(2_500).substring(0, 1 << 16).getBytes(US_ASCII);

  /** Of a body that is held; so many are more than may be at once. */
  private static final int HELD_BYTES = 31 << 20;

  private static final int HELD_AT_ONCE = 8;

  /** Who still sends long after he was refused hears nothing more. */
  private static final int CUT_OFF = 0;

  private static final long BYTES = (long) PIECES * PIECE.length;

  /** 14 × 250 + 101 × 1,000: transcriptions with gpt-4o-transcribe cost USD 2.50 and 10. */
  private static final Map<String, Bucket> TRANSCRIPTION =
      Map.of("input", new Bucket(14, 3_500), "output", new Bucket(101, 101_000));

  private static final AtomicLong received = new AtomicLong();
  private static final Vertx vertx = Vertx.vertx();

  @SuppressWarnings("NullAway.Init")
  private static Program program;

  @SuppressWarnings("NullAway.Init")
  private static String upstreamUrl;

  @SuppressWarnings("NullAway.Init")
  private static String url;

  @BeforeAll
  static void start() {
    HttpServer upstream =
        vertx
            .createHttpServer()
            .requestHandler(LargeBodiesTest::answer)
            .listen(0, "127.0.0.1")
            .await();
    upstreamUrl = "http://127.0.0.1:" + upstream.actualPort() + "/v1";
    program = Program.prepared("up", "JDK_JAVA_OPTIONS", MEMORY).start();
    World.putSecret(program.rest(), "UPSTREAM_KEY", "sk-upstream");
    url = program.rest().createOpenAi("large", upstreamUrl, "UPSTREAM_KEY");
  }

  @AfterAll
  static void stop() {
    program.close();
    vertx.close().await();
  }

  private static void answer(HttpServerRequest request) {
    if (request.uri().endsWith("/content")) {
      request.response().setChunked(true);
      write(request.response(), 0);
    } else {
      request.handler(piece -> received.addAndGet(piece.length()));
      request.endHandler(
          _ ->
              request
                  .response()
                  .putHeader("content-type", "application/json")
                  .end(
                      "{\"text\":\"hi\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":14,\"output_tokens\":101}}"));
    }
  }

  private static void write(HttpServerResponse response, int from) {
    int piece = from;
    while (piece < PIECES && !response.writeQueueFull()) {
      var _ = response.write(Buffer.buffer(PIECE));
      piece++;
    }
    if (piece < PIECES) {
      int next = piece;
      response.drainHandler(_ -> write(response, next));
    } else {
      var _ = response.end();
    }
  }

  @Test
  void passUpAndDownThroughLessMemoryThanTheyHave() throws Exception {
    long before = program.peakMemoryBytes();
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> up =
          client.send(
              call("/audio/transcriptions")
                  .header("content-type", "multipart/form-data; boundary=large-boundary")
                  .POST(BodyPublishers.ofInputStream(LargeBodiesTest::form))
                  .build(),
              BodyHandlers.ofString());
      assertThat(up.statusCode()).as(up.body()).isEqualTo(200);
      assertThat(received.get()).isEqualTo(BYTES + formBytes());

      HttpResponse<InputStream> down =
          client.send(call("/files/f/content").build(), BodyHandlers.ofInputStream());
      assertThat(down.statusCode()).isEqualTo(200);
      try (InputStream body = down.body()) {
        assertThat(body.transferTo(OutputStream.nullOutputStream())).isEqualTo(BYTES);
      }
    }
    program.requireRunning();
    assertThat(program.peakMemoryBytes() - before).isLessThan(GROWTH_BYTES_MAX);
    // The model was named behind the file: who had not read so far would know no price.
    eventually(
        () ->
            assertThat(program.rest().spending("large"))
                .isEqualTo(new Spending(2, 0, 0, 104_500, TRANSCRIPTION)));
  }

  /** As many as the settings let be held at once, and then some, each edited on its way. */
  @Test
  void heldBodiesNeverTakeMoreThanThereIs() throws Exception {
    String chat =
        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted("x".repeat(HELD_BYTES));
    try (var small =
            Program.prepared("up", "JDK_JAVA_OPTIONS", "-Xmx256m -XX:MaxDirectMemorySize=256m")
                .start();
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      World.putSecret(small.rest(), "UPSTREAM_KEY", "sk-upstream");
      String base = small.rest().createOpenAi("large", upstreamUrl, "UPSTREAM_KEY");
      HttpRequest call =
          HttpRequest.newBuilder(URI.create(base + "/chat/completions"))
              .header("authorization", "Bearer " + small.token())
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofString(chat))
              .build();
      List<Integer> statuses =
          Stream.generate(() -> client.sendAsync(call, BodyHandlers.discarding()))
              .limit(HELD_AT_ONCE)
              .toList()
              .stream()
              .map(answer -> answer.handle((told, _) -> told == null ? CUT_OFF : told.statusCode()))
              .map(CompletableFuture::join)
              .toList();
      small.requireRunning();
      assertThat(statuses).contains(200).isSubsetOf(200, 503, CUT_OFF);
      assertThat(client.send(call, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }
  }

  private static HttpRequest.Builder call(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("authorization", "Bearer " + program.token());
  }

  private static final byte[] HEAD =
      "--large-boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
          .getBytes(US_ASCII);

  private static final byte[] TAIL =
      "\r\n--large-boundary\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o-transcribe\r\n--large-boundary--\r\n"
          .getBytes(US_ASCII);

  private static int formBytes() {
    return HEAD.length + TAIL.length;
  }

  /** The large file first, then the model. */
  private static InputStream form() {
    List<InputStream> pieces =
        Collections.nCopies(PIECES, PIECE).stream()
            .<InputStream>map(ByteArrayInputStream::new)
            .toList();
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(HEAD),
                new SequenceInputStream(Collections.enumeration(pieces)),
                new ByteArrayInputStream(TAIL))));
  }
}
