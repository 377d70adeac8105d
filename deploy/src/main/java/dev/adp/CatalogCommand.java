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
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
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
      System.out.print(check(file, ModelCatalog.shippedFile(), Instant.now()));
    } else {
      System.out.println(bring(file));
    }
  }

  private static CatalogFile read(String path) {
    try {
      return CatalogFile.parseWhole(Files.readString(Path.of(path)));
    } catch (IOException e) {
      throw new StartFailure("%s cannot be read: %s".formatted(path, e));
    } catch (Failure.Invalid e) {
      throw new StartFailure(
          e.violations().stream()
              .map(problem -> "  %s: %s".formatted(problem.field(), problem.message()))
              .collect(Collectors.joining("\n", path + " is no price catalogue:\n", "")));
    }
  }

  /** What a catalogue changes in another one, a line for each row. */
  static String check(CatalogFile file, CatalogFile before, Instant now) {
    CatalogDiff diff = CatalogDiff.between(before.catalog(), file.catalog(), now);
    String compared =
        "%s, %d rows, compared with %s, which ships:%n"
            .formatted(file.version(), file.catalog().rows().size(), before.version());
    String rows = diff.changes().stream().map(CatalogCommand::line).collect(Collectors.joining());
    String verdict =
        diff.held()
            ? "An administrator must approve it.\n"
            : diff.changes().isEmpty() ? "No row differs.\n" : "It needs nobody's approval.\n";
    String age =
        file.version().compareTo(before.version()) <= 0 && !diff.changes().isEmpty()
            ? "It is not newer than the one that ships: raise its version.\n"
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
    JsonObject stored = TokenCommand.stored();
    String url = stored.getString("portal_url").replaceAll("/+$", "") + "/v1/catalog/versions";
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url))
                  .timeout(TIMEOUT)
                  .header("content-type", "application/json")
                  .header("authorization", "Bearer " + TokenCommand.token(stored))
                  .POST(
                      BodyPublishers.ofString(
                          new JsonObject().put("content", file.text()).encode()))
                  .build(),
              BodyHandlers.ofString());
      var json = new JsonObject(answer.body());
      if (answer.statusCode() != 201) {
        throw new StartFailure("not taken: %s.".formatted(json.getString("detail")));
      }
      return outcome(json);
    } catch (IOException | DecodeException _) {
      throw new StartFailure("%s does not answer: is ADP running?".formatted(url));
    }
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
