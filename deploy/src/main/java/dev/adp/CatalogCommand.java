package dev.adp;

import dev.adp.domain.CatalogDiff;
import dev.adp.domain.CatalogFile;
import dev.adp.domain.Failure;
import dev.adp.domain.Rates;
import dev.adp.store.ModelCatalog;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code ./adp catalog check|import}: a price catalogue before and after it is published. */
final class CatalogCommand {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String VERSIONS = "/v1/catalog/versions";
  private static final int ERROR_STATUS_MIN = 400;

  private CatalogCommand() {}

  /**
   * Runs one of the two.
   *
   * @param arguments {@code check} or {@code import}, and a file
   */
  static void run(List<String> arguments) throws InterruptedException {
    if (arguments.size() != 2 || !List.of("check", "import").contains(arguments.getFirst())) {
      throw new StartFailure("usage: ./adp catalog check FILE, or ./adp catalog import FILE");
    }
    CatalogFile file = read(arguments.getLast());
    if (arguments.getFirst().equals("check")) {
      System.out.print(check(file, ModelCatalog.shippedFile(), "which ships", Instant.now()));
      System.out.print(compareWithRunning(file));
    } else {
      System.out.println(bring(file));
    }
  }

  /** Reads a file whole, or says what keeps it from being a catalogue. */
  static CatalogFile read(String path) {
    try (InputStream stream = Files.newInputStream(Path.of(path))) {
      return CatalogFile.parseWhole(CatalogFile.text(stream));
    } catch (NoSuchFileException _) {
      throw new StartFailure("there is no file %s.".formatted(path));
    } catch (IOException e) {
      throw new StartFailure("%s cannot be read: %s.".formatted(path, StartFailure.reason(e)));
    } catch (Failure.Invalid e) {
      throw new StartFailure(
          e.violations().stream()
              .map(problem -> "  %s: %s".formatted(problem.field(), problem.message()))
              .collect(Collectors.joining("\n", path + " is no price catalogue:\n", "")));
    }
  }

  /**
   * What a catalogue changes in the one that is in force in the running installation, where there
   * is one. Publishers need none: what keeps this from an answer is told and is no error.
   */
  private static String compareWithRunning(CatalogFile file) throws InterruptedException {
    try {
      JsonObject stored = TokenCommand.stored();
      JsonObject active = call(stored, "GET", "/active", BodyPublishers.noBody());
      return "%n%s"
          .formatted(
              check(
                  file,
                  CatalogFile.parse(active.getString("content")),
                  "which is in force at " + stored.getString("portal_url"),
                  Instant.now()));
    } catch (StartFailure | Failure.Invalid e) {
      return "%nNot compared with what is in force: %s%n".formatted(e.getMessage());
    }
  }

  /**
   * What a catalogue changes in another one, a line for each row.
   *
   * @param what the other one is
   */
  static String check(CatalogFile file, CatalogFile before, String what, Instant now) {
    CatalogDiff diff = CatalogDiff.between(before.catalog(), file.catalog(), now);
    String compared =
        "%s, %d rows, compared with %s, %s:%n"
            .formatted(file.version(), file.catalog().rows().size(), before.version(), what);
    String rows = diff.changes().stream().map(CatalogCommand::line).collect(Collectors.joining());
    String verdict =
        diff.held()
            ? "An administrator must approve it.\n"
            : diff.changes().isEmpty() ? "No row differs.\n" : "It needs nobody's approval.\n";
    String age =
        file.version().compareTo(before.version()) <= 0 && !diff.changes().isEmpty()
            ? "It is not newer than %s: raise its version.%n".formatted(before.version())
            : "";
    return compared + rows + verdict + age;
  }

  private static String line(CatalogDiff.Change change) {
    return "  %-7s %s %s %s -> %s%s%n"
        .formatted(
            change.kind(),
            change.row().providerType(),
            change.row().model(),
            change.before().map(row -> usd(row.rates())).orElse("nothing"),
            change.after().map(row -> usd(row.rates())).orElse("nothing"),
            change.held() ? "  HELD: " + change.heldBecause() : "");
  }

  /** Input and output rates, and those of caches, in USD per million tokens. */
  private static String usd(Rates rates) {
    return Stream.of(
            rates.input(),
            rates.output(),
            rates.cachedInput(),
            rates.cacheWrite5m(),
            rates.cacheWrite1h())
        .map(CatalogCommand::usd)
        .collect(Collectors.joining("/"));
  }

  private static String usd(Optional<Long> microcents) {
    return microcents
        .map(rate -> BigDecimal.valueOf(rate, 8).stripTrailingZeros().toPlainString())
        .orElse("-");
  }

  private static String bring(CatalogFile file) throws InterruptedException {
    var body = new JsonObject().put("content", file.text());
    return outcome(call(TokenCommand.stored(), "POST", "", BodyPublishers.ofString(body.encode())));
  }

  /** Asks the running installation for its catalogue versions. */
  private static JsonObject call(JsonObject stored, String method, String path, BodyPublisher body)
      throws InterruptedException {
    String url = stored.getString("portal_url").replaceAll("/+$", "") + VERSIONS + path;
    String token = TokenCommand.token(stored);
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url))
                  .timeout(TIMEOUT)
                  .header("content-type", "application/json")
                  .header("authorization", "Bearer " + token)
                  .method(method, body)
                  .build(),
              BodyHandlers.ofString());
      var json = new JsonObject(answer.body());
      if (answer.statusCode() >= ERROR_STATUS_MIN) {
        throw new StartFailure(refusal(json, answer.statusCode()));
      }
      return json;
    } catch (IOException | DecodeException _) {
      throw new StartFailure("%s does not answer: is ADP running?".formatted(url));
    }
  }

  /** Why the installation takes no catalogue, with all that is wrong with it. */
  static String refusal(JsonObject problem, int status) {
    String text = problem.getString("detail", "status " + status) + ".";
    return problem.getJsonArray("errors", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .map(error -> "\n  %s: %s".formatted(error.getString("field"), error.getString("message")))
        .collect(Collectors.joining("", text, ""));
  }

  private static String outcome(JsonObject version) {
    String text =
        "Version %s is %s (id %s)."
            .formatted(
                version.getString("version"), version.getString("state"), version.getString("id"));
    JsonArray rows = version.getJsonObject("diff").getJsonArray("rows");
    return version.getString("state").equals("PENDING")
        ? rows.stream()
            .map(JsonObject.class::cast)
            .filter(row -> !row.getString("held_because").isEmpty())
            .map(
                row ->
                    "  %s %s: %s"
                        .formatted(
                            row.getString("provider_type"),
                            row.getString("model"),
                            row.getString("held_because")))
            .collect(
                Collectors.joining(
                    "\n",
                    text + " These rows wait for an administrator:\n",
                    "\nPOST /v1/catalog/versions/%s/approve puts it in force."
                        .formatted(version.getString("id"))))
        : text;
  }
}
