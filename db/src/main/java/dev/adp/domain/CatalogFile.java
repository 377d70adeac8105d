package dev.adp.domain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A price catalogue as it is published: a text of tab-separated rows under a versioned header.
 *
 * @param text the file itself
 */
public record CatalogFile(PriceCatalog catalog, String text) {
  /** What a published catalogue has at most. */
  public static final int BYTES_MAX = 1 << 20;

  /** A catalogue with fewer rows was cut on its way. */
  public static final int ROWS_MIN = 100;

  private static final String FORMAT = "2";
  private static final String HEADER =
      "provider_type\tmodel\teffective_from\tinput\toutput\tcached_input\tcache_write_5m"
          + "\tcache_write_1h\ttiers\tcontext_tokens\tcapabilities\tservice_tiers\tsource\tnote";

  /** A day, and a number when there are several of it. Texts sort as the versions do. */
  private static final Pattern VERSION = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(\\.[0-9])?");

  private static final int PROBLEMS_MAX = 50;
  private static final String TOO_LARGE = "must have at most %d bytes".formatted(BYTES_MAX);

  /**
   * Takes the text of a catalogue from where it comes; never more than it may have.
   *
   * @throws Failure.Invalid when it is too large or no text
   */
  public static String text(InputStream stream) throws IOException {
    byte[] bytes = stream.readNBytes(BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw new Failure.Invalid("file", TOO_LARGE);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new Failure.Invalid("file", "must be UTF-8");
    }
  }

  /**
   * Reads a catalogue.
   *
   * @throws Failure.Invalid naming each line that breaks the format, up to {@value #PROBLEMS_MAX}
   */
  public static CatalogFile parse(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
      throw new Failure.Invalid("file", TOO_LARGE);
    }
    var problems = new ArrayList<Violation>();
    List<String> lines = text.lines().toList();
    String version = header(lines, "version", problems);
    String format = header(lines, "format", problems);
    check(format.equals(FORMAT), "file", "# format: must be " + FORMAT, problems);
    check(
        VERSION.matcher(version).matches(),
        "file",
        "# version: must be a day, and .1 to .9 for more of it, as 2026-11-24 or 2026-11-24.1",
        problems);
    List<ModelPrice> prices = rows(lines, problems);
    if (!problems.isEmpty()) {
      throw new Failure.Invalid(problems.stream().limit(PROBLEMS_MAX).toList());
    }
    return new CatalogFile(new PriceCatalog(version, prices), text);
  }

  /**
   * Reads a catalogue that is to replace another one.
   *
   * @throws Failure.Invalid as {@link #parse}, and when it is too short to be a whole one
   */
  public static CatalogFile parseWhole(String text) {
    CatalogFile file = parse(text);
    if (file.catalog().rows().size() < ROWS_MIN) {
      throw new Failure.Invalid(
          "file",
          "has %d rows: fewer than %d cannot be a whole catalogue"
              .formatted(file.catalog().rows().size(), ROWS_MIN));
    }
    return file;
  }

  public String version() {
    return catalog.version();
  }

  /** SHA-256 of the text, in hex. */
  public String digest() {
    return digest(text);
  }

  /** SHA-256 of a text, in hex. */
  public static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String header(List<String> lines, String name, List<Violation> problems) {
    String start = "# " + name + ":";
    List<String> found = lines.stream().filter(line -> line.startsWith(start)).toList();
    check(found.size() == 1, "file", "must have one line \"" + start + " …\"", problems);
    return found.stream()
        .findFirst()
        .map(line -> line.substring(start.length()).strip())
        .orElse("");
  }

  private static List<ModelPrice> rows(List<String> lines, List<Violation> problems) {
    var prices = new ArrayList<ModelPrice>();
    Set<List<Object>> seen = new HashSet<>();
    boolean headed = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String place = "line " + (i + 1);
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      if (!headed) {
        headed = true;
        check(line.equals(HEADER), place, "must name the columns: " + HEADER, problems);
        continue;
      }
      Optional<ModelPrice> read = CatalogRow.read(line, place, problems);
      read.ifPresent(
          price ->
              check(
                  seen.add(List.of(price.providerType(), price.model(), price.effectiveFrom())),
                  place,
                  "stands there twice: %s %s".formatted(price.providerType(), price.model()),
                  problems));
      read.ifPresent(prices::add);
    }
    return prices;
  }

  private static void check(boolean holds, String place, String message, List<Violation> problems) {
    if (!holds) {
      problems.add(new Violation(place, message));
    }
  }
}
