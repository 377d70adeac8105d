package dev.adp.domain;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Under which names of the catalogue a model may be priced. Every rule names whole models: a model
 * that merely begins like another one is another one.
 */
final class ModelNames {
  /** What Bedrock adds for keeping a call in one geography. */
  private static final BigDecimal GEO_PREMIUM = new BigDecimal("1.1");

  private static final Set<String> GEOGRAPHIES = Set.of("us.", "eu.", "apac.", "au.", "jp.");
  private static final String GLOBAL = "global.";
  private static final String ANTHROPIC = "anthropic.";

  /** Their bare ids are billed at in-region rates, so that neither says what the other costs. */
  private static final String OPENAI_ON_BEDROCK = "openai.";

  private static final Pattern ARN =
      Pattern.compile("arn:aws[a-z-]*:bedrock:[a-z0-9-]*:[0-9]*:[a-z-]+/(.+)");
  private static final Pattern DASHED_DATE = Pattern.compile("(.+)-([0-9]{4}-[0-9]{2}-[0-9]{2})");
  private static final Pattern PLAIN_DATE = Pattern.compile("(.+)-([0-9]{8})");
  private static final Pattern LATEST = Pattern.compile("(.+)-latest");
  private static final Pattern BEDROCK_VERSION =
      Pattern.compile("(.+?)(-[0-9]{8})?(-v[0-9]+(:[0-9]+)?)?");

  private ModelNames() {}

  /**
   * A name to look up, and by what its rates are multiplied.
   *
   * @param name name of a row
   */
  record Candidate(String name, BigDecimal factor) {
    private static Candidate headline(String name) {
      return new Candidate(name, BigDecimal.ONE);
    }
  }

  /** The names of a model, the most exact first; the first that has a row decides. */
  static List<Candidate> candidates(String providerType, String model) {
    return switch (providerType) {
      case "OPENAI" -> snapshot(model, dated(DASHED_DATE, "uuuu-MM-dd", model), Stream::of);
      case "ANTHROPIC" ->
          // An alias may be the only name that the catalogue lists of a family.
          snapshot(
              model,
              dated(PLAIN_DATE, "uuuuMMdd", model),
              family -> Stream.of(family, family + "-latest", family + "-0"));
      case "BEDROCK" -> bedrock(withoutArn(model));
      default -> List.of(Candidate.headline(model)); // Google AI and compatible servers: as is.
    };
  }

  private static List<Candidate> snapshot(
      String model, Optional<String> family, Function<String, Stream<String>> names) {
    Matcher latest = LATEST.matcher(model);
    Stream<String> others =
        family.or(() -> latest.matches() ? Optional.of(latest.group(1)) : Optional.empty()).stream()
            .flatMap(names);
    return Stream.concat(Stream.of(model), others).distinct().map(Candidate::headline).toList();
  }

  /** What stands before a date that there is. */
  private static Optional<String> dated(Pattern pattern, String format, String model) {
    Matcher matcher = pattern.matcher(model);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      var _ = LocalDate.parse(matcher.group(2), DateTimeFormatter.ofPattern(format));
      return Optional.of(matcher.group(1));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static List<Candidate> bedrock(String id) {
    String geography = id.substring(0, id.indexOf('.') + 1);
    String bare = id.substring(geography.length());
    Stream<Candidate> others = Stream.of();
    if (geography.equals(GLOBAL) && !bare.startsWith(OPENAI_ON_BEDROCK)) {
      others = Stream.of(Candidate.headline(bare));
    } else if (GEOGRAPHIES.contains(geography) && bare.startsWith(ANTHROPIC)) {
      others =
          Stream.of(new Candidate(bare, GEO_PREMIUM), new Candidate(GLOBAL + bare, GEO_PREMIUM));
    } else if (!GEOGRAPHIES.contains(geography) && !id.startsWith(OPENAI_ON_BEDROCK)) {
      others = Stream.of(Candidate.headline(GLOBAL + id));
    }
    return Stream.concat(Stream.of(Candidate.headline(id)), others).toList();
  }

  /** The profile or model that an ARN ends in; an application's own profiles have opaque ids. */
  private static String withoutArn(String model) {
    Matcher arn = ARN.matcher(model);
    return arn.matches() ? arn.group(1) : model;
  }

  /**
   * A Claude id of Bedrock without the date and version of its release, which callers may leave
   * out; empty for other ids.
   */
  static Optional<String> bedrockFamily(String id) {
    if (!id.startsWith(ANTHROPIC) && !id.contains("." + ANTHROPIC)) {
      return Optional.empty();
    }
    Matcher matcher = BEDROCK_VERSION.matcher(id);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
