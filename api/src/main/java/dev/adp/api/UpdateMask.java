package dev.adp.api;

import static java.util.Map.entry;

import dev.adp.domain.Violations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which fields a PATCH means: paths into the document, as {@code update_mask} lists them. */
final class UpdateMask {
  private static final Map<String, Set<String>> FIELDS =
      Map.ofEntries(
          entry("name", Set.of()),
          entry("type", Set.of()),
          entry("display_name", Set.of()),
          entry("description", Set.of()),
          entry("enabled", Set.of()),
          entry("models", Set.of()),
          entry("provider_models", Set.of()),
          entry("guardrail", Set.of()),
          entry("openai_config", Set.of("base_url", "api_key_ref")),
          entry("anthropic_config", Set.of("base_url", "api_key_ref", "authorization_passthrough")),
          entry("google_config", Set.of("base_url", "api_key_ref")),
          entry(
              "bedrock_config",
              Set.of(
                  "region",
                  "base_url",
                  "static_credentials",
                  "static_credentials.access_key_id_ref",
                  "static_credentials.secret_access_key_ref",
                  "assume_role",
                  "assume_role.role_arn",
                  "assume_role.external_id",
                  "assume_role.session_name")),
          entry("openai_compatible_config", Set.of("base_url", "api_key_ref", "stream_usage")),
          entry("transcripts", Set.of("record_input_messages", "record_output_messages")));

  /** What cannot be without a value: cleared, they are empty. */
  private static final Set<String> LISTS = Set.of("models", "provider_models");

  private UpdateMask() {}

  /** Whether a provider has such a field at all. */
  static boolean knows(String field) {
    return FIELDS.containsKey(field) || LlmProviderJson.OUTPUT_ONLY.contains(field);
  }

  /**
   * @throws dev.adp.domain.Failure.Invalid naming every path that does not exist
   */
  static void check(Set<String> paths) {
    var violations = new Violations();
    for (String path : paths) {
      int dot = path.indexOf('.');
      String field = dot == -1 ? path : path.substring(0, dot);
      boolean exists =
          LlmProviderJson.OUTPUT_ONLY.contains(path)
              || (FIELDS.containsKey(field)
                  && (dot == -1 || FIELDS.get(field).contains(path.substring(dot + 1))));
      violations.check(exists, "update_mask", "unknown path \"%s\"".formatted(path));
    }
    violations.throwIfAny();
  }

  /** Copies one path; what is absent in the source is cleared in the target. */
  static void copy(JsonObject from, JsonObject to, String path) {
    int dot = path.indexOf('.');
    if (dot == -1) {
      put(to, path, from.getValue(path));
      return;
    }
    String field = path.substring(0, dot);
    JsonObject source =
        from.getValue(field) instanceof JsonObject object ? object : new JsonObject();
    if (!(to.getValue(field) instanceof JsonObject)) {
      to.put(field, new JsonObject());
    }
    copy(source, to.getJsonObject(field), path.substring(dot + 1));
  }

  private static void put(JsonObject to, String field, @Nullable Object value) {
    if (value != null) {
      to.put(field, value);
    } else if (LISTS.contains(field)) {
      to.put(field, new JsonArray());
    } else {
      to.remove(field);
    }
  }
}
