package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.READER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.adp.domain.CatalogFetch;
import dev.adp.domain.CatalogFile;
import dev.adp.domain.CatalogVersion;
import dev.adp.domain.Catalogs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is fetched from an operator's own source, and what becomes of a source that is bad. */
class CatalogRefreshTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final CatalogRefresh.Pace FAST =
      new CatalogRefresh.Pace(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofSeconds(20));

  /** For sources that never come to an end. */
  private static final CatalogRefresh.Pace IMPATIENT =
      new CatalogRefresh.Pace(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofSeconds(1));

  private final CatalogVersions versions = store.catalogVersions();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final HttpServer server = listening();

  @BeforeEach
  void begin() {
    versions.adoptShipped(CatalogFile.parse(priced("2026-11-24")));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void end() {
    over.countDown();
    server.stop(0);
  }

  @Test
  void aFileIsReadAtTheStart(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("catalog.tsv");
    Files.writeString(file, priced("2026-11-25"));
    try (var _ = new CatalogRefresh(versions, file.toString(), store.clock())) {
      await(CatalogFetch.State.GOOD);
    }
    assertThat(states())
        .containsExactly(CatalogVersion.State.ACTIVE, CatalogVersion.State.SUPERSEDED);
  }

  @Test
  void aUrlIsFetchedAndNotAgainAsLongAsItsEtagStays() throws Exception {
    var text = new CopyOnWriteArrayList<>(List.of(priced("2026-11-25")));
    serve(
        exchange -> {
          String etag = "\"%s\"".formatted(CatalogFile.digest(text.getLast()));
          String known = exchange.getRequestHeaders().getFirst("if-none-match");
          asked.add(String.valueOf(known));
          exchange.getResponseHeaders().set("etag", etag);
          answer(exchange, etag.equals(known) ? 304 : 200, text.getLast());
        });
    try (var _ = new CatalogRefresh(versions, url(), store.clock(), FAST)) {
      await(CatalogFetch.State.GOOD);
      Eventually.holds("it asks by the etag", () -> asked.size() > 3);
      text.add(priced("2026-11-26"));
      Eventually.holds("the new one is in force", () -> states().size() == 3);
    }
    String first = "\"%s\"".formatted(CatalogFile.digest(priced("2026-11-25")));
    assertThat(asked.subList(0, 3)).containsExactly("null", first, first);
    assertThat(report()).satisfies(last -> assertThat(last.goodAt()).isEqualTo(last.lookedAt()));
  }

  /** Otherwise a source whose catalogue prices nothing any more would look healthy for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\"1\""})
  void aSourceWhoseCatalogueIsSupersededIsTold(String etag) throws Exception {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("etag", etag);
          boolean known = etag.equals(exchange.getRequestHeaders().getFirst("if-none-match"));
          answer(exchange, known ? 304 : 200, priced("2026-11-25"));
        });
    try (var _ = new CatalogRefresh(versions, url(), store.clock(), FAST)) {
      await(CatalogFetch.State.GOOD);
      var _ = versions.offer(ADMIN, priced("2026-11-26"), "an import");
      await(CatalogFetch.State.REJECTED);
    }
    assertThat(report().problem())
        .isEqualTo(
            "version 2026-11-25 has been superseded, 2026-11-26 is in force: publish it under a"
                + " newer version");
  }

  @Test
  void anEtagThatIsNoneIsNotSentBack() throws Exception {
    serve(
        exchange -> {
          asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("if-none-match")));
          exchange.getResponseHeaders().set("etag", "odd, \"very\u00e4\"");
          answer(exchange, 200, priced("2026-11-25"));
        });
    try (var _ = new CatalogRefresh(versions, url(), store.clock(), FAST)) {
      Eventually.holds("it asks again", () -> asked.size() > 2);
    }
    assertThat(asked).containsOnly("null");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304, 400, 404, 500})
  void whatIsNoCatalogueIsAFailureThatTellsItsStatus(int status) throws Exception {
    serve(exchange -> answer(exchange, status, ""));
    assertFails(FAST, "the answer is " + status);
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    server.createContext("/elsewhere", exchange -> asked.add("elsewhere"));
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("location", "/elsewhere");
          answer(exchange, 302, "");
        });
    assertFails(FAST, "the answer is 302, and redirects are not followed");
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8 << 20})
  void aBodyBeyondTheLimitIsNotRead(long length) throws Exception {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, length); // 0 means chunks.
          byte[] piece = new byte[1 << 16];
          for (int i = 0; i < 128; i++) {
            exchange.getResponseBody().write(piece);
          }
          exchange.close();
        });
    assertFails(FAST, "");
  }

  @Test
  void aSourceThatSaysNothingIsLeft() throws Exception {
    serve(this::untilTheEnd);
    assertFails(IMPATIENT, "no whole answer within 1 s");
  }

  @Test
  void aSourceThatDripsIsLeftHoweverAliveItIs() throws Exception {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (over.getCount() > 0) {
            exchange.getResponseBody().write('#');
            exchange.getResponseBody().flush();
            pause(20);
          }
        });
    assertFails(IMPATIENT, "no whole answer within 1 s");
  }

  @Test
  void aBodyThatIsCutIsNotTaken() throws Exception {
    serve(
        exchange -> {
          byte[] body = priced("2026-11-25").getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length + 1L);
          exchange.getResponseBody().write(body);
          exchange.getResponseBody().flush();
          server.stop(0);
        });
    assertFails(FAST, "");
  }

  @Test
  void aHostThatIsNotThereIsNamedAsSuch() throws Exception {
    String nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "http://127.0.0.1:%d/".formatted(socket.getLocalPort());
    }
    assertFails(nobody, FAST, "nothing answers there");
    assertFails("/no/such/file.tsv", FAST, "there is no such file");
    assertFails("http://no-such-host.invalid/", FAST, "there is no such host");
  }

  @Test
  void bytesThatAreNoTextAreNotTaken() throws Exception {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {'#', (byte) 0xff});
          exchange.close();
        });
    assertFails(FAST, "file: must be UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<!doctype html><title>Sign in</title>", "{\"prices\": []}", "# format: 2\n", ""})
  void anotherKindOfContentIsRejectedAndListedOnce(String content) throws Exception {
    serve(exchange -> answer(exchange, 200, content));
    try (var _ = new CatalogRefresh(versions, url(), store.clock(), FAST)) {
      await(CatalogFetch.State.REJECTED);
      var first = report().lookedAt();
      Eventually.holds("it has looked again", () -> !report().lookedAt().equals(first));
    }
    assertThat(states())
        .containsExactly(CatalogVersion.State.REJECTED, CatalogVersion.State.ACTIVE);
    assertThat(report().problem()).isEqualTo("it was not taken; the versions tell why");
  }

  @Test
  void aSourceThatRecoversIsGoodAgain() throws Exception {
    serve(exchange -> answer(exchange, asked.isEmpty() ? 503 : 200, priced("2026-11-25")));
    try (var _ = new CatalogRefresh(versions, url(), store.clock(), FAST)) {
      await(CatalogFetch.State.FAILING);
      assertThat(report().goodAt()).isEmpty();
      asked.add("go on");
      await(CatalogFetch.State.GOOD);
    }
    assertThat(report().problem()).isEmpty();
    assertThat(states())
        .containsExactly(CatalogVersion.State.ACTIVE, CatalogVersion.State.SUPERSEDED);
  }

  /** Published files often have a signature in their URL. */
  @Test
  void theQueryOfItsUrlIsShownToNobody() throws Exception {
    serve(
        exchange -> {
          asked.add(exchange.getRequestURI().getQuery());
          answer(exchange, 200, priced("2026-11-25"));
        });
    try (var _ = new CatalogRefresh(versions, url() + "?signature=s3cr3t", store.clock(), FAST)) {
      await(CatalogFetch.State.GOOD);
    }
    assertThat(asked).contains("signature=s3cr3t");
    assertThat(report().source()).isEqualTo(url());
    assertThat(versions.list(READER, 10, Optional.empty()).rows())
        .noneMatch(version -> version.source().contains("s3cr3t"));
  }

  private void assertFails(CatalogRefresh.Pace pace, String problem) throws Exception {
    assertFails(url(), pace, problem);
  }

  private void assertFails(String source, CatalogRefresh.Pace pace, String problem)
      throws Exception {
    try (var _ = new CatalogRefresh(versions, source, store.clock(), pace)) {
      await(CatalogFetch.State.FAILING);
    }
    assertThat(report().problem()).contains(problem).isNotEmpty();
    assertThat(states()).containsExactly(CatalogVersion.State.ACTIVE);
  }

  private void await(CatalogFetch.State state) throws Exception {
    Eventually.holds("the fetch is " + state, () -> report().state() == state);
  }

  private CatalogFetch report() {
    return versions.latestFetch(READER).orElseThrow();
  }

  private List<CatalogVersion.State> states() {
    return versions.list(READER, 100, Optional.empty()).rows().stream()
        .map(CatalogVersion::state)
        .toList();
  }

  private void serve(HttpHandler handler) {
    server.createContext("/catalog.tsv", handler);
  }

  private String url() {
    return "http://127.0.0.1:%d/catalog.tsv".formatted(server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    boolean has = status == 200 && body.length > 0;
    exchange.sendResponseHeaders(status, has ? body.length : -1);
    if (has) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private void untilTheEnd(HttpExchange exchange) {
    try {
      over.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    exchange.close();
  }

  private void pause(long ms) {
    try {
      boolean _ = over.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String priced(String version) {
    return Catalogs.whole(version, Catalogs.row("OPENAI", "m", "2", "8"));
  }

  private static HttpServer listening() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
