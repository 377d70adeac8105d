package dev.adp.store;

import dev.adp.domain.CatalogFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the price catalogue from where the operator publishes it, at the start and then once a
 * day. Whatever goes wrong changes nothing: the catalogue in force stays.
 */
public final class CatalogRefresh implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogRefresh.class);
  private static final long PERIOD_MS = TimeUnit.DAYS.toMillis(1);
  private static final long RETRY_MS = TimeUnit.MINUTES.toMillis(10);
  private static final long FETCH_S_MAX = 60;

  private final CatalogVersions versions;
  private final String source;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NORMAL) // Never from https to http.
          .build();
  private final Thread thread;
  private String etag = "";
  private volatile boolean closed;
  private boolean failing;

  /**
   * @param source an http or https URL, or the path of a file
   */
  public CatalogRefresh(CatalogVersions versions, String source) {
    this.versions = versions;
    this.source = source;
    this.thread = Thread.ofPlatform().name("adp-catalog-refresh").daemon().start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        boolean good = refresh();
        // Many instances must not all ask at the same time of the day.
        long jitter = ThreadLocalRandom.current().nextLong(PERIOD_MS / 10);
        TimeUnit.MILLISECONDS.sleep(good ? PERIOD_MS + jitter : RETRY_MS + jitter / 100);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** Looks once; says whether there was an answer. */
  private boolean refresh() throws InterruptedException {
    try {
      String text = source.matches("(?i)https?://.*") ? download() : read();
      if (!text.isEmpty()) {
        versions.fetched(text, source);
      }
      failing = false;
      return true;
    } catch (IOException | RuntimeException e) {
      if (!failing && !closed) {
        LOG.warn("cannot fetch the price catalogue from {}: the one in force stays", source, e);
        failing = true;
      }
      return false;
    }
  }

  private String read() throws IOException {
    try (var stream = Files.newInputStream(Path.of(source))) {
      byte[] bytes = stream.readNBytes(CatalogFile.CHARS_MAX + 1);
      if (bytes.length > CatalogFile.CHARS_MAX) {
        throw new IOException("it has more than %d bytes".formatted(CatalogFile.CHARS_MAX));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** The new text; empty when it is still the one that was fetched last. */
  private String download() throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(source)).timeout(Duration.ofSeconds(FETCH_S_MAX));
    if (!etag.isEmpty()) {
      request.header("if-none-match", etag);
    }
    CompletableFuture<HttpResponse<String>> coming =
        client.sendAsync(
            request.build(),
            BodyHandlers.limiting(
                BodyHandlers.ofString(StandardCharsets.UTF_8), CatalogFile.CHARS_MAX));
    try {
      HttpResponse<String> answer = coming.get(FETCH_S_MAX, TimeUnit.SECONDS);
      if (answer.statusCode() == 304 && !etag.isEmpty()) {
        return "";
      }
      if (answer.statusCode() != 200) {
        throw new IOException("the answer is " + answer.statusCode());
      }
      etag = answer.headers().firstValue("etag").orElse("");
      return answer.body();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no whole answer within %d s".formatted(FETCH_S_MAX), e);
    } finally {
      coming.cancel(true);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    client.shutdownNow();
  }
}
