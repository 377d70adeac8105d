package dev.adp.gateway;

import io.vertx.core.http.HttpMethod;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Gemini API, where most paths name the model and the method, and its OpenAI-style surface,
 * which is also found without its prefix.
 */
record GoogleDialect() implements Dialect {
  private static final String VERSION = "/v1beta";
  private static final String OPENAI_STYLE = VERSION + "/openai";
  private static final Pattern OF_MODEL =
      Pattern.compile("/v[0-9][a-z0-9]*/((?:models|tunedModels)/[^/:]+):([A-Za-z]+)");
  private static final Pattern INTERACTIONS = Pattern.compile("/v[0-9][a-z0-9]*/interactions");
  private static final Pattern INTERACTION =
      Pattern.compile("/v[0-9][a-z0-9]*/interactions/[^/:]+");
  private static final Pattern BATCH = Pattern.compile("/v[0-9][a-z0-9]*/batches/([^/:]+)");
  private static final Pattern BATCH_FILE =
      Pattern.compile("(?:/download)?/v[0-9][a-z0-9]*/files/([^/:]+):download");
  private static final String COLLECTION = "models/";
  private static final Set<String> GENERATING =
      Set.of("generateContent", "embedContent", "batchEmbedContents", "embedText", "predict");
  private static final Set<String> OPENAI_GENERATING =
      Set.of("/chat/completions", "/embeddings", "/images/generations");

  @Override
  public Target target(HttpMethod method, String path) {
    String plain = PathText.plain(path);
    if (OPENAI_GENERATING.contains(plain) || plain.matches("/models(/[^:]+)?")) {
      return openAiStyle(method, plain, OPENAI_STYLE + path);
    }
    if (plain.startsWith(OPENAI_STYLE + "/")) {
      return openAiStyle(method, plain.substring(OPENAI_STYLE.length()), path);
    }
    if (READING.contains(method)) {
      return Target.showing(
          path, Wire.GEMINI, method.equals(HttpMethod.GET) ? shown(plain) : new Shown.Nothing());
    }
    Matcher ofModel = OF_MODEL.matcher(plain);
    if (ofModel.matches()) {
      return ofModel(path, modelName(ofModel.group(1)), ofModel.group(2));
    }
    return INTERACTIONS.matcher(plain).matches()
        ? Target.generating(path, Wire.GEMINI)
        : Target.unknown(path, Wire.GEMINI);
  }

  /** Results of a batch come inside of it, or in a file that it names. */
  private static Shown shown(String plain) {
    Matcher batch = BATCH.matcher(plain);
    if (batch.matches()) {
      return new Shown.Batch(batch.group(1), false);
    }
    Matcher file = BATCH_FILE.matcher(plain);
    if (file.matches()) {
      return new Shown.Batch(file.group(1), true);
    }
    return INTERACTION.matcher(plain).matches() ? new Shown.Answer() : new Shown.Nothing();
  }

  private static Target ofModel(String path, String model, String operation) {
    if (operation.equals("streamGenerateContent")) {
      return Target.generating(path, Wire.GEMINI).ofModel(model).streaming();
    }
    if (GENERATING.contains(operation)) {
      return Target.generating(path, Wire.GEMINI).ofModel(model);
    }
    return operation.equals("countTokens")
        ? Target.idle(path, Wire.GEMINI).ofModel(model)
        : Target.unknown(path, Wire.GEMINI);
  }

  private static Target openAiStyle(HttpMethod method, String plain, String upstream) {
    if (READING.contains(method)) {
      return Target.idle(upstream, Wire.OPENAI);
    }
    if (!OPENAI_GENERATING.contains(plain)) {
      return Target.unknown(upstream, Wire.OPENAI);
    }
    Target target = Target.generating(upstream, Wire.OPENAI);
    return plain.equals("/chat/completions") ? target.withStreamOptions() : target;
  }

  /** Lists and prices name models without the collection that they are in. */
  @Override
  public String modelName(String asked) {
    return asked.startsWith(COLLECTION) ? asked.substring(COLLECTION.length()) : asked;
  }
}
