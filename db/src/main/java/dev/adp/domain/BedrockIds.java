package dev.adp.domain;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which of Bedrock's models and inference profiles can be called, and from where. */
public final class BedrockIds {
  private static final Set<String> PREFIXES = Set.of("us", "eu", "apac", "au", "jp", "global");
  private static final Pattern CLAUDE =
      Pattern.compile("anthropic\\.claude-[a-z]+-([0-9]{1,2})(?:-([0-9]{1,2}))?(?:-.*)?");

  private BedrockIds() {}

  /**
   * Whether an id can be called as it is. From Claude 4.6 on the bare id of a foundation model is
   * refused: these need an inference profile.
   */
  public static boolean isCallable(String id) {
    Matcher claude = CLAUDE.matcher(id);
    if (!claude.matches()) {
      return true;
    }
    int major = Integer.parseInt(claude.group(1));
    int minor = claude.group(2) == null ? 0 : Integer.parseInt(claude.group(2));
    return major < 4 || (major == 4 && minor < 6);
  }

  /** Where the profile of this id routes calls to; empty for the bare id of a foundation model. */
  public static Optional<String> geography(String id) {
    String prefix = id.substring(0, Math.max(0, id.indexOf('.')));
    return PREFIXES.contains(prefix) ? Optional.of(prefix) : Optional.empty();
  }

  /** Whether a profile serves calls from a region; foundation models are taken to be everywhere. */
  public static boolean isUsableFrom(String id, AwsRegion region) {
    return geography(id).map(geographies(region.value())::contains).orElse(true);
  }

  private static Set<String> geographies(String region) {
    Stream<String> own =
        switch (region) {
          case "ap-southeast-2", "ap-southeast-4" -> Stream.of("apac", "au");
          case "ap-northeast-1", "ap-northeast-3" -> Stream.of("apac", "jp");
          default ->
              region.startsWith("us-gov-")
                  ? Stream.of()
                  : switch (region.substring(0, region.indexOf('-'))) {
                    case "us" -> Stream.of("us");
                    case "eu" -> Stream.of("eu");
                    case "ap" -> Stream.of("apac");
                    default -> Stream.of();
                  };
        };
    return Stream.concat(own, Stream.of("global")).collect(Collectors.toUnmodifiableSet());
  }
}
