package dev.adp;

import dev.adp.demo.EchoModel;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** What the program says once it is ready. */
final class Welcome {
  private Welcome() {}

  static String text(Config config, boolean firstRun, boolean demo) {
    var text = new StringBuilder("\nADP is ready\n\n");
    if (config.runs(Config.Role.CONTROL)) {
      text.append(portal(config, firstRun));
    }
    if (config.runs(Config.Role.GATEWAY)) {
      text.append("  Gateway  %s/llm/v1/providers/<name>\n".formatted(config.gatewayPublicUrl()));
    }
    return demo ? text + demo(config) : text.toString();
  }

  private static String portal(Config config, boolean firstRun) {
    Optional<JsonObject> credentials = DataDirectory.readCredentials(config.dataDirectory());
    String signIn =
        credentials
            .filter(_ -> firstRun)
            .map(
                json ->
                    "%s, password %s"
                        .formatted(json.getString("username"), json.getString("password")))
            .orElse("admin, password as set");
    String kept =
        credentials.isPresent()
            ? "  (%s in %s)"
                .formatted(
                    firstRun ? "kept" : "the first one is kept",
                    config.dataDirectory().resolve("credentials.json"))
            : "";
    return "  Portal   %1$s   sign in as %2$s%3$s\n  API      %1$s/v1\n"
        .formatted(config.publicUrl(), signIn, kept);
  }

  private static String demo(Config config) {
    String chat = config.gatewayPublicUrl() + "/llm/v1/providers/demo/chat/completions";
    return """

        Try it in another terminal; then look at the provider "demo" and at Transcripts in the portal.
        What is said to this provider is recorded, for it is there to show that; others record nothing until told to:

          TOKEN=$(./adp token)

          curl -s %1$s \\
            -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
            -d '{"model":"%2$s","messages":[{"role":"user","content":"Hello there"}]}'

          curl -sN %1$s \\
            -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
            -d '{"model":"%2$s","stream":true,"messages":[{"role":"user","content":"Hello again, word by word"}]}'

        Ctrl-C stops everything.
        """
        .formatted(chat, EchoModel.MODEL);
  }
}
