package dev.adp.store;

import dev.adp.domain.CatalogFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Where the operator publishes the price catalogue: an http or https URL, or a file. Redirects are
 * not followed, so that nothing is asked but what he has named.
 */
final class CatalogSource implements AutoCloseable {
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final int REDIRECT_MIN = 300;
  private static final int ERROR_MIN = 400;

  /** What may be sent back as it came. */
  private static final Pattern ETAG = Pattern.compile("(W/)?\"[!#-~]{0,200}\"");

  private final String source;
  private final Duration timeout;
  private final HttpClient client;
  private String etag = "";

  /**
   * @param timeout for the whole of an answer, to its last byte
   */
  CatalogSource(String source, Duration timeout) {
    this.source = source;
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * What the source has.
   *
   * @param etag as it came, or empty
   */
  record Fetched(String text, String etag) {}

  /** For people: a query may hold a signature. */
  String shown() {
    return isUrl() ? source.replaceFirst("[?#].*", "") : source;
  }

  private boolean isUrl() {
    return source.matches("(?i)https?://.*");
  }

  /**
   * Looks once.
   *
   * @return empty when there still is what was {@link #keep kept}
   * @throws IOException saying in words why there is no catalogue
   */
  Optional<Fetched> fetch() throws IOException, InterruptedException {
    return isUrl() ? download() : Optional.of(new Fetched(read(Path.of(source)), ""));
  }

  /** Remembers what has been dealt with: it need not come again. */
  void keep(Fetched fetched) {
    etag = ETAG.matcher(fetched.etag()).matches() ? fetched.etag() : "";
  }

  private static String read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return CatalogFile.text(stream);
    }
  }

  private Optional<Fetched> download() throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(source)).timeout(timeout);
    if (!etag.isEmpty()) {
      request.header("if-none-match", etag);
    }
    CompletableFuture<HttpResponse<byte[]>> coming =
        client.sendAsync(
            request.build(),
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), CatalogFile.BYTES_MAX + 1));
    try {
      HttpResponse<byte[]> answer = coming.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() == NOT_MODIFIED && !etag.isEmpty()) {
        return Optional.empty();
      }
      if (answer.statusCode() != OK) {
        throw new IOException("the answer is " + status(answer.statusCode()));
      }
      return Optional.of(
          new Fetched(
              CatalogFile.text(new ByteArrayInputStream(answer.body())),
              answer.headers().firstValue("etag").orElse("")));
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException _) {
      throw new HttpTimeoutException("");
    } finally {
      coming.cancel(true);
    }
  }

  private static String status(int code) {
    return code >= REDIRECT_MIN && code < ERROR_MIN
        ? code + ", and redirects are not followed"
        : String.valueOf(code);
  }

  /** Why there is no catalogue, for people: the first cause that has a name, else the last. */
  String reason(Throwable failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "the file may not be read";
      case UnknownHostException _ -> "there is no such host";
      case UnresolvedAddressException _ -> "there is no such host";
      case HttpTimeoutException _ -> "no whole answer within %d s".formatted(timeout.toSeconds());
      case Throwable other when other.getCause() != null ->
          other instanceof ConnectException && isNameless(other.getCause())
              ? "nothing answers there"
              : reason(other.getCause());
      case ConnectException _ -> "nothing answers there";
      default ->
          Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
    };
  }

  /** The client's own way to say that a connection was refused. */
  private static boolean isNameless(Throwable cause) {
    return cause instanceof ClosedChannelException
        || cause.getCause() instanceof ClosedChannelException;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
