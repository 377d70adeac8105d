package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Rule;
import dev.adp.terraform.schema.Rules;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of the REST API for values, in its own words, so that a plan says what it would say.
 */
final class Texts {
  static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
  static final int NAME_LENGTH_MAX = 63;
  private static final int DISPLAY_NAME_LENGTH_MAX = 253;
  private static final int DESCRIPTION_LENGTH_MAX = 4096;
  private static final int MODEL_LENGTH_MAX = 512;
  private static final int LABELS_MAX = 64;
  private static final int LABEL_NAME_LENGTH_MAX = 63;
  private static final int LABEL_LENGTH_MAX = 253;
  private static final int URL_LENGTH_MAX = 2048;
  private static final int REFERENCE_LENGTH_MAX = 253;
  private static final int NO_PORT = -1;
  private static final int PORT_DIGITS_MAX = 9;
  private static final Pattern REFERENCE = Pattern.compile("[A-Z][A-Z0-9_]*");
  private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]{2,12}){1,2}-[0-9]{1,2}");
  private static final Pattern ROLE_ARN =
      Pattern.compile("arn:aws[a-z-]{0,20}:iam::[0-9]{12}:role/[\\w+=,.@/-]{1,576}");
  private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");
  private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");
  private static final Pattern GUARDRAIL =
      Pattern.compile(
          "[a-z0-9]{1,64}|arn:aws[a-z-]{0,20}:bedrock:[a-z0-9-]{1,32}:[0-9]{12}:guardrail/[a-z0-9]{1,64}");
  private static final Pattern UNDERSCORED =
      Pattern.compile("(?=[^:]*_)[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?(:(?<port>[0-9]*))?");
  private static final Pattern ENDS_IN_NUMBER =
      Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9A-Fa-f]*)\\.?");
  private static final Pattern DOTTED_QUAD =
      Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");
  private static final Pattern VERSION = Pattern.compile("DRAFT|[1-9][0-9]{0,7}");
  private static final String NO_CONTROL_CHARACTERS = "must not contain control characters";
  private static final String NO_LABEL = "must be a string, both without control characters";
  private static final String NO_URL =
      "must be an absolute http or https URL, for example https://api.example.com/v1";
  private static final String NO_ENDPOINT =
      "must be an absolute http or https URL, for example http://localhost:8080";

  /** A microcent is the eighth decimal of a dollar. */
  static final int USD_DECIMALS_MAX = 8;

  private static final int USD_MAX = 10_000;

  static final Rule NAME_SYNTAX =
      Rules.matches(
          NAME,
          "must match ^[a-z][a-z0-9-]*$: lowercase letters, numbers and hyphens, starting with a"
              + " letter");
  static final Rule NAME_LENGTH = Rules.lengthAtMost(NAME_LENGTH_MAX);

  static final Rule DISPLAY_NAME =
      firstOf(
          Rules.text(text -> !isBlank(text), "must not be empty"),
          Rules.lengthAtMost(DISPLAY_NAME_LENGTH_MAX),
          Rules.text(Texts::isOneLine, NO_CONTROL_CHARACTERS));
  static final Rule DESCRIPTION =
      firstOf(
          Rules.lengthAtMost(DESCRIPTION_LENGTH_MAX),
          Rules.text(text -> isOneLine(text.replaceAll("[\r\n\t]", "")), NO_CONTROL_CHARACTERS));
  static final Rule MODEL =
      firstOf(
          Rules.text(text -> !text.isBlank(), "must not be empty"),
          Rules.text(text -> text.equals(text.strip()), "must not begin or end with a space"),
          Rules.text(Texts::isOneLine, NO_CONTROL_CHARACTERS),
          Rules.lengthAtMost(MODEL_LENGTH_MAX));
  static final Rule SECRET_REF =
      firstOf(
          Rules.matches(
              REFERENCE,
              "must be UPPER_SNAKE_CASE (^[A-Z][A-Z0-9_]*$), for example OPENAI_API_KEY"),
          Rules.lengthAtMost(REFERENCE_LENGTH_MAX));
  static final Rule AWS_REGION =
      Rules.text(
          text -> REGION.matcher(text.strip()).matches(),
          "must be an AWS region, for example us-east-1");
  static final Rule AWS_ROLE =
      Rules.matches(
          ROLE_ARN,
          "must be the ARN of an IAM role, for example arn:aws:iam::123456789012:role/BedrockRole");
  static final Rule AWS_EXTERNAL_ID =
      Rules.matches(EXTERNAL_ID, "must have 2 to 1224 letters, digits or any of _+=,.@:/-");
  static final Rule AWS_SESSION_NAME =
      Rules.matches(SESSION_NAME, "must have 2 to 64 letters, digits or any of _+=,.@-");
  static final Rule GUARDRAIL_IDENTIFIER =
      Rules.matches(GUARDRAIL, "must be the id or ARN of a guardrail, for example gr4k7l2m9xyz");
  static final Rule GUARDRAIL_VERSION =
      Rules.matches(VERSION, "must be DRAFT or a version number, for example 1");

  /** Of all labels together; {@link #label} is of each. */
  static final Rule LABELS = Texts::labels;

  private static final Rule LABEL =
      firstOf(Rules.text(Texts::isOneLine, NO_LABEL), Rules.lengthAtMost(LABEL_LENGTH_MAX));
  static final Rule USD =
      Rules.number(
          usd -> Prices.areWholeMicrocents(usd) && Prices.areAtMost(usd, USD_MAX),
          "must be from 0 to 10000 USD per million tokens, in whole microcents (8 decimals)");
  static final Rule BASE_URL =
      firstOf(
          Texts::baseUrl,
          Rules.text(
              text -> !isOddAddress(text),
              "must give an address as four decimal numbers, for example 10.0.0.7"));

  /** The control plane's own, which has no path; this machine calls it, so any address will do. */
  static final Rule ENDPOINT =
      value -> baseUrl(value).map(violation -> violation.equals(NO_URL) ? NO_ENDPOINT : violation);

  /** The server drops the final slash and spaces around it. */
  static final BiPredicate<Value, Value> SAME_URL = (a, b) -> url(a).equals(url(b));

  /** The server drops spaces around it. */
  static final BiPredicate<Value, Value> SAME_STRIPPED = (a, b) -> stripped(a).equals(stripped(b));

  private Texts() {}

  private static Value stripped(Value value) {
    return value instanceof Value.Text(var text) ? Value.text(text.strip()) : value;
  }

  private static Value url(Value value) {
    return value instanceof Value.Text(var text)
        ? Value.text(text.strip().replaceAll("/+$", ""))
        : value;
  }

  /** The rule of an attribute that must be there: what is blank is not. */
  static Rule given(Rule rule) {
    return firstOf(Rules.text(text -> !text.isBlank(), "is required"), rule);
  }

  private static Rule firstOf(Rule... rules) {
    return value ->
        List.of(rules).stream().flatMap(rule -> rule.violation(value).stream()).findFirst();
  }

  /** Whether there is nothing to see of it. */
  private static boolean isBlank(String text) {
    return text.codePoints()
        .allMatch(
            c ->
                Character.isWhitespace(c)
                    || Character.isSpaceChar(c)
                    || Character.getType(c) == Character.FORMAT);
  }

  private static boolean isOneLine(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  private static Optional<String> labels(Value value) {
    if (!(value instanceof Value.Entries(var items))) {
      return Optional.empty();
    }
    if (items.size() > LABELS_MAX) {
      return Optional.of("must be at most 64");
    }
    if (items.keySet().stream().anyMatch(name -> characters(name) > LABEL_NAME_LENGTH_MAX)) {
      return Optional.of("must have names of at most 63 characters");
    }
    return Optional.empty();
  }

  /** What is wrong with one label; that its name is too long is said of all together. */
  static Optional<String> label(String name, Value value) {
    if (characters(name) > LABEL_NAME_LENGTH_MAX) {
      return Optional.empty();
    }
    return isOneLine(name) ? LABEL.violation(value) : Optional.of(NO_LABEL);
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Hosts with an underscore, as containers have them, are none for {@link URI}. */
  private static boolean hasHost(URI uri) {
    return uri.getHost() != null
        || (uri.getRawAuthority() != null && UNDERSCORED.matcher(uri.getRawAuthority()).matches());
  }

  private static int port(URI uri) {
    Matcher underscored = UNDERSCORED.matcher(uri.getRawAuthority());
    if (uri.getHost() != null || !underscored.matches()) {
      return uri.getPort();
    }
    String port = Objects.requireNonNullElse(underscored.group("port"), "");
    if (port.isEmpty()) {
      return NO_PORT;
    }
    return port.length() > PORT_DIGITS_MAX ? Integer.MAX_VALUE : Integer.parseInt(port);
  }

  /** One of the notations of IPv4 that only some programs read: other people would see a name. */
  private static boolean isOddAddress(String url) {
    String authority = URI.create(url.strip()).getRawAuthority();
    String host = authority.replaceFirst(":[0-9]*$", "");
    return ENDS_IN_NUMBER.matcher(host).matches() && !DOTTED_QUAD.matcher(host).matches();
  }

  private static Optional<String> baseUrl(Value value) {
    if (!(value instanceof Value.Text(var text))) {
      return Optional.empty();
    }
    String trimmed = text.strip();
    URI uri;
    try {
      uri = new URI(trimmed);
    } catch (URISyntaxException _) {
      return Optional.of(NO_URL);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (trimmed.length() > URL_LENGTH_MAX) {
      return Optional.of("must have at most 2048 characters");
    }
    if (!(scheme.equals("http") || scheme.equals("https")) || !hasHost(uri)) {
      return Optional.of(NO_URL);
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of("must not contain user info");
    }
    if (uri.getRawQuery() != null) {
      return Optional.of("must not contain a query");
    }
    if (uri.getRawFragment() != null) {
      return Optional.of("must not contain a fragment");
    }
    int port = port(uri);
    return port == NO_PORT || (port > 0 && port < 65_536)
        ? Optional.empty()
        : Optional.of("must have a port from 1 to 65535");
  }
}
