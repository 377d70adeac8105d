package dev.adp.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path of Bedrock's runtime.
 *
 * @param model as the path names it, decoded once; empty when it names none
 * @param upstream the path in the one spelling that is both sent and signed
 */
record BedrockPath(Operation operation, String model, String upstream) {
  private static final String CHAT = "/openai/v1/chat/completions";
  private static final Pattern ARN =
      Pattern.compile(
          "arn:aws[a-z-]{0,20}:bedrock:[a-z0-9-]*:[0-9]*:"
              + "(?:foundation-model|inference-profile|application-inference-profile)/([^/]+)");

  /** How the guardrail of a provider gets to a call. */
  enum Guarding {
    HEADERS,
    BODY,
    /** No model speaks: there is nothing to guard. */
    NEEDLESS,
    /** The surface takes none. */
    IMPOSSIBLE
  }

  /** What is done with a model. */
  enum Operation {
    INVOKE("invoke", true, false, Guarding.HEADERS),
    INVOKE_STREAM("invoke-with-response-stream", true, true, Guarding.HEADERS),
    CONVERSE("converse", true, false, Guarding.BODY),
    CONVERSE_STREAM("converse-stream", true, true, Guarding.BODY),
    COUNT_TOKENS("count-tokens", false, false, Guarding.NEEDLESS),
    /** OpenAI's chat completions; the body says whether they stream. */
    CHAT("", true, false, Guarding.HEADERS),
    /** Anthropic's messages; the body says whether they stream. */
    MESSAGES("", true, false, Guarding.IMPOSSIBLE),
    UNKNOWN("", false, false, Guarding.IMPOSSIBLE);

    private final String segment;
    private final boolean generates;
    private final boolean streams;
    private final Guarding guarding;

    Operation(String segment, boolean generates, boolean streams, Guarding guarding) {
      this.segment = segment;
      this.generates = generates;
      this.streams = streams;
      this.guarding = guarding;
    }

    /** Whether a model works for it, so that usage is owed. */
    boolean generates() {
      return generates;
    }

    /** Whether the path alone says that the answer is a stream. */
    boolean streams() {
      return streams;
    }

    Guarding guarding() {
      return guarding;
    }

    private static Optional<Operation> ofModel(String segment) {
      return Arrays.stream(values())
          .filter(operation -> !segment.isEmpty() && operation.segment.equals(segment))
          .findFirst();
    }
  }

  /**
   * Reads a path as the client wrote it. Ids of models may hold slashes, escaped or not.
   *
   * @param path below the provider
   */
  static BedrockPath of(String path) {
    List<String> segments = UriText.segments(path);
    int last = segments.size() - 1;
    if (last >= 2 && segments.getFirst().equals("model")) {
      Optional<Operation> operation = Operation.ofModel(segments.getLast());
      if (operation.isPresent()) {
        String model = String.join("/", segments.subList(1, last));
        return new BedrockPath(
            operation.get(), model, UriText.path(List.of("model", model, segments.getLast())));
      }
    }
    String plain = UriText.path(segments);
    return switch (plain) {
      case CHAT, "/v1/chat/completions", "/chat/completions" ->
          new BedrockPath(Operation.CHAT, "", CHAT);
      case "/anthropic/v1/messages" -> new BedrockPath(Operation.MESSAGES, "", plain);
      default -> new BedrockPath(Operation.UNKNOWN, "", plain);
    };
  }

  /**
   * The name by which a model is listed and priced: of an ARN the id of the model or profile that
   * it stands for. ARNs of anything else, whose model nobody can tell, stay as they are.
   */
  static String modelName(String asked) {
    Matcher arn = ARN.matcher(asked);
    return arn.matches() ? arn.group(1) : asked;
  }
}
