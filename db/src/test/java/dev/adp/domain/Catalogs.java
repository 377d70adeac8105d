package dev.adp.domain;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Texts of price catalogues for tests. */
public final class Catalogs {
  private static final String COLUMNS =
      "provider_type\tmodel\teffective_from\tinput\toutput\tcached_input\tcache_write_5m"
          + "\tcache_write_1h\ttiers\tcontext_tokens\tcapabilities\tservice_tiers\tsource\tnote";

  private Catalogs() {}

  /** A catalogue of these lines. */
  public static String text(String version, String... rows) {
    return Stream.concat(
            Stream.of("# format: 2", "# version: " + version, COLUMNS), Stream.of(rows))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** A catalogue of these lines that is long enough to be published. */
  public static String whole(String version, String... rows) {
    Stream<String> filling =
        IntStream.range(0, CatalogFile.ROWS_MIN).mapToObj(i -> row("GOOGLE", "m" + i, "1", "2"));
    return text(version, Stream.concat(Stream.of(rows), filling).toArray(String[]::new));
  }

  /** A line with an input and an output rate, in USD per million tokens. */
  public static String row(String type, String model, String input, String output) {
    return dated(type, model, "", input, output);
  }

  /** The same from a day on. */
  public static String dated(String type, String model, String day, String input, String output) {
    return String.join(
        "\t", type, model, day, input, output, "", "", "", "", "", "", "", "a test", "");
  }
}
